using System.Collections.Concurrent;
using System.Management.Automation;
using System.Net;
using System.Security;
using TlsTrust.CertificateFiles.Defects;
using TlsTrust.Certificates;
using TlsTrust.Connections.Downloads;
using TlsTrust.Connections.Handshakes;
using TlsTrust.Connections.Proxies;
using TlsTrust.Diagnosis;
using TlsTrust.Diagnosis.Chains;
using TlsTrust.Issuers;
using TlsTrust.Stores;

namespace TlsTrust.PowerShell;

/// <summary>What a chain can be taken from: endpoints, files, certificates, stores, and the results of other cmdlets.</summary>
public abstract class ChainInputCommand : TlsTrustCommand
{
    private protected const string EndpointSet = "Endpoint";
    private protected const string PathSet = "Path";
    private protected const string LiteralPathSet = "LiteralPath";
    private protected const string CertificateSet = "Certificate";
    private protected const string InputObjectSet = "InputObject";
    private protected const string StoreSet = "Store";

    private readonly ConcurrentQueue<string> _trace = new();
    private readonly List<StoredCertificate> _gathered = [];
    private RecordPump<Endpoint, EndpointReport>? _pump;
    private ProxySetting _proxies = ProxySetting.None;

    // Boxed, since a field of an engine's enum would load the engine when the module is imported.
    private object? _startTls;

    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = EndpointSet)]
    [Alias("ComputerName", "DnsName", "Uri")]
    [EndpointOrPathTransformation]
    [ArgumentCompleter(typeof(HostOrPathCompleter))]
    public Endpoint[] Endpoint { get; set; } = [];

    [Parameter(Mandatory = true, ParameterSetName = PathSet)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = LiteralPathSet)]
    [Alias("PSPath", "FullName")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = CertificateSet)]
    [CertificateTransformation]
    [ArgumentCompleter(typeof(NothingCompleter))]
    public Certificate[] Certificate { get; set; } = [];

    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = InputObjectSet)]
    [ResultTransformation]
    [ArgumentCompleter(typeof(NothingCompleter))]
    public IResult[] InputObject { get; set; } = [];

    [Parameter(Mandatory = true, ParameterSetName = StoreSet)]
    [ArgumentCompleter(typeof(StoreCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Store { get; set; } = [];

    [Parameter(ParameterSetName = EndpointSet)]
    [ValidateRange(1, 65535)]
    [ArgumentCompleter(typeof(NothingCompleter))]
    public int Port { get; set; }

    [Parameter(ParameterSetName = EndpointSet)]
    public StartTlsProtocol? StartTls { get => (StartTlsProtocol?)_startTls; set => _startTls = value; }

    [Parameter(ParameterSetName = EndpointSet)]
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = LiteralPathSet)]
    [ArgumentCompleter(typeof(NothingCompleter))]
    public SecureString? Password { get; set; }

    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? TrustStore { get; set; }

    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] SearchPath { get; set; } = [];

    [Parameter]
    public SwitchParameter NoDownload { get; set; }

    [Parameter]
    public SwitchParameter AllowPrivateAddress { get; set; }

    [Parameter]
    [ValidateRange(1, 3600)]
    [ArgumentCompleter(typeof(NothingCompleter))]
    public int TimeoutSeconds { get; set; }

    [Parameter]
    [ArgumentCompleter(typeof(NothingCompleter))]
    public DateTime At { get; set; }

    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NothingCompleter))]
    public string? Proxy { get; set; }

    [Parameter]
    [Credential]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(NothingCompleter))]
    public PSCredential? ProxyCredential { get; set; }

    [Parameter]
    public SwitchParameter NoProxy { get; set; }

    /// <summary>The store in use.</summary>
    private protected TrustStore Anchors { get; private set; } = null!;

    /// <summary>The time that was given, UTC; null for now.</summary>
    private protected DateTime? AtTime => SharedParameters.At(this, At);

    /// <summary>The time limit for the whole of one item; null where none was given.</summary>
    private protected TimeSpan? Limit => SharedParameters.Limit(TimeoutSeconds);

    /// <summary>How URLs in certificates are fetched.</summary>
    private protected CertificateUrlOptions Urls =>
        SharedParameters.Within(new CertificateUrlOptions { Proxy = _proxies, AllowPrivateAddress = AllowPrivateAddress }, Limit);

    /// <summary>Given files and folders.</summary>
    private protected IReadOnlyList<IssuerSource> GivenSources => SharedParameters.AtHand(this, SearchPath);

    /// <summary>How endpoints are tested before their chain is looked at.</summary>
    private protected abstract EndpointTestOptions TestOptions { get; }

    /// <summary>Takes certificates that lie together.</summary>
    private protected abstract void Process(PresentedCertificates presented);

    /// <summary>Takes what an endpoint sent, or a report from the pipeline.</summary>
    private protected abstract void Process(EndpointReport report);

    /// <summary>A report from the pipeline as this command's parameters want it judged.</summary>
    private protected virtual EndpointReport Judged(EndpointReport saved) => saved;

    /// <summary>Takes a chain from the pipeline.</summary>
    private protected virtual void Process(CertificateChain chain) => Process(PresentedCertificates.From(chain));

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        Anchors = SharedParameters.Store(this, TrustStore);
        _proxies = SharedParameters.Proxies(this, Proxy, ProxyCredential, NoProxy);
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (Endpoint endpoint in Endpoint)
        {
            if (EndpointOrPathTransformationAttribute.IsPath(endpoint))
            {
                // A name that is there is meant as it is, whatever [ ] it has in it.
                Files([endpoint.Input!], literal: FilePaths.Exists(this, endpoint.Input!));
            }
            else if (endpoint.Error is not null)
            {
                WriteFault(ErrorId.InvalidEndpoint, endpoint.Error,
                    "Give host, host:port, [v6]:port, a URI such as smtp://host, or the path of a certificate file.", endpoint.Input);
            }
            else
            {
                _pump ??= new((endpoints, stop) => EndpointTester.TestAsync(endpoints, Connecting(TestOptions), stop), StopToken);
                _pump.Add(Port > 0 ? endpoint.WithDefaultPort(Port) : endpoint, Process);
            }
        }

        Files(Path, literal: false);
        Files(LiteralPath, literal: true);

        // Certificates that come one by one through a pipeline belong together: a leaf and its issuers, or many leaves.
        _gathered.AddRange(
            Certificate.Select(certificate =>
                new StoredCertificate(certificate,
                    new CertificateOrigin { Kind = CertificateOriginKind.Pipeline, Location = "pipeline" })));
        foreach (IResult result in InputObject)
        {
            switch (result)
            {
                case EndpointReport report:
                    Process(Judged(report));
                    break;
                case CertificateChain chain:
                    Process(chain);
                    break;
                case IssuerMatch { Certificate: not null } match:
                    Process(PresentedCertificates.From(match.Origin, [match.Certificate], []));
                    break;
                case MachineFailure failure:
                    WriteWarning($"Nothing to do for {failure.Machine}: {failure.Summary}");
                    break;
                case IssuerMatch match:
                    WriteWarning($"Nothing to do for {match.Origin}: {match.Summary}");
                    break;
                default:
                    WriteFault(ErrorId.InvalidInput, $"{MyInvocation.MyCommand.Name} takes reports, chains and issuer matches; a " +
                        $"{result.GetType().Name} holds no chain.", "Give the endpoint, the file or the certificates themselves.", result);
                    break;
            }
        }

        Stores();
        WriteTrace();
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        _pump?.Complete(Process);
        if (_gathered.Count > 0)
        {
            Process(new PresentedCertificates { Origin = "pipeline", Certificates = _gathered });
        }

        WriteTrace();
    }

    /// <summary>Notes a line for -Verbose, from any thread.</summary>
    private protected void Trace(string line) => _trace.Enqueue(line);

    /// <summary>Writes what was noted.</summary>
    private protected void WriteTrace()
    {
        while (_trace.TryDequeue(out string? line))
        {
            WriteVerbose(line);
        }
    }

    private EndpointTestOptions Connecting(EndpointTestOptions options)
    {
        ConnectionOptions connection = options.Connection with { StartTls = StartTls, Proxy = _proxies };
        return options with { Connection = SharedParameters.Within(connection, Limit), Trace = Trace };
    }

    private void Files(string[] paths, bool literal)
    {
        foreach (string file in FilePaths.Resolve(this, paths, literal, WriteError))
        {
            PresentedCertificates presented;
            try
            {
                presented = PresentedCertificates.FromPath(file, Password is null ? null
                    : new NetworkCredential("", Password).Password, StopToken);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                WriteFault(ErrorId.FileUnreadable, $"'{file}' can't be read: {fault.Message}",
                    "Check that it is a certificate file, and that this user may read it.", file, fault);
                continue;
            }

            if (presented.Certificates.Count > 0)
            {
                Process(presented);
            }
            else if (presented.Defects.Any(defect => defect.Kind == PemDefectKind.PasswordNeeded))
            {
                WriteFault(ErrorId.WrongPassword, $"'{file}': {presented.Defects[0].Message}",
                    "Give its password with -Password (a SecureString: Read-Host -AsSecureString).", file);
            }
            else
            {
                WriteFault(ErrorId.NoCertificateFound, $"There is no certificate in " +
                    $"'{file}'{string.Concat(presented.Defects.Take(3).Select(defect => $"; {defect}".TrimEnd('.')))}.",
                        "Give a file with certificates in PEM, DER, PKCS#7, PKCS#12 or Java key store form; Test-PemBundle says what " +
                        "is wrong with a PEM file.", file);
            }
        }
    }

    private void Stores()
    {
        foreach (string name in Store)
        {
            if (TrustStores.Named(name, ProcessEnvironment.Instance) is not { } store)
            {
                WriteFault(ErrorId.InvalidInput, $"There is no store '{name}' on this platform.",
                    $"Give one of {string.Join(", ", TrustStores.Names(ProcessEnvironment.Instance))}.", name);
            }
            else if (!store.IsUsable)
            {
                WriteFault(ErrorId.NoCertificateFound, $"There is no certificate in the store '{name}': {string.Join("; ", store.Faults)}",
                    "Give another store; -Store completes the names that there are.", name);
            }
            else
            {
                Process(new PresentedCertificates { Origin = $"store {store.Name}", Certificates = store.Anchors });
            }
        }
    }
}
