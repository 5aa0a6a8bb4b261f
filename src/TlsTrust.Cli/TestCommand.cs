using System.CommandLine;
using System.Globalization;
using System.Net;
using TlsTrust.Clients;
using TlsTrust.Connections;
using TlsTrust.Diagnosis;
using TlsTrust.Environment.Insecure;
using TlsTrust.Environment.Machines;
using TlsTrust.Issuers;
using TlsTrust.Revocation;
using TlsTrust.Stores;

namespace TlsTrust.Cli;

/// <summary><c>tlstrust test</c>: the main question, for endpoints.</summary>
internal static class TestCommand
{
    private static readonly Argument<string[]> _endpoints = new("endpoint") { Description = "host, host:port, [v6]:port or a URI such as smtp://mail.example.org; - reads one a line from standard input", Arity = ArgumentArity.OneOrMore };
    private static readonly Option<string?> _hostName = new("--host-name", "--server-name") { Description = "Name to send as SNI and to check, in place of the endpoint's host" };
    private static readonly Option<IPAddress?> _address = new("--address") { Description = "Address to connect to, in place of resolving the host", CustomParser = ParseAddress };
    private static readonly Option<bool> _allAddresses = new("--all-addresses") { Description = "Test every address of a name, one report for each" };
    private static readonly Option<bool> _allChains = new("--all-chains") { Description = "Ask for the RSA and for the ECDSA chain" };
    private static readonly Option<StartTlsProtocol?> _startTls = new("--starttls") { Description = "What to speak before TLS; by default it follows from scheme and port" };
    private static readonly Option<string?> _proxy = new("--proxy") { Description = "HTTP proxy, http://[user:password@]host:port; by default as HTTPS_PROXY, ALL_PROXY and NO_PROXY say" };
    private static readonly Option<bool> _noProxy = new("--no-proxy") { Description = "Connect directly, whatever the proxy variables say" };
    private static readonly Option<string?> _trustStore = new("--trust-store") { Description = "Bundle file or hashed directory to trust, in place of the default store" };
    private static readonly Option<string[]> _additionalAnchor = new("--additional-anchor") { Description = "File with further anchors", Arity = ArgumentArity.ZeroOrMore };
    private static readonly Option<string[]> _searchPath = new("--search-path") { Description = "Files and folders with certificates that may complete a chain", Arity = ArgumentArity.ZeroOrMore };
    private static readonly Option<bool> _noDownload = new("--no-download") { Description = "Leave the URLs in certificates alone" };
    private static readonly Option<RevocationMode> _revocation = new("--revocation") { Description = "None, Offline (stapled answers) or Online (OCSP and CRL)" };
    private static readonly Option<string?> _at = new("--at") { Description = "Time to judge at (ISO 8601, UTC); by default now" };
    private static readonly Option<int> _timeout = new("--timeout") { Description = "Seconds for one endpoint in all", DefaultValueFactory = _ => 30 };
    private static readonly Option<int> _throttle = new("--throttle") { Description = "Endpoints under test at a time", DefaultValueFactory = _ => EndpointTestOptions.DefaultThrottleLimit };
    private static readonly Option<int> _warnDays = new("--warn-days") { Description = "Days before the end of validity to warn from", DefaultValueFactory = _ => 30 };
    private static readonly Option<bool> _json = new("--json") { Description = "One JSON array" };

