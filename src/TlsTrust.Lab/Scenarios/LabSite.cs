using System.Collections.Concurrent;
using TlsTrust.Lab.Pki;
using TlsTrust.Lab.Servers;

namespace TlsTrust.Lab.Scenarios;

/// <summary>What a scenario builds with: the PKI, listeners, the HTTP responder, and the lists that all scenarios of one lab share.</summary>
internal sealed class LabSite
{
    private readonly ConcurrentBag<LabCertificate> anchors = [];
    private readonly ConcurrentBag<LabCertificate> publicRoots = [];
    private readonly ConcurrentBag<IAsyncDisposable> servers = [];

    public LabSite(LabPki pki, HttpResponder http, string directory)
    {
        Pki = pki;
        Http = http;
        Directory = directory;
        StorePath = Path.Combine(directory, "trust.pem");
        Trust(pki.Root.Certificate);
        Trust(pki.RsaRoot.Certificate);
        Trust(pki.Inspection.Certificate);
        MakePublic(pki.Root.Certificate);
        MakePublic(pki.RsaRoot.Certificate);
        MakePublic(pki.AbsentRoot.Certificate);
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

    public IReadOnlyList<LabCertificate> Anchors => [.. anchors.OrderBy(anchor => anchor.Subject, StringComparer.Ordinal)];

    public IReadOnlyList<LabCertificate> PublicRoots => [.. publicRoots.OrderBy(root => root.Subject, StringComparer.Ordinal)];

    public IReadOnlyCollection<IAsyncDisposable> Servers => servers;

    public DateTimeOffset Now => Pki.Now;

    public void Trust(LabCertificate anchor) => anchors.Add(anchor);

    public void MakePublic(LabCertificate root) => publicRoots.Add(root);

    public string PublishCertificate(string path, LabCertificate certificate) => Http.Publish(path, "application/pkix-cert", certificate.Der);

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

    /// <summary>The usual chain: a certificate for localhost and its issuer.</summary>
    public ServedChain Chain(Func<CertificateSpec, CertificateSpec>? change = null) => ServedChain.Of(Leaf(change), Pki.Issuing.Certificate);

    public int Listen(ConnectionHandler handler)
    {
        LoopbackServer server = new(handler);
        servers.Add(server);
        return server.Port;
    }

    public int RefuseConnections()
    {
        ClosedPort port = new();
        servers.Add(port);
        return port.Port;
    }

    /// <summary>A scenario at localhost with the usual store and time.</summary>
    public RunningScenario AtLocalhost(ConnectionHandler handler) => At($"localhost:{Listen(handler)}");

    /// <summary>A scenario at localhost behind the platform's TLS.</summary>
    public RunningScenario AtLocalhost(ServedChain chain) => AtLocalhost(TlsServer.Serve(chain));

    /// <summary>A scenario at an endpoint with the usual store and time.</summary>
    public RunningScenario At(string endpoint) => new()
    {
        Scenario = null!, // set by the lab, so that no set-up sees the expected values
        Endpoint = endpoint,
        TrustStorePath = StorePath,
        At = Now.UtcDateTime,
    };
}
