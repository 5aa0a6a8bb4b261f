using System.Collections;

namespace TlsTrust.PowerShell.Completion;

/// <summary>Completes what stands for an endpoint or a file: known hosts, and paths.</summary>
public sealed class HostOrPathCompleter : WordCompleter
{
    /// <inheritdoc/>
    protected override bool TakesPaths => true;

    /// <inheritdoc/>
    protected override IEnumerable<(string Word, string ToolTip)> Words(IDictionary boundParameters) => HostCompleter.Known();
}
