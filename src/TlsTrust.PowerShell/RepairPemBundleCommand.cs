using System.Management.Automation;
using System.Net;
using System.Security;
using TlsTrust.Bundles;
using TlsTrust.Bundles.Forms;
using TlsTrust.Certificates;
using TlsTrust.Connections.Downloads;
using TlsTrust.Issuers;
using TlsTrust.Stores;

namespace TlsTrust.PowerShell;

/// <summary>Writes PEM files as they should be, and says what was changed and why.</summary>
[Cmdlet(VerbsDiagnostic.Repair, "PemBundle", HelpUri = HelpPage.Root + "Repair-PemBundle.md", DefaultParameterSetName = PathSet,
    SupportsShouldProcess = true)]
[OutputType(typeof(PemRepairReport))]
public sealed class RepairPemBundleCommand : PemBundleCommand
{
    private readonly List<AdditionalCertificate> _gathered = [];
    private readonly List<(string File, BundleRepairOptions Options)> _named = [];
    private ScanProgress? _progress;
    private AiaClient? _aia;
    private IssuerFinder? _finder;
    private string? _destination;
    private bool _destinationUsed;

    // Boxed, since a field of an engine's enum would load the engine when the module is imported.
    private object? _form;

    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = PathSet)]
    [Parameter(Position = 0, ParameterSetName = InputObjectSet)]
    [Parameter(Position = 0, ParameterSetName = CertificateSet)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = InputObjectSet)]
    [ResultTransformation]
    [ArgumentCompleter(typeof(NothingCompleter))]
    public IResult[] InputObject { get; set; } = [];

    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = CertificateSet)]
    [CertificateTransformation]
    [ArgumentCompleter(typeof(NothingCompleter))]
    public Certificate[] Certificate { get; set; } = [];

    [Parameter]
    [Alias("OutFile")]
    [ValidateNotNullOrEmpty]
    public string? Destination { get; set; }

    [Parameter]
    public SwitchParameter AddMissing { get; set; }

    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] SearchPath { get; set; } = [];

    [Parameter]
    public SwitchParameter NoDownload { get; set; }

    [Parameter]
    public SwitchParameter AllowPrivateAddress { get; set; }

    [Parameter]
    public BundleForm Form { get => (BundleForm)(_form ?? BundleForm.FullChain); set => _form = value; }

    [Parameter]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(NothingCompleter))]
    public SecureString? NewPassword { get; set; }

    [Parameter]
    public SwitchParameter ForOldReaders { get; set; }

    [Parameter]
    public SwitchParameter PlainKey { get; set; }

    [Parameter]
    [ValidateRange(1, 3600)]
    [ArgumentCompleter(typeof(NothingCompleter))]
    public int TimeoutSeconds { get; set; }

    [Parameter]
    public SwitchParameter KeepText { get; set; }

    [Parameter]
    public SwitchParameter NoBackup { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _destination = Destination is null ? null : FilePaths.Destination(this, Destination, ThrowTerminatingError);
        if (_destination is not null && File.Exists(_destination) && !Force)
        {
            ThrowFault(ErrorId.FileExists, $"'{_destination}' exists.", "Give another -Destination, or -Force to overwrite it.",
                _destination);
        }

        if (Form != BundleForm.FullChain && _destination is null)
        {
            ThrowFault(ErrorId.InvalidCombination, $"-Form {Form} writes another file than the one that is read, and none is named.",
                "Give -Destination: a file, or a folder for -Form Split.", Form);
        }

        if (SearchPath.Length > 0 && !AddMissing)
        {
            ThrowFault(ErrorId.InvalidCombination, "-SearchPath says where -AddMissing looks, and that is not given.",
                "Give -AddMissing too, or leave -SearchPath out.", SearchPath);
        }

        if (AddMissing)
        {
            TimeSpan? limit = SharedParameters.Limit(TimeoutSeconds);
            CertificateUrlOptions urls = new() { AllowPrivateAddress = AllowPrivateAddress, Proxy = SharedParameters.Proxies(this) };
            _aia = NoDownload ? null : new AiaClient(SharedParameters.Within(urls, limit));
            _finder = new IssuerFinder(new IssuerSources
            {
                Local = [.. SharedParameters.AtHand(this, SearchPath), .. MachineSources.Of(ProcessEnvironment.Instance)],
                Aia = _aia,
                TimeLimit = limit ?? IssuerFinder.MaxSearchTime,
            });
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        _gathered.AddRange(
            Certificate.Select(certificate =>
                new AdditionalCertificate(certificate,
                    new CertificateOrigin { Kind = CertificateOriginKind.Pipeline, Location = "the pipeline" }) { IsExplicit = true }));
        foreach (IResult result in InputObject)
        {
            if (result is PemRepairReport && IsElsewhere(result))
            {
                continue;
            }

            if (result is PemRepairReport report && BundleRepair.FileOf(report) is { Length: > 0 } file)
            {
                _named.Add((file, Options.After(report)));
            }
            else if (!BundleInput.TryTake(result, _gathered, out string reason))
            {
                WriteWarning(reason);
            }
        }

        if (ParameterSetName is PathSet or LiteralPathSet)
        {
            bool literal = ParameterSetName == LiteralPathSet;
            foreach (string file in Files(literal ? LiteralPath : Path, literal))
            {
                Guarded(file, () => Repair(file, Options));
            }
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (ParameterSetName is not (InputObjectSet or CertificateSet))
        {
            _progress?.End();
            return;
        }

        // What came through the pipeline belongs together: it goes into each file that is named.
        (string File, BundleRepairOptions Options)[] files =
            [.. Files(Path, literal: false).Select(file => (file, Options)),
                .. _named.SelectMany(n => Files([n.File], literal: true).Select(file => (file, n.Options)))];
        foreach ((string file, BundleRepairOptions options) in files)
        {
            Guarded(file, () => Repair(file, options));
        }

        _progress?.End();
        if (files.Length == 0 && Path.Length == 0 && _named.Count == 0 && _gathered.Count > 0)
        {
            if (_destination is null)
            {
                WriteFault(ErrorId.InvalidCombination, "There is neither a file to repair nor a -Destination.",
                    "Name the file that the certificates belong into, or -Destination for a new one.", null);
                return;
            }

            Carry(Await(
                BundleRepair.PlanAsync("", ReadOnlyMemory<byte>.Empty, Options with { Additional = _gathered }, _finder, Store,
                    StopToken)));
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _aia?.Dispose();
    }

    private static string Count(int number, string word) => $"{number} {word}{(number == 1 ? "" : "s")}";

    private void Repair(string file, BundleRepairOptions options)
    {
        BundlePlan plan =
            Await(BundleRepair.PlanAsync(file, options with { Additional = _gathered, KeepText = KeepText }, _finder, Store, StopToken));
        Carry(plan);
        _progress ??= new(this, "Repair-PemBundle", "were not sound");
        _progress.Add(!plan.Report.IsSound);
    }

    private void Carry(BundlePlan plan)
    {
        foreach (IssuerAttempt attempt in plan.Sought)
        {
            WriteVerbose($"{attempt}");
        }

        PemRepairReport report = plan.Report;
        string? elsewhere = BundleRepair.Elsewhere(report.Path, _destination);
        string target = elsewhere ?? report.Path;
        if (_destinationUsed)
        {
            WriteFault(ErrorId.InvalidCombination,
                $"-Destination names one file, and '{report.Path}' would be the second to be written there.",
                    "Repair one file at a time where there is a -Destination.", report.Path);
            return;
        }

        if (BundleRepair.RefusalReason(plan, elsewhere) is { } reason)
        {
            WriteObject(BundleRepair.Refused(report, reason));
            string remedy = plan.Certificates.Count == 0 ? "Give a file that holds a certificate, and -Password where it wants one."
                : plan.NeedsDestination && elsewhere is null ? "Give -Destination for another file."
                : "Each server wants a file of its own; -KeyPath says which certificate is the server's where its key is not in the file.";
            WriteFault(ErrorId.InvalidInput, $"'{report.Path}' is left as it is: {reason}", remedy, report.Path);
            return;
        }

        _destinationUsed = _destination is not null;
        if (Form != BundleForm.FullChain)
        {
            CarryForm(plan, _destination!);
            return;
        }

        bool writes = elsewhere is not null || report.Changed;
        if (writes && ShouldProcess(target,
            $"Write the repaired bundle: {Count(report.Changes.Count, "change")}, {Count(report.After.Count, "certificate")}"))
        {
            try
            {
                report = BundleRepair.Apply(plan, elsewhere, Force, backup: !NoBackup, DateTime.UtcNow);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                WriteObject(report with { Destination = elsewhere });
                WriteFault(ErrorId.FileNotWritable, $"'{target}' was not written: {fault.Message}",
                    "See to it that this user may write the file and its folder, or name another -Destination.", target, fault);
                return;
            }
        }

        WriteObject(report.Destination is null && elsewhere is not null ? report with { Destination = elsewhere } : report);
    }

    private void CarryForm(BundlePlan plan, string target)
    {
        try
        {
            IReadOnlyList<FormFile> files = FormWriter.Write(plan, new()
            {
                Form = Form,
                Password = Options.Password,
                NewPassword = NewPassword is null ? null : new NetworkCredential("", NewPassword).Password,
                ForOldReaders = ForOldReaders,
                PlainKey = PlainKey,
                Key = Options.Key,
                At = Options.At,
                Cancellation = StopToken,
            });
            WriteObject(ShouldProcess(target, $"Write the repaired chain as {Form}: {Count(plan.Report.After.Count, "certificate")}")
                ? FormRepair.Apply(plan, files, target, Force, backup: !NoBackup, DateTime.UtcNow)
                : FormRepair.Described(plan.Report, files, target));
        }
        catch (OperationCanceledException) when (StopToken.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
        catch (FormException fault)
        {
            WriteObject(BundleRepair.Refused(plan.Report, fault.Message));
            WriteFault(ErrorId.InvalidInput, $"'{plan.Report.Path}' can't be written as {Form}: {fault.Message}",
                "Give what is missing, or another -Form.", plan.Report.Path, fault);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            WriteObject(plan.Report with { Destination = target });
            WriteFault(ErrorId.FileNotWritable, $"'{target}' was not written: {fault.Message}",
                "See to it that this user may write there, give -Force to replace files, or name another -Destination.", target, fault);
        }
    }
}
