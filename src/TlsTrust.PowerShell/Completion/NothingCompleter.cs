using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace TlsTrust.PowerShell.Completion;

/// <summary>
/// For numbers, times, titles, secrets and objects: there is nothing to offer, and without this PowerShell would offer the files of the
/// current folder.
/// </summary>
public sealed class NothingCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName,
        string parameterName,
        string wordToComplete,
        CommandAst commandAst,
        IDictionary fakeBoundParameters) => [];
}
