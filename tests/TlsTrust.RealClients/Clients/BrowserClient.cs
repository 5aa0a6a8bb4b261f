using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace TlsTrust.RealClients.Clients;

/// <summary>A headless browser with a new profile for each set of anchors, since it reads these when it starts.</summary>
internal abstract partial class BrowserClient(string name, string row, string program) : IRealClient
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan PagePatience = TimeSpan.FromSeconds(25);

    public string Name => name;

    public string Row => row;

    public bool IsBrowser => true;

    public async Task<IReadOnlyDictionary<string, RealAnswer>> AskAsync(IReadOnlyList<MeasuredServer> servers,
        CancellationToken cancellationToken)
    {
        Dictionary<string, RealAnswer> answers = [];
        foreach (IGrouping<string, MeasuredServer> group in servers.GroupBy(server => File.ReadAllText(server.Anchors)))
        {
            await AskGroupAsync([.. group], answers, cancellationToken);
        }

        return answers;
    }

    /// <summary>Where the profile's database of certificates is.</summary>
    protected abstract string Database(string profile);

    protected abstract IEnumerable<string> Arguments(string profile);

    protected abstract void Prepare(string profile);

    /// <summary>Waits until the browser says where it listens; the address of its commands.</summary>
    protected abstract Task<string> AddressAsync(Process browser, string profile, CancellationToken cancellationToken);

    /// <summary>Opens a page, in a way that later pages can be opened in.</summary>
    protected abstract Task<Func<string, CancellationToken, Task<RealAnswer>>> OpenAsync(DevTools tools,
        CancellationToken cancellationToken);

    private async Task AskGroupAsync(List<MeasuredServer> servers, Dictionary<string, RealAnswer> answers,
        CancellationToken cancellationToken)
    {
        string profile = Directory.CreateTempSubdirectory("tlstrust-browser-").FullName;
        try
        {
            Prepare(profile);
            await TrustAsync(Database(profile), servers[0].Anchors, cancellationToken);
            ProcessStartInfo start = ChildProcess.Start(program, Arguments(profile));
            start.Environment["HOME"] = profile;
            using Process browser = Process.Start(start)!;
            try
            {
                using CancellationTokenSource startLimit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                startLimit.CancelAfter(StartPatience);
                await using DevTools tools =
                    await DevTools.ConnectAsync(await AddressAsync(browser, profile, startLimit.Token), startLimit.Token);
                Func<string, CancellationToken, Task<RealAnswer>> go = await OpenAsync(tools, startLimit.Token);
                foreach (MeasuredServer server in servers)
                {
                    using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                    limit.CancelAfter(PagePatience);
                    answers[server.Name] = await go($"https://{server.HostName}:{server.Port}/", limit.Token);
                }
            }
            finally
            {
                browser.Kill(entireProcessTree: true);
                await browser.WaitForExitAsync(CancellationToken.None);
            }
        }
        finally
        {
            // Its children may still be writing.
            try
            {
                Directory.Delete(profile, recursive: true);
            }
            catch (IOException)
            {
            }
        }
    }

    private static async Task TrustAsync(string database, string bundle, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(database);
        await ChildProcess.RunAsync("certutil", ["-N", "-d", $"sql:{database}", "--empty-password"], "", cancellationToken);
        int count = 0;
        foreach (Match certificate in PemCertificate().Matches(await File.ReadAllTextAsync(bundle, cancellationToken)))
        {
            (int exit, _, string error) =
                await ChildProcess.RunAsync("certutil", ["-A", "-d", $"sql:{database}", "-n", $"anchor {count++}", "-t", "C,,"],
                    certificate.Value, cancellationToken);
            Assert.True(exit == 0, $"certutil: {error}");
        }
    }

    [GeneratedRegex("-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----")]
    private static partial Regex PemCertificate();
}

/// <summary>Chromium, whose added roots are those of the user's NSS database.</summary>
internal sealed class ChromiumClient(string name, string program) : BrowserClient(name, "Chrome", program)
{
    // What follows the handshake, or is about a certificate of the client, is no refusal of the server.
    private static readonly string[] Afterwards =
        ["net::ERR_EMPTY_RESPONSE", "net::ERR_SSL_CLIENT_AUTH_CERT_NEEDED", "net::ERR_BAD_SSL_CLIENT_AUTH_CERT",
            "net::ERR_INVALID_HTTP_RESPONSE", "net::ERR_HTTP_RESPONSE_CODE_FAILURE"];

    protected override string Database(string profile) => Path.Combine(profile, ".pki", "nssdb");

    protected override void Prepare(string profile)
    {
    }

