using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace TlsTrust.PowerShell.Completion;

/// <summary>Completes a parameter from a list of words; quoting and matching are done here.</summary>
public abstract class WordCompleter : IArgumentCompleter
{
    /// <summary>True where a path may stand as well as a word.</summary>
    protected virtual bool TakesPaths => false;

    /// <summary>What can stand there, with a tooltip each.</summary>
    /// <param name="boundParameters">What else was given on the command line.</param>
    protected abstract IEnumerable<(string Word, string ToolTip)> Words(IDictionary boundParameters);

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName,
        string parameterName,
        string wordToComplete,
        CommandAst commandAst,
        IDictionary fakeBoundParameters)
    {
        string start = (wordToComplete ?? "").Trim('\'', '"');
        CompletionResult[] words = [.. Words(fakeBoundParameters ?? new Hashtable())
            .Where(entry => entry.Word.StartsWith(start, StringComparison.OrdinalIgnoreCase))
            .DistinctBy(entry => entry.Word, StringComparer.OrdinalIgnoreCase)
            .OrderBy(entry => entry.Word, StringComparer.OrdinalIgnoreCase)
            .Select(entry => new CompletionResult(Quote(entry.Word), entry.Word, CompletionResultType.ParameterValue, entry.ToolTip))];
        return TakesPaths ? words.Concat(CompletionCompleters.CompleteFilename(wordToComplete ?? "")) : words;
    }

    private static string Quote(string word) =>
        word.All(letter => char.IsLetterOrDigit(letter) || letter is '.' or '-' or '_' or ':' or '/' or '\\')
            ? word
            : $"'{CodeGeneration.EscapeSingleQuotedStringContent(word)}'";
}
