using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using TlsTrust.Diagnosis;
using TlsTrust.Revocation;
using TlsTrust.Stores;
using TlsTrust.Tests.Connections.Servers;

namespace TlsTrust.Tests.Hostile;

/// <summary>
/// A long scan of servers that misbehave leaves nothing behind: memory, descriptors and threads are after it what they were after its
/// beginning.
/// </summary>
[Collection(MeasuredAlone.Name)]
public sealed class HostileScanTests(ITestOutputHelper output)
{
    private const int Width = 100;

    // TLSTRUST_LONG=1 is ten minutes; any other number is minutes.
    private static TimeSpan Duration
    {
        get
        {
            string? given = System.Environment.GetEnvironmentVariable("TLSTRUST_LONG");
            return given is null ? TimeSpan.FromSeconds(6)
                : double.TryParse(given, NumberStyles.Float, CultureInfo.InvariantCulture, out double minutes) && minutes > 1
                    ? TimeSpan.FromMinutes(minutes)
                : TimeSpan.FromMinutes(10);
        }
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_long_hostile_scan_is_flat_in_memory_descriptors_and_threads()
    {
        TestPki pki = TestPki.Shared;
        await using LoopbackServer good = LoopbackServer.Tls(pki.Leaf, []);
        await using LoopbackServer silent = new(SayNothing);
        await using LoopbackServer noise = new((stream, stop) => stream.WriteAsync(Noise(), stop).AsTask());
        await using LoopbackServer endless = new(async (stream, stop) =>
        {
            byte[] record = [22, 3, 3, 0x40, 0, .. new byte[0x4000]];
            while (true)
            {
                await stream.WriteAsync(record, stop);
            }
        });
        await using LoopbackServer banner = new((stream, stop) => stream.WriteAsync("220 \u001B[31m\r\n"u8.ToArray(), stop).AsTask());
        await using LoopbackServer reset = new((stream, _) =>
        {
            stream.Socket.LingerState = new LingerOption(true, 0);
            stream.Socket.Dispose();
            return Task.CompletedTask;
        });
        LoopbackServer[] servers = [good, silent, noise, endless, banner, reset];
        EndpointTestOptions options = new()
        {
            Store = new TrustStore("none", []),
            Connection = new() { HandshakeTimeout = TimeSpan.FromMilliseconds(400), TotalTimeout = TimeSpan.FromSeconds(2) },
            ThrottleLimit = Width,
            Revocation = RevocationMode.Online,
        };
        Stopwatch watch = Stopwatch.StartNew();
        (long Memory, int Handles, int Threads)? early = null;
        int done = 0;
        await foreach (EndpointReport report in EndpointTester.TestAsync(Endless(servers, watch, Stop), options, Stop))
        {
            Assert.NotEqual(Verdict.Trusted, report.Verdict);
            done++;
            if (early is null && watch.Elapsed > Duration / 3)
            {
                early = Measure();
            }
        }

        (long Memory, int Handles, int Threads) late = Measure();
        output.WriteLine($"{done} endpoints in {watch.Elapsed}; after a third {early}, at the end {late}");
        Assert.NotNull(early);
        Assert.True(late.Memory <= (early.Value.Memory * 1.3) + (8 << 20), $"memory {early.Value.Memory} -> {late.Memory}");
        Assert.True(late.Handles <= early.Value.Handles + Width, $"descriptors {early.Value.Handles} -> {late.Handles}");
        Assert.True(late.Threads <= early.Value.Threads + 20, $"threads {early.Value.Threads} -> {late.Threads}");
    }

    private static async IAsyncEnumerable<Endpoint> Endless(LoopbackServer[] servers, Stopwatch watch, [EnumeratorCancellation]
        CancellationToken cancellation = default)
    {
        for (int i = 0; watch.Elapsed < Duration; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            await Task.Yield();
            string scheme = i % 7 == 0 ? "smtp://" : "";
            yield return Endpoint.Parse($"{scheme}127.0.0.1:{servers[i % servers.Length].Port}");
        }
    }

    // Until the client has gone: what a server of the test keeps open would count as the scan's.
    private static async Task SayNothing(Stream stream, CancellationToken stop)
    {
        byte[] heard = new byte[4096];
        while (await stream.ReadAsync(heard, stop) > 0)
        {
        }
    }

    private static (long Memory, int Handles, int Threads) Measure()
    {
        long memory = GC.GetTotalMemory(forceFullCollection: true);
        using Process own = Process.GetCurrentProcess();
        int handles = OperatingSystem.IsLinux() ? Directory.GetFileSystemEntries("/proc/self/fd").Length : own.HandleCount;
        return (memory, handles, own.Threads.Count);
    }

    private static byte[] Noise()
    {
        byte[] bytes = new byte[Random.Shared.Next(1, 20000)];
        Random.Shared.NextBytes(bytes);
        return bytes;
    }
}
