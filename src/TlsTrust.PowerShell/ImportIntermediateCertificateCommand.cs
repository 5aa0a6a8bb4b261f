using System.Management.Automation;
using TlsTrust.Bundles;
using TlsTrust.Certificates;
using TlsTrust.Connections.Downloads;
using TlsTrust.Connections.Proxies;
using TlsTrust.Issuers;
using TlsTrust.Stores;

namespace TlsTrust.PowerShell;

/// <summary>Keeps intermediate CA certificates at hand: every cmdlet that completes a chain looks for them there.</summary>
[Cmdlet(VerbsData.Import, "IntermediateCertificate", HelpUri = HelpPage.Root + "Import-IntermediateCertificate.md",
    DefaultParameterSetName = PathSet, SupportsShouldProcess = true)]
[OutputType(typeof(IntermediateImportResult))]
public sealed class ImportIntermediateCertificateCommand : TlsTrustCommand
{
    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";
    private const string UriSet = "Uri";
    private const string InputObjectSet = "InputObject";

    private IssuerCache _cache = null!;

    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = PathSet)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = LiteralPathSet)]
    [Alias("PSPath", "FullName")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    [Parameter(Mandatory = true, ParameterSetName = UriSet)]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(NothingCompleter))]
    public Uri[] Uri { get; set; } = [];

    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = InputObjectSet)]
    [ResultTransformation]
    [ArgumentCompleter(typeof(NothingCompleter))]
    public IResult[] InputObject { get; set; } = [];

    [Parameter(ParameterSetName = UriSet)]
    [ValidateRange(1, 3600)]
    [ArgumentCompleter(typeof(NothingCompleter))]
    public int TimeoutSeconds { get; set; }

    [Parameter(ParameterSetName = UriSet)]
    public SwitchParameter AllowPrivateAddress { get; set; }

    [Parameter]
    public SwitchParameter ClearCache { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        if (IssuerCache.Of(ProcessEnvironment.Instance) is not { } found)
        {
            ThrowFault(ErrorId.FileNotWritable, "This user has no folder for caches.", "Set HOME, or XDG_CACHE_HOME.", null);
            return;
        }

        _cache = found;
        if (ClearCache && ShouldProcess(_cache.Folder, "Delete the cached intermediates"))
        {
            _cache.Clear();
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (string file in FilePaths.Resolve(this, Path, literal: false, WriteError)
            .Concat(FilePaths.Resolve(this, LiteralPath, literal: true, WriteError)))
        {
            try
            {
                Take(file, IntermediateImport.ReadFile(file));
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                WriteFault(ErrorId.FileUnreadable, $"'{file}' can't be read: {fault.Message}",
                    "Check that it is a file, and that this user may read it.", file, fault);
            }
        }

        foreach (IResult result in InputObject)
        {
            Take(result);
        }

        foreach (Uri uri in Uri)
        {
            if (!uri.IsAbsoluteUri)
            {
                WriteFault(ErrorId.InvalidInput, $"'{uri}' is no address with a scheme.",
                    "Give http://… or https://…; files are for -Path.", uri);
                continue;
            }

            CertificateUrlOptions options = new()
            {
                Proxy = SharedParameters.Proxies(this),
                AllowPrivateAddress = AllowPrivateAddress,
                FetchTimeout = SharedParameters.Limit(TimeoutSeconds) ?? IntermediateImport.Timeout,
            };
            FetchedContent fetched = Await(IntermediateImport.FetchAsync(uri, options, StopToken));
            if (fetched.Outcome == FetchOutcome.Fetched)
            {
                Take(uri.ToString(), IntermediateImport.ReadDownload(fetched.Content));
            }
            else
            {
                WriteFault(ErrorId.FileUnreadable, $"'{uri}' gave no list: {fetched.Detail}",
                    "Check the address, or download the list by other means and give it by -Path.", uri);
            }
        }
    }

    private void Take(IResult result)
    {
        List<AdditionalCertificate> held = [];
        if (BundleInput.TryTake(result, held, out string reason))
        {
            Take(result.ToString()!,
                [.. held.Select(additional => additional.Certificate).Where(certificate => certificate.IsCA).Distinct()]);
        }
        else if (result is EndpointReport or CertificateChain or IssuerMatch)
        {
            WriteWarning(reason);
        }
        else
        {
            WriteFault(ErrorId.InvalidInput, $"A {result.GetType().Name} holds no intermediate certificates.",
                "Pipe Find-MissingIssuer, Test-TlsEndpoint or Get-CertificateChain into it, or give files.", result);
        }
    }

    private void Take(string origin, IReadOnlyList<Certificate> certificates)
    {
        if (certificates.Count == 0)
        {
            WriteFault(ErrorId.NoCertificateFound, $"There is no certificate in '{origin}'.",
                "Give a certificate file, or a report of CCADB that has a column with PEM.", origin);
        }
        else if (ShouldProcess(_cache.Folder, $"Keep {certificates.Count} certificates of {origin}"))
        {
            try
            {
                (int added, int known, int notCa) = _cache.Import(certificates);
                WriteObject(
                    new IntermediateImportResult { Origin = origin, Added = added, AlreadyKnown = known, NotCa = notCa,
                        CacheFolder = _cache.Folder });
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                WriteFault(ErrorId.FileNotWritable, $"The cache can't be written: {fault.Message}",
                    "Make room with -ClearCache, or check the rights on the folder.", _cache.Folder, fault);
            }
        }
    }
}
