using System.Diagnostics;
using System.Globalization;
using TlsTrust.Tests.Hostile.Readers;

namespace TlsTrust.Fuzz;

/// <summary>
/// One reader, in a process of its own, and inputs that are made of those which took a new way through it. The blind run makes them of the
/// seeds alone, and is there to be compared with.
/// </summary>
internal static class GuidedRun
{
    /// <summary>Exit code of a run that found nothing.</summary>
    public const int Sound = 0;

    /// <summary>Exit code where the reader threw, or took too long; what is on the error stream says what.</summary>
    public const int Fault = 3;

    private const int MaxInput = 64 * 1024;
    private const int MaxDer = 8 * 1024; // an input that is taken apart as DER
    private const int MaxKept = 4096; // inputs that others are made of

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(20);

    // Of processor time, for at most 64 KiB; instrumented code takes some times as long as the code that ships.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    /// <summary>Runs for that much time of the processor, and prints how many inputs and edges there were.</summary>
    public static int Run(string name, TimeSpan length, int seed, bool isGuided, string shared, EdgeMap edges)
    {
        FuzzTarget target = FuzzTargets.All.Concat(BrokenReaders.All).Single(each => each.Name == name);
        List<byte[]> kept = [.. FuzzSeeds.All
            .Where(each => target.Seeds.Any(start => each.Key.StartsWith(start, StringComparison.Ordinal)))
            .Select(each => each.Value)];
        byte[][] seeds = [.. kept];
        byte[][] words = Instrumented.Words();
        Random random = new(seed);
        using CurrentInput current = new(shared);
        TimeSpan end = ProcessorTime() + length;
        long runs = 0;
        int ofSeeds = 0;
        long looked = Stopwatch.GetTimestamp();
        for (; ; runs++)
        {
            // To ask for the processor's time takes longer than most inputs do.
            if (runs >= seeds.Length && Stopwatch.GetElapsedTime(looked) > BetweenLooks)
            {
                looked = Stopwatch.GetTimestamp();
                if (ProcessorTime() >= end)
                {
                    break;
                }
            }

            byte[] input = runs < seeds.Length ? seeds[runs]
                : isGuided ? Next(random, kept, words) : Mutation.Of(random, seeds);
            current.Begin(input);
            edges.Clear();
            if (Try(target, input) is string fault)
            {
                Console.Error.WriteLine(fault);
                return Fault;
            }

            if (edges.Add() && isGuided && runs >= seeds.Length && kept.Count < MaxKept)
            {
                kept.Add(input);
            }

            ofSeeds = runs < seeds.Length ? edges.Edges : ofSeeds;
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name}: {runs} inputs, {ofSeeds} edges by the seeds, {edges.Edges} in all, {kept.Count - seeds.Length} inputs kept"));
        return Sound;
    }

    // The later ones took the rarer ways: half of all inputs are made of the last eighth.
    private static byte[] Next(Random random, List<byte[]> kept, byte[][] words)
    {
        int from = random.Next(2) == 0 ? kept.Count - 1 - (kept.Count / 8) : 0;
        byte[] chosen = kept[random.Next(from, kept.Count)], other = kept[random.Next(from, kept.Count)];
        chosen = other.Length < chosen.Length ? other : chosen; // the shorter the sooner
        byte[] input = (chosen.Length < MaxDer && random.Next(2) == 0 ? DerMutation.Of(random, chosen, kept) : null)
            ?? Mutation.Of(random, chosen, kept, words);
        return input.Length > MaxInput ? input[..MaxInput] : input;
    }

    private static string? Try(FuzzTarget target, byte[] input)
    {
        long begun = Stopwatch.GetTimestamp();
        try
        {
            target.Read(input);
        }
#pragma warning disable CA1031 // any exception at all is the fault that is looked for
        catch (Exception fault)
#pragma warning restore CA1031
        {
            return $"{target.Name} threw {fault}";
        }

        // The clock goes on while other processes run; only where it says so is the processor's own asked, with the input once more.
        for (int again = 0; Stopwatch.GetElapsedTime(begun) > Limit; again++)
        {
            TimeSpan before = ProcessorTime();
            target.Read(input);
            if (ProcessorTime() - before is var taken && taken <= Limit)
            {
                break;
            }

            if (again == 2)
            {
                return $"{target.Name} took {taken} of processor time";
            }
        }

        return null;
    }

    private static TimeSpan ProcessorTime()
    {
        using Process own = Process.GetCurrentProcess();
        return own.TotalProcessorTime;
    }
}
