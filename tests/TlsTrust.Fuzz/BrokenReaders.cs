using TlsTrust.Tests.Hostile.Readers;

namespace TlsTrust.Fuzz;

/// <summary>Readers with the faults that the run looks for: it must notice each.</summary>
internal static class BrokenReaders
{
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("throws", data => throw new FormatException($"{data.Length} bytes"), "text"),
        new("hangs", _ =>
        {
            while (true)
            {
                Thread.SpinWait(1000);
            }
        }, "text"),
        new("ends", _ => System.Environment.Exit(0), "text"),
        new("recurses without end", Descend, "text"),
        new("takes all memory", _ => Hold(), "text"),
    ];

    private static void Descend(byte[] data)
    {
        Descend([.. data]);
        GC.KeepAlive(data);
    }

    private static void Hold()
    {
        List<byte[]> held = [];
        while (true)
        {
            held.Add(new byte[1 << 20]);
        }
    }
}
