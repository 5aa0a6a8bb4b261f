using System.ComponentModel;
using System.Diagnostics;
using TlsTrust.Lab;
using TlsTrust.Tests.Connections.Servers;

namespace TlsTrust.Tests.ErrorTexts;

/// <summary>One run of a real program against a server of the lab. Skips where the program is not installed.</summary>
internal static partial class ClientRun
{
    /// <summary>Starting node or ruby on a busy machine takes its time; a client that hangs must not.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    internal static Uri Url(RunningScenario server) => new($"https://localhost{server.Endpoint[server.Endpoint.LastIndexOf(':')..]}/");

    internal static async Task<(string Text, bool Failed)> OfAsync(ProvokedProgram row, RunningScenario server)
    {
        // Where nothing listens, nothing may be said either.
        await using PrefaceRelay? relay = row.Preface == Preface.None || server.Scenario.Name == "refused"
            ? null : new PrefaceRelay(row.Preface, Url(server).Port);
        if (row.Source is not { } source)
        {
            return await OfAsync(row.Program, row.Arguments, server, relay?.Port);
        }

        using TemporaryDirectory directory = new();
        string file = Path.Combine(directory.Path, "ask." + source.Ending);
        await File.WriteAllTextAsync(file, source.Text, TestContext.Current.CancellationToken);
        return await OfAsync(row.Program,
            [.. row.Arguments.Select(argument => argument.Replace("{source}", file, StringComparison.Ordinal))],
            server);
    }

    internal static async Task<(string Text, bool Failed)> OfAsync(
        string program, string[] arguments, RunningScenario server, int? port = null)
    {
        Uri url = port is { } relayed ? new Uri($"https://localhost:{relayed}/") : Url(server);
        Dictionary<string, string> variables = [];
        ProcessStartInfo start = new(program) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (string argument in arguments)
        {
            string filled = argument.Replace("{url}", url.ToString(), StringComparison.Ordinal)
                .Replace("{host}", "localhost", StringComparison.Ordinal)
                .Replace("{port}", $"{url.Port}", StringComparison.Ordinal)
                .Replace("{store}", server.TrustStorePath, StringComparison.Ordinal);
            if (start.ArgumentList.Count == 0 && Variable().Match(filled) is { Success: true } variable)
            {
                variables[variable.Groups[1].Value] = variable.Groups[2].Value;
            }
            else
            {
                start.ArgumentList.Add(filled);
            }
        }

        // What is set on the machine must not decide.
        foreach (string variable in (string[])["SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE", "GIT_SSL_CAINFO", "GIT_SSL_NO_VERIFY",
            "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE", "NODE_TLS_REJECT_UNAUTHORIZED", "https_proxy", "HTTPS_PROXY", "all_proxy",
                "ALL_PROXY"])
        {
            start.Environment.Remove(variable);
        }

        foreach ((string name, string value) in variables)
        {
            start.Environment[name] = value;
        }

        start.Environment["LC_ALL"] = "C.UTF-8";
        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        Process? process = null;
        try
        {
            process = Process.Start(start);
        }
        catch (Win32Exception)
        {
            Assert.Skip($"{program} is not installed");
        }

        using (process)
        {
            process!.StandardInput.Close();
            Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
            using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            limit.CancelAfter(Patience);
            try
            {
                await process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
            }

            string text = await output + await errors;
            Assert.SkipWhen(text.Contains("Can't locate IO/Socket/SSL.pm", StringComparison.Ordinal), "Perl has no IO::Socket::SSL");
            return (text, process.HasExited && process.ExitCode != 0);
        }
    }

    [System.Text.RegularExpressions.GeneratedRegex("^([A-Z_]+)=(.*)$")]
    private static partial System.Text.RegularExpressions.Regex Variable();
}
