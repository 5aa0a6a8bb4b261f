namespace TlsTrust.Tests.ErrorTexts;

/// <summary>A program that is sent to a broken server.</summary>
/// <param name="Program">Its name, by which it is started.</param>
/// <param name="Arguments">
/// {url}, {host}, {port} and {store} stand for the server and the bundle that holds its root, {source} for a file with
/// <see cref="Source"/>;
/// <c>NAME={store}</c> before the others is a variable.
/// </param>
/// <param name="Clients">As whom it may show itself.</param>
internal sealed record ProvokedProgram(string Program, string[] Arguments, params string[] Clients)
{
    /// <summary>In every run, not only in the long one.</summary>
    public bool Always { get; init; }

    /// <summary>What it says before TLS.</summary>
    public Preface Preface { get; init; }

    /// <summary>Ending and text of the program that it is to run.</summary>
    public (string Ending, string Text)? Source { get; init; }
}

/// <summary>The programs of this machine and of the registries that can be asked.</summary>
internal static class ProvokedPrograms
{
    private const string Java = """
        import java.io.*; import java.net.*; import java.security.*; import java.security.cert.*; import javax.net.ssl.*;
        public class Ask {
            public static void main(String[] a) throws Exception {
                KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
                store.load(null, null);
                int i = 0;
                try (InputStream file = new FileInputStream(a[1])) {
                    for (var c : CertificateFactory.getInstance("X.509").generateCertificates(file)) store.setCertificateEntry("a" + i++, c);
                }
                TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
                trust.init(store);
                SSLContext context = SSLContext.getInstance("TLS");
                context.init(null, trust.getTrustManagers(), null);
                HttpsURLConnection connection = (HttpsURLConnection) new URL(a[0]).openConnection();
                connection.setSSLSocketFactory(context.getSocketFactory());
                connection.getInputStream().read();
            }
        }
        """;

    private const string Go = """
        package main
        import ("fmt"; "net/http"; "os")
        func main() {
            answer, err := http.Get(os.Args[1])
            if err != nil { fmt.Fprintln(os.Stderr, err); os.Exit(1) }
            answer.Body.Close()
        }
        """;

    private const string Project = """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup><TargetFramework>net8.0</TargetFramework></PropertyGroup>
          <ItemGroup><PackageReference Include="Not.There" Version="1.0.0" /></ItemGroup>
        </Project>
        """;

    public static IReadOnlyList<ProvokedProgram> All { get; } =
    [
        new("curl", ["-sSv", "--max-time", "10", "--capath", "/nonexistent", "--cacert", "{store}", "{url}"], "curl") { Always = true },
        new("openssl", ["s_client", "-connect", "{host}:{port}", "-CAfile", "{store}", "-no-CApath", "-verify_return_error",
            "-verify_hostname", "{host}", "-purpose", "sslserver"], "s_client", "OpenSSL") { Always = true },
        new("python3", ["-c", "import ssl,urllib.request as u; u.urlopen('{url}', context=ssl.create_default_context(cafile='{store}'))"],
            "Python") { Always = true },
        new("wget", ["-O", "/dev/null", "--tries=1", "--ca-directory=/nonexistent", "--ca-certificate={store}", "{url}"], "wget"),
        new("git", ["-c", "http.sslCAInfo={store}", "ls-remote", "{url}"], "git"),
        new("node", ["-e", "require('https').get({host:'{host}',port:{port},path:'/',ca:require('fs').readFileSync('{store}')},r=>0)" +
            ".on('error',e=>{throw e})"], "Node.js"),
        new("npm", ["view", "left-pad", "--registry={url}", "--cafile={store}", "--fetch-retries=0"], "npm"),
        new("ruby", ["-ropen-uri", "-e", "URI.open('{url}', ssl_ca_cert: '{store}')"], "Ruby"),
        new("php", ["-d", "openssl.cafile={store}", "-d", "openssl.capath=/nonexistent", "-r",
            "exit(file_get_contents('{url}') === false ? 1 : 0);"], "PHP"),
        new("perl", ["-MIO::Socket::SSL", "-e", "IO::Socket::SSL->new(PeerAddr=>'{host}:{port}', SSL_ca_file=>'{store}') or die \"Can't " +
            "connect to {host}:{port} IO::Socket::SSL $SSL_ERROR $!\""], "Perl"),
        new("java", ["{source}", "{url}", "{store}"], "Java") { Source = ("java", Java) },
        new("go", ["SSL_CERT_FILE={store}", "SSL_CERT_DIR=/nonexistent", "run", "{source}", "{url}"], "Go") { Source = ("go", Go) },
        new("cargo", ["CARGO_HTTP_CAINFO={store}", "CARGO_NET_RETRY=0", "search", "left-pad", "--index", "sparse+{url}"], "cargo"),
        new("svn", ["--non-interactive", "--config-option", "servers:global:ssl-authority-files={store}", "--config-option",
            "servers:global:ssl-trust-default-ca=no", "ls", "{url}"], "Subversion", "svn"),
        new("gnutls-cli", ["--x509cafile", "{store}", "-p", "{port}", "{host}"], "gnutls-cli"),
        new("hg", ["--config", "web.cacerts={store}", "identify", "{url}"], "Mercurial"),
        new("ldapsearch", ["-x", "-H", "ldaps://{host}:{port}", "-o", "tls_cacert={store}", "-d", "1"], "OpenLDAP"),
        new("mosquitto_sub", ["-h", "{host}", "-p", "{port}", "--cafile", "{store}", "-t", "x", "-d", "-W", "5"], "Mosquitto"),
        new("psql", ["host={host} hostaddr=127.0.0.1 port={port} user=x dbname=x connect_timeout=10 sslmode=verify-full " +
            "sslrootcert={store}", "-w", "-c", "select 1"], "PostgreSQL") { Preface = Preface.PostgreSql },
        new("mysql", ["--no-defaults", "--protocol=tcp", "-h", "{host}", "-P", "{port}", "-u", "x", "--ssl-ca={store}",
            "--ssl-verify-server-cert", "--connect-timeout=10", "-e", "select 1"], "MySQL", "MariaDB") { Preface = Preface.MySql },
        new("dotnet", ["SSL_CERT_FILE={store}", "SSL_CERT_DIR=/nonexistent", "NUGET_ENHANCED_MAX_NETWORK_TRY_COUNT=1", "restore",
            "{source}", "--source", "{url}index.json"], "NuGet", "dotnet", ".NET") { Source = ("csproj", Project) },
        new("redis-cli", ["-h", "{host}", "-p", "{port}", "--tls", "--cacert", "{store}", "ping"], "Redis"),
    ];

    /// <summary>What can't be asked here, and why.</summary>
    public static IReadOnlyDictionary<string, string> Unasked { get; } = new Dictionary<string, string>
    {
        ["keytool"] = "-printcert -sslserver shows a certificate and judges none",
        ["chromium"] = "shows its refusal as a page and exits with 0; TlsTrust.RealClients asks it",
        ["firefox"] = "shows its refusal as a page and exits with 0; TlsTrust.RealClients asks it",
    };
}
