using System.Net;
using System.Text.RegularExpressions;
using TlsTrust.RealClients.Clients;

namespace TlsTrust.RealClients;

/// <summary>
/// The programs that the rows of a report are held to. What is not on this machine is left out, and counted by the suite.
/// </summary>
internal static partial class RealClientTable
{
    /// <summary>Folder with npm's packages of Node.js, and where else programs lie that are on no PATH; see tests/README.md.</summary>
    private static readonly string? Further = System.Environment.GetEnvironmentVariable("TLSTRUST_CLIENTS");

    /// <summary>Every client there could be, by a name that does not change with its version.</summary>
    internal static IReadOnlyList<string> Names { get; } =
        ["curl", "openssl", "python3", "python3.13", "node", "node-20", "node-22", "node-24", "java", "go", "dotnet", "wget", "chromium",
            "firefox"];

    /// <summary>Those that are here, with their versions.</summary>
    internal static async Task<IReadOnlyDictionary<string, (IRealClient Client, string Version)>> FindAsync(bool withBrowsers)
    {
        string programs = Path.Combine(AppContext.BaseDirectory, "Programs");
        Dictionary<string, (IRealClient, string)> found = [];
        await AddAsync("curl", new CommandClient("curl", "curl", "curl", Curl, ReadCurl), "curl", "--version");
        await AddAsync("openssl", new CommandClient("openssl", "OpenSSL", "openssl", OpenSsl, ReadOpenSsl), "openssl", "version");
        await AddPythonAsync();
        await AddAsync("node", Node("node", "node"), "node", "--version");
        foreach (string version in Further is null ? [] : new[] { "20", "22", "24" })
        {
            string node = Path.Combine(Further!, "node_modules", $"node-{version}", "bin", "node");
            await AddAsync($"node-{version}", Node($"node-{version}", node), node, "--version");
        }

        await AddAsync("java", new BatchClient("java", "Java", "java", Path.Combine(programs, "Ask.java")), "java", "--version");
        if (await ChildProcess.VersionAsync("go", "version") is { } go)
        {
            // Built once: "go run" would build it for every share.
            string ask = Path.Combine(ChildProcess.Home, "ask-go");
            (int exit, _, string error) =
                await ChildProcess.RunAsync("go", ["build", "-o", ask, Path.Combine(programs, "ask.go")], "", CancellationToken.None);
            Assert.True(exit == 0, error);
            found.Add("go", (new BatchClient("go", "Go", ask), go));
        }

        found.Add("dotnet", (new DotNetClient(), $".NET {System.Environment.Version}"));
        await AddAsync("wget",
            new CommandClient("wget", "GnuTLS", "wget", Wget, ReadWget, server =>
                server.HostName == "localhost" || IPAddress.TryParse(server.HostName, out _)), "wget", "--version");
        if (withBrowsers && await ChildProcess.VersionAsync("certutil", "-H") is null
            && (await ChildProcess.RunAsync("certutil", ["-H"], "", CancellationToken.None)).ExitCode < 0)
        {
            withBrowsers = false;
        }

        if (withBrowsers)
        {
            await AddAsync("chromium", new ChromiumClient("chromium", "chromium"), "chromium", "--no-sandbox", "--version");
            await AddAsync("firefox", new FirefoxClient("firefox", "firefox-esr"), "firefox-esr", "--version");
        }

        return found;

        BatchClient Node(string name, string program) => new(name, "Node.js", program, Path.Combine(programs, "ask.js"));

        async Task AddAsync(string name, IRealClient client, string program, params string[] arguments)
        {
            if (await ChildProcess.VersionAsync(program, arguments) is { } version)
            {
                found.Add(name, (client, version));
            }
        }

        async Task AddPythonAsync()
        {
            // Its own rules changed in 3.13; whichever of them is here answers for its side.
            foreach (string program in Pythons())
            {
                if (await ChildProcess.VersionAsync(program, "--version") is { } version
                    && PythonMinor().Match(version) is { Success: true } match)
                {
                    bool strict = int.Parse(match.Groups[1].Value, null) >= 13;
                    string name = strict ? "python3.13" : "python3";
                    found.TryAdd(name,
                        (new BatchClient(name, strict ? "Python 3.13" : "Python before 3.13", program, Path.Combine(programs, "ask.py")),
                            version));
                }
            }
        }
    }

