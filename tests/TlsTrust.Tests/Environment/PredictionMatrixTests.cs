using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using TlsTrust.Environment.Catalogue;
using TlsTrust.Environment.Inspection;
using TlsTrust.Environment.Machines;
using TlsTrust.Environment.Probes;
using TlsTrust.Environment.Provisioning.Writing;

namespace TlsTrust.Tests.Environment;

/// <summary>
/// Programs of this machine with generated configurations, odd precedence included: each says the same as the prediction.
/// </summary>
public sealed class PredictionMatrixTests(ITestOutputHelper output)
{
    private static readonly bool Long = System.Environment.GetEnvironmentVariable("TLSTRUST_LONG") == "1";

    // The slow ones take part in the long run.
    private static readonly (string Program, int Cases)[] Programs = Long
        ? [("curl", 80), ("wget", 45), ("git", 60), ("python", 40), ("openssl", 30), ("requests", 40), ("pip", 40), ("node", 40),
            ("npm", 40), ("java", 30), ("ruby", 25), ("php", 25), ("php-curl", 15), ("go", 20), ("perl-lwp", 20), ("cargo", 20),
                ("dotnet", 15)]
        : [("curl", 12), ("wget", 8), ("git", 10), ("python", 4), ("openssl", 6), ("node", 4)];

    // One program at a time on a machine that has other work: "curl,git".
    private static readonly string? Only = System.Environment.GetEnvironmentVariable("TLSTRUST_TEST_PROGRAMS");

    private static readonly string[] RequestsVariables = ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"];

    [Fact]
    public void What_a_program_does_with_a_configuration_is_predicted()
    {
        using MadeMachine made = RealProgramTests.RealPrograms();
        using HttpsServer ours = new(MadeMachine.Issued("localhost", MadeMachine.PrivateRoot, isAuthority: false));
        using HttpsServer theirs = new(MadeMachine.Issued("localhost", MadeMachine.OtherRoot, isAuthority: false));
        X509Certificate2 own = MadeMachine.Issued("localhost", MadeMachine.PrivateRoot, isAuthority: false);
        using HttpsServer leaf = new(own);
        Store stores = new(made, own);
        ConcurrentBag<string> wrong = [], silent = [];
        int run = 0;
        foreach ((string id, int cases) in Programs.Where(program => Only is null || Only.Split(',').Contains(program.Program)))
        {
            ProgramFacts facts = ProgramCatalogue.Find(id)!;
            if (new TrustInspector(made.Machine).Executable(facts) is null)
            {
                output.WriteLine($"{id} is not on this machine");
                continue;
            }

            int before = run, wrongBefore = wrong.Count;
            Parallel.For(0, cases, new ParallelOptions { MaxDegreeOfParallelism = 3 }, i =>
            {
                Random random = new((id.Length * 1000) + id[0] + (i * 7919));
                string home = Directory.CreateDirectory(Path.Combine(made.Root, "homes", $"{id}-{i}")).FullName;
                Case configured = new(home, random, stores);
                HttpsServer server = random.Next(4) switch { 0 => theirs, 1 => leaf, _ => ours };
                configured.Url = $"https://localhost:{server.Endpoint.Port}/";
                Configure(id, configured);
                Dictionary<string, string> variables = new(made.Machine.Variables) { ["HOME"] = home };
                foreach ((string name, string value) in configured.Variables)
                {
                    variables[name] = value;
                }

                LocalMachine machine = new(variables) { Root = made.Root, WorkingDirectory = made.Project };
                ProbeAnswer answer = ProgramProbe.Ask(machine, id, server.Endpoint);
                ProgramTrust predicted = new EndpointAcceptance(machine, new TrustInspector(machine))
                    .PredictAsync(server.Endpoint, [facts], TrustScope.Process, false, CancellationToken.None).ToBlockingEnumerable()
                        .Single();
                bool? real = answer.Check switch { ChangeCheck.Accepted => true, ChangeCheck.Refused => false, _ => null };
                string what = $"{id} {i} [{string.Join("; ", configured.Moves)}] for " +
                    $"{(server == ours ? "ours" : server == theirs ? "another's" : "the leaf")}: predicted {predicted.Accepts} " +
                    $"({predicted.Reason}; {predicted.Detail}; {predicted.AcceptsDetail}), really {answer.Check} ({answer.Detail})";
                if (real is null)
                {
                    silent.Add(what);
                    return;
                }

                Interlocked.Increment(ref run);
                if (predicted.Accepts != real)
                {
                    wrong.Add(what);
                }
            });
            output.WriteLine($"{id,-9} {run - before} cases, {wrong.Count - wrongBefore} wrong");
        }

        output.WriteLine($"{run} cases, {wrong.Count} wrong, {silent.Count} without an answer");
        foreach (string line in wrong.Order().Concat(silent.Order().Take(10)))
        {
            output.WriteLine(line);
        }

        Assert.SkipWhen(run == 0, "none of the programs is on this machine");
        Assert.True(wrong.Count <= run / 100, $"{wrong.Count} of {run} are wrong:\n{string.Join('\n', wrong.Order())}");
        Assert.True(silent.Count <= run / 10, $"{silent.Count} programs said nothing:\n{string.Join('\n', silent.Order().Take(5))}");
    }

