using TlsTrust.Environment.Machines;
using TlsTrust.Stores;

namespace TlsTrust.Environment.Provisioning.SystemStores;

/// <summary>The system stores of a machine, one row a kind.</summary>
internal static class KnownSystemStores
{
    /// <summary>
    /// The stores that a scope reaches: the machine's, Firefox's policy and every JDK's for the
    /// machine, the browsers' databases for a user.
    /// </summary>
    public static IReadOnlyList<ISystemStore> For(IMachine machine, TrustScope scope)
    {
        if (scope == TrustScope.User)
        {
            return [.. NssStore.Find(machine)];
        }

        if (scope != TrustScope.Machine)
        {
            return [];
        }

        ISystemStore? system = machine.Platform switch
        {
            StorePlatform.Windows => new WindowsRootStore(),
            StorePlatform.MacOS => new MacKeychainStore(machine),
            _ => AnchorFolderStore.Find(machine),
        };

        // The system's tool first: its hooks may serve Java as well.
        return [.. new[] { system, FirefoxPolicyStore.Find(machine) }.OfType<ISystemStore>(), .. JavaCacertsStore.Find(machine)];
    }

    /// <summary>The store of a recorded id; null when it is gone.</summary>
    public static ISystemStore? Open(IMachine machine, TrustScope scope, string id) =>
        JavaCacertsStore.Open(machine, id) ?? NssStore.Open(machine, id) ?? (ISystemStore?)FirefoxPolicyStore.Open(machine, id)
        ?? For(machine, scope).FirstOrDefault(store => store.Id == id);
}
