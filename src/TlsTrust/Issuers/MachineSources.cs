using TlsTrust.Stores;

namespace TlsTrust.Issuers;

/// <summary>The stores of this machine as sources of issuers, each read when it is first asked.</summary>
public static class MachineSources
{
    /// <summary>.NET's own stores, the platform's, and those of single programs.</summary>
    public static IReadOnlyList<IssuerSource> Of(IMachineEnvironment environment)
    {
        List<IssuerSource> sources = [];
        foreach (string name in TrustStores.Names(environment)
            .Where(name => name != "Default" && !name.EndsWith("Disallowed", StringComparison.Ordinal)
            // there .NET reads the system's files, which come below
            && !(environment.Platform == StorePlatform.Linux && name.StartsWith("LocalMachine", StringComparison.Ordinal))))
        {
            sources.Add(new(IssuerSourceKind.MachineStore, name, () => TrustStores.Named(name, environment)?.Anchors ?? []));
        }

        foreach (ProgramStore store in ProgramStores.Find(environment))
        {
            sources.Add(new(IssuerSourceKind.MachineStore, store.ToString(), () => ProgramStores.Read(store)));
        }

        return sources;
    }

    /// <summary>One store by the name that the platform has for it; null when there is none of that name.</summary>
    public static IssuerSource? Named(string name, IMachineEnvironment environment) =>
        TrustStores.Named(name, environment) is { } store ? new(IssuerSourceKind.MachineStore, store.Name, () => store.Anchors) : null;

    /// <summary>A file or folder, searched with everything below it.</summary>
    public static IssuerSource OfPath(string path) => new(
        IssuerSourceKind.File, path, () =>
            Directory.Exists(path) ? CertificateFolder.Read(path, recurse: true) : CertificateFolder.ReadFile(path));
}