    private static void Configure(string id, Case made)
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
            case "node":
                made.Maybe(2, () => made.Variable("NODE_EXTRA_CA_CERTS", made.File()));
                made.Maybe(3, () => made.Variable("NODE_OPTIONS", made.Choose("--use-openssl-ca", "--use-bundled-ca", "--no-warnings")));
                made.Maybe(3, () => made.Variable("SSL_CERT_FILE", made.File()));
                made.Maybe(5, () => made.Variable("SSL_CERT_DIR", made.Folder()));
                made.Maybe(8, () => made.Variable("NODE_TLS_REJECT_UNAUTHORIZED", made.Choose("0", "1", "false", "")));
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

    /// <summary>Stores that settings can name: sound, damaged, empty, missing.</summary>
    private sealed class Store
    {
        public Store(MadeMachine made, X509Certificate2 leaf)
        {
            string ours = MadeMachine.Pem(MadeMachine.PrivateRoot), other = MadeMachine.Pem(MadeMachine.OtherRoot),
                system = MadeMachine.Pem(MadeMachine.PublicRoot);
            Files =
            [
                made.Write("root/stores/ours.pem", ours), made.Write("root/stores/ours-too.pem", system + ours),
                    made.Write("root/stores/other.pem", other), made.Write("root/stores/both.pem", other + ours),
                        made.Write("root/stores/public.pem", system),
                made.Write("root/stores/empty.pem", string.Empty), made.Write("root/stores/text.pem", "no certificate\n"),
                    made.Write("root/stores/leaf.pem", MadeMachine.Pem(leaf)), Path.Combine(made.Root, "stores/missing.pem"),
            ];
            string plain = Path.GetDirectoryName(made.Write("root/stores/plain/ca.pem", ours))!;
            string hashed = Path.Combine(made.Root, "stores/hashed"), others = Path.Combine(made.Root, "stores/others");
            HashedDirectoryWriter.Write(hashed, [MadeMachine.Read(MadeMachine.PrivateRoot)]);
            HashedDirectoryWriter.Write(others, [MadeMachine.Read(MadeMachine.OtherRoot)]);
            Folders = [plain, hashed, others, Path.Combine(made.Root, "stores/none"),
                Directory.CreateDirectory(Path.Combine(made.Root, "stores/nothing")).FullName];
            KeyStores = [Path.Combine(made.Root, "stores/ours.p12"), Path.Combine(made.Root, "stores/other.p12"),
                Path.Combine(made.Root, "stores/none.p12")];
            System.IO.File.WriteAllBytes(KeyStores[0], JavaTrustStoreWriter.Write([MadeMachine.Read(MadeMachine.PrivateRoot)]));
            System.IO.File.WriteAllBytes(KeyStores[1], JavaTrustStoreWriter.Write([MadeMachine.Read(MadeMachine.OtherRoot)]));
        }

        public string[] Files { get; }

        public string[] Folders { get; }

        public string[] KeyStores { get; }
    }

    /// <summary>One configuration, and what was done for it.</summary>
    private sealed class Case(string home, Random random, Store stores)
    {
        public string Home { get; } = home;

        public Random Random { get; } = random;

        public string Url { get; set; } = string.Empty;

        public Dictionary<string, string> Variables { get; } = [];

        public List<string> Moves { get; } = [];

        public void Maybe(int oneOf, Action move)
        {
            if (Random.Next(oneOf) == 0)
            {
                move();
            }
        }

        public T Choose<T>(params T[] all) => all[Random.Next(all.Length)];

        // Mostly what works, so that what comes first can be seen.
        public string File() => Random.Next(3) > 0 ? stores.Files[Random.Next(5)] : Choose(stores.Files);

        public string Folder() => Choose(stores.Folders);

        public string KeyStore() => Choose(stores.KeyStores);

        public string Inline(X509Certificate2 certificate) =>
            MadeMachine.Pem(certificate).Trim().Replace("\n", "\\n", StringComparison.Ordinal);

        public void Variable(string name, string value)
        {
            Variables[name] = value;
            Moves.Add($"{name}={value[(value.LastIndexOf('/') + 1)..]}");
        }

        public string Write(string path, string content)
        {
            string full = Path.Combine(Home, path);
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            System.IO.File.WriteAllText(full, content);
            Moves.Add($"{path}: {content.Replace("\n", " | ", StringComparison.Ordinal)}");
            return full;
        }
    }
}