    public static Command Create()
    {
        RequireRange(_timeout, 1, 86_400);
        RequireRange(_throttle, 1, 1_024);
        RequireRange(_warnDays, 0, 3_650);
        Command command = new("test", "Connects as a careful client does, and says why an endpoint is not trusted. Exit code: 0 all trusted, 1 something untrusted, 2 something unreachable and nothing untrusted.")
        {
            _endpoints, _hostName, _address, _allAddresses, _allChains, _startTls, _proxy, _noProxy, _trustStore, _additionalAnchor, _searchPath,
            _noDownload, _revocation, _at, _timeout, _throttle, _warnDays, _json,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        List<Endpoint> endpoints = [.. Words(parsed.GetValue(_endpoints)!).Select(word => Endpoint.Parse(word))];
        Endpoint[] bad = [.. endpoints.Where(endpoint => endpoint.Error is not null)];
        if (bad.Length > 0)
        {
            foreach (Endpoint endpoint in bad)
            {
                Console.Error.WriteLine($"tlstrust: {endpoint.Error}");
            }

            return ExitCode.Usage;
        }

        if (endpoints.Count == 0)
        {
            // An empty list is a mistake somewhere before, not a proof of trust.
            Console.Error.WriteLine("tlstrust: standard input names no endpoint");
            return ExitCode.Usage;
        }

        EndpointTestOptions? options = Options(parsed);
        if (options is null)
        {
            return ExitCode.Usage;
        }

        bool json = parsed.GetValue(_json);
        bool untrusted = false, unreachable = false;
        string separator = "[";
        await foreach (EndpointReport report in EndpointTester.TestAsync(endpoints, options, cancellation))
        {
            untrusted |= report.Verdict == Verdict.Untrusted;
            unreachable |= report.Verdict == Verdict.Unreachable;
            if (json)
            {
                Console.Out.WriteLine(separator + Json.Text(report));
                separator = ",";
            }
            else
            {
                ReportText.Write(Console.Out, report);
            }
        }

        if (json)
        {
            Console.Out.WriteLine(separator == "[" ? "[]" : "]");
        }

        return untrusted ? ExitCode.Untrusted : unreachable ? ExitCode.Unreachable : ExitCode.Ok;
    }

    private static EndpointTestOptions? Options(ParseResult parsed)
    {
        ProcessEnvironment machine = ProcessEnvironment.Instance;
        if (!CertificateInput.TryTime(parsed.GetValue(_at), out DateTime? at)
            || !CertificateInput.TryHostName(parsed.GetValue(_hostName), out string? host)
            || Proxy(parsed, machine) is not { } proxy
            || Additional(parsed.GetValue(_additionalAnchor)!) is not { } additional
            || CertificateInput.Sources(parsed.GetValue(_searchPath)!) is not { } sources)
        {
            return null;
        }

        string? storePath = parsed.GetValue(_trustStore);
        TrustStore store = storePath is null ? TrustStores.Default(machine) : TrustStores.Open(storePath);
        TimeSpan total = TimeSpan.FromSeconds(parsed.GetValue(_timeout));
        return new EndpointTestOptions
        {
            Store = store.With(additional),
            InsecureSettings = InsecureScan.OfProcess(new LocalMachine()),
            StoreOf = storePath is null ? AnchorScopes.Of(machine.Platform) : AnchorScope.EveryClient,
            AtHand = sources,
            AllAddresses = parsed.GetValue(_allAddresses),
            NoDownload = parsed.GetValue(_noDownload),
            Revocation = parsed.GetValue(_revocation),
            At = at,
            WarnDays = parsed.GetValue(_warnDays),
            ThrottleLimit = parsed.GetValue(_throttle),
            Urls = new CertificateUrlOptions { Proxy = proxy },
            Connection = new ConnectionOptions
            {
                HostName = host,
                Address = parsed.GetValue(_address),
                Proxy = proxy,
                StartTls = parsed.GetValue(_startTls),
                AllChains = parsed.GetValue(_allChains),
                TotalTimeout = total,
            },
        };
    }

    private static ProxySetting? Proxy(ParseResult parsed, ProcessEnvironment machine)
    {
        bool none = parsed.GetValue(_noProxy);
        if (parsed.GetValue(_proxy) is not { } text)
        {
            return none ? ProxySetting.None : ProxySetting.FromEnvironment(machine.GetVariable);
        }

        if (none)
        {
            Console.Error.WriteLine("tlstrust: --proxy and --no-proxy contradict each other");
            return null;
        }

        if (ProxyServer.TryParse(text, out ProxyServer? server, out string? error) && server is not null)
        {
            return ProxySetting.Always(server);
        }

        Console.Error.WriteLine($"tlstrust: --proxy: {error}");
        return null;
    }

    private static List<StoredCertificate>? Additional(string[] files)
    {
        List<StoredCertificate> anchors = [];
        foreach (string file in files)
        {
            TrustStore given = TrustStores.Open(file);
            if (!given.IsUsable)
            {
                Console.Error.WriteLine($"tlstrust: {file} holds no certificate that can be an anchor: {string.Join("; ", given.Faults)}");
                return null;
            }

            anchors.AddRange(given.Anchors);
        }

        return anchors;
    }

    private static IEnumerable<string> Words(string[] words)
    {
        foreach (string word in words)
        {
            if (word != "-")
            {
                yield return word;
                continue;
            }

            while (Console.In.ReadLine() is { } line)
            {
                if (line.Trim() is { Length: > 0 } text && text[0] != '#')
                {
                    yield return text;
                }
            }
        }
    }

    private static IPAddress? ParseAddress(System.CommandLine.Parsing.ArgumentResult result)
    {
        if (IPAddress.TryParse(result.Tokens[0].Value, out IPAddress? address))
        {
            return address;
        }

        result.AddError($"'{result.Tokens[0].Value}' is no IP address");
        return null;
    }

    private static void RequireRange(Option<int> option, int least, int most) => option.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<int>() is var given && (given < least || given > most))
        {
            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{option.Name} takes a whole number from {least} to {most}"));
        }
    });
}
