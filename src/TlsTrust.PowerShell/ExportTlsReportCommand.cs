using System.Management.Automation;
using System.Reflection;
using TlsTrust.Rendering.Reports;

namespace TlsTrust.PowerShell;

/// <summary>Writes results of any mixture into one file that can be handed over, watched or gated.</summary>
[Cmdlet(VerbsData.Export, "TlsReport", HelpUri = HelpPage.Root + "Export-TlsReport.md", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo), typeof(string))]
public sealed class ExportTlsReportCommand : TlsTrustCommand
{
    private ReportDestination? _report;
    private string? _file;
    private bool _failed;

    // Boxed, as in TestTlsEndpointCommand: a field of an engine's enum would load the engine at import.
    private object? _format;

    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    [AllowNull]
    [ArgumentCompleter(typeof(NothingCompleter))]
    public object?[]? InputObject { get; set; } = [];

    [Parameter(Position = 0)]
    [Alias("OutFile", "Path")]
    [ValidateNotNullOrEmpty]
    public string? Destination { get; set; }

    [Parameter]
    public ReportFormat? As { get => (ReportFormat?)_format; set => _format = value; }

    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NothingCompleter))]
    public string Title { get; set; } = "TLS trust report";

    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NothingCompleter))]
    public string[] Tag { get; set; } = [];

    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        ReportFormatRow? format = As is { } given ? ReportFormatRow.Of(given) : Destination is null ? null
            : ReportFormatRow.OfFile(Destination);
        if (format is null)
        {
            ThrowFault(
                ErrorId.InvalidCombination,
                Destination is null ? "Neither -Destination nor -As says what the report is to be."
                    : $"'{Destination}' does not say what the report is to be.",
                $"Give -As, or a file that ends in {string.Join(", ", ReportFormatRow.All.SelectMany(row => row.Extensions))}.",
                Destination);
        }

        if (Destination is not null && !Prepare())
        {
            _failed = true;
            return;
        }

        ReportOptions options = new()
        {
            Title = Title,
            MadeAt = DateTime.UtcNow,
            Tags = Tag,
            Version = typeof(IResult).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split(
                '+')[0] ?? "0",
        };
        Write(() => _report = ReportDestination.Open(_file, format, options));
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (object? input in InputObject ?? [null])
        {
            ReportItem? item = Item(input);
            if (item is not null && _report is { } report)
            {
                Write(() => report.Add(item));
            }
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (_report is { } report)
        {
            Write(() =>
            {
                string text = report.Finish(isComplete: true);
                WriteObject(_file is null ? text : new FileInfo(_file));
            });
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        try
        {
            // Ctrl+C and Select-Object -First come here without EndProcessing: what was written so far stays, and says that it is a part.
            _report?.Dispose();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // The pipeline is over: there is nobody left to tell.
        }
    }

    private ReportItem? Item(object? input)
    {
        object? result = Rehydration.Restore(input);
        object? plain = result is PSObject wrapped ? wrapped.BaseObject : result;
        if (plain is ErrorRecord error)
        {
            return Unusable(error);
        }

        ReportItem? item = plain is IResult known ? ReportItem.Of(known) : null;
        if (item is null)
        {
            WriteFault(
                ErrorId.InvalidInput,
                $"Export-TlsReport takes results of this module; {(plain is null ? "nothing" : $"a {plain.GetType().Name}")} is none " +
                $"that a report tells of.",
                "Pipe Test-TlsEndpoint, Get-CertificateChain, Test-PemBundle, Get-TrustBundleEnvironment, Find-MissingIssuer or " +
                "Compare-TlsReport into it.",
                input);
        }

        return item;
    }

    // What was "2>&1" into the pipeline; an endpoint that is not trusted has its report already.
    private static ReportItem? Unusable(ErrorRecord error) =>
        error.FullyQualifiedErrorId.StartsWith(nameof(ErrorId.EndpointUntrusted), StringComparison.Ordinal)
        || error.FullyQualifiedErrorId.StartsWith(nameof(ErrorId.EndpointUnreachable), StringComparison.Ordinal)
            ? null
            : ReportItem.Unusable($"{error.TargetObject}", error.Exception.Message, (error.Exception as TlsTrustException)?.Line ?? 0);

    private bool Prepare()
    {
        _file = FilePaths.Destination(this, Destination!, WriteError);
        if (_file is null)
        {
            return false;
        }

        if (File.Exists(_file) && !Force)
        {
            WriteFault(ErrorId.FileExists, $"'{_file}' exists.", "Give another -Destination, or -Force to overwrite it.", _file);
            return false;
        }

        return ShouldProcess(_file, "Write the report");
    }

    private void Write(Action write)
    {
        if (_failed)
        {
            return;
        }

        try
        {
            write();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            _failed = true;
            WriteFault(ErrorId.FileNotWritable, $"'{_file}' can't be written: {fault.Message}",
                "Check the folder, the rights on it and the space there.", _file, fault);
        }
    }
}
