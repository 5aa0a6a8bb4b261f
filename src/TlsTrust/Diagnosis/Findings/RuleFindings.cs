using TlsTrust.Certificates;
using TlsTrust.Diagnosis.Observations;
using TlsTrust.Paths;
using TlsTrust.Stores;

namespace TlsTrust.Diagnosis.Findings;

/// <summary>Turns the rules that a path breaks into findings.</summary>
internal static class RuleFindings
{
    public static IEnumerable<Finding> Of(IEnumerable<Rejection> rejections, ChainEvidence evidence)
    {
        foreach (Rejection rejection in rejections)
        {
            // Names, revocation and strict clients have more to say than a rule does, and say it themselves.
            if (Id(rejection) is not { } id
                || id is FindingId.NameMismatch or FindingId.Revoked or FindingId.RevocationUnknown
                || (id == FindingId.StrictX509 && !rejection.IsError))
            {
                continue;
            }

            (string remedy, RemedyParty party) = Remedy(id, rejection, evidence);
            yield return new Finding
            {
                Id = id,
                Severity = rejection.IsError ? Severity.Error : Severity.Warning,
                Depth = rejection.Depth,
                Message = $"{rejection.Certificate}: {rejection.Message}.",
                Evidence = [rejection.Clause, $"SHA-256 {rejection.Certificate.Sha256}"],
                Remedy = remedy,
                RemedyFor = party,
            };
        }
    }

    // What no client can verify is not known to be bad; what the platform distrusts, a person decided.
    private static FindingId? Id(Rejection rejection) => rejection.Rule switch
    {
        PathRule.NotCheckable => FindingId.IssuerUnknown,
        PathRule.Distrusted => FindingId.PrivateRoot,
        PathRule.Policy => FindingId.WrongUsage,
        _ => rejection.Finding,
    };

    private static (string Remedy, RemedyParty Party) Remedy(FindingId id, Rejection rejection, ChainEvidence evidence)
    {
        Certificate certificate = rejection.Certificate;
        string whose = rejection.Depth == 0 ? "the server's certificate" : $"the CA certificate {certificate.Subject}";
        bool isAnchor = evidence.Store.Index.Contains(certificate);
        return id switch
        {
            FindingId.Expired when isAnchor => ("Bring the trust store up to date: its copy of this root has expired.", RemedyParty.Client),
            FindingId.Expired when rejection.Depth == 0 =>
                ("Renew the server's certificate, and look at why the renewal did not happen by itself.", RemedyParty.Server),
            FindingId.Expired =>
                ("Let the server send the CA's current intermediate in place of the expired one; the CA publishes it.", RemedyParty.Server),
            FindingId.NotYetValid =>
                ($"Wait until {certificate.NotBefore:u}, or check this machine's clock and the one of whoever issued it.",
                    RemedyParty.Server),
            FindingId.BadSignature => ("The certificate was altered or its issuer has another key: install it again as the CA " +
                "delivered it, and compare its fingerprint with the CA's.", RemedyParty.Server),
            FindingId.WeakSignature or FindingId.WeakKey =>
                ($"Have {whose} issued again with SHA-256 and a key of at least RSA 2048 or P-256.", RemedyParty.Server),
            FindingId.WrongUsage => ($"Have {whose} issued again for TLS server authentication.", RemedyParty.Server),
            FindingId.NotCa or FindingId.PathLength or FindingId.NameConstraint =>
                ("The issuer was not allowed to issue this certificate: get one from a CA that is.", RemedyParty.Server),
            FindingId.CriticalExtension or FindingId.Malformed =>
                ($"Have {whose} issued again by a CA that follows RFC 5280.", RemedyParty.Server),
            FindingId.IssuerUnknown =>
                ("This platform can't check that signature algorithm: judge the chain on a machine that can.", RemedyParty.Client),
            FindingId.PrivateRoot =>
                ("This machine distrusts the certificate on purpose: find out why before anything else.", RemedyParty.Client),
            FindingId.StrictX509 =>
                ($"Have {whose} issued again: strict clients (Python 3.13 and later, openssl -x509_strict) refuse it as it is.",
                    RemedyParty.Server),
            _ => ("", RemedyParty.None),
        };
    }
}
