using TlsTrust.Certificates;
using TlsTrust.Certificates.Signatures;
using TlsTrust.Diagnosis.Observations;
using TlsTrust.Paths.OpenSsl;
using TlsTrust.Results.Reports;

namespace TlsTrust.Diagnosis.Findings;

/// <summary>
/// What OpenSSL refuses although every rule is kept on some path: it takes one candidate where there are several of one name, and does
/// not go back. The verdict follows it, since curl, git and Python do.
/// </summary>
internal static class OpenSslFindings
{
    private const int Ok = 0;
    private const int BadSignature = 7;
    private const int SelfSigned = 18;
    private const int WrongPurpose = 26;

    /// <param name="evidence">What the chain is judged from.</param>
    /// <param name="verified">OpenSSL's answer, and the chain it is about.</param>
    /// <param name="path">The path that keeps every rule.</param>
    /// <param name="others">What was found by the rules; where that holds an error, that OpenSSL's answer fits, it is no news.</param>
    public static IEnumerable<Finding> Of(ChainEvidence evidence, (OpenSslResult Answer, IReadOnlyList<Certificate> Chain) verified,
        IReadOnlyList<Certificate> path, IReadOnlyList<Finding> others)
    {
        (OpenSslResult answer, IReadOnlyList<Certificate> chain) = verified;
        // A warning explains OpenSSL's code as well, where another error decides.
        bool isKnown = others.Any(finding => finding.Severity == Severity.Error)
            && others.Any(finding =>
                finding.Severity >= Severity.Warning && CauseTable.Of((Cause)(int)finding.Id).OpenSslCodes.Contains(answer.Code));
        if (answer.Code == Ok || isKnown)
        {
            yield break;
        }

        Certificate culprit = chain[answer.Depth];
        Certificate? wrongIssuer = answer.Code == BadSignature && answer.Depth + 1 < chain.Count
            && culprit.VerifySignature(chain[answer.Depth + 1]) == SignatureStatus.Invalid
            ? chain[answer.Depth + 1]
            : null;
        Certificate blamed = wrongIssuer ?? culprit;
        Cause cause = wrongIssuer is not null ? Cause.StaleIssuer : CauseTable.OfCode(answer.Code);
        bool looksSelfSigned = answer.Code == SelfSigned && !culprit.IsSelfSigned;
        bool isSame = chain.SequenceEqual(path);
        bool isOfStore = evidence.Store.Index.Contains(blamed);
        string place = StaleIssuerFindings.Place(evidence, blamed);
        yield return new Finding
        {
            Id = (FindingId)(int)cause,
            Severity = Severity.Error,
            Depth = answer.Depth,
            Message = wrongIssuer is not null
                ? $"OpenSSL takes {wrongIssuer} {place} for the issuer of {culprit}; it has the name, and another key."
                : looksSelfSigned
                    ? $"{culprit} bears the name of its own issuer and no key identifiers: to OpenSSL it looks self-signed."
                    : $"OpenSSL refuses {blamed} {place}: {answer.Text}. " +
                        $"{(isSame ? "RFC 5280 would allow it." : "Another path keeps every rule.")}",
            Evidence =
            [
                $"OpenSSL: {answer}; curl, git, Python and whatever else is built on it take one candidate and do not go back",
                $"the chain it builds: {string.Join(" <- ", chain.Select(certificate => certificate.ToString()))}",
                isSame ? "no other path is there" : $"the path that is best by the rules: " +
                    $"{string.Join(" <- ", path.Select(certificate => $"{certificate} ({ChainPlace(evidence, certificate)})"))}; clients " +
                    $"that try all candidates (Go, Java, browsers) find it",
                $"SHA-256 {blamed.Sha256}",
            ],
            Remedy = isSame && answer.Code == WrongPurpose ? $"Have {blamed} issued again with TLS server authentication written out in " +
                $"its extended key usage: to OpenSSL, \"any\" is not enough."
                : isSame && !looksSelfSigned ? $"Have {blamed} issued again, so that OpenSSL takes it too."
                : looksSelfSigned
                ? "Have the certificate issued again with another name than its CA's, or with key identifiers, by which OpenSSL tells " +
                    "the two apart."
                : isOfStore
                    ? $"Remove {blamed} {place} from the store, or put the right one before it; if both are in use, they need key " +
                        $"identifiers."
                    : $"Stop sending {blamed} {place}.",
            RemedyFor = isOfStore && !isSame ? RemedyParty.Client : RemedyParty.Server,
        };
    }

    private static string ChainPlace(ChainEvidence evidence, Certificate certificate) => evidence.Store.LocationOf(certificate) ?? "sent";
}
