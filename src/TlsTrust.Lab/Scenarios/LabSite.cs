using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using TlsTrust.Lab.Pki;
using TlsTrust.Lab.Servers;
using TlsTrust.Lab.Servers.RawTls;

namespace TlsTrust.Lab.Scenarios;

/// <summary>
/// What a scenario builds with: the PKI, listeners, the HTTP responder, and the lists that all scenarios of one lab share.
/// </summary>
internal sealed class LabSite
{
    /// <summary>An address of the public Internet in a scenario's name service; nothing is ever sent there.</summary>
    public const string GlobalAddress = "20.112.250.133";

    /// <summary>An address of the public Internet that only a proxy could reach.</summary>
    public const string BehindProxyAddress = "20.112.250.134";

    /// <summary>An address of TEST-NET-1 (RFC 5737) that never answers.</summary>
    public const string SwallowedAddress = "192.0.2.1";

    /// <summary>An address of TEST-NET-1 (RFC 5737) that no route leads to.</summary>
    public const string UnroutedAddress = "192.0.2.2";

    /// <summary>For servers that would use all the time there is.</summary>
    public static readonly TimeSpan ShortTimeout = TimeSpan.FromMilliseconds(800);

    private readonly ConcurrentBag<LabCertificate> _anchors = [];
    private readonly ConcurrentBag<LabCertificate> _publicRoots = [];
    private readonly ConcurrentBag<IAsyncDisposable> _servers = [];
    private readonly ConcurrentBag<X509Certificate2> _clientCertificates = [];
    private readonly Lazy<LabAuthority> _rsaIssuing;

    public LabSite(LabPki pki, HttpResponder http, string directory)
    {
        Pki = pki;
        Http = http;
        Directory = directory;
        StorePath = Path.Combine(directory, "trust.pem");
        Trust(pki.Root.Certificate);
        Trust(pki.Inspection.Certificate);
        MakePublic(pki.Root.Certificate);
        MakePublic(pki.AbsentRoot.Certificate);
        _rsaIssuing = new(() =>
        {
            Trust(pki.RsaRoot.Certificate);
            MakePublic(pki.RsaRoot.Certificate);
            return pki.RsaIssuing;
        });
        IssuingUrl = PublishCertificate("issuing.cer", pki.Issuing.Certificate);
    }

    public LabPki Pki { get; }

    public HttpResponder Http { get; }

    /// <summary>The lab's own directory, readable by its owner only, removed at the end.</summary>
    public string Directory { get; }

    /// <summary>The bundle that is the trust store of most scenarios.</summary>
    public string StorePath { get; }

    /// <summary>Where the usual issuer is to be had.</summary>
    public string IssuingUrl { get; }

    public IReadOnlyList<LabCertificate> Anchors => [.. _anchors.OrderBy(anchor => anchor.Subject, StringComparer.Ordinal)];

    public IReadOnlyList<LabCertificate> PublicRoots => [.. _publicRoots.OrderBy(root => root.Subject, StringComparer.Ordinal)];

    public LabNetwork Network { get; } = new();

    public IReadOnlyCollection<X509Certificate2> ClientCertificates => _clientCertificates;

    public IReadOnlyCollection<IAsyncDisposable> Servers => _servers;

    public DateTimeOffset Now => Pki.Now;

    /// <summary>The RSA issuer, whose root comes into the store when the first scenario uses it: RSA keys take their time.</summary>
    public LabAuthority RsaIssuing => _rsaIssuing.Value;

    public void Trust(LabCertificate anchor) => _anchors.Add(anchor);

    public void MakePublic(LabCertificate root) => _publicRoots.Add(root);

    public string PublishCertificate(string path, LabCertificate certificate) =>
        Http.Publish(path, "application/pkix-cert", certificate.Der);

    /// <summary>Writes certificates, never keys, into a file of the lab's directory.</summary>
    public string WriteCertificates(string name, params LabCertificate[] certificates)
    {
        string path = Path.Combine(Directory, name);
        File.WriteAllText(path, string.Concat(certificates.Select(certificate => certificate.Pem)));
        return path;
    }

    /// <summary>Issues a certificate for localhost from the usual issuer, or what is left of that after changes.</summary>
    public LabCertificate Leaf(Func<CertificateSpec, CertificateSpec>? change = null, LabAuthority? issuer = null)
    {
        CertificateSpec spec = new()
        {
            Subject = "CN=localhost",
            DnsNames = ["localhost"],
            CaIssuersUrls = issuer is null ? [IssuingUrl] : [],
        };
        return (issuer ?? Pki.Issuing).Issue(change?.Invoke(spec) ?? spec);
    }

    /// <summary>A certificate for localhost with an RSA key, from the RSA issuer.</summary>
    public LabCertificate RsaLeaf() => Leaf(spec => spec with { Key = Pki.RsaServerKey }, RsaIssuing);

    /// <summary>A certificate with its key that a client presents; the lab disposes of it.</summary>
    public X509Certificate2 Own(LabCertificate certificate)
    {
        X509Certificate2 owned = certificate.WithPrivateKey();
        _clientCertificates.Add(owned);
        return owned;
    }

    /// <summary>The usual chain: a certificate for localhost and its issuer.</summary>
    public ServedChain Chain(Func<CertificateSpec, CertificateSpec>? change = null) =>
        ServedChain.Of(Leaf(change), Pki.Issuing.Certificate);

    public int Listen(ConnectionHandler handler)
    {
        LoopbackServer server = new(handler);
        _servers.Add(server);
        return server.Port;
    }

    public int RefuseConnections()
    {
        ClosedPort port = new();
        _servers.Add(port);
        return port.Port;
    }

    /// <summary>A scenario at localhost with the usual store and time.</summary>
    public RunningScenario AtLocalhost(ConnectionHandler handler) => At($"localhost:{Listen(handler)}");

    /// <summary>A scenario at localhost behind the platform's TLS.</summary>
    public RunningScenario AtLocalhost(ServedChain chain) => AtLocalhost(TlsServer.Serve(chain)) with { Served = chain };

    /// <summary>A scenario at localhost behind the lab's own TLS 1.2 server, which sends anything.</summary>
    public RunningScenario AtLocalhostRaw(ServedChain chain) => AtLocalhost(RawTlsServer.Tls12(chain)) with { Served = chain };

    /// <summary>A scenario at 127.0.0.1 behind the platform's TLS.</summary>
    public RunningScenario AtAddress(ServedChain chain) => At($"127.0.0.1:{Listen(TlsServer.Serve(chain))}") with { Served = chain };

    /// <summary>A scenario at an endpoint with the usual store and time.</summary>
    public RunningScenario At(string endpoint) => new()
    {
        Scenario = null!, // set by the lab, so that no set-up sees the expected values
        Endpoint = endpoint,
        TrustStorePath = StorePath,
        At = Now.UtcDateTime,
        Network = Network,
    };
}
