using TlsTrust.Certificates;
using TlsTrust.Certificates.Names;

namespace TlsTrust.Paths;

/// <summary>
/// Certificates by subject, so that issuers are found without a scan. Immutable; safe to share between searches and threads.
/// </summary>
public sealed class CertificateIndex
{
    private readonly Dictionary<DistinguishedName, List<Certificate>> _bySubject;
    private readonly HashSet<Certificate> _all;

    /// <summary>Indexes certificates; duplicates count once.</summary>
    public CertificateIndex(IEnumerable<Certificate> certificates)
    {
        ArgumentNullException.ThrowIfNull(certificates);
        _all = [];
        _bySubject = [];
        foreach (Certificate certificate in certificates)
        {
            if (!_all.Add(certificate))
            {
                continue;
            }

            if (!_bySubject.TryGetValue(certificate.Subject, out List<Certificate>? namesakes))
            {
                // Most subjects have one certificate.
                _bySubject.Add(certificate.Subject, namesakes = new List<Certificate>(1));
            }

            namesakes.Add(certificate);
        }
    }

    /// <summary>An index of nothing.</summary>
    public static CertificateIndex Empty { get; } = new([]);

    /// <summary>How many different certificates it holds.</summary>
    public int Count => _all.Count;

    /// <summary>The certificates, in no particular order.</summary>
    public IReadOnlyCollection<Certificate> Certificates => _all;

    /// <summary>True when it holds these very bytes.</summary>
    public bool Contains(Certificate certificate) => _all.Contains(certificate);

    /// <summary>True when one of them has the subject and the key, whoever signed it.</summary>
    internal bool HasKeyOf(Certificate certificate) =>
        WithSubject(certificate.Subject).Any(own => own.PublicKey.Equals(certificate.PublicKey));

    /// <summary>Certificates with a subject, in the order given.</summary>
    public IReadOnlyList<Certificate> WithSubject(DistinguishedName subject) =>
        _bySubject.TryGetValue(subject, out List<Certificate>? found) ? found : [];

    /// <summary>
    /// Certificates whose subject is the issuer of the given one, those first whose key identifier is the one that its
    /// authority key identifier names. A name and an identifier prove nothing: only the signature does.
    /// </summary>
    public IReadOnlyList<Certificate> IssuersOf(Certificate certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        IReadOnlyList<Certificate> named = WithSubject(certificate.Issuer);
        return named.Count < 2 ? named : [.. named.OrderByDescending(issuer => KeyIdentifierMatch.Rank(certificate, issuer))];
    }
}
