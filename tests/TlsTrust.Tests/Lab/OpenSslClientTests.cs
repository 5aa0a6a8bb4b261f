using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using TlsTrust.Lab;

namespace TlsTrust.Tests.Lab;

/// <summary>OpenSSL's own client before the lab's servers: the code that a report gives is the one that OpenSSL prints first.</summary>
public sealed partial class OpenSslClientTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_OpenSSL_code_of_a_report_is_the_one_that_s_client_prints_first()
    {
        Assert.SkipUnless(IsInstalled(), "openssl is not installed");
        await using LabServer lab = await LabServer.StartAsync(cancellationToken: Cancel);

        // Not those whose certificates OpenSSL can't read, nor whose store it can't load: it never comes to a code.
        RunningScenario[] scenarios =
            [.. lab.Scenarios.Where(running =>
                running.Served is not null && running.Scenario.ExpectedCause is not (Cause.Malformed or Cause.StoreUnusable))];
        Assert.True(scenarios.Length > 40);
        List<string> differences = [];
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = 4, CancellationToken = Cancel };
        await Parallel.ForEachAsync(scenarios, parallel, async (running, token) =>
        {
            EndpointReport report = (await LabDiagnosis.RunAsync(lab, running, token)).Report;
            int code = await FirstCodeAsync(report.Port, report.HostName, running.TrustStorePath, token);
            if (code != report.OpenSslCode)
            {
                lock (differences)
                {
                    differences.Add(
                        $"{running.Scenario.Name}: OpenSSL says {code}, the report says {report.OpenSslCode} ({report.OpenSslError})");
                }
            }
        });
        Assert.True(differences.Count == 0, string.Join("\n", differences));
    }

    private static async Task<int> FirstCodeAsync(int port, string name, string store, CancellationToken cancellationToken)
    {
        string identity = IPAddress.TryParse(name, out _) ? $"-verify_ip {name}" : $"-verify_hostname {name}";
        ProcessStartInfo start = new("openssl", $"s_client -connect 127.0.0.1:{port} -servername localhost {identity} -CAfile {store} " +
            $"-no-CApath -no-CAstore -verify_return_error")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process client = Process.Start(start)!;
        client.StandardInput.Close();
        Task<string> errors = client.StandardError.ReadToEndAsync(cancellationToken);
        string printed = await client.StandardOutput.ReadToEndAsync(cancellationToken) + await errors;
        await client.WaitForExitAsync(cancellationToken);
        Match error = VerifyError().Match(printed);
        return error.Success ? int.Parse(error.Groups[1].Value, null) : 0;
    }

    private static bool IsInstalled()
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo("openssl", "version") { RedirectStandardOutput = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    [GeneratedRegex(@"verify error:num=(\d+):")]
    private static partial Regex VerifyError();
}
