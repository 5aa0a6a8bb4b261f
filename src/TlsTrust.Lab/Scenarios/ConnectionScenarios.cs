using System.Net.Sockets;
using TlsTrust.Lab.Pki;
using TlsTrust.Lab.Servers;
using static TlsTrust.Lab.Scenarios.ScenarioPlan;

namespace TlsTrust.Lab.Scenarios;

/// <summary>What goes wrong before TLS: names, addresses, proxies, other protocols.</summary>
internal static class ConnectionScenarios
{
    public static IReadOnlyList<ScenarioPlan> All { get; } =
    [
        Unreachable("name-not-resolved", "The name does not exist.", ServerKind.None, Cause.NameNotResolved,
            site => site.At("nowhere.lab.test:443")),

        Unreachable("refused", "Nothing listens on the port.", ServerKind.None, Cause.ConnectionRefused,
            site => site.At($"localhost:{site.RefuseConnections()}")),

        Unreachable("connect-timed-out", "The address never answers, as behind a firewall that drops packets (played by the lab's dialer).",
            ServerKind.None, Cause.ConnectionTimedOut, site =>
        {
            site.Network.AddName("swallowed.lab.test", LabSite.SwallowedAddress);
            site.Network.Swallow(LabSite.SwallowedAddress, 443);
            return site.At("swallowed.lab.test:443") with { ConnectTimeout = LabSite.ShortTimeout };
        }),

        Unreachable("network-unreachable", "There is no route to the address (played by the lab's dialer).", ServerKind.None,
            Cause.NetworkUnreachable, site =>
        {
            site.Network.AddName("unrouted.lab.test", LabSite.UnroutedAddress);
            site.Network.Fail(LabSite.UnroutedAddress, 443, SocketError.NetworkUnreachable);
            return site.At("unrouted.lab.test:443");
        }),

        Of("addresses-disagree", "A name has two addresses: the server at one of them does not send its intermediate.",
            ServerKind.SslStream,
            Verdict.Untrusted, Cause.MissingIntermediate, [FindingId.MissingIntermediate, FindingId.AddressesDisagree], site =>
        {
            LabCertificate leaf = site.Leaf(spec => spec with { Subject = "CN=two.lab.test", DnsNames = ["two.lab.test"] });
            int whole = site.Listen(TlsServer.Serve(ServedChain.Of(leaf, site.Pki.Issuing.Certificate)));
            int broken = site.Listen(TlsServer.Serve(ServedChain.Of(leaf)));
            site.Network.AddName("two.lab.test", "127.0.0.1", "127.0.0.2");
            site.Network.Route("127.0.0.2", whole, broken); // not every system has 127.0.0.2
            return site.At($"two.lab.test:{whole}") with { AllAddresses = true };
        }),

        Of("nodes-disagree", "Of the two nodes behind one address one does not send its intermediate.", ServerKind.SslStream,
            Verdict.Untrusted, Cause.MissingIntermediate, [FindingId.MissingIntermediate, FindingId.NodesDisagree], site =>
        {
            LabCertificate leaf = site.Leaf();
            ConnectionHandler[] nodes =
                [TlsServer.Serve(ServedChain.Of(leaf, site.Pki.Issuing.Certificate)), TlsServer.Serve(ServedChain.Of(leaf))];
            int turn = -1;
            return site.AtLocalhost((connection, stop) =>
                nodes[(Interlocked.Increment(ref turn) & int.MaxValue) % nodes.Length](connection, stop)) with { Repeat = 6 };
        }),

        Unreachable("proxy-refused", "The proxy does not allow the connection.", ServerKind.Tcp, Cause.ProxyRefused, site =>
            site.At("www.contoso.com:443") with { Proxy = $"http://127.0.0.1:{site.Listen(ConnectProxy.Refuse(403, "Forbidden"))}" }),

        Unreachable("proxy-authentication-required", "The proxy wants a user name and a password.", ServerKind.Tcp,
            Cause.ProxyAuthenticationRequired, site =>
            site.At("www.contoso.com:443") with
            {
                Proxy = $"http://127.0.0.1:" +
                    $"{site.Listen(ConnectProxy.Refuse(407, "Proxy Authentication Required", "Proxy-Authenticate: Basic realm=\"lab\""))}",
            }),

        Unreachable("starttls-refused", "The mail server does not offer STARTTLS.", ServerKind.Tcp, Cause.StartTlsRefused, site =>
            site.At($"smtp://localhost:{site.Listen(StartTlsServers.SmtpWithoutStartTls)}")),

        Unreachable("starttls-refused-postgresql", "The database server answers the request for TLS with no.", ServerKind.Tcp,
            Cause.StartTlsRefused, site =>
            site.At($"postgresql://localhost:{site.Listen(StartTlsServers.PostgreSql(tls: null))}")),

        Unreachable("plain-http", "The server speaks HTTP without TLS.", ServerKind.Tcp, Cause.NotTls, site =>
            site.AtLocalhost(MisbehavingServers.PlainHttp)),

        Unreachable("plain-ssh", "The server greets as an SSH server does.", ServerKind.Tcp, Cause.NotTls, site =>
            site.AtLocalhost(MisbehavingServers.Banner("SSH-2.0-TlsTrustLab_1.0"))),

        Unreachable("plain-smtp", "The server greets as a mail server does, which wants STARTTLS.", ServerKind.Tcp, Cause.NotTls, site =>
            site.AtLocalhost(MisbehavingServers.Banner("220 mail.lab.test ESMTP TlsTrust Lab"))),

        Unreachable("garbage", "The server answers with bytes that mean nothing.", ServerKind.Tcp, Cause.NotTls, site =>
            site.AtLocalhost(MisbehavingServers.Garbage)),
    ];
}