    private static IEnumerable<string> Pythons()
    {
        string versions = Path.Combine(System.Environment.GetEnvironmentVariable("PYENV_ROOT") ?? "/root/.pyenv", "versions");
        string[] installed = Directory.Exists(versions)
            ? [.. Directory.GetDirectories(versions, "3.*").Order(StringComparer.Ordinal)
                .Select(folder => Path.Combine(folder, "bin", "python3"))] : [];
        return [.. installed.Where(path =>
            path.Contains("/3.11", StringComparison.Ordinal) || path.Contains("/3.13", StringComparison.Ordinal)), "python3.13", "python3"];
    }

    private static string[] Curl(MeasuredServer server) =>
    [
        "-sS", "-o", "/dev/null", "--max-time", "10", "--noproxy", "*", "--capath", "/nonexistent", "--cacert", server.Anchors,
        "--connect-to", $"::127.0.0.1:{server.Port}", "-w", "connected %{time_appconnect}", $"https://{server.HostName}:{server.Port}/",
    ];

    // After the handshake it may still end without a page; 60 comes after it, too.
    private static RealAnswer ReadCurl(int exit, string output) =>
        exit is not (60 or 51 or 35) && output.Contains("connected ", StringComparison.Ordinal)
            && !output.Contains("connected 0.000000", StringComparison.Ordinal)
            ? new RealAnswer(true, "")
            : new RealAnswer(false, CurlError().Match(output) is { Success: true } match ? match.Value : $"exit code {exit}");

    private static string[] OpenSsl(MeasuredServer server) =>
    [
        "s_client", "-connect", $"127.0.0.1:{server.Port}", .. IPAddress.TryParse(server.HostName, out _) ? ["-noservername", "-verify_ip"]
            : new[] { "-servername", server.HostName, "-verify_hostname" }, server.HostName,
        "-CAfile", server.Anchors, "-no-CApath", "-no-CAstore", "-verify_return_error",
    ];

    private static RealAnswer ReadOpenSsl(int exit, string output)
    {
        if (VerifyError().Match(output) is { Success: true } match)
        {
            return new RealAnswer(false, match.Groups[1].Value);
        }

        return output.Contains("Verify return code: 0 (ok)", StringComparison.Ordinal)
            && output.Contains("Cipher is ", StringComparison.Ordinal) && !output.Contains("Cipher is (NONE)", StringComparison.Ordinal)
            ? new RealAnswer(true, "")
            : new RealAnswer(false, output.Split('\n').FirstOrDefault(line => line.Contains(":error:", StringComparison.Ordinal))
                ?? $"exit code {exit}");
    }

    private static string[] Wget(MeasuredServer server) =>
        ["-nv", "-O", "/dev/null", "--tries=1", "--timeout=10", "--no-proxy", "--ca-directory=/nonexistent",
            $"--ca-certificate={server.Anchors}", $"https://{server.HostName}:{server.Port}/"];

    // 5: the certificate; 4: the network, and with it the handshake; 8: the server's answer to the request.
    private static RealAnswer ReadWget(int exit, string output) =>
        exit is 0 or 8 || (exit == 4 && !output.Contains("Unable to establish SSL connection", StringComparison.Ordinal))
            ? new RealAnswer(true, "")
            : new RealAnswer(false,
                string.Join(' ',
                    output.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                        .Where(line => !line.Contains("Cannot open directory", StringComparison.Ordinal))));

    [GeneratedRegex(@"curl: \(\d+\)[^\r\n]+")]
    private static partial Regex CurlError();

    [GeneratedRegex(@"verify error:num=\d+:([^\r\n]+)")]
    private static partial Regex VerifyError();

    [GeneratedRegex(@"Python 3\.(\d+)")]
    private static partial Regex PythonMinor();
}
