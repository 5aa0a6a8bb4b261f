using System.Diagnostics;
using System.Globalization;
using TlsTrust.Tests.Hostile.Readers;

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

    private const int MaximumMemory = 10; // times its input

    // A reader that takes more of the processor for a few kilobytes is stuck; tried again, since the collector works in between.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    // They plan and judge what the other readers have read, and hold what they plan.
    private static readonly string[] Planners = ["repair", "chain"];

    public static TheoryData<string> Targets => [.. FuzzTargets.All.Select(target => target.Name)];

    public static TheoryData<string> Readers => [.. FuzzTargets.All.Select(target => target.Name).Except(Planners)];

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
        foreach ((string shape, byte[] input) in MonotonousInput.Of(target, size))
        {
            TimeSpan before = ThreadClock.Now;
            long allocated = GC.GetAllocatedBytesForCurrentThread();
            target.Read(input);
            allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
            TimeSpan taken = ThreadClock.Now - before;
            Assert.True(taken < TimeSpan.FromSeconds(10), $"{name} took {taken} of processor time for 1 MB of {shape}");

            // What was never allocated was never held; only where more was, it is looked at how much was alive at once.
            // What other tests left changes that too, so the least of some tries counts.
            long most = allocated;
            for (int i = 0; i < 3 && most > (long)MaximumMemory * size; i++)
            {
                most = Math.Min(most, PeakDuring(() => target.Read(input)));
            }

            Assert.True(most <= (long)MaximumMemory * size, $"{name} held {most / 1024.0 / 1024.0:0.0} MB for 1 MB of {shape}");
        }
    }

    [Fact]
    public void What_is_held_is_measured_and_what_was_let_go_is_not()
    {
        const int part = 1024 * 1024;
        static long Let(int parts) => Enumerable.Range(0, parts).Sum(_ => (long)new byte[part].Length);
        static long Hold(int parts)
        {
            byte[][] held = [.. Enumerable.Range(0, parts).Select(_ => new byte[part])];
            Thread.Sleep(200); // some samples
            return held.Sum(each => (long)each.Length);
        }

        // What tests before this one left is let go in the meantime: the most of some tries is what was held, the least what was let go.
        Assert.InRange(Enumerable.Range(0, 3).Max(_ => PeakDuring(() => Hold(20))), 19L * part, 25L * part);
        Assert.InRange(Enumerable.Range(0, 3).Min(_ => PeakDuring(() => Let(2000))), 0, 5L * part);
    }

    // The most that is alive at once, sampled, as the collector counted it at the end of its work: what it has not got to yet is held by
    // nobody.
    private static long PeakDuring(Action action)
    {
        long before = Alive(), most = 0;
        using CancellationTokenSource done = new();
        Thread sampler = new(() =>
        {
            while (!done.IsCancellationRequested)
            {
                most = Math.Max(most, Alive() - before);
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

    private static long Alive()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true);
        GCMemoryInfo counted = GC.GetGCMemoryInfo(GCKind.FullBlocking);
        return counted.HeapSizeBytes - counted.FragmentedBytes;
    }

    private static TimeSpan Time(FuzzTarget target, byte[] input, int seed)
    {
        TimeSpan start = ThreadClock.Now;
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

        return ThreadClock.Now - start;
    }

    private static string Shown(byte[] input) => Convert.ToBase64String(input.AsSpan(0, Math.Min(input.Length, 30_000)));
}
