using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using TlsTrust.Connections.Handshakes;
using TlsTrust.Diagnosis;
using TlsTrust.Stores;

namespace TlsTrust.Benchmarks;

/// <summary>
/// Endpoints per second against nginx on loopback, side by side in one run: our whole diagnosis, a bare SslStream loop that only
/// shakes hands, and openssl s_client under xargs; then 20,000 endpoints in one pipeline, with the working set watched.
/// </summary>
internal static class ScanBenchmark
{
    private const int Width = 32;
    private const int Rounds = 5;
    private const int WarmUp = 400;

    // The issue's targets.
    private const double MinAgainstBare = 0.8;
    private const double MinAgainstOpenSsl = 3;
    private const double MaxGrowthMiB = 20;
    private const int SettledAfter = 2000;

    public static async Task<int> RunAsync(string[] args)
    {
        int perRound = Number(args, "--count", 2000);
        int endurance = Number(args, "--endurance", 20000);
        using ScanServer? server = ScanServer.Start();
        if (server is null)
        {
            Console.WriteLine("nginx is not installed; nothing was measured.");
            return 0;
        }

        TrustStore store = TrustStores.Open(server.RootFile);
        await OursAsync(server, store, WarmUp);
        await BareAsync(server, WarmUp);
        List<double> ours = [];
        List<double> bare = [];
        List<double> openssl = [];
        int few = Math.Max(100, perRound / 4);
        for (int i = 0; i < Rounds; i++)
        {
            // Alternating, so that what else the machine does meets all three.
            bare.Add(await RateAsync("bare SslStream", perRound, () => BareAsync(server, perRound)));
            ours.Add(await RateAsync("tlstrust", perRound, () => OursAsync(server, store, perRound)));
            openssl.Add(await RateAsync("openssl s_client", few, () => OpenSslAsync(server, few)));
        }

        double oursMedian = Median(ours);
        Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"median of {Rounds} rounds of {perRound}, {Width} at a time: bare SslStream " +
                $"{Median(bare):0}/s, tlstrust {oursMedian:0}/s, openssl s_client under xargs {Median(openssl):0}/s"));
        bool isFast =
            Check("tlstrust / bare SslStream", oursMedian / Median(bare), oursMedian / Median(bare) >= MinAgainstBare,
                $">= {MinAgainstBare}");
        isFast &= Check("tlstrust / openssl s_client", oursMedian / Median(openssl), oursMedian / Median(openssl) >= MinAgainstOpenSsl,
            $">= {MinAgainstOpenSsl}");
        bool isFlat = endurance == 0 || await EnduranceAsync(server, store, endurance);
        return isFast && isFlat ? 0 : 1;
    }

    private static async Task OursAsync(ScanServer server, TrustStore store, int count, Action<int>? seen = null)
    {
        EndpointTestOptions options = new() { Store = store, NoDownload = true, ThrottleLimit = Width };
        int done = 0;
        await foreach (EndpointReport report in EndpointTester.TestAsync(Endpoints(server, count),
            options with { Connection = options.Connection with { HostName = "localhost" } }))
        {
            if (report.Verdict != Verdict.Trusted)
            {
                throw new InvalidOperationException($"{report}: {report.Summary}");
            }

            seen?.Invoke(++done);
        }
    }

    private static IEnumerable<Endpoint> Endpoints(ScanServer server, int count)
    {
        for (int i = 0; i < count; i++)
        {
            yield return Endpoint.Parse(server.AddressOf(i).ToString());
        }
    }

    private static Task BareAsync(ScanServer server, int count) => Parallel.ForEachAsync(
        Enumerable.Range(0, count),
        new ParallelOptions { MaxDegreeOfParallelism = Width },
        async (i, stop) =>
        {
            using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(server.AddressOf(i), stop);
            await using SslStream ssl = new(new NetworkStream(socket), false, (_, _, _, _) => true);
            await ssl.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost" }, stop);
        });

    private static async Task OpenSslAsync(ScanServer server, int count)
    {
        ProcessStartInfo start =
            new("xargs",
                ["-P", Width.ToString(CultureInfo.InvariantCulture), "-I{}", "openssl", "s_client", "-connect", "{}", "-servername",
                    "localhost", "-verify_hostname", "localhost", "-CAfile", server.RootFile, "-showcerts"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        for (int i = 0; i < count; i++)
        {
            await process.StandardInput.WriteLineAsync(server.AddressOf(i).ToString());
        }

        process.StandardInput.Close();
        int verified = (await output).Split("Verify return code: 0 (ok)").Length - 1;
        await errors;
        await process.WaitForExitAsync();
        if (verified < count)
        {
            throw new InvalidOperationException($"openssl verified {verified} of {count}.");
        }
    }

    private static async Task<bool> EnduranceAsync(ScanServer server, TrustStore store, int count)
    {
        double settled = 0;
        double lowest = double.MaxValue;
        double highest = 0;
        Stopwatch watch = Stopwatch.StartNew();
        await OursAsync(server, store, count, done =>
        {
            if (done < SettledAfter || done % 500 != 0)
            {
                return;
            }

            using Process self = Process.GetCurrentProcess();
            double now = self.WorkingSet64 / 1048576.0;
            settled = settled == 0 ? now : settled;
            lowest = Math.Min(lowest, now);
            highest = Math.Max(highest, now);
            if (done % 4000 == 0 || done == SettledAfter)
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{done} endpoints: working set {now:0} MiB"));
            }
        });
        Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{count} endpoints in one pipeline: {watch.Elapsed.TotalSeconds:0.0} s; working " +
                $"set after {SettledAfter}: {settled:0} MiB, then between {lowest:0} and {highest:0} MiB"));
        double drift = Math.Max(highest - settled, settled - lowest);
        return Check("working set moves by (MiB)", drift, drift <= MaxGrowthMiB, $"<= {MaxGrowthMiB}");
    }

    private static async Task<double> RateAsync(string what, int count, Func<Task> work)
    {
        double before = CpuMilliseconds();
        long start = Stopwatch.GetTimestamp();
        await work();
        double rate = count / Stopwatch.GetElapsedTime(start).TotalSeconds;
        double cpu = (CpuMilliseconds() - before) / count;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-17} {rate,6:0}/s, {cpu:0.00} ms of CPU each without nginx"));
        return rate;
    }

    // Of this process and of the children it has waited for: what a busy machine does not change (proc(5), in ticks of 10 ms).
    private static double CpuMilliseconds()
    {
        string[] fields = File.Exists("/proc/self/stat") ? File.ReadAllText("/proc/self/stat").Split(' ') : [];
        return fields.Length > 16 ? fields[13..17].Sum(ticks => double.Parse(ticks, CultureInfo.InvariantCulture)) * 10 : 0;
    }

    private static bool Check(string what, double value, bool holds, string target)
    {
        Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{(holds ? "ok  " : "MISS")} {what}: {value:0.00} (target {target})"));
        return holds;
    }

    private static double Median(List<double> values)
    {
        List<double> sorted = [.. values.Order()];
        return sorted[sorted.Count / 2];
    }

    private static int Number(string[] args, string name, int otherwise)
    {
        int at = Array.IndexOf(args, name);
        return at >= 0 && at + 1 < args.Length ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : otherwise;
    }
}
