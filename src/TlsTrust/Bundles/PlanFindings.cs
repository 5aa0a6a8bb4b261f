using TlsTrust.Bundles.Laws;
using TlsTrust.Certificates;
using TlsTrust.Environment.Provisioning;

namespace TlsTrust.Bundles;

/// <summary>What is found and decided while a plan is made.</summary>
internal sealed class PlanFindings
{
    private readonly List<(string Hash, PemChange Change)> _leftOut = [];

    /// <summary>What is changed.</summary>
    public List<PemChange> Changes { get; } = [];

    /// <summary>What is worth knowing and stays.</summary>
    public List<PemChange> Notes { get; } = [];

    /// <summary>What can't be read, and stays as it is.</summary>
    public List<PemChange> Unrecovered { get; } = [];

    /// <summary>What will not be in the file any more, by the hash of its content.</summary>
    public IReadOnlyList<(string Hash, PemChange Change)> LeftOut => _leftOut;

    /// <summary>Why the file can't be replaced, or null.</summary>
    public string? Refusal { get; set; }

    /// <summary>Something of the file as a whole.</summary>
    public static PemChange Plain(string what, string why, Severity severity) => new() { What = what, Why = why, Severity = severity };

    /// <summary>Something of one part.</summary>
    public static PemChange Of(string what, BundlePart part, FormattableString why, Severity severity) =>
        new() { What = what, Line = part.Line, Column = part.Block?.Column ?? 0, Why = FormattableString.Invariant(why),
            Severity = severity };

    /// <summary>Takes a part out, and says why.</summary>
    public void LeaveOut(BundlePart part, PemChange change)
    {
        Changes.Add(change);
        _leftOut.Add((HashOf(part), change));
    }

    /// <summary>Keeps what is left out by a rewrite in any case: a block behind a comment mark.</summary>
    public void LeaveOut(PemChange change) => _leftOut.Add(("", change));

    /// <summary>Forgets decisions that another one made void.</summary>
    public void Reset()
    {
        Changes.Clear();
        _leftOut.Clear();
    }

    private static string HashOf(BundlePart part) =>
        FileInventory.HashOf(part.Certificate is { } certificate ? certificate.RawData.Span
            : part.Block!.Der.IsEmpty ? StrictScan.WithoutSpace(part.Block.Raw.Span) : part.Block.Der.Span);
}
