namespace TlsTrust.Tests.Environment.Predictions;

/// <summary>What configurations of a program are made of: each variable and file that it reads, in odd mixtures.</summary>
internal static class GeneratedConfigurations
{
    private static readonly string[] RequestsVariables = ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"];

    public static void Configure(string id, GeneratedCase made)
    {
        switch (id)
        {
            case "curl":
                made.Maybe(2, () => made.Variable("CURL_CA_BUNDLE", made.File()));
                made.Maybe(3, () => made.Variable("SSL_CERT_FILE", made.File()));
                made.Maybe(4, () => made.Variable("SSL_CERT_DIR", made.Folder()));
                made.Maybe(5, () => made.Variable("CURL_HOME", Directory.CreateDirectory(Path.Combine(made.Home, "ch")).FullName));
                made.Maybe(5, () => made.Variable("XDG_CONFIG_HOME", Directory.CreateDirectory(Path.Combine(made.Home, "xdg")).FullName));
                foreach (string rc in new[] { "ch/.curlrc", "xdg/.curlrc", "xdg/curlrc", ".curlrc", ".config/curlrc" })
                {
                    made.Maybe(4, () =>
                        made.Write(rc,
                            made.Choose($"cacert = \"{made.File()}\"\n", $"--cacert={made.File()}\n", $"cacert {made.File()}\n",
                                "insecure\n", "-k\n", "silent\n", $"capath = {made.Folder()}\n", "# insecure\n")));
                }

                break;
            case "wget":
                made.Maybe(2, () =>
                    made.Write(".wgetrc",
                        made.Choose($"ca_certificate = {made.File()}\n", "check_certificate = off\n", "check-certificate=on\n",
                            $"ca-certificate={made.File()}\ncheck_certificate = off\n", $"ca_directory = {made.Folder()}\n",
                                "#check_certificate = off\n")));
                made.Maybe(4, () =>
                    made.Variable("WGETRC",
                        made.Write("other", made.Choose($"ca_certificate = {made.File()}\n", "check_certificate = off\n", "tries = 1\n"))));
                made.Maybe(4, () => made.Variable("SSL_CERT_FILE", made.File()));
                break;
            case "git":
                made.Maybe(3, () => made.Variable("GIT_SSL_CAINFO", made.File()));
                made.Maybe(8, () => made.Variable("GIT_SSL_NO_VERIFY", made.Choose("1", "0", "")));
                made.Maybe(2, () =>
                    made.Write(".gitconfig", string.Concat(Enumerable.Range(0, made.Random.Next(1, 4)).Select(_ => made.Choose(
                    $"[http]\n\tsslCAInfo = {made.File()}\n", "[http]\n\tsslVerify = false\n", "[http]\n\tsslVerify = true\n",
                        $"[http \"{made.Url}\"]\n\tsslVerify = false\n", $"[http \"{made.Url}\"]\n\tsslCAInfo = {made.File()}\n",
                    "[http \"https://other.example/\"]\n\tsslVerify = false\n", "[http \"https://*/\"]\n\tsslVerify = false\n",
                        $"[include]\n\tpath = " +
                        $"{made.Write("inc",
                            made.Choose("[http]\n\tsslVerify = false\n", $"[http]\n\tsslCAInfo = {made.File()}\n"))}\n")))));
                made.Maybe(4, () =>
                    made.Write(".config/git/config",
                        made.Choose("[http]\n\tsslVerify = false\n", $"[http]\n\tsslCAInfo = {made.File()}\n")));
                made.Maybe(4, () =>
                {
                    made.Variable("GIT_CONFIG_COUNT", "1");
                    (string key, string value) =
                        made.Choose(("http.sslVerify", "false"), ("http.sslVerify", "true"), ("http.sslCAInfo", made.File()),
                            ($"http.{made.Url}.sslVerify", "false"));
                    made.Variable("GIT_CONFIG_KEY_0", key);
                    made.Variable("GIT_CONFIG_VALUE_0", value);
                });
                break;
            case "requests":
                foreach (string name in RequestsVariables)
                {
                    made.Maybe(2, () => made.Variable(name, made.File()));
                }

                break;
            case "pip":
                made.Maybe(3, () => made.Variable("PIP_CERT", made.File()));
                made.Maybe(4, () => made.Variable("REQUESTS_CA_BUNDLE", made.File()));
                made.Maybe(4, () =>
                    made.Variable("PIP_TRUSTED_HOST",
                        made.Choose("localhost", "other.example", "other.example localhost", new Uri(made.Url).Authority)));
                made.Maybe(2, () =>
                    made.Write(made.Choose(".config/pip/pip.conf", ".pip/pip.conf"), "[global]\n"
                        + made.Choose($"cert = {made.File()}\n", "trusted-host = localhost\n",
                            "trusted-host =\n    other.example\n    localhost\n", "timeout = 20\n")));
                break;
            case "node" or "newman":
                made.Maybe(2, () => made.Variable("NODE_EXTRA_CA_CERTS", made.File()));
                made.Maybe(3, () => made.Variable("NODE_OPTIONS", made.Choose("--use-openssl-ca", "--use-bundled-ca", "--no-warnings")));
                made.Maybe(3, () => made.Variable("SSL_CERT_FILE", made.File()));
                made.Maybe(5, () => made.Variable("SSL_CERT_DIR", made.Folder()));
                made.Maybe(8, () => made.Variable("NODE_TLS_REJECT_UNAUTHORIZED", made.Choose("0", "1", "false", "")));
                break;
            case "deno":
                made.Maybe(2, () => made.Variable("DENO_CERT", made.File()));
                made.Maybe(3, () => made.Variable("NODE_EXTRA_CA_CERTS", made.File()));
                made.Maybe(3, () => made.Variable("DENO_TLS_CA_STORE", made.Choose("mozilla", "system", "mozilla,system")));
                made.Maybe(3, () => made.Variable("SSL_CERT_FILE", made.File()));
                made.Maybe(8, () => made.Variable("NODE_TLS_REJECT_UNAUTHORIZED", made.Choose("0", "1")));
                break;
            case "bun":
                made.Maybe(2, () => made.Variable("NODE_EXTRA_CA_CERTS", made.File()));
                made.Maybe(3, () => made.Variable("SSL_CERT_FILE", made.File()));
                made.Maybe(5, () => made.Variable("SSL_CERT_DIR", made.Folder()));
                made.Maybe(8, () => made.Variable("NODE_TLS_REJECT_UNAUTHORIZED", made.Choose("0", "1", "false")));
                break;
            case "pnpm":
                made.Maybe(3, () => made.Variable("NODE_EXTRA_CA_CERTS", made.File()));
                made.Maybe(3, () => made.Variable("npm_config_cafile", made.File()));
                made.Maybe(8, () => made.Variable("npm_config_strict_ssl", made.Choose("false", "true")));
                made.Maybe(2, () =>
                    made.Write(".npmrc", made.Choose($"cafile={made.File()}\n", "strict-ssl=false\n", "strict-ssl=true\n")));
                break;
            case "npm":
                made.Maybe(3, () => made.Variable("NODE_EXTRA_CA_CERTS", made.File()));
                made.Maybe(4, () => made.Variable(made.Choose("npm_config_cafile", "NPM_CONFIG_CAFILE"), made.File()));
                made.Maybe(8, () => made.Variable("npm_config_strict_ssl", made.Choose("false", "true", "0")));
                made.Maybe(1, () => made.Write(".npmrc", string.Concat(Enumerable.Range(0, made.Random.Next(0, 3)).Select(_ => made.Choose(
                    $"cafile={made.File()}\n", "strict-ssl=false\n", "strict-ssl=true\n",
                        $"ca=\"{made.Inline(MadeMachine.PrivateRoot)}\"\n",
                            $"ca[]=\"{made.Inline(MadeMachine.PrivateRoot)}\"\nca[]=\"{made.Inline(MadeMachine.OtherRoot)}\"\n")))));
                break;
            case "java":
                foreach (string name in new[] { "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS" })
                {
                    made.Maybe(2, () => made.Variable(name, made.Choose(
                        $"-Djavax.net.ssl.trustStore={made.KeyStore()}",
                            $"-Djavax.net.ssl.trustStore={made.KeyStore()} -Djavax.net.ssl.trustStorePassword=changeit",
                        "-Djavax.net.ssl.trustStorePassword=wrong", "-Xmx64m")));
                }

                break;
            case "perl-lwp":
                made.Maybe(2, () => made.Variable("PERL_LWP_SSL_CA_FILE", made.File()));
                made.Maybe(4, () => made.Variable("SSL_CERT_FILE", made.File()));
                break;
            case "cargo":
                made.Maybe(2, () => made.Variable("CARGO_HTTP_CAINFO", made.File()));
                made.Maybe(3, () => made.Variable("SSL_CERT_FILE", made.File()));
                break;
            case "php-curl":
                made.Maybe(1, () =>
                {
                    string folder =
                        Path.GetDirectoryName(
                            made.Write("php/x.ini",
                                made.Choose($"curl.cainfo = \"{made.File()}\"\n", $"openssl.cafile = \"{made.File()}\"\n",
                                    $"curl.cainfo = \"{made.File()}\"\nopenssl.cafile = \"{made.File()}\"\n")))!;
                    made.Variable("PHP_INI_SCAN_DIR", ":" + folder);
                });
                made.Maybe(4, () => made.Variable("CURL_CA_BUNDLE", made.File()));
                break;
            default:
                made.Maybe(2, () => made.Variable("SSL_CERT_FILE", made.File()));
                made.Maybe(3, () => made.Variable("SSL_CERT_DIR", made.Folder()));
                break;
        }
    }
}
