using TlsTrust.CertificateFiles.Blocks;
using TlsTrust.CertificateFiles.Containers;
using TlsTrust.Certificates;

namespace TlsTrust.Bundles;

/// <summary>The private keys of a server file, and the one that was given beside it.</summary>
internal sealed class PrivateKeys : IDisposable
{
    private readonly List<(BundlePart Part, PrivateKeyMatch Match)> _inFile;
    private readonly PrivateKeyMatch? _given;

    public PrivateKeys(IEnumerable<BundlePart> inFile, PemBlock? given, string? password, CancellationToken cancellation)
    {
        DerivationBudget budget = new(cancellation);
        _given = given is null ? null : PrivateKeyMatch.Open(given, password, budget);
        _inFile = [.. inFile.Where(p => p.Block!.Reason is null).Select(p => (p, PrivateKeyMatch.Open(p.Block!, password, budget)))];
        Deciding = _given is not null ? [_given] : [.. _inFile.Select(k => k.Match)];
    }

    /// <summary>The keys that tell which certificate is the server's: the one that was given, else all in the file.</summary>
    public IReadOnlyList<PrivateKeyMatch> Deciding { get; }

    /// <summary>A certificate that another key of the file is for, or may be for; null where there is none.</summary>
    public Certificate? OtherServer(IReadOnlyList<Certificate> certificates, Certificate leaf) => _inFile
        .Where(k => k.Match.Fits(leaf) != true && (_given is not null || _inFile.Count > 1))
        .Select(k =>
            certificates.FirstOrDefault(
                c => !c.PublicKey.Equals(leaf.PublicKey) && k.Match.Fits(c) is var fits && (fits == true || (fits is null && !c.IsCA))))
        .FirstOrDefault(other => other is not null);

    /// <summary>
    /// Whether the key that programs take, the first or the one that was given, fits the leaf; adds what is to be said of this and the
    /// others.
    /// </summary>
    public bool? Judge(Certificate? leaf, string reason, List<PemChange> notes)
    {
        if (Deciding.Count == 0)
        {
            return null;
        }

        bool? fits = leaf is null ? null : Deciding[0].Fits(leaf);
        if (fits is null && Deciding[0].Obstacle is { } obstacle)
        {
            notes.Add(Note("KeyNotChecked", $"The private key {obstacle}; whether it fits was not checked.", Severity.Information));
        }

        if (leaf is null)
        {
            return null;
        }

        (BundlePart Part, PrivateKeyMatch Match) right = _inFile.Find(k => k.Match.Fits(leaf) == true);
        if (fits == false)
        {
            notes.Add(Note("KeyMismatch", right.Part is null
                ? $"The private key belongs to none of the certificates; {leaf} is taken for the server's, since {reason}."
                : $"The private key {(_given is null ? "that comes first, and that programs take," : "beside the file")} belongs to none " +
                    $"of the certificates; the one in line {right.Part.Line} is that of {leaf}.", Severity.Error));
        }

        foreach ((BundlePart part, PrivateKeyMatch match) in _inFile.Skip(_given is null ? 1 : 0).Where(k => k.Match.Fits(leaf) == false))
        {
            notes.Add(
                PlanFindings.Of(
                    "KeyMismatch", part, $"This private key belongs to none of the certificates. It is left in the file.",
                        Severity.Warning));
        }

        return fits;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _given?.Dispose();
        _inFile.ForEach(k => k.Match.Dispose());
    }

    private static PemChange Note(string what, string why, Severity severity) => new() { What = what, Why = why, Severity = severity };
}
