using System.Diagnostics;
using System.Globalization;

namespace TlsTrust.Fuzz;

/// <summary>A reader's process, watched: it may neither throw nor hang nor end nor take memory without end.</summary>
internal static class ReaderProcess
{
    // Of processor time, for one input; more than the run itself calls too long.
    private static readonly TimeSpan Hung = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    /// <summary>Runs it.</summary>
    /// <returns>What it printed, and what is wrong with the reader, if anything.</returns>
    public static async Task<(string Said, string? Fault)> RunAsync(string name, double seconds, int seed, string manner,
        CancellationToken stop)
    {
        string shared = Path.Combine(Path.GetTempPath(), $"tlstrust-fuzz-{Guid.NewGuid():N}");
        try
        {
            using CurrentInput current = new(shared);
            using Process process = Process.Start(Start(name, seconds, seed, manner, shared))!;
            Task<string> said = process.StandardOutput.ReadToEndAsync(stop), fault = process.StandardError.ReadToEndAsync(stop);
            string? hung = await WatchAsync(process, current, stop);
            if (hung is not null || process.ExitCode != GuidedRun.Sound || (await said).Length == 0)
            {
                string what = hung ?? $"exit code {process.ExitCode}: {await fault}";
                return (await said, $"{name}, seed {seed}: {what}\ninput {current.Number}: {Convert.ToBase64String(current.Bytes)}");
            }

            return ((await said).Trim(), null);
        }
        finally
        {
            File.Delete(shared);
        }
    }

    private static async Task<string?> WatchAsync(Process process, CurrentInput current, CancellationToken stop)
    {
        (long Number, TimeSpan At) last = (-1, default);
        using CancellationTokenRegistration killing = stop.Register(() => process.Kill());
        while (!process.WaitForExit(0))
        {
            TimeSpan now = Taken(process) ?? last.At;
            if (current.Number != last.Number)
            {
                last = (current.Number, now);
            }
            else if (now - last.At > Hung && last.Number > 0)
            {
                process.Kill();
                await process.WaitForExitAsync(stop);
                return $"it hung: {now - last.At} of processor time for one input";
            }

            await Task.WhenAny(process.WaitForExitAsync(stop), Task.Delay(Look, stop));
        }

        await process.WaitForExitAsync(stop);
        return null;
    }

    private static TimeSpan? Taken(Process process)
    {
        try
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
        catch (InvalidOperationException)
        {
            return null; // it has ended
        }
    }

    private static ProcessStartInfo Start(string name, double seconds, int seed, string manner, string shared)
    {
        string host = System.Environment.ProcessPath!;
        string[] first = Path.GetFileNameWithoutExtension(host) == "dotnet" ? [typeof(ReaderProcess).Assembly.Location] : [];
        string[] arguments =
        [
            .. first, "--reader", name, seconds.ToString(CultureInfo.InvariantCulture), seed.ToString(CultureInfo.InvariantCulture),
            manner, shared,
        ];
        return new(host, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // A reader that takes memory without end ends itself, and not the machine.
            Environment = { ["DOTNET_GCHeapHardLimit"] = "0x40000000", ["DOTNET_gcServer"] = "0" },
        };
    }
}
