using TlsTrust.Tests.Hostile.Readers;

namespace TlsTrust.Tests.Hostile;

/// <summary>
/// What readers hold, measured in a process of its own: beside the heap of five thousand tests each look at what is alive takes a second.
/// </summary>
internal static class ReaderMemory
{
    public const string Held = "held", LetGo = "let go";
    public const int Part = 1024 * 1024;

    private const int Size = 1024 * 1024; // below, what a reader may hold whatever it gets weighs more than the input
    private const int MaximumMemory = 10; // times its input

    // They plan and judge what the other readers have read, and hold what they plan.
    private static readonly string[] Planners = ["repair", "chain"];

    public static IEnumerable<string> Readers => FuzzTargets.All.Select(target => target.Name).Except(Planners);

    /// <summary>The child's task: a line for each reader, its name and what is wrong, and two that show that this measures.</summary>
    public static void Run()
    {
        foreach (string name in Readers)
        {
            Console.WriteLine($"{name}\t{Fault(FuzzTargets.All.Single(each => each.Name == name))?.ReplaceLineEndings("\\n")}");
        }

        Console.WriteLine($"{Held}\t{PeakDuring(() => Hold(20))}");
        Console.WriteLine($"{LetGo}\t{PeakDuring(() => Let(2000))}");
    }

    private static string? Fault(FuzzTarget target)
    {
        target.Read([]);
        foreach ((string shape, byte[] input) in MonotonousInput.Of(target, Size))
        {
            TimeSpan before = ThreadClock.Now;
            long allocated = GC.GetAllocatedBytesForCurrentThread();
            target.Read(input);
            allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
            TimeSpan taken = ThreadClock.Now - before;
            if (taken >= TimeSpan.FromSeconds(10))
            {
                return $"took {taken} of processor time for 1 MB of {shape}";
            }

            // What was never allocated was never held; only where more was, it is looked at how much was alive at once. Compiling and the
            // collector's own work change that too, so the least of some tries counts.
            long most = allocated;
            for (int i = 0; i < 3 && most > (long)MaximumMemory * Size; i++)
            {
                most = Math.Min(most, PeakDuring(() => target.Read(input)));
            }

            if (most > (long)MaximumMemory * Size)
            {
                return $"held {most / 1024.0 / 1024.0:0.0} MB for 1 MB of {shape}";
            }
        }

        return null;
    }

    private static long Let(int parts) => Enumerable.Range(0, parts).Sum(_ => (long)new byte[Part].Length);

    private static long Hold(int parts)
    {
        byte[][] held = [.. Enumerable.Range(0, parts).Select(_ => new byte[Part])];
        Thread.Sleep(200); // some samples
        return held.Sum(each => (long)each.Length);
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
}
