using System.Security.Cryptography;
using TlsTrust.Certificates;
using TlsTrust.Certificates.Keys;
using TlsTrust.Certificates.Signatures;
using TlsTrust.Diagnosis.Observations;

namespace TlsTrust.Diagnosis.Findings;

/// <summary>A CA of the right name and the wrong key: made again, renewed, or of another installation.</summary>
internal static class StaleIssuerFindings
{
    /// <summary>3 copies are named; a store that holds more of one name has the same fault more often.</summary>
    private const int MaxNamed = 3;

    /// <summary>
    /// True when a certificate of the issuer's name has certainly another key than the one that signed: the identifiers differ, or it
    /// was made after what it should have signed. With neither, it is the named one as far as anybody can tell.
    /// </summary>
    public static bool IsOtherKey(Certificate child, Certificate candidate)
    {
        if (child.VerifySignature(candidate) != SignatureStatus.Invalid)
        {
            return false;
        }

        if (child.AuthorityKeyIdentifier?.KeyIdentifier is not { } wanted)
        {
            return candidate.NotBefore > child.NotBefore;
        }

        return candidate.SubjectKeyIdentifier is { } has ? !wanted.Equals(has)
            : !wanted.ToString()
                .Equals(Convert.ToHexString(SHA1.HashData(candidate.PublicKey.KeyBits.Span)), StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The fault, where a certificate's issuer is not to be had and its namesake is.</summary>
    public static Finding? Find(ChainEvidence evidence, Certificate child, int depth)
    {
        Certificate[] stale = [.. Namesakes(evidence, child).Where(candidate => IsOtherKey(child, candidate)).Take(MaxNamed)];
        if (stale.Length == 0)
        {
            return null;
        }

        Certificate first = stale[0];
        bool isOfStore = evidence.Store.Index.Contains(first);
        bool isYounger = first.NotBefore > child.NotBefore;
        string wanted = child.AuthorityKeyIdentifier?.KeyIdentifier is { } key ? $" with key identifier {key}" : "";
        return new Finding
        {
            Id = FindingId.StaleIssuer,
            Severity = Severity.Error,
            Depth = depth,
            Message = $"{child} was issued by {child.Issuer}, and the certificate of that name {Place(evidence, first)} has another key.",
            Evidence =
            [
                .. stale.Select(candidate => Describe(evidence, candidate)),
                child.AuthorityKeyIdentifier?.KeyIdentifier is { } named ? $"the issuer's key identifier is {named}"
                    : "the certificate does not name its issuer's key; the signature does not verify",
                isYounger ? $"it was made on {first.NotBefore:yyyy-MM-dd}, after the certificate that it should have issued " +
                    $"({child.NotBefore:yyyy-MM-dd})" : $"the certificate below it is of {child.NotBefore:yyyy-MM-dd}",
                .. evidence.Tried,
            ],
            Remedy = isYounger
                ? $"The CA was made again after it issued {child}: have that certificate issued again by the present CA, or get the " +
                    $"earlier CA certificate{wanted} back."
                : isOfStore
                    ? $"The store's copy is not the CA that issued this: get {child.Issuer}{wanted} from whoever runs the CA, have its " +
                        $"SHA-256 fingerprint confirmed out of band, and put it into the store beside or in place of the one " +
                        $"{Place(evidence, first)} (Set-TrustBundleEnvironment -Fingerprint)."
                    : $"Let the server send {child.Issuer}{wanted} in place of the one {Place(evidence, first)}.",
            RemedyFor = isYounger || !isOfStore ? RemedyParty.Server : RemedyParty.Client,
        };
    }

    /// <summary>Facts for another finding: the namesakes, with another key, of the certificates on a path that was found.</summary>
    public static IEnumerable<string> Beside(ChainEvidence evidence, IReadOnlyList<Certificate> path) =>
        path.Skip(1)
            .SelectMany(right => Others(evidence, right).Select(other => (right, other)))
            .Take(MaxNamed)
            .Select(pair => $"another certificate named {pair.right.Subject}, {Place(evidence, pair.other)}, has another key: SHA-256 " +
                $"{pair.other.Sha256}, valid {pair.other.NotBefore:yyyy-MM-dd} to {pair.other.NotAfter:yyyy-MM-dd}");

    /// <summary>Where a certificate lies, in words that follow its name.</summary>
    public static string Place(ChainEvidence evidence, Certificate certificate) =>
        evidence.Store.LocationOf(certificate) is { } place ? $"in the store ({place})"
        : Position(evidence, certificate) is >= 0 and var position ? position < evidence.Origins.Count
            ? $"presented ({evidence.Origins[position]})" : $"sent at position {position}"
        : "at hand";

    private static string Describe(ChainEvidence evidence, Certificate candidate) =>
        $"{candidate.Subject} {Place(evidence, candidate)}: key identifier {candidate.SubjectKeyIdentifier?.ToString() ?? "none"}, " +
        $"SHA-256 {candidate.Sha256}, valid {candidate.NotBefore:yyyy-MM-dd} to {candidate.NotAfter:yyyy-MM-dd}";

    private static IEnumerable<Certificate> Namesakes(ChainEvidence evidence, Certificate child) =>
        evidence.Store.Index.WithSubject(child.Issuer)
            .Concat(evidence.Presented.Where(sent => sent.Subject.Equals(child.Issuer)))
            .Where(candidate => !candidate.Equals(child))
            .Distinct();

    private static IEnumerable<Certificate> Others(ChainEvidence evidence, Certificate right) =>
        evidence.Store.Index.WithSubject(right.Subject)
            .Concat(evidence.Presented.Where(sent => sent.Subject.Equals(right.Subject)))
            .Where(other => other.IsCA && !other.PublicKey.Equals(right.PublicKey))
            .Distinct();

    private static int Position(ChainEvidence evidence, Certificate certificate)
    {
        for (int i = 0; i < evidence.Presented.Count; i++)
        {
            if (evidence.Presented[i].Equals(certificate))
            {
                return i;
            }
        }

        return -1;
    }
}
