using System.Diagnostics;
using System.Text.Json;
using TlsTrust.Lab.Pki;

namespace TlsTrust.Tests.Cli;

/// <summary>`tlstrust chain` and `tlstrust missing` as a build server runs them: processes with exit codes, on files.</summary>
public sealed class ChainCommandTests : IDisposable
{
    private static readonly LabAuthority _root = LabAuthority.CreateRoot("CN=Cli Root", DateTimeOffset.UtcNow);
    private static readonly LabAuthority _intermediate = _root.IssueAuthority("CN=Cli Intermediate");
    private static readonly LabCertificate _leaf = _intermediate.IssueServer("www.cli.test");

    private readonly string _folder = Directory.CreateTempSubdirectory("tlstrust-cli-").FullName;

    public ChainCommandTests()
    {
        Write("roots.pem", _root.Certificate.Pem);
        Write("good.pem", _leaf.Pem + _intermediate.Certificate.Pem);
        Write("leaf.pem", _leaf.Pem);
        Write("found/intermediate.crt", _intermediate.Certificate.Pem);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_good_file_is_0_a_bad_one_1_and_no_file_64()
    {
        Assert.Equal(0, (await RunAsync("chain", "good.pem", "--trust-store", "roots.pem", "--host-name", "www.cli.test")).ExitCode);
        Assert.Equal(1, (await RunAsync("chain", "good.pem", "--trust-store", "roots.pem", "--host-name", "other.test")).ExitCode);
        Assert.Equal(1, (await RunAsync("chain", "leaf.pem", "--trust-store", "roots.pem", "--no-download")).ExitCode);
        Assert.Equal(64, (await RunAsync("chain", "nowhere.pem")).ExitCode);
        Assert.Equal(64, (await RunAsync("chain", "good.pem", "--at", "some day")).ExitCode);
        Assert.Equal(64, (await RunAsync("chain", "good.pem", "--intermediate", "nowhere.pem")).ExitCode);
    }

    [Fact]
    public async Task Text_is_the_tree_JSON_one_array_and_a_picture_the_picture()
    {
        string text = (await RunAsync("chain", "good.pem", "--trust-store", "roots.pem", "--leaf-first")).Output;
        Assert.Contains("  www.cli.test\n", text, StringComparison.Ordinal);
        Assert.Contains("  └─ Cli Intermediate\n", text, StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse((await RunAsync("chain", "good.pem", "leaf.pem", "--trust-store", "roots.pem", "--no-download", "--json")).Output);
        Assert.Equal(["Trusted", "Untrusted"], json.RootElement.EnumerateArray().Select(chain => chain.GetProperty("verdict").GetString()));
        Assert.StartsWith("<svg ", (await RunAsync("chain", "good.pem", "--trust-store", "roots.pem", "--as", "Svg")).Output, StringComparison.Ordinal);
        Assert.Equal(_leaf.Pem + _intermediate.Certificate.Pem, (await RunAsync("chain", "good.pem", "--trust-store", "roots.pem", "--as", "Pem")).Output);
    }

    [Fact]
    public async Task Missing_finds_writes_and_says_by_its_exit_code_that_something_was_missing()
    {
        Assert.Equal(0, (await RunAsync("missing", "good.pem", "--trust-store", "roots.pem", "--no-download")).ExitCode);
        (int exitCode, string output) = await RunAsync("missing", "leaf.pem", "--trust-store", "roots.pem", "--no-download", "--search-path", "found", "--destination", "out.pem");
        Assert.Equal(1, exitCode);
        Assert.Contains("intermediate.crt, line 1", output, StringComparison.Ordinal);
        Assert.EndsWith(_intermediate.Certificate.Pem, await File.ReadAllTextAsync(Path.Combine(_folder, "out.pem"), Cancel), StringComparison.Ordinal);
        Assert.Equal(64, (await RunAsync("missing", "leaf.pem", "--trust-store", "roots.pem", "--no-download", "--destination", "out.pem")).ExitCode);
        Assert.Contains("was not found", (await RunAsync("missing", "leaf.pem", "--trust-store", "roots.pem", "--no-download")).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("test", "127.0.0.1:1", "--search-path", "nowhere")]
    [InlineData("chain", "good.pem", "--search-path", "nowhere")]
    [InlineData("missing", "good.pem", "--search-path", "nowhere")]
    [InlineData("test", "127.0.0.1:1", "--host-name", "two words")]
    [InlineData("chain", "127.0.0.1:1", "--host-name", "two words")]
    [InlineData("test", "127.0.0.1:1", "--proxy", "127.0.0.1:1", "--no-proxy")]
    [InlineData("test", "127.0.0.1:1", "--warn-days", "-5")]
    [InlineData("test", "127.0.0.1:1", "--at", "some day")]
    public async Task What_cannot_be_used_is_64_before_anything_is_asked(params string[] arguments) =>
        Assert.Equal((64, ""), await RunAsync(arguments));

    [Fact]
    public async Task No_endpoint_at_all_is_no_proof_of_trust() => Assert.Equal((64, ""), await RunAsync("test", "-"));

    [Fact]
    public async Task A_time_without_zone_is_UTC_wherever_the_agent_runs()
    {
        string json = (await RunAsync("test", "127.0.0.1:1", "--no-proxy", "--at", "2026-05-31T12:00", "--json")).Output;
        Assert.Contains("\"checkedAt\": \"2026-05-31T12:00:00Z\"", json, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_name_is_read_as_that_of_an_endpoint_is() =>
        Assert.Equal(0, (await RunAsync("chain", "good.pem", "--trust-store", "roots.pem", "--host-name", "WWW.cli.test.:443")).ExitCode);

    private void Write(string name, string content)
    {
        string path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }

    private async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "TlsTrust.Cli.dll"), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _folder,
            StandardOutputEncoding = System.Text.Encoding.UTF8,
        };

        // Neither the user's cache nor the stores that variables name have a part in this.
        start.Environment["TZ"] = "America/Los_Angeles";
        start.Environment["XDG_CACHE_HOME"] = Path.Combine(_folder, "cache");
        foreach (string name in new[] { "SSL_CERT_FILE", "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS" })
        {
            start.Environment.Remove(name);
        }

        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> errors = process.StandardError.ReadToEndAsync(Cancel);
        string output = await process.StandardOutput.ReadToEndAsync(Cancel);
        Assert.DoesNotContain("internal error", await errors, StringComparison.Ordinal);
        await process.WaitForExitAsync(Cancel);
        return (process.ExitCode, output.ReplaceLineEndings("\n"));
    }
}
