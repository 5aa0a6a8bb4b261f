namespace TlsTrust.Environment.Probes;

/// <summary>What languages are asked with: one connection with the language's defaults, and one word for how it went.</summary>
internal static class ProbeScripts
{
    public const string Python = """
        import socket, ssl, sys
        try:
            with socket.create_connection((sys.argv[1], int(sys.argv[2])), 20) as s:
                with ssl.create_default_context().wrap_socket(s, server_hostname=sys.argv[1]):
                    print("TLSTRUST-ACCEPTED")
        except ssl.SSLError as e:
            print("TLSTRUST-REFUSED", e)
        """;

    public const string Requests = """
        import requests, sys
        try:
            requests.get(sys.argv[1], timeout=20)
            print("TLSTRUST-ACCEPTED")
        except requests.exceptions.SSLError as e:
            print("TLSTRUST-REFUSED", str(e).replace("\n", " "))
        except OSError as e:
            print("TLSTRUST-REFUSED" if "TLS CA" in str(e) else "other", str(e).replace("\n", " "))
        """;

    public const string Httpx = """
        import sys, ssl
        try:
            import httpx
            httpx.get(sys.argv[1], timeout=20)
            print("TLSTRUST-ACCEPTED")
        except Exception as e:
            t = str(e).replace("\n", " ")
            print("TLSTRUST-REFUSED" if isinstance(e, (ssl.SSLError, FileNotFoundError, IsADirectoryError)) or "CERTIFICATE" in t.upper() else "other", t)
        """;

    public const string Node = """
        const r = require('https').get(process.argv[1], { timeout: 20000 }, s => { console.log('TLSTRUST-ACCEPTED'); s.destroy(); });
        r.on('error', e => console.log(/CERT|SELF_SIGNED|UNABLE_TO|ALTNAME|INVALID_|PATH_LENGTH/.test(e.code || '') ? 'TLSTRUST-REFUSED' : 'other', e.code, e.message));
        r.on('timeout', () => r.destroy(new Error('timeout')));
        """;

    /// <summary>What has fetch: Deno and Bun. URL is put in by the caller.</summary>
    public const string Fetch = """
        try { await fetch('URL', { signal: AbortSignal.timeout(20000) }); console.log('TLSTRUST-ACCEPTED'); }
        catch (e) { const t = [e.code, e.message, e.cause?.message].join(' '); console.log(/certificate|CERT|SELF_SIGNED|UNABLE_TO|ALTNAME/.test(t) ? 'TLSTRUST-REFUSED' : 'other', t); }
        """;

    public const string Ruby = """
        require 'net/http'; require 'uri'
        begin
          u = URI(ARGV[0])
          Net::HTTP.start(u.host, u.port, use_ssl: true, open_timeout: 20, read_timeout: 20) { }
          puts 'TLSTRUST-ACCEPTED'
        rescue OpenSSL::SSL::SSLError => e
          puts 'TLSTRUST-REFUSED ' + e.message
        end
        """;

    public const string Php = """
        $c = stream_context_create(['http' => ['ignore_errors' => true, 'timeout' => 20]]);
        $r = @file_get_contents($argv[1], false, $c);
        if ($r !== false) { echo "TLSTRUST-ACCEPTED"; }
        else { $e = error_get_last()['message'] ?? ''; while ($m = openssl_error_string()) { $e .= " $m"; } $e = str_replace("\n", " ", $e); echo (preg_match('/certificate|crypto|SSL/i', $e) || str_contains($e, 'Failed to open stream') && !str_contains($e, 'refused') ? "TLSTRUST-REFUSED " : "other "), $e; }
        """;

    public const string PhpCurl = """
        $h = curl_init($argv[1]);
        curl_setopt_array($h, [CURLOPT_RETURNTRANSFER => true, CURLOPT_TIMEOUT => 20]);
        curl_exec($h);
        $n = curl_errno($h);
        echo $n === 0 ? "TLSTRUST-ACCEPTED" : (in_array($n, [51, 60, 77, 83]) ? "TLSTRUST-REFUSED " : "other ") . curl_error($h);
        """;

    public const string PerlLwp = """
        use LWP::UserAgent;
        my $r = LWP::UserAgent->new(timeout => 20)->get($ARGV[0]);
        my $m = $r->status_line . ' ' . ($r->header('Client-Warning') // '') . ' ' . ($r->decoded_content // '');
        $m =~ s/\s+/ /g;
        print(($r->header('Client-Warning') // '') ne 'Internal response' ? 'TLSTRUST-ACCEPTED' : $m =~ /certificate|CA_file|SSL|can't be used|hostname verification/i || $r->status_line !~ /\(/ ? "TLSTRUST-REFUSED $m" : "other $m");
        """;

    // The child's own profile and preferences stay out of it; URL is put in by the caller.
    public const string PowerShell = """
        try { $null = Invoke-WebRequest -Uri 'URL' -TimeoutSec 20 -SkipHttpErrorCheck; 'TLSTRUST-ACCEPTED' }
        catch { $t = "$_ $($_.Exception.InnerException.Message)"; if ($t -match 'SSL|certificate') { "TLSTRUST-REFUSED $t" } else { "other $t" } }
        """;

    private const string Java = """
        public class TlsTrustProbe {
            public static void main(String[] a) throws Exception {
                try {
                    javax.net.ssl.HttpsURLConnection c = (javax.net.ssl.HttpsURLConnection) new java.net.URL(a[0]).openConnection();
                    c.setConnectTimeout(20000);
                    c.setReadTimeout(20000);
                    c.getResponseCode();
                    System.out.println("TLSTRUST-ACCEPTED");
                } catch (javax.net.ssl.SSLException e) {
                    System.out.println("TLSTRUST-REFUSED " + e.getMessage());
                } catch (java.net.SocketException e) {
                    System.out.println(("" + e.getMessage()).contains("NoSuchAlgorithm") ? "TLSTRUST-REFUSED " + e.getMessage() : "other " + e.getMessage());
                }
            }
        }
        """;

    /// <summary>The source that the java launcher runs, as a file.</summary>
    public static string WriteJava(string folder)
    {
        string path = Path.Combine(folder, "TlsTrustProbe.java");
        File.WriteAllText(path, Java);
        return path;
    }

    /// <summary>A collection of Postman's with one request, as a file.</summary>
    public static string WriteCollection(string folder, string url)
    {
        string path = Path.Combine(folder, "probe.json");
        File.WriteAllText(path,
            $$$"""{"info":{"name":"probe","schema":"https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},"item":[{"name":"probe","request":{"method":"GET","url":"{{{url}}}"}}]}""");
        return path;
    }

    /// <summary>A project that wants one package from the endpoint and from nowhere else.</summary>
    public static string WriteDotNet(string folder, string url)
    {
        File.WriteAllText(Path.Combine(folder, "nuget.config"),
            $"""<configuration><packageSources><clear/><add key="probe" value="{url}v3/index.json"/></packageSources></configuration>""");
        string path = Path.Combine(folder, "probe.proj");
        File.WriteAllText(path,
            """<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>netstandard2.0</TargetFramework></PropertyGroup><ItemGroup><PackageReference Include="TlsTrustProbe" Version="1.0.0"/></ItemGroup></Project>""");
        return path;
    }
}
