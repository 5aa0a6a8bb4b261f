using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace TlsTrust.Tests.Hostile;

/// <summary>
/// Whatever bytes a reader gets, it reads them or says what is wrong: it does not throw, hang, or take memory out of proportion.
/// </summary>
[Collection(MeasuredAlone.Name)]
public sealed class ReaderFuzzTests(ITestOutputHelper output)
{
    /// <summary>
    /// Seconds for each reader; <c>TLSTRUST_FUZZ_SECONDS=600</c> for the long run, which also starts from another seed each time.
    /// </summary>
    private static readonly double Seconds =
        double.TryParse(System.Environment.GetEnvironmentVariable("TLSTRUST_FUZZ_SECONDS"), NumberStyles.Float,
            CultureInfo.InvariantCulture, out double given) ? given : 0;

    private const int ShortRun = 600; // inputs for each reader in the suite

    // A reader that takes more of the processor for a few kilobytes is stuck; tried again, since the collector works in between.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    // What writes each character out as its code is longer than what it read, and reads nothing of a file's size.
    private static readonly string[] Writers = ["visible-text"];

    public static TheoryData<string> Targets => [.. FuzzTargets.All.Select(target => target.Name)];

    public static TheoryData<string> Readers => [.. FuzzTargets.All.Select(target => target.Name).Except(Writers)];

    [Theory]
    [MemberData(nameof(Targets))]
    public void A_reader_survives_whatever_it_reads(string name)
    {
        FuzzTarget target = FuzzTargets.All.Single(each => each.Name == name);
        byte[][] seeds =
            [.. FuzzSeeds.All.Where(seed => target.Seeds.Any(start => seed.Key.StartsWith(start, StringComparison.Ordinal)))
                .Select(seed => seed.Value)];
        int start = Seconds > 0 ? System.Environment.TickCount : 20261130;
        Random random = new(start);
        Stopwatch watch = Stopwatch.StartNew();
        int runs = 0;
        for (; Seconds > 0 ? watch.Elapsed.TotalSeconds < Seconds : runs < ShortRun; runs++)
        {
            byte[] input = runs < seeds.Length ? seeds[runs] : Mutation.Of(random, seeds);
            TimeSpan taken = Time(target, input, start);
            for (int again = 0; again < 3 && taken > Limit; again++)
            {
                taken = Time(target, input, start);
            }

            Assert.True(taken <= Limit, $"{name} took {taken} for {Shown(input)}");
        }

        output.WriteLine($"{name}: {runs} inputs in {watch.Elapsed}, seed {start}");
    }

    [Theory]
    [MemberData(nameof(Readers))]
    public void A_reader_holds_no_more_than_ten_times_its_input(string name)
    {
        const int size = 1024 * 1024;
        FuzzTarget target = FuzzTargets.All.Single(each => each.Name == name);
        target.Read([]);
        foreach ((string shape, byte[] input) in Shapes(target, size))
        {
            TimeSpan before = ProcessorTime();
            long allocated = GC.GetAllocatedBytesForCurrentThread();
            target.Read(input);
            allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
            TimeSpan taken = ProcessorTime() - before;
            Assert.True(taken < TimeSpan.FromSeconds(10), $"{name} took {taken} of processor time for 1 MB of {shape}");

            // What was never allocated was never held; only where more was, it is looked at how much was alive at once.
            long most = allocated <= (long)target.MaxMemory * size ? allocated : PeakDuring(() => target.Read(input));
            Assert.True(most <= (long)target.MaxMemory * size, $"{name} held {most / 1024.0 / 1024.0:0.0} MB for 1 MB of {shape}");
        }
    }

    // One megabyte of each kind of monotony, and of the reader's own seeds one after another.
    private static IEnumerable<(string Shape, byte[] Input)> Shapes(FuzzTarget target, int size)
    {
        string[] patterns =
            ["A", "-", "-----BEGIN CERTIFICATE-----\n", "\n", "\0", "\\", "&#", "%2", "[", "{\"a\":", "(", "a: ", "=", "\"", "0\u0080",
                "MII", "-----BEGIN A-----\n-----END A-----\n", "https://a.test ", "SSL error ",
            "set -x ", "-x ", "$env:A = b ", "export ", "a=b ", " ", "<a b=\"c\" ", "${", "= \"\"\""];
        foreach (string pattern in patterns)
        {
            yield return ($"'{pattern}'", Repeated(Encoding.Latin1.GetBytes(pattern), size));
        }

        foreach ((string seedName, byte[] seed) in FuzzSeeds.All.Where(seed =>
            target.Seeds.Any(start => seed.Key.StartsWith(start, StringComparison.Ordinal))))
        {
            yield return (seedName, Repeated(seed, size));
        }
    }

    private static byte[] Repeated(byte[] part, int size)
    {
        byte[] whole = new byte[size];
        for (int at = 0; at < size; at += part.Length)
        {
            part.AsSpan(0, Math.Min(part.Length, size - at)).CopyTo(whole.AsSpan(at));
        }

        return whole;
    }

    // The most that is alive at once, sampled; what the collector has not got to yet is not held by the reader, so it is made to run first.
    private static long PeakDuring(Action action)
    {
        long before = GC.GetTotalMemory(forceFullCollection: true), most = 0;
        using CancellationTokenSource done = new();
        Thread sampler = new(() =>
        {
            while (!done.IsCancellationRequested)
            {
                most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before);
                Thread.Sleep(20);
            }
        });
        sampler.Start();
        try
        {
            action();
        }
        finally
        {
            done.Cancel();
            sampler.Join();
        }

        return most;
    }

    private static TimeSpan Time(FuzzTarget target, byte[] input, int seed)
    {
        TimeSpan start = ProcessorTime();
        try
        {
            target.Read(input);
        }
#pragma warning disable CA1031 // any exception at all is the fault that is looked for
        catch (Exception fault)
#pragma warning restore CA1031
        {
            Assert.Fail($"{target.Name} threw {fault} for {Shown(input)} (seed {seed})");
        }

        return ProcessorTime() - start;
    }

    // Not the clock's: the machine has other things to do.
    private static TimeSpan ProcessorTime()
    {
        using Process own = Process.GetCurrentProcess();
        return own.TotalProcessorTime;
    }

    private static string Shown(byte[] input) => Convert.ToBase64String(input.AsSpan(0, Math.Min(input.Length, 30_000)));
}
