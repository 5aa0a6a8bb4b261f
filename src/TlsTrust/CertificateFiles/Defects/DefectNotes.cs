namespace TlsTrust.CertificateFiles.Defects;

/// <summary>
/// The first place of each kind of defect within one block. Reused from block to block, so that a million flaws cost no memory.
/// </summary>
internal sealed class DefectNotes
{
    private static readonly int Kinds = Enum.GetValues<PemDefectKind>().Length;
    private readonly int[] _first = new int[Kinds];
    private readonly List<PemDefectKind> _noted = [];

    public DefectNotes() => Array.Fill(_first, -1);

    public bool IsEmpty => _noted.Count == 0;

    public void Add(PemDefectKind kind, int position)
    {
        ref int first = ref _first[(int)kind];
        if (first < 0)
        {
            first = position;
            _noted.Add(kind);
        }
        else if (position < first)
        {
            first = position;
        }
    }

    public bool Has(PemDefectKind kind) => _first[(int)kind] >= 0;

    public void Remove(PemDefectKind kind)
    {
        if (_first[(int)kind] >= 0)
        {
            _first[(int)kind] = -1;
            _noted.Remove(kind);
        }
    }

    /// <summary>What was noted, in the order of the text, and starts over.</summary>
    public List<(int Position, PemDefectKind Kind)> Drain()
    {
        List<(int Position, PemDefectKind Kind)> all = [];
        foreach (PemDefectKind kind in _noted)
        {
            all.Add((_first[(int)kind], kind));
            _first[(int)kind] = -1;
        }

        _noted.Clear();
        all.Sort();
        return all;
    }
}
