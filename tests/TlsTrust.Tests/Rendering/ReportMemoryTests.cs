using TlsTrust.Rendering.Reports;

namespace TlsTrust.Tests.Rendering;

/// <summary>Memory is the whole process's, so these run when nothing else does.</summary>
[CollectionDefinition(nameof(ReportMemoryTests), DisableParallelization = true)]
[Collection(nameof(ReportMemoryTests))]
public sealed class ReportMemoryTests
{
    [Fact]
    public void Many_endpoints_cost_a_page_a_small_part_of_its_own_size()
    {
        ReportItem item = ReportTests.Item("a.example:443") with { Summary = new string('s', 3900) };
        using FileStream file = new(
            Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()),
            new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Options = FileOptions.DeleteOnClose });
        using ReportWriter writer = ReportFormatRow.Of(ReportFormat.Html).Open(file, new() { MadeAt = item.At!.Value });
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int i = 0; i < 3000; i++)
        {
            writer.Add(item with { Name = $"host{i}.example:443" });
        }

        // What stays are the names in the lists of remedies and dates.
        long grown = GC.GetTotalMemory(forceFullCollection: true) - before;
        writer.Finish(isComplete: true);
        Assert.True(file.Length > 15_000_000, $"{file.Length} bytes");
        Assert.InRange(grown, long.MinValue, file.Length / 10);
    }
}
