using System.Globalization;
using TlsTrust.Tests.Hostile.Readers;

namespace TlsTrust.Fuzz;

/// <summary>
/// Every reader of the engine, with inputs that its own edges lead to: it reads them or says what is wrong; it does not throw, hang, or end
/// the process.
/// </summary>
public sealed class GuidedFuzzTests(ITestOutputHelper output)
{
    // Seconds of processor time for each reader. TLSTRUST_FUZZ_SECONDS=600 is the long run, which starts from another seed each time.
    private static readonly double? Given = double.TryParse(System.Environment.GetEnvironmentVariable("TLSTRUST_FUZZ_SECONDS"),
        NumberStyles.Float, CultureInfo.InvariantCulture, out double given) ? given : null;

    private const double ShortRun = 0.75; // as much again is spent on starting its process

    private static readonly int Seed = Given is null ? 20261201 : System.Environment.TickCount;

    // Readers by name, and "blind" for the run that is guided by nothing, to compare with.
    private static readonly string[]? Chosen = System.Environment.GetEnvironmentVariable("TLSTRUST_FUZZ_READERS")?.Split(',');
    private static readonly string Manner = System.Environment.GetEnvironmentVariable("TLSTRUST_FUZZ_BLIND") is null ? "guided" : "blind";

    // Each is a process that keeps one processor busy.
    private static readonly SemaphoreSlim Slots = new(Math.Max(1, System.Environment.ProcessorCount));
    private static readonly CancellationTokenSource Ended = new();

    private static readonly Dictionary<string, Task<(string Said, string? Fault)>> Runs =
        FuzzTargets.All.Where(target => Chosen is null || Chosen.Contains(target.Name))
            .ToDictionary(target => target.Name, target => Task.Run(() => InSlotAsync(target.Name)));

    public static TheoryData<string> Readers =>
        [.. FuzzTargets.All.Select(target => target.Name).Where(name => Chosen is null || Chosen.Contains(name))];

    public static TheoryData<string> Broken => [.. BrokenReaders.All.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Readers))]
    public async Task A_reader_survives_what_its_own_ways_lead_to(string name)
    {
        using CancellationTokenRegistration ending = TestContext.Current.CancellationToken.Register(Ended.Cancel);
        (string said, string? fault) = await Runs[name];
        output.WriteLine(said);
        Console.WriteLine(said);
        Assert.Null(fault);
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task A_reader_that_does_not_survive_is_seen(string name)
    {
        (_, string? fault) = await ReaderProcess.RunAsync(name, 1, Seed, "guided", TestContext.Current.CancellationToken);
        Assert.NotNull(fault);
        output.WriteLine(fault.Length > 300 ? fault[..300] : fault);
    }

    private static async Task<(string Said, string? Fault)> InSlotAsync(string name)
    {
        await Slots.WaitAsync();
        try
        {
            return await ReaderProcess.RunAsync(name, Given ?? ShortRun, Seed, Manner, Ended.Token);
        }
        finally
        {
            Slots.Release();
        }
    }
}
