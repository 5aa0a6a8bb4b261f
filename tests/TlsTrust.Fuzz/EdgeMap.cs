using SharpFuzz.Common;

namespace TlsTrust.Fuzz;

/// <summary>
/// Which edges of the engine were taken, and about how often, by all inputs so far. A count stands for its order of size, as in AFL: how
/// often a loop runs is news only when it is much oftener than ever before.
/// </summary>
internal sealed unsafe class EdgeMap : IDisposable
{
    private const int Size = 1 << 16; // SharpFuzz's

    private static readonly byte[] OrderOf = [.. Enumerable.Range(0, 256).Select(Order)];

    private readonly byte* _taken = (byte*)System.Runtime.InteropServices.NativeMemory.AllocZeroed(Size);
    private readonly byte[] _seen = new byte[Size];

    public EdgeMap() => Trace.SharedMem = _taken;

    /// <summary>How many edges were ever taken.</summary>
    public int Edges { get; private set; }

    /// <summary>Forgets what was taken, before the next input.</summary>
    public void Clear()
    {
        new Span<byte>(_taken, Size).Clear();
        Trace.PrevLocation = 0;
    }

    /// <summary>Adds what was taken since.</summary>
    /// <returns>True where an edge was new, or taken much oftener than before.</returns>
    public bool Add()
    {
        ReadOnlySpan<byte> taken = new(_taken, Size);
        bool isNew = false;
        for (int at = 0; taken[at..].IndexOfAnyExcept((byte)0) is var next and >= 0; at++)
        {
            at += next;
            byte order = OrderOf[taken[at]];
            if ((_seen[at] & order) == 0)
            {
                Edges += _seen[at] == 0 ? 1 : 0;
                _seen[at] |= order;
                isNew = true;
            }
        }

        return isNew;
    }

    public void Dispose() => System.Runtime.InteropServices.NativeMemory.Free(_taken);

    private static byte Order(int count) => count switch
    {
        0 => 0,
        1 => 1,
        2 => 2,
        3 => 4,
        < 8 => 8,
        < 16 => 16,
        < 32 => 32,
        < 128 => 64,
        _ => 128,
    };
}
