using System.Collections;
using TlsTrust.Stores;

namespace TlsTrust.PowerShell.Completion;

/// <summary>Completes the names of the stores that this platform has.</summary>
public sealed class StoreCompleter : WordCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<(string Word, string ToolTip)> Words(IDictionary boundParameters) =>
        TrustStores.Names(ProcessEnvironment.Instance)
            .Where(name => TrustStores.IsThere(name, ProcessEnvironment.Instance))
            .Select(name => (name, name == "Default" ? "what a client with the platform's defaults trusts" : $"the store {name}"));
}
