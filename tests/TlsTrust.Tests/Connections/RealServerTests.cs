using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TlsTrust.Connections;
using TlsTrust.Connections.Handshakes;
using TlsTrust.Connections.StartTls;
using TlsTrust.Tests.Connections.Servers;

namespace TlsTrust.Tests.Connections;

/// <summary>Servers as people run them; each test says when its server is not installed.</summary>
public class RealServerTests
{
    private const string PostgreSqlDirectory = "/usr/lib/postgresql/15/bin";

    private static TestPki Pki => TestPki.Shared;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nginx_sends_its_chain()
    {
        using TemporaryDirectory directory = new();
        (string chain, string key) = TestPki.Write(directory.Path, "server", Pki.Leaf, Pki.Intermediate, Pki.Root);
        await using ServerProcess server = await ServerProcess.NginxAsync(directory.Path,
            $"server {{ listen 127.0.0.1:PORT ssl http2; ssl_certificate {chain}; ssl_certificate_key {key}; " +
            "ssl_protocols TLSv1.2 TLSv1.3; }");

        ConnectionEvidence evidence =
            await AskAsync($"https://localhost:{server.Port}",
                new ConnectionOptions { ApplicationProtocols = [System.Net.Security.SslApplicationProtocol.Http2] });

        Assert.Equal((Cause.None, "", SslProtocols.Tls13, "h2"), (evidence.Outcome, evidence.Detail, evidence.Protocol, evidence.Alpn));
        AssertSent(evidence, Pki.Leaf, Pki.Intermediate, Pki.Root);
    }

    [Fact]
    public async Task Nginx_on_a_plain_port_speaks_HTTP()
    {
        using TemporaryDirectory directory = new();
        await using ServerProcess server = await ServerProcess.NginxAsync(directory.Path, "server { listen 127.0.0.1:PORT; }");

        ConnectionEvidence evidence = await AskAsync($"https://localhost:{server.Port}");

        Assert.Equal((Cause.NotTls, "HTTP (\"HTTP/1.1 400 Bad Request\")"), (evidence.Outcome, evidence.Spoke));
        Assert.InRange((evidence.ServerTime!.Value - DateTime.UtcNow).Duration(), TimeSpan.Zero, TimeSpan.FromMinutes(1));
    }

    [Theory]
    [InlineData("AES128-GCM-SHA256")]
    [InlineData("AES256-SHA")]
    [InlineData("ECDHE-RSA-AES128-SHA")]
    [InlineData("ECDHE-RSA-AES256-SHA384")]
    [InlineData("DHE-RSA-AES256-GCM-SHA384")]
    public async Task A_server_with_one_suite_that_curl_speaks_is_spoken_with(string suite)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere the platform's TLS decides.");
        using TemporaryDirectory directory = new();
        await using ServerProcess server =
            await ServerProcess.OpenSslAsync(directory.Path, Pki.RsaLeaf, [Pki.Intermediate], "-tls1_2", "-cipher", suite);

        ConnectionEvidence evidence = await AskAsync($"tls://localhost:{server.Port}");

