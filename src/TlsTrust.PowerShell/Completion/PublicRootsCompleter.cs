using System.Collections;

namespace TlsTrust.PowerShell.Completion;

/// <summary>Completes where public roots are to be had.</summary>
public sealed class PublicRootsCompleter : WordCompleter
{
    /// <summary>The words; anything else is a path.</summary>
    internal static IReadOnlyList<string> Known { get; } = ["Auto", "System", "Certifi", "Conda", "Git", "BuiltIn"];

    /// <inheritdoc/>
    protected override bool TakesPaths => true;

    /// <inheritdoc/>
    protected override IEnumerable<(string Word, string ToolTip)> Words(IDictionary boundParameters) =>
        Known.Select(word => (word, word switch
    {
        "Auto" => "the first of the others that is there",
        "BuiltIn" => "the list that is built into TlsTrust",
        _ => $"the store of {word}",
    }));
}