    protected override IEnumerable<string> Arguments(string profile) =>
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update",
        "--disable-sync", "--disable-dev-shm-usage", $"--user-data-dir={Path.Combine(profile, "data")}", "--remote-debugging-port=0",
            "--host-resolver-rules=MAP * 127.0.0.1", "about:blank",
    ];

    protected override async Task<string> AddressAsync(Process browser, string profile, CancellationToken cancellationToken)
    {
        string file = Path.Combine(profile, "data", "DevToolsActivePort");
        _ = browser.StandardError.ReadToEndAsync(cancellationToken);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (File.Exists(file) && await File.ReadAllLinesAsync(file, cancellationToken) is [{ } port, { } path, ..])
            {
                return $"ws://127.0.0.1:{port}{path}";
            }

            await Task.Delay(100, cancellationToken);
        }
    }

    protected override async Task<Func<string, CancellationToken, Task<RealAnswer>>> OpenAsync(DevTools tools,
        CancellationToken cancellationToken)
    {
        JsonNode target = await tools.CallAsync("Target.createTarget", new JsonObject { ["url"] = "about:blank" }, cancellationToken);
        JsonNode attached =
            await tools.CallAsync("Target.attachToTarget",
                new JsonObject { ["targetId"] = target["result"]!["targetId"]!.GetValue<string>(), ["flatten"] = true }, cancellationToken);
        string session = attached["result"]!["sessionId"]!.GetValue<string>();
        return async (url, limit) =>
        {
            JsonNode answer = await tools.CallAsync("Page.navigate", new JsonObject { ["url"] = url }, limit, session);
            string? error = answer["result"]?["errorText"]?.GetValue<string>();
            return error is null || Afterwards.Contains(error) ? new RealAnswer(true, "") : new RealAnswer(false, error);
        };
    }
}

/// <summary>Firefox, by WebDriver BiDi, with the anchors in the database of its profile.</summary>
internal sealed partial class FirefoxClient(string name, string program) : BrowserClient(name, "Firefox", program)
{
    private static readonly string[] Afterwards =
        ["NS_ERROR_NET_EMPTY_RESPONSE", "NS_ERROR_NET_INTERRUPT", "NS_ERROR_NET_RESET", "NS_ERROR_NET_PARTIAL_TRANSFER",
            "SSL_ERROR_RX_CERTIFICATE_REQUIRED_ALERT", "SSL_ERROR_BAD_CERT_ALERT", "SSL_ERROR_HANDSHAKE_FAILURE_ALERT"];

    protected override string Database(string profile) => profile;

    protected override void Prepare(string profile) => File.WriteAllLines(Path.Combine(profile, "user.js"),
    [
        "user_pref(\"network.dns.forceResolve\", \"127.0.0.1\");",
        "user_pref(\"app.update.enabled\", false);",
        "user_pref(\"datareporting.policy.dataSubmissionEnabled\", false);",
        "user_pref(\"browser.shell.checkDefaultBrowser\", false);",
    ]);

    protected override IEnumerable<string> Arguments(string profile) =>
        ["--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", "0"];

    protected override async Task<string> AddressAsync(Process browser, string profile, CancellationToken cancellationToken)
    {
        while (await browser.StandardError.ReadLineAsync(cancellationToken) is { } line)
        {
            if (Listening().Match(line) is { Success: true } match)
            {
                _ = browser.StandardError.ReadToEndAsync(CancellationToken.None);
                return match.Groups[1].Value + "/session";
            }
        }

        throw new InvalidOperationException("Firefox ended before it listened");
    }

    protected override async Task<Func<string, CancellationToken, Task<RealAnswer>>> OpenAsync(DevTools tools,
        CancellationToken cancellationToken)
    {
        await tools.CallAsync("session.new",
            new JsonObject { ["capabilities"] = new JsonObject { ["alwaysMatch"] = new JsonObject { ["acceptInsecureCerts"] = false } } },
                cancellationToken);
        JsonNode created = await tools.CallAsync("browsingContext.create", new JsonObject { ["type"] = "tab" }, cancellationToken);
        string context = created["result"]!["context"]!.GetValue<string>();
        return async (url, limit) =>
        {
            JsonNode answer =
                await tools.CallAsync("browsingContext.navigate",
                    new JsonObject { ["context"] = context, ["url"] = url, ["wait"] = "complete" }, limit);
            if (answer["type"]?.GetValue<string>() != "error")
            {
                return new RealAnswer(true, "");
            }

            string message = answer["message"]?.GetValue<string>() ?? "";
            string code = Code().Match(message) is { Success: true } match ? match.Groups[1].Value : message;
            return Afterwards.Any(word => code == word) ? new RealAnswer(true, "") : new RealAnswer(false, code);
        };
    }

    [GeneratedRegex(@"listening on (ws://\S+)")]
    private static partial Regex Listening();

    // "Error: NS_ERROR_GENERATE_FAILURE(NS_ERROR_MODULE_SECURITY, SEC_ERROR_UNKNOWN_ISSUER)", or a name alone.
    [GeneratedRegex(@"(?:, |Error: )((?!NS_ERROR_GENERATE_FAILURE)[A-Z_]+)")]
    private static partial Regex Code();
}
