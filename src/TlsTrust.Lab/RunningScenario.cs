using System.Security.Cryptography.X509Certificates;
using TlsTrust.Lab.Servers;
using TlsTrust.Revocation;

namespace TlsTrust.Lab;

/// <summary>A scenario whose server is up, with everything a client is told. The expected values stay in <see cref="Scenario"/>.</summary>
public sealed record RunningScenario
{
    /// <summary>Which scenario it is.</summary>
    public required Scenario Scenario { get; init; }

    /// <summary>The endpoint as a user would type it.</summary>
    public required string Endpoint { get; init; }

    /// <summary>The name to send and to check, where it is not the endpoint's.</summary>
    public string? HostName { get; init; }

    /// <summary>The trust store: a PEM file or a directory.</summary>
    public required string TrustStorePath { get; init; }

    /// <summary>Files with certificates that are at hand but not trusted.</summary>
    public ResultList<string> SearchPaths { get; init; } = [];

    /// <summary>The time to judge at, UTC.</summary>
    public required DateTime At { get; init; }

    /// <summary>True when <see cref="At"/> is what this machine's clock says, and not a time that the user chose.</summary>
    public bool AtIsClock { get; init; }

    /// <summary>Whether revocation is asked for.</summary>
    public RevocationMode Revocation { get; init; }

    /// <summary>An HTTP proxy to go through, <c>http://127.0.0.1:port</c>.</summary>
    public string? Proxy { get; init; }

    /// <summary>Tests every address of the name.</summary>
    public bool AllAddresses { get; init; }

    /// <summary>How many connections are made to it.</summary>
    public int Repeat { get; init; } = 1;

    /// <summary>Asks for the chain of each kind of key, RSA and ECDSA.</summary>
    public bool AllChains { get; init; }

    /// <summary>Asks whether versions below TLS 1.2 are still taken.</summary>
    public bool ProbeLegacyProtocols { get; init; }

    /// <summary>Leaves AIA alone.</summary>
    public bool NoDownload { get; init; }

    /// <summary>A limit for the connection, short where the server would use all of it.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A limit for the handshake, short where the server would use all of it.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A limit for a download, short where the server would use all of it.</summary>
    public TimeSpan FetchTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A certificate with key that the client has; owned by the lab.</summary>
    public X509Certificate2? ClientCertificate { get; init; }

    /// <summary>What is served, where another server could serve it as well; for comparing the lab's servers with others.</summary>
    internal ServedChain? Served { get; init; }

    /// <summary>The name service and the sockets to use: nothing but loopback is reached through them.</summary>
    public required LabNetwork Network { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Scenario.Name} {Endpoint}";
}
