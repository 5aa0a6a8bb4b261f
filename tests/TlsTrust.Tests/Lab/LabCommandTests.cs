using System.Diagnostics;
using System.Text.Json;
using TlsTrust.Lab;

namespace TlsTrust.Tests.Lab;

/// <summary>The lab as a user runs it: a process of its own.</summary>
public sealed class LabCommandTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Without_serving_it_lists_what_there_is_and_what_is_right()
    {
        TestKeys.SkipWithoutPlatforms(); // in that process nobody lends it any
        (int exitCode, string output) = await RunAsync("--json", "--scenario", "trusted", "missing-intermediate", "refused");
        Assert.Equal(0, exitCode);
        using JsonDocument document = JsonDocument.Parse(output);
        JsonElement[] rows = [.. document.RootElement.EnumerateArray()];
        Assert.Equal(["trusted", "missing-intermediate", "refused"], rows.Select(row => row.GetProperty("scenario").GetString()));
        Assert.Equal("MissingIntermediate", rows[1].GetProperty("expectedCause").GetString());
        Assert.Contains("TrustedOnlyWithDownload", rows[1].GetProperty("expectedFindings").EnumerateArray().Select(id => id.GetString()));

        (exitCode, output) = await RunAsync();
        Assert.Equal(0, exitCode);
        Assert.Equal(LabServer.Catalog.Count, output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Theory]
    [InlineData("--scenario", "no-such-thing")]
    [InlineData("--scenario")]
    [InlineData("--servce")]
    [InlineData("trusted")]
    public async Task What_is_not_understood_is_a_usage_error(params string[] arguments)
    {
        (int exitCode, string output) = await RunAsync(arguments);
        Assert.Equal(64, exitCode);
        Assert.Empty(output);
    }

    [Fact]
    public async Task Served_scenarios_are_listed_and_their_files_go_when_it_is_told_to_end()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("there is no SIGTERM on Windows");
            return;
        }

        using Process process = Start("--serve", "--json", "--scenario", "trusted*");
        JsonElement[] rows = [.. await ReadArrayAsync(process)];
        Assert.Equal(LabServer.Catalog.Count(scenario => scenario.Name.StartsWith("trusted", StringComparison.Ordinal)), rows.Length);
        string directory = Path.GetDirectoryName(rows[0].GetProperty("trustStore").GetString())!;
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(directory));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(directory, "client.pem")));

        using (Process kill = Process.Start("sh", ["-c", $"kill -TERM {process.Id}"]))
        {
            await kill.WaitForExitAsync(Cancel);
        }

        await process.WaitForExitAsync(Cancel);
        Assert.Equal(0, process.ExitCode);
        Assert.False(Directory.Exists(directory));
    }

    // The array is printed at once and the process goes on: read until it is whole.
    private static async Task<IEnumerable<JsonElement>> ReadArrayAsync(Process process)
    {
        string text = "";
        while (await process.StandardOutput.ReadLineAsync(Cancel) is { } line)
        {
            text += line;
            if (line == "]")
            {
                return JsonDocument.Parse(text).RootElement.EnumerateArray();
            }
        }

        throw new InvalidOperationException("the list did not come to an end: " + text);
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        using Process process = Start(arguments);
        Task<string> errors = process.StandardError.ReadToEndAsync(Cancel);
        string output = await process.StandardOutput.ReadToEndAsync(Cancel);
        _ = await errors;
        await process.WaitForExitAsync(Cancel);
        return (process.ExitCode, output);
    }

    private static Process Start(params string[] arguments)
    {
        ProcessStartInfo start =
            new(Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "TlsTrust.Lab.exe" : "TlsTrust.Lab"))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }
}
