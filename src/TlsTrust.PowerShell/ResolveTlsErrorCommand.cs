using System.Collections;
using System.Management.Automation;
using TlsTrust.ErrorTexts;

namespace TlsTrust.PowerShell;

/// <summary>Says what an error message of any TLS client can mean, and which command finds out.</summary>
[Cmdlet(VerbsDiagnostic.Resolve, "TlsError", HelpUri = HelpPage.Root + "Resolve-TlsError.md", DefaultParameterSetName = TextSet)]
[OutputType(typeof(TlsErrorExplanation), ParameterSetName = [TextSet, PathSet, LiteralPathSet])]
public sealed class ResolveTlsErrorCommand : TlsTrustCommand
{
    private const string TextSet = "Text";
    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";

    private TlsErrorReader? _reader;
    private bool _hasInput;
    private bool _hasFile;
    private int _found;

    // One object and no array: a line of Get-Content carries a PSPath, and whatever needed coercion would come after -LiteralPath.
    [Parameter(Position = 0, ValueFromPipeline = true, ParameterSetName = TextSet)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    [ArgumentCompleter(typeof(NothingCompleter))]
    public PSObject? InputObject { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = PathSet)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    [Parameter(Mandatory = true, ParameterSetName = LiteralPathSet)]
    [Alias("PSPath", "FullName")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName != TextSet)
        {
            bool literal = ParameterSetName == LiteralPathSet;
            foreach (string file in FilePaths.Resolve(this, literal ? LiteralPath : Path, literal, WriteError))
            {
                ResolveFile(file);
            }

            return;
        }

        _hasInput |= MyInvocation.BoundParameters.ContainsKey(nameof(InputObject));
        Read(InputObject);
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (ParameterSetName != TextSet)
        {
            return;
        }

        if (!_hasInput && !MyInvocation.ExpectingInput && GetVariableValue("global:Error") is IList { Count: > 0 } errors)
        {
            WriteVerbose("no input: the last error of this session");
            _hasInput = true;
            Read(PSObject.AsPSObject(errors[0]!));
        }

        EndText();
        if (_hasInput && !_hasFile && _found == 0)
        {
            WarnOf("this text");
        }
    }

    private void Read(PSObject? item)
    {
        if (item?.BaseObject is FileInfo file)
        {
            _hasFile = true;
            ResolveFile(file.FullName);
        }
        else if (Rehydration.Restore(item) is IResult result)
        {
            WriteFault(
                ErrorId.InvalidInput,
                $"Resolve-TlsError reads what clients wrote; a {result.GetType().Name} is none of it.",
                "Give the text, a log file (-Path) or an error record.",
                result);
        }
        else if (item is not null)
        {
            // Lines make one text; an exception or an event is one of its own.
            bool isRecord = ErrorText.IsRecord(item);
            if (isRecord)
            {
                EndText();
            }

            _reader ??= new TlsErrorReader();
            Emit(_reader.Add(ErrorText.Of(item) + "\n"));
            if (isRecord)
            {
                EndText();
            }
        }
    }

    private void EndText()
    {
        if (_reader is not null)
        {
            Emit(_reader.Complete());
            _reader = null;
        }
    }

    private void ResolveFile(string file)
    {
        if (Directory.Exists(file))
        {
            WriteVerbose($"{file} is a folder");
            return;
        }

        try
        {
            int before = _found;
            foreach (TlsErrorExplanation explanation in TlsErrorResolver.ResolveFile(file))
            {
                ThrowIfStopping();
                Emit([explanation]);
            }

            if (_found == before)
            {
                WarnOf(file);
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            WriteFault(ErrorId.FileUnreadable, $"'{file}' can't be read: {fault.Message}", "Check the file and your right to read it.",
                file, fault);
        }
    }

    private void Emit(IReadOnlyList<TlsErrorExplanation> explanations)
    {
        _found += explanations.Count;
        WriteObject(explanations, enumerateCollection: true);
    }

    private void WarnOf(string where) => WriteWarning($"No known message of a TLS client is in {where}.");
}
