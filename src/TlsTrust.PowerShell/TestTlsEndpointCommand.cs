using System.Collections.Concurrent;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Net;
using System.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TlsTrust.Clients;
using TlsTrust.Connections.Downloads;
using TlsTrust.Connections.Handshakes;
using TlsTrust.Connections.MailExchangers;
using TlsTrust.Connections.Proxies;
using TlsTrust.Diagnosis;
using TlsTrust.Environment.Insecure;
using TlsTrust.Issuers;
using TlsTrust.PowerShell.Remoting;
using TlsTrust.Revocation;
using TlsTrust.Stores;

namespace TlsTrust.PowerShell;

/// <summary>Says whether endpoints are trusted, and if not, which one cause it is, how that is known and what to do.</summary>
[Cmdlet(VerbsDiagnostic.Test, "TlsEndpoint", HelpUri = HelpPage.Root + "Test-TlsEndpoint.md", DefaultParameterSetName = EndpointSet)]
[OutputType(typeof(EndpointReport), ParameterSetName = [EndpointSet, InputObjectSet])]
[OutputType(typeof(MachineFailure), ParameterSetName = [EndpointSet, InputObjectSet])]
[OutputType(typeof(bool), ParameterSetName = [EndpointSet, InputObjectSet])]
public sealed class TestTlsEndpointCommand : TlsTrustCommand
{
    private const string EndpointSet = "Endpoint";
    private const string InputObjectSet = "InputObject";

    private readonly ConcurrentQueue<string> _trace = new();
    private EndpointTestOptions _options = null!;
    private string[] _addedFiles = [];
    private StoredCertificate[] _added = [];
    private RecordPump<Endpoint, EndpointReport>? _pump;
    private ScanProgress? _progress;
    private HashSet<string>? _seen;
    private Fleet? _fleet;
    private bool _allTrusted = true;
    private bool _anyTested;

