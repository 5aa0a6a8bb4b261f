using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using TlsTrust.Bundles;
using TlsTrust.Tests.CertificateFiles.Clients;

namespace TlsTrust.Tests.Bundles;

/// <summary>
/// A repaired server file still starts its server, with OCSP stapling too, and is read by whoever reads such files. A server that is not
/// on this machine is skipped, by name.
/// </summary>
public sealed class RealServerTests : IDisposable
{
    private const int MaxWait = 60_000; // of the start of a server on a busy machine

    private readonly string _folder = Directory.CreateTempSubdirectory("tlstrust-servers-").FullName;

    [Theory]
    [InlineData("nginx")]
    [InlineData("haproxy")]
    [InlineData("apache2")]
    [InlineData("postfix")]
    public void A_repaired_file_starts_its_server_with_stapling(string server)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || ClientLoaders.Run("openssl", ["version"]) is null, "openssl is not on this machine");
        string? program = new[] { "/usr/sbin", "/usr/local/sbin", "/usr/bin" }.Select(folder => Path.Combine(folder, server))
            .FirstOrDefault(File.Exists);
        Assert.SkipWhen(
            program is null || (server == "postfix" && System.Environment.UserName != "root"), $"{server} is not on this machine");
        MakeAuthority();

        // As it was found: a mark, the root between the certificate and its key.
        string file = Path.Combine(_folder, "server.pem");
        File.WriteAllText(file, "\uFEFF" + Read("r.pem") + Read("s.pem").Replace("\n", "\r\n", StringComparison.Ordinal) + Read("k.pem"));
        BundlePlan plan = BundlePlanner.Plan(file, File.ReadAllBytes(file), new BundleRepairOptions { At = DateTime.UtcNow });
        Assert.True(BundleRepair.Apply(plan, null, overwrite: false, backup: false, DateTime.UtcNow).Written, plan.Report.ToString());
        File.Copy(Path.Combine(_folder, "s.ocsp"), file + ".ocsp");

        int port = FreePort();
        (string[] arguments, string configuration) = Configuration(server, file, port);
        File.WriteAllText(Path.Combine(_folder, "conf"), configuration);
        using Process process = Start(program!, arguments);
        StringBuilder said = new();
        process.OutputDataReceived += (_, line) => said.AppendLine(line.Data);
        process.ErrorDataReceived += (_, line) => said.AppendLine(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            string answer = "";
            for (Stopwatch watch = Stopwatch.StartNew(); watch.ElapsedMilliseconds < MaxWait
                && !answer.Contains("Verify return code", StringComparison.Ordinal); Thread.Sleep(200))
            {
                answer = Ask(port, server == "postfix");
            }

            Assert.True(answer.Contains("Verify return code: 0 (ok)", StringComparison.Ordinal), answer + said);
            Assert.DoesNotContain(
                "issuer", said.ToString(), StringComparison.OrdinalIgnoreCase); // "ssl_stapling ignored, issuer certificate not found"
            if (server == "haproxy")
            {
                Assert.Contains("OCSP Response Status: successful", answer, StringComparison.Ordinal);
            }
        }
        finally
        {
            if (server == "postfix")
            {
                ClientLoaders.Run(program!, ["-c", Path.Combine(_folder, "postfix"), "stop"]);
            }

            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    [Theory]
    [InlineData("openssl")]
    [InlineData("python3")]
    [InlineData("node")]
    [InlineData("certtool")]
    [InlineData("keytool")]
    [InlineData("go")]
    public void A_repaired_file_is_read(string reader)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || ClientLoaders.Run("openssl", ["version"]) is null, "openssl is not on this machine");
        MakeAuthority();
        byte[] damaged =
            [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(Read("k.pem")),
                .. Encoding.ASCII.GetBytes(Read("r.pem").TrimEnd('\n') + Read("s.pem"))];
        string file =
            Write("pair.pem", BundlePlanner.Plan("/x/pair.pem", damaged, new BundleRepairOptions { At = DateTime.UtcNow }).Content);
        string chain =
            Write("chain.pem",
                BundlePlanner.Plan(
                    "/x/chain.pem", Encoding.ASCII.GetBytes("\uFEFF" + Read("r.pem") + Read("s.pem")),
                        new BundleRepairOptions { At = DateTime.UtcNow }).Content);
        (string[] arguments, string expected) = reader switch
        {
            "openssl" => (new[] { "verify", "-CAfile", Path.Combine(_folder, "r.pem"), file }, ": OK"),
            "python3" =>
                (["-c", $"import ssl; c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER); c.load_cert_chain('{file}'); print('loaded')"],
                    "loaded"),
            "node" => (
                ["-e", $"const p = require('fs').readFileSync('{file}'); require('tls').createSecureContext({{ key: p, cert: p }}); " +
                    $"console.log('loaded')"], "loaded"),
            "certtool" => (["--verify-chain", "--infile", chain], "Verified"),
            "keytool" => (["-printcert", "-file", chain], "in.example.org"),
            _ => (["run", Write("main.go", Encoding.ASCII.GetBytes(GoProgram(file)))], "loaded"),
        };
        string? said = ClientLoaders.Run(reader, arguments);
        Assert.SkipWhen(said is null && !HasProgram(reader), $"{reader} is not on this machine");
        Assert.Contains(expected, said, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static bool HasProgram(string name) =>
        (System.Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Any(folder => File.Exists(Path.Combine(folder, name)));

    private static string GoProgram(string file) =>
        $"package main\nimport \"crypto/tls\"\nimport \"fmt\"\nfunc main() {{ if _, err := tls.LoadX509KeyPair(\"{file}\", \"{file}\"); " +
        $"err != nil {{ panic(err) }}; fmt.Println(\"loaded\") }}\n";

    // A root that signs the server's certificate itself, and its answer about it.
    private void MakeAuthority()
    {
        File.WriteAllText(
            Path.Combine(_folder, "e"),
                "basicConstraints=CA:FALSE\nsubjectAltName=DNS:in.example.org\nauthorityInfoAccess=OCSP;URI:http://127.0.0.1:9/\n");
        File.WriteAllText(Path.Combine(_folder, "index"), "V\t491231235959Z\t\t05\tunknown\t/CN=in.example.org\n");
        foreach (string command in (string[])
        [
            "req -x509 -newkey rsa:2048 -nodes -keyout rk.pem -out r.pem -subj /CN=Root -days 90 -addext basicConstraints=critical,CA:TRUE",
            "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout k.pem -out c.csr -subj /CN=in.example.org",
            "x509 -req -in c.csr -CA r.pem -CAkey rk.pem -out s.pem -days 60 -extfile e -set_serial 5",
            "ocsp -index index -CA r.pem -rsigner r.pem -rkey rk.pem -issuer r.pem -cert s.pem -respout s.ocsp -ndays 5 -no_nonce",
        ])
        {
            using Process made =
                Process.Start(
                    new ProcessStartInfo(
                        "openssl", command) { WorkingDirectory = _folder, RedirectStandardError = true, RedirectStandardOutput = true })!;
            string errors = made.StandardError.ReadToEnd();
            made.WaitForExit();
            Assert.True(made.ExitCode == 0, errors);
        }
    }

    private (string[] Arguments, string Text) Configuration(string server, string file, int port)
    {
        string conf = Path.Combine(_folder, "conf");
        switch (server)
        {
            case "nginx":
                return (["-c", conf, "-g", "daemon off;"],
                    $"events{{}}\nerror_log stderr;\npid {_folder}/pid;\nhttp{{access_log off;server{{listen 127.0.0.1:{port} " +
                    $"ssl;ssl_certificate {file};ssl_certificate_key {file};ssl_stapling on;}}}}\n");
            case "haproxy":
                return (["-f", conf],
                    $"defaults\n  mode http\n  timeout client 5s\n  timeout server 5s\n  timeout connect 5s\nfrontend f\n  bind " +
                    $"127.0.0.1:{port} ssl crt {file}\n  http-request return status 200\n");
            case "apache2":
                string modules = "/usr/lib/apache2/modules";
                return (
                    ["-f", conf, "-DFOREGROUND"],
                    $"ServerName x\nPidFile {_folder}/pid\nErrorLog /dev/stderr\nListen 127.0.0.1:{port}\nLoadModule mpm_event_module " +
                    $"{modules}/mod_mpm_event.so\n"
                    + $"LoadModule authz_core_module {modules}/mod_authz_core.so\nLoadModule socache_shmcb_module " +
                        $"{modules}/mod_socache_shmcb.so\nLoadModule ssl_module {modules}/mod_ssl.so\n"
                    + $"SSLStaplingCache shmcb:{_folder}/st(32768)\n<VirtualHost *:{port}>\nSSLEngine on\nSSLUseStapling " +
                        $"on\nSSLCertificateFile {file}\nSSLCertificateKeyFile {file}\n</VirtualHost>\n");
            default:
                string folder = Directory.CreateDirectory(Path.Combine(_folder, "postfix")).FullName;
                Directory.CreateDirectory(Path.Combine(folder, "q"));
                ClientLoaders.Run("chown", ["postfix", Directory.CreateDirectory(Path.Combine(folder, "d")).FullName]);
                ClientLoaders.Run("chmod", ["755", _folder]);
                File.WriteAllText(
                    Path.Combine(folder, "main.cf"),
                    $"queue_directory={folder}/q\ndata_directory={folder}/d\ncommand_directory=/usr/sbin\ndaemon_directory=/usr/lib/" +
                    $"postfix/sbin\nmail_owner=postfix\nsetgid_group=postdrop\n"
                    + $"compatibility_level=3.6\nmyhostname=in.example.org\ninet_interfaces=127.0.0.1" +
                        $"\nsmtpd_tls_chain_files={file}\nsmtpd_tls_security_level=may\nmaillog_file={folder}/" +
                        $"log\nmaillog_file_prefixes={_folder}\n");
                File.WriteAllText(
                    Path.Combine(folder, "master.cf"),
                    $"127.0.0.1:{port} inet n - n - - smtpd\npostlog unix-dgram n - n - 1 postlogd\nanvil unix - - n - 1 anvil\nrewrite " +
                    $"unix - - n - - trivial-rewrite\ntlsmgr unix - - n 1000? 1 tlsmgr\nproxymap unix - - n - - proxymap\n");
                return (["-c", folder, "start-fg"], "");
        }
    }

    private static Process Start(string program, string[] arguments)
    {
        ProcessStartInfo start = new(program) { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }

    private string Ask(int port, bool smtp)
    {
        ProcessStartInfo start =
            new("openssl",
                $"s_client -connect 127.0.0.1:{port} -servername in.example.org -CAfile r.pem -status{(smtp ? " -starttls smtp" : "")}")
        {
            WorkingDirectory = _folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process client = Process.Start(start)!;
        client.StandardInput.Close();
        Task<string> errors = client.StandardError.ReadToEndAsync();
        string answer = client.StandardOutput.ReadToEnd() + errors.Result;
        client.WaitForExit();
        return answer;
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private string Read(string name) => File.ReadAllText(Path.Combine(_folder, name));

    private string Write(string name, ReadOnlyMemory<byte> content)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, content.ToArray());
        return path;
    }
}
