using System.Diagnostics;
using System.Globalization;
using TlsTrust.Tests.Hostile.Readers;

namespace TlsTrust.Tests.Hostile;

/// <summary>
/// Whatever bytes a reader gets, it reads them or says what is wrong: it does not throw or hang.
/// </summary>
public sealed class ReaderFuzzTests(ITestOutputHelper output)
{
    /// <summary>
    /// Seconds for each reader; <c>TLSTRUST_FUZZ_SECONDS=600</c> for the long run, which also starts from another seed each time.
    /// </summary>
    private static readonly double Seconds =
        double.TryParse(System.Environment.GetEnvironmentVariable("TLSTRUST_FUZZ_SECONDS"), NumberStyles.Float,
            CultureInfo.InvariantCulture, out double given) ? given : 0;

    private static int ShortRun => TestKeys.Usual(600); // inputs for each reader in the suite

    // A reader that takes more of the processor for a few kilobytes is stuck; tried again, since the collector works in between.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    public static TheoryData<string> Targets => [.. FuzzTargets.All.Select(target => target.Name)];

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
