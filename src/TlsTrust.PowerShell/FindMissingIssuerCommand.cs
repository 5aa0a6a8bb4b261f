using System.Management.Automation;
using System.Text;
using TlsTrust.Diagnosis;
using TlsTrust.Diagnosis.Chains;
using TlsTrust.Files;
using TlsTrust.Issuers;
using TlsTrust.Stores;

namespace TlsTrust.PowerShell;

/// <summary>Finds the issuers that a server does not send, or a file does not hold.</summary>
[Cmdlet(VerbsCommon.Find, "MissingIssuer", HelpUri = HelpPage.Root + "Find-MissingIssuer.md", DefaultParameterSetName = EndpointSet)]
[OutputType(typeof(IssuerMatch), ParameterSetName = [EndpointSet, PathSet, LiteralPathSet, CertificateSet, InputObjectSet, StoreSet])]
public sealed class FindMissingIssuerCommand : ChainInputCommand
{
    private readonly List<IssuerMatch> _found = [];
    private MissingIssuerOptions _options = null!;
    private MissingIssuerSearch? _search;
    private ScanProgress? _progress;
    private string? _file;

    [Parameter]
    public SwitchParameter IncludeRoot { get; set; }

    [Parameter]
    public SwitchParameter All { get; set; }

    [Parameter]
    [Alias("OutFile")]
    [ValidateNotNullOrEmpty]
    public string? Destination { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    [Parameter]
    public SwitchParameter ClearCache { get; set; }

    /// <inheritdoc/>
    private protected override EndpointTestOptions TestOptions => new() { Store = _options.Store, NoDownload = true, At = _options.At };

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        if (Destination is not null)
        {
            _file = FilePaths.Destination(this, Destination, ThrowTerminatingError);
            if (File.Exists(_file) && !Force)
            {
                ThrowFault(ErrorId.FileExists, $"'{_file}' exists.", "Give another -Destination, or -Force to overwrite it.", _file);
            }
        }

        IssuerCache? cache = IssuerCache.Of(ProcessEnvironment.Instance);
        if (ClearCache)
        {
            cache?.Clear();
        }

        _options = new()
        {
            Store = Anchors,
            AtHand = [.. GivenSources, .. MachineSources.Of(ProcessEnvironment.Instance), .. cache is null ? Array.Empty<IssuerSource>()
                : [cache.Downloaded()]],
            Cache = cache,
            NoDownload = NoDownload,
            Urls = Urls,
            IncludeRoot = IncludeRoot,
            All = All,
            At = AtTime,
            Trace = Trace,
            TimeLimit = Limit ?? IssuerFinder.MaxSearchTime,
        };
        _search = new(_options);
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        base.EndProcessing();
        _progress?.End();
        if (_file is not null && _found.Exists(match => match.Certificate is not null))
        {
            try
            {
                AtomicFile.Write(_file, Encoding.ASCII.GetBytes(IssuerMatches.Pem(_found)), new() { Overwrite = Force });
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                WriteFault(ErrorId.FileNotWritable, $"'{_file}' can't be written: {fault.Message}",
                    "Check the folder and the rights on it.", _file, fault);
            }
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _search?.Dispose();
    }

    /// <inheritdoc/>
    private protected override void Process(PresentedCertificates presented) => Find(_search!, presented);

    /// <inheritdoc/>
    private protected override void Process(EndpointReport report)
    {
        if (report.Presented.Count == 0)
        {
            WriteWarning($"Nothing to do for {report.Endpoint}: {report.Summary}");
            return;
        }

        FindAsJudged(report.AnchorStore, report.AnchorParts, report.CheckedAt, report.Machine, PresentedCertificates.From(report));
    }

    /// <inheritdoc/>
    private protected override void Process(CertificateChain chain) =>
        FindAsJudged(chain.AnchorStore, chain.AnchorParts, chain.CheckedAt, machine: null, PresentedCertificates.From(chain));

    // What a result was judged with travels with it, unless another store or time is asked for.
    private void FindAsJudged(string store, IReadOnlyList<string> parts, DateTime checkedAt, string? machine,
        PresentedCertificates presented)
    {
        using MissingIssuerSearch itsOwn = new(_options with
        {
            Store = TrustStore is null && OwnStore(store, parts, Anchors, machine) is { } own ? own : Anchors,
            At = AtTime ?? checkedAt,
        });
        Find(itsOwn, presented);
    }

    private void Find(MissingIssuerSearch with, PresentedCertificates presented)
    {
        IReadOnlyList<IssuerMatch> matches = Await(with.FindAsync(presented, StopToken));
        WriteTrace();
        _found.AddRange(matches);
        _progress ??= new(this, "Find-MissingIssuer", "with an issuer that was not found");
        _progress.Add(matches.Any(match => match.Status == IssuerStatus.NotFound));
        WriteObject(matches, enumerateCollection: true);
    }
}
