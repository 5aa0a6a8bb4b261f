using System.Collections.Concurrent;
using System.Management.Automation;
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
using TlsTrust.Revocation;
using TlsTrust.Stores;

namespace TlsTrust.PowerShell;

/// <summary>How an endpoint is asked, and with what it is judged: the parameters, and the engine's options of them.</summary>
public abstract class EndpointTestCommand : FleetCommand
{
    private protected const string EndpointSet = "Endpoint";
    private protected const string InputObjectSet = "InputObject";

    private readonly ConcurrentQueue<string> _trace = new();
    private string[] _addedFiles = [];
    private StoredCertificate[] _added = [];

    // Boxed, since a field of an engine's enum would load the engine when the module is imported: PowerShell lists the exported types,
    // and the runtime lays out their value-typed fields.
    private object? _startTls;
    private object? _revocation;

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

    [Parameter]
    [ValidateNotNullOrEmpty]
    [ExpectedCertificate]
    public string[] ExpectedCertificate { get; set; } = [];

    [Parameter(ParameterSetName = EndpointSet)]
    public SwitchParameter Ordered { get; set; }

    [Parameter(ParameterSetName = EndpointSet)]
    public SwitchParameter MailExchanger { get; set; }

    [Parameter(ParameterSetName = EndpointSet)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NothingCompleter))]
    public string? XmppDomain { get; set; }

    /// <summary>Ends the command where parameters contradict each other.</summary>
    private protected void CheckParameters()
    {
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
    }

    /// <summary>Tells what the engine did since the last call.</summary>
    private protected void WriteTrace()
    {
        while (_trace.TryDequeue(out string? line))
        {
            WriteVerbose(line);
        }
    }

    // A report is judged again with its own store and time, unless others are asked for.
    private protected EndpointTestOptions OptionsFor(EndpointTestOptions options, EndpointReport report)
    {
        EndpointTestOptions timed = options.At is null ? options.AsOf(report) : options;
        return TrustStore is null && OwnStore(report.AnchorStore, report.AnchorParts, options.Store, report.Machine) is { } own
            ? timed with { Store = own.With(_added, _addedFiles), StoreOf = AnchorScope.EveryClient }
            : timed;
    }

    private protected EndpointTestOptions MakeOptions()
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

    private protected void Require(bool condition, string message, string recommendation)
    {
        if (!condition)
        {
            ThrowFault(ErrorId.InvalidCombination, message, recommendation, null);
        }
    }
}