        Assert.Equal((Cause.None, ""), (evidence.Outcome, evidence.Detail));
    }

    [Fact]
    public async Task PostgreSql_upgrades_to_TLS_or_says_that_it_is_off()
    {
        Assert.SkipUnless(Directory.Exists(PostgreSqlDirectory), $"PostgreSQL 15 is not installed ({PostgreSqlDirectory}).");
        using TemporaryDirectory directory = new();
        await RunAsPostgresAsync(directory.Path, "initdb", "-D", $"{directory.Path}/db", "-N", "-A", "trust");
        TestPki.Write($"{directory.Path}/db", "server", Pki.Leaf, Pki.Intermediate);
        await RunAsync("chmod", "600", $"{directory.Path}/db/server.key");
        await HandToPostgresAsync(directory.Path);
        foreach (string ssl in new[] { "on", "off" })
        {
            int port = ServerProcess.FreePort();
            (string program, string[] arguments) =
                AsPostgres("postgres", "-D", $"{directory.Path}/db", "-p", port.ToString(CultureInfo.InvariantCulture),
                "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "fsync=off", "-c", $"ssl={ssl}", "-c",
                    "ssl_cert_file=server.pem", "-c", "ssl_key_file=server.key");
            await using ServerProcess server = await ServerProcess.StartAsync(program, port, arguments);

            ConnectionEvidence evidence = await AskAsync($"postgresql://localhost:{port}");
            if (ssl == "on")
            {
                Assert.Equal((Cause.None, ""), (evidence.Outcome, evidence.Detail));
                AssertSent(evidence, Pki.Leaf, Pki.Intermediate);
            }
            else
            {
                Assert.Equal(
                    (Cause.StartTlsRefused, "The server speaks PostgreSQL and refuses TLS: it answered N to SSLRequest, ssl is off."),
                        (evidence.Outcome, evidence.Detail));
            }
        }
    }

    [Fact]
    public async Task Postfix_upgrades_to_TLS()
    {
        string postfix = Installed("postfix");
        Assert.SkipUnless(System.Environment.UserName == "root", "Postfix starts only as root.");
        using TemporaryDirectory directory = new();
        (string chain, string key) = TestPki.Write(directory.Path, "server", Pki.Leaf, Pki.Intermediate);
        int port = ServerProcess.FreePort();
        Directory.CreateDirectory($"{directory.Path}/spool");
        Directory.CreateDirectory($"{directory.Path}/data");
        await RunAsync("chmod", "755", directory.Path);
        await RunAsync("chown", "postfix", $"{directory.Path}/data");
        await File.WriteAllTextAsync($"{directory.Path}/main.cf", $"""
            compatibility_level = 3.6
            queue_directory = {directory.Path}/spool
            data_directory = {directory.Path}/data
            inet_interfaces = 127.0.0.1
            inet_protocols = ipv4
            myhostname = localhost
            mydestination =
            local_recipient_maps =
            alias_maps =
            smtpd_tls_security_level = may
            smtpd_tls_cert_file = {chain}
            smtpd_tls_key_file = {key}
            maillog_file = /dev/stdout
            smtpd_peername_lookup = no
            """ + "\n", Stop);
        await File.WriteAllTextAsync($"{directory.Path}/master.cf", $"""
            127.0.0.1:{port} inet n - n - - smtpd
            tlsmgr unix - - n 1000? 1 tlsmgr
            anvil unix - - n - 1 anvil
            proxymap unix - - n - - proxymap
            rewrite unix - - n - - trivial-rewrite
            postlog unix-dgram n - n - 1 postlogd
            """ + "\n", Stop);
        await using ServerProcess server = await ServerProcess.StartAsync(postfix, port, ["-c", directory.Path, "start-fg"]);

        ConnectionEvidence evidence = await AskAsync($"smtp://localhost:{port}");

        Assert.True(evidence.Outcome == Cause.None, evidence.Detail + server.Output);
        AssertSent(evidence, Pki.Leaf, Pki.Intermediate);
        await RunAsync(postfix, "-c", directory.Path, "stop");
    }

    [Fact]
    public async Task Dovecot_upgrades_to_TLS()
    {
        string dovecot = Installed("dovecot");
        Assert.SkipUnless(System.Environment.UserName == "root", "Dovecot starts with its usual users only as root.");
        using TemporaryDirectory directory = new();
        (string chain, string key) = TestPki.Write(directory.Path, "server", Pki.Leaf, Pki.Intermediate);
        int port = ServerProcess.FreePort();
        string configuration = $"{directory.Path}/dovecot.conf";
        await RunAsync("chmod", "755", directory.Path);
        await File.WriteAllTextAsync(configuration, $$"""
            base_dir = {{directory.Path}}/run
            state_dir = {{directory.Path}}/state
            log_path = /dev/stderr
            protocols = imap
            listen = 127.0.0.1
            ssl = yes
            ssl_cert = <{{chain}}
            ssl_key = <{{key}}
            service imap-login {
              chroot =
              inet_listener imap {
                port = {{port}}
              }
              inet_listener imaps {
                port = 0
              }
            }
            passdb {
              driver = static
              args = nopassword=y
            }
            userdb {
              driver = static
              args = uid=nobody gid=nogroup home=/nonexistent
            }
            """ + "\n", Stop);
        await using ServerProcess server = await ServerProcess.StartAsync(dovecot, port, ["-F", "-c", configuration]);

        ConnectionEvidence evidence = await AskAsync($"imap://localhost:{port}");

        Assert.True(evidence.Outcome == Cause.None, evidence.Detail + server.Output);
        AssertSent(evidence, Pki.Leaf, Pki.Intermediate);
    }

    [Fact]
    public async Task Prosody_is_asked_for_the_domain_that_it_serves()
    {
        string prosody = Installed("prosody");
        using TemporaryDirectory directory = new();
        (string chain, string key) = TestPki.Write(directory.Path, "server", Pki.Leaf, Pki.Intermediate);
        int port = ServerProcess.FreePort();
        string configuration = Path.Combine(directory.Path, "prosody.cfg.lua");
        await File.WriteAllTextAsync(configuration, $$"""
            run_as_root = true; daemonize = false; pidfile = "{{directory.Path}}/pid"; data_path = "{{directory.Path}}"
            modules_enabled = { "tls" }; modules_disabled = { "s2s" }; c2s_require_encryption = true
            interfaces = { "127.0.0.1" }; c2s_ports = { {{port}} }; c2s_interfaces = { "127.0.0.1" }; log = { info = "*console" }
            VirtualHost "chat.test"
              ssl = { certificate = "{{chain}}"; key = "{{key}}" }

            """, Stop);
        await using ServerProcess server = await ServerProcess.StartAsync(prosody, port, ["--config", configuration, "-F"]);

        ConnectionEvidence other = await AskAsync($"xmpp://localhost:{port}");
        ConnectionEvidence evidence = await AskAsync($"xmpp://localhost:{port}", new ConnectionOptions { XmppDomain = "chat.test" });

        Assert.Equal(Cause.StartTlsRefused, other.Outcome);
        Assert.Equal((Cause.None, ""), (evidence.Outcome, evidence.Detail));
        AssertSent(evidence, Pki.Leaf, Pki.Intermediate);
    }

    [Fact]
    public async Task FreeTds_speaks_TLS_inside_TDS_packets_as_we_do()
    {
        string tsql = Installed("tsql");
        using TemporaryDirectory directory = new();
        string configuration = Path.Combine(directory.Path, "freetds.conf");
        await File.WriteAllTextAsync(configuration, "[global]\ntds version = 7.4\nencryption = require\n", Stop);
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        string port = ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        ProcessStartInfo start = new(tsql, ["-H", "127.0.0.1", "-p", port, "-U", "nobody", "-P", "nothing"])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["FREETDSCONF"] = configuration;
        using Process client = Process.Start(start)!;
        try
        {
            using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(Stop);
            limit.CancelAfter(TimeSpan.FromSeconds(15));
            using TcpClient connection = await listener.AcceptTcpClientAsync(limit.Token);
            NetworkStream stream = connection.GetStream();
            byte[] head = new byte[8];
            await stream.ReadExactlyAsync(head, limit.Token);
            await stream.ReadExactlyAsync(new byte[((head[2] << 8) | head[3]) - head.Length], limit.Token);

            // PRELOGIN's answer: version, and ENCRYPT_REQ.
            await stream.WriteAsync((byte[])[4, 1, 0, 26, 0, 0, 1, 0, 0, 0, 11, 0, 6, 1, 0, 17, 0, 1, 0xFF, 15, 0, 7, 208, 0, 0, 3],
                limit.Token);
            await using SslStream tls = new(new TdsStream(stream));
            await tls.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions { ServerCertificate = Pki.RsaLeaf, EnabledSslProtocols = SslProtocols.Tls12 },
                limit.Token);
            Assert.Equal((18, SslProtocols.Tls12), (head[0], tls.SslProtocol));
        }
        finally
        {
            client.Kill();
        }
    }

    private static string Installed(string program)
    {
        string? path = ServerProcess.Find(program);
        Assert.SkipWhen(path is null, $"{program} is not installed.");
        return path!;
    }

    private static Task<ConnectionEvidence> AskAsync(string endpoint, ConnectionOptions? options = null) =>
        TlsConnector.ConnectAsync(Endpoint.Parse(endpoint), (options ?? new ConnectionOptions()) with { Address = IPAddress.Loopback },
            Stop);

    private static void AssertSent(ConnectionEvidence evidence, params X509Certificate2[] sent) =>
        Assert.Equal(sent.Select(each => each.Thumbprint), evidence.Presented.Select(der => Convert.ToHexString(SHA1.HashData(der.Span))));

    // PostgreSQL refuses to run as root.
    private static (string Program, string[] Arguments) AsPostgres(string program, params string[] arguments) =>
        System.Environment.UserName == "root"
        ? ("setpriv", ["--reuid", "postgres", "--regid", "postgres", "--clear-groups", $"{PostgreSqlDirectory}/{program}", .. arguments])
        : ($"{PostgreSqlDirectory}/{program}", arguments);

    private static async Task RunAsPostgresAsync(string directory, string program, params string[] arguments)
    {
        await HandToPostgresAsync(directory);
        (string file, string[] all) = AsPostgres(program, arguments);
        await RunAsync(file, all);
    }

    private static Task HandToPostgresAsync(string directory) =>
        System.Environment.UserName == "root" ? RunAsync("chown", "-R", "postgres", directory) : Task.CompletedTask;

    private static async Task RunAsync(string file, params string[] arguments)
    {
        using Process process =
            Process.Start(new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(Stop);
        string errors = await process.StandardError.ReadToEndAsync(Stop);
        await process.WaitForExitAsync(Stop);
        Assert.True(process.ExitCode == 0, $"{file} ended with {process.ExitCode}: {errors}{await output}");
    }
}
