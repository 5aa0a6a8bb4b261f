using System.ComponentModel;
using System.Diagnostics;

namespace TlsTrust.RealClients.Clients;

/// <summary>Runs programs, without the machine's settings about trust and with a home of their own.</summary>
internal static class ChildProcess
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private static readonly string[] Removed =
    [
        "SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "NODE_OPTIONS", "JAVA_TOOL_OPTIONS",
        "HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy", "DISPLAY",
    ];

    /// <summary>A home for programs that keep what they downloaded, or look for trusted certificates there.</summary>
    internal static string Home { get; } = Directory.CreateTempSubdirectory("tlstrust-clients-").FullName;

    internal static ProcessStartInfo Start(string program, IEnumerable<string> arguments)
    {
        ProcessStartInfo start =
            new(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string name in Removed)
        {
            start.Environment.Remove(name);
        }

        start.Environment["HOME"] = Home;
        start.Environment["GOCACHE"] = Path.Combine(Home, "go");
        start.Environment["LC_ALL"] = "C.UTF-8";
        return start;
    }

    /// <summary>Exit code and all that was printed; -1 where the program is not there or does not end.</summary>
    internal static async Task<(int ExitCode, string Output, string Error)> RunAsync(string program, IEnumerable<string> arguments,
        string input, CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            using Process process = Process.Start(Start(program, arguments))!;
            try
            {
                Task<string> output = process.StandardOutput.ReadToEndAsync(limit.Token),
                    error = process.StandardError.ReadToEndAsync(limit.Token);
                await process.StandardInput.WriteAsync(input);
                process.StandardInput.Close();
                await process.WaitForExitAsync(limit.Token);
                return (process.ExitCode, await output, await error);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                throw;
            }
        }
        catch (Exception fault) when (fault is Win32Exception or IOException)
        {
            return (-1, "", fault.Message);
        }
    }

    /// <summary>The first line that a program prints about itself; null where it is not there.</summary>
    internal static async Task<string?> VersionAsync(string program, params string[] arguments)
    {
        (int exit, string output, string error) = await RunAsync(program, arguments, "", CancellationToken.None);
        return exit == 0
            ? (output + error).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault() : null;
    }
}
