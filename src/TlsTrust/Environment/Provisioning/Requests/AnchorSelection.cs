using TlsTrust.Certificates;

namespace TlsTrust.Environment.Provisioning.Requests;

/// <summary>Decides which of the given certificates may become anchors.</summary>
internal static class AnchorSelection
{
    /// <summary>The anchors, and what was left aside and why.</summary>
    /// <exception cref="ProvisioningException">Nothing usable, or something that must not be trusted as it is.</exception>
    public static (IReadOnlyList<Certificate> Anchors, IReadOnlyList<string> Left) Choose(ProvisionRequest request)
    {
        List<string> left = [];
        List<CandidateAnchor> chosen = [];
        HashSet<string> fingerprints = [.. request.Fingerprints.Select(Plain)];
        foreach (CandidateAnchor candidate in request.Anchors)
        {
            Certificate certificate = candidate.Certificate;
            if (!certificate.IsCA && !IsOldRoot(certificate))
            {
                left.Add($"{certificate.Subject} ({candidate.Origin}): no CA certificate");
            }
            else if (!certificate.LooksSelfSigned && !request.AllowIntermediate)
            {
                left.Add($"{certificate.Subject} ({candidate.Origin}): an intermediate; -AllowIntermediate takes it");
            }
            else
            {
                chosen.Add(candidate);
            }
        }

        if (chosen.Count == 0)
        {
            bool intermediates = request.Anchors.Any(candidate => candidate.Certificate.IsCA);
            throw request.Anchors.Count == 0
                ? new ProvisioningException(Refusal.NoCertificate, "No certificate was given.", "Give a file with the CA's certificate.")
                : intermediates
                    ? new ProvisioningException(Refusal.Intermediate,
                        $"Only intermediate certificates were given: {string.Join("; ", left)}.",
                            "Give the root of the chain, or -AllowIntermediate when every program that will use it takes one for an " +
                            "anchor.")
                    : new ProvisioningException(Refusal.NotAnAuthority, $"No CA certificate was given: {string.Join("; ", left)}.",
                        "Give the certificate of the CA that issued it; a server's own certificate is no trust anchor.");
        }

        foreach (CandidateAnchor candidate in chosen.Where(candidate =>
            candidate.IsFromNetwork && !fingerprints.Contains(candidate.Certificate.Sha256)))
        {
            throw new ProvisioningException(
                Refusal.FingerprintRequired,
                $"'{candidate.Certificate.Subject}' came over the network ({candidate.Origin}) and would be trusted for everything.",
                $"Ask its owner for the SHA-256 fingerprint. If it is {candidate.Certificate.Sha256}, give it as -Fingerprint " +
                $"{candidate.Certificate.Sha256}.");
        }

        // A fingerprint that is given and fits nothing is a mistake somewhere, and mostly not a harmless one.
        HashSet<string> present = [.. chosen.Select(candidate => candidate.Certificate.Sha256)];
        if (fingerprints.FirstOrDefault(fingerprint => !present.Contains(fingerprint)) is { } stranger)
        {
            throw new ProvisioningException(
                Refusal.FingerprintRequired,
                $"The fingerprint {stranger} belongs to none of the certificates given ({string.Join(", ", present)}).",
                "Compare the fingerprint and the certificate again; do not trust either until they agree.");
        }

        return ([.. chosen.Select(candidate => candidate.Certificate).Distinct()], left);
    }

    // Roots from before X.509 version 3 have no basic constraints.
    private static bool IsOldRoot(Certificate certificate) =>
        certificate.BasicConstraints is null && certificate.IsSelfSigned && certificate.KeyUsage is null
            && certificate.SubjectAlternativeName is null && certificate.SubjectKeyIdentifier is null;

    private static string Plain(string fingerprint) =>
        fingerprint.Replace(":", string.Empty, StringComparison.Ordinal).Replace(" ", string.Empty, StringComparison.Ordinal)
            .ToUpperInvariant();
}