    // Boxed, since a field of an engine's enum would load the engine when the module is imported: PowerShell lists the exported types,
    // and the runtime lays out their value-typed fields.
    private object? _startTls;
    private object? _revocation;

    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = EndpointSet)]
    [Alias("ComputerName", "DnsName", "Uri")]
    [AllowEmptyCollection]
    [EndpointTransformation]
    [ArgumentCompleter(typeof(HostCompleter))]
    public Endpoint[] Endpoint { get; set; } = [];

    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = InputObjectSet)]
    [ResultTransformation]
    [ArgumentCompleter(typeof(NothingCompleter))]
    public IResult[] InputObject { get; set; } = [];

    [Parameter(ParameterSetName = EndpointSet)]
    [ValidateRange(1, 65535)]
    [ArgumentCompleter(typeof(NothingCompleter))]
    public int Port { get; set; }

    [Parameter]
    [Alias("ServerName")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(HostCompleter))]
    public string? HostName { get; set; }

    [Parameter(ParameterSetName = EndpointSet)]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(NothingCompleter))]
    public IPAddress? Address { get; set; }

    [Parameter(ParameterSetName = EndpointSet)]
    public SwitchParameter AllAddresses { get; set; }

    [Parameter(ParameterSetName = EndpointSet)]
    public SwitchParameter AllChains { get; set; }

    [Parameter(ParameterSetName = EndpointSet)]
    [ValidateRange(2, 100)]
    [ArgumentCompleter(typeof(NothingCompleter))]
    public int Repeat { get; set; } = 1;

    [Parameter(ParameterSetName = EndpointSet)]
    public SwitchParameter ProbeLegacyProtocol { get; set; }

    [Parameter(ParameterSetName = EndpointSet)]
    public StartTlsProtocol? StartTls { get => (StartTlsProtocol?)_startTls; set => _startTls = value; }

    [Parameter(ParameterSetName = EndpointSet)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NothingCompleter))]
    public string? Proxy { get; set; }

    [Parameter(ParameterSetName = EndpointSet)]
    [Credential]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(NothingCompleter))]
    public PSCredential? ProxyCredential { get; set; }

    [Parameter(ParameterSetName = EndpointSet)]
    public SwitchParameter NoProxy { get; set; }

    [Parameter(ParameterSetName = EndpointSet)]
    [ValidateNotNull]
    public object? ClientCertificate { get; set; }

    [Parameter(ParameterSetName = EndpointSet)]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(NothingCompleter))]
    public SecureString? ClientCertificatePassword { get; set; }

    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? TrustStore { get; set; }

    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] AdditionalAnchor { get; set; } = [];

    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] SearchPath { get; set; } = [];

    [Parameter(ParameterSetName = EndpointSet)]
    public SwitchParameter NoDownload { get; set; }

    [Parameter(ParameterSetName = EndpointSet)]
    public SwitchParameter AllowPrivateAddress { get; set; }

    [Parameter(ParameterSetName = EndpointSet)]
    public RevocationMode Revocation { get => (RevocationMode)(_revocation ?? RevocationMode.None); set => _revocation = value; }

    [Parameter]
    [ArgumentCompleter(typeof(NothingCompleter))]
    public DateTime At { get; set; }

    [Parameter]
    [ValidateRange(0, 3650)]
    [ArgumentCompleter(typeof(NothingCompleter))]
    public int WarnDays { get; set; } = 30;

    [Parameter(ParameterSetName = EndpointSet)]
    [ValidateRange(1, 3600)]
    [ArgumentCompleter(typeof(NothingCompleter))]
    public int TimeoutSeconds { get; set; }

    [Parameter(ParameterSetName = EndpointSet)]
    [ValidateRange(1, 1024)]
    [ArgumentCompleter(typeof(NothingCompleter))]
    public int ThrottleLimit { get; set; } = 32;

    [Parameter]
    [ValidateNotNullOrEmpty]
    [ExpectedCertificate]
    public string[] ExpectedCertificate { get; set; } = [];

    [Parameter(ParameterSetName = EndpointSet)]
    public SwitchParameter Ordered { get; set; }

    [Parameter(ParameterSetName = EndpointSet)]
    public SwitchParameter Unique { get; set; }

    [Parameter(ParameterSetName = EndpointSet)]
    public SwitchParameter MailExchanger { get; set; }

    [Parameter(ParameterSetName = EndpointSet)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NothingCompleter))]
    public string? XmppDomain { get; set; }

    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NothingCompleter))]
    public PSSession[] Session { get; set; } = [];

    [Parameter]
    public SwitchParameter Quiet { get; set; }

    [Parameter]
    public SwitchParameter All { get; set; }

    [Parameter]
    public SwitchParameter ErrorIfUntrusted { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        Require(!All || Quiet, "-All gives one answer for everything, which only -Quiet does.", "Add -Quiet, or leave -All out.");
        Require(Address is null || !AllAddresses, "-Address names one address, -AllAddresses wants all of them.", "Give one of them.");
        Require(ClientCertificatePassword is null
            || ClientCertificate is not null, "-ClientCertificatePassword is for the file that -ClientCertificate names.",
                "Name the file, or leave the password out.");
        Require(
            ExpectedCertificate.All(ExpectedCertificateAttribute.IsDigest),
            $"-ExpectedCertificate: " +
            $"'{string.Join("', '", ExpectedCertificate.Where(text => !ExpectedCertificateAttribute.IsDigest(text)))}' is neither a file " +
            $"with a certificate nor a SHA-256 or SHA-1 fingerprint.",
            "Give a PEM, DER or PKCS#7 file, a fingerprint, or a certificate object.");
        _fleet = Fleet.Of(this, Session, ThrottleLimit, nameof(Endpoint), nameof(InputObject));
        _options = _fleet is null ? MakeOptions() : null!;
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (Endpoint endpoint in Endpoint)
        {
            Add(Port > 0 ? endpoint.WithDefaultPort(Port) : endpoint);
        }

        if (_fleet is not null)
        {
            _fleet.Gather(nameof(InputObject), InputObject);
            return;
        }

        foreach (IResult result in InputObject)
        {
            if (result is EndpointReport report)
            {
                Emit(Await(EndpointTester.JudgeAgainAsync(report, OptionsFor(report), StopToken)));
                continue;
            }

            if (result is TlsErrorExplanation explanation)
            {
                Add(explanation);
                continue;
            }

            _allTrusted = false;
            WriteFault(
                ErrorId.InvalidInput,
                $"Test-TlsEndpoint judges reports of its own again; a {result.GetType().Name} is none.",
                "Give the endpoint itself; certificates without an endpoint are judged by Get-CertificateChain.",
                result);
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        _pump?.Complete(Emit);
        if (_fleet is { HasInput: true })
        {
            Drain(_fleet.RunAsync(Emit, action: null, StopToken), reply => reply());
        }

        _progress?.End();
        if (Quiet && All)
        {
            // An empty list is a mistake somewhere before, not a proof of trust.
            WriteObject(_allTrusted && _anyTested);
        }
    }

    private void Add(Endpoint endpoint)
    {
        if (endpoint.Error is not null)
        {
            _allTrusted = false;
            WriteFault(ErrorId.InvalidEndpoint, endpoint.Error,
                "Give host, host:port, [v6]:port, or a URI such as https://host or smtp://host; certificate files are for " +
                "Get-CertificateChain.", endpoint.Input, line: endpoint.Line);
            return;
        }

        if (Unique && !(_seen ??= new(StringComparer.Ordinal)).Add($"{endpoint} {endpoint.Address}"))
        {
            WriteVerbose($"{endpoint} again: tested once");
            return;
        }

        if (_fleet is not null)
        {
            _fleet.Gather(nameof(Endpoint), [endpoint]);
            return;
        }

        _pump ??= new((endpoints, stop) => EndpointTester.TestAsync(endpoints, _options, stop), StopToken);
        _pump.Add(endpoint, Emit);
    }

    private void Add(TlsErrorExplanation explanation)
    {
        if (explanation.Endpoint is null)
        {
            WriteWarning($"'{explanation.Message}' names no host: nothing to test.");
            return;
        }

        Add(TlsTrust.Endpoint.Parse(explanation.Endpoint));
    }

    // What comes from another machine; one that failed has not said that anything is trusted.
    private void Emit(MachineResult result)
    {
        if (result is EndpointReport report)
        {
            Emit(report);
            return;
        }

        _allTrusted = false;
        if (!Quiet)
        {
            WriteObject(result);
        }
        else if (!All)
        {
            WriteObject(false);
        }

        if (ErrorIfUntrusted && result is MachineFailure failure)
        {
            WriteFault(ErrorId.EndpointUnreachable, $"{failure.Machine}: {failure.Summary}", failure.Remedy, failure);
        }
    }

    private void Emit(EndpointReport report)
    {
        while (_trace.TryDequeue(out string? line))
        {
            WriteVerbose(line);
        }

        bool trusted = report.Verdict == Verdict.Trusted;
        _progress ??= new(this, "Test-TlsEndpoint", "not trusted")
        {
            Total = MyInvocation.ExpectingInput || AllAddresses || MailExchanger ? 0 : Endpoint.Length,
        };
        _progress.Add(!trusted);
        _allTrusted &= trusted;
        _anyTested = true;
        if (!Quiet)
        {
            WriteObject(AskedAlone ? report with { AskedAlone = true } : report);
        }
        else if (!All)
        {
            WriteObject(trusted);
        }

        if (ErrorIfUntrusted && !trusted)
        {
            string remedy = report.Findings.FirstOrDefault(finding => finding.Remedy.Length > 0)?.Remedy
                ?? "See the findings of the report.";
            WriteFault(report.Verdict == Verdict.Untrusted ? ErrorId.EndpointUntrusted
                : ErrorId.EndpointUnreachable, report.Summary, remedy, report);
        }
    }

    // One endpoint as an argument is a question by itself; one of a pipeline is a row of a list.
    private bool AskedAlone =>
        !MyInvocation.ExpectingInput && Endpoint.Length == 1 && !AllAddresses && !MailExchanger && ExpectedCertificate.Length == 0;

    // A report is judged again with its own store and time, unless others are asked for.
    private EndpointTestOptions OptionsFor(EndpointReport report)
    {
        EndpointTestOptions timed = _options.At is null ? _options.AsOf(report) : _options;
        return TrustStore is null && OwnStore(report.AnchorStore, report.AnchorParts, _options.Store, report.Machine) is { } own
            ? timed with { Store = own.With(_added, _addedFiles), StoreOf = AnchorScope.EveryClient }
            : timed;
    }

    private EndpointTestOptions MakeOptions()
    {
        TrustStore store = SharedParameters.Store(this, TrustStore);
        _addedFiles = [.. FilePaths.Resolve(this, AdditionalAnchor, literal: false, ThrowTerminatingError)];
        _added = [.. _addedFiles.SelectMany(Anchors)];
        TimeSpan? limit = SharedParameters.Limit(TimeoutSeconds);
        ConnectionOptions connection = new()
        {
            HostName = NameToCheck(HostName),
            Address = Address,
            AllChains = AllChains,
            ProbeLegacyProtocols = ProbeLegacyProtocol,
            StartTls = StartTls,
            XmppDomain = XmppDomain,
            ClientCertificate = ClientCertificate is null ? null : Identity(ClientCertificate),
            Proxy = SharedParameters.Proxies(this, Proxy, ProxyCredential, NoProxy),
        };

        return Surroundings.Of(new EndpointTestOptions
        {
            Connection = SharedParameters.Within(connection, limit),

            // A renewal is done when every address serves it.
            AllAddresses = AllAddresses || (ExpectedCertificate.Length > 0 && Address is null),
            ExpectedCertificates = ExpectedCertificate,
            Repeat = Repeat,
            MailExchangers = MailExchanger ? MailExchangerLookup.OfMachine() : null,
            Store = store.With(_added, _addedFiles),
            AtHand = SharedParameters.AtHand(this, SearchPath),
            InsecureSettings = InsecureScan.OfProcess(ThisMachine.Open(this)),
            StoreOf = SharedParameters.StoreOf(TrustStore),
            NoDownload = NoDownload,
            Urls = SharedParameters.Within(
                new CertificateUrlOptions { Proxy = connection.Proxy, AllowPrivateAddress = AllowPrivateAddress }, limit),
            Revocation = Revocation,
            At = SharedParameters.At(this, At),
            WarnDays = WarnDays,
            ThrottleLimit = ThrottleLimit,
            Ordered = Ordered,
            Trace = _trace.Enqueue,
        });
    }

    private ClientIdentity Identity(object given)
    {
        try
        {
            object plain = given is PSObject { BaseObject: { } inner } ? inner : given;
            return plain switch
            {
                X509Certificate2 certificate => ClientIdentity.Of([certificate]),
                System.Collections.IEnumerable several and not string =>
                    ClientIdentity.Of(several.Cast<object>().Select(each => each is PSObject wrapped ? wrapped.BaseObject : each)
                        .OfType<X509Certificate2>()),
                _ => ClientIdentity.Read(FilePaths.One(this, plain.ToString()!, ThrowTerminatingError), ClientCertificatePassword is null
                    ? null : new NetworkCredential("", ClientCertificatePassword).Password),
            };
        }
        catch (Exception fault) when (fault is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            ThrowFault(ErrorId.InvalidCombination, $"The client certificate can't be used: {fault.Message}",
                "Give a .pfx or PEM file that holds certificate, key and issuers (-ClientCertificatePassword where it has one), or a " +
                "certificate object with its key.", given);
            throw;
        }
    }

    private IReadOnlyList<StoredCertificate> Anchors(string file)
    {
        TrustStore given = TrustStores.Open(file);
        if (!given.IsUsable)
        {
            ThrowFault(ErrorId.StoreUnusable, $"'{file}' has no certificate that can be an anchor: {string.Join("; ", given.Faults)}",
                "Give a file with the root certificate in PEM or DER form.", file);
        }

        return given.Anchors;
    }

    private void Require(bool condition, string message, string recommendation)
    {
        if (!condition)
        {
            ThrowFault(ErrorId.InvalidCombination, message, recommendation, null);
        }
    }
}
