using TlsTrust.Certificates;
using TlsTrust.Certificates.Extensions;
using TlsTrust.Certificates.Names;
using TlsTrust.Certificates.Signatures;
using TlsTrust.Diagnosis.Observations;
using TlsTrust.Paths;
using TlsTrust.Stores;

namespace TlsTrust.Diagnosis.Findings;

/// <summary>The words for an issuer that is not there.</summary>
internal static class MissingIssuerFindings
{
    public static Finding MissingIntermediate(ChainEvidence evidence, IReadOnlyList<Certificate> path,
        IReadOnlyList<FoundCertificate> missing, Severity severity)
    {
        string names = string.Join(" and ", missing.Select(found => found.Certificate.Subject.ToString()));
        return new Finding
        {
            Id = FindingId.MissingIntermediate,
            Severity = severity,
            Depth = DepthOfFirst(path, missing),
            Message = $"The server does not send the intermediate certificate{(missing.Count == 1 ? "" : "s")} {names}.",
            Evidence =
            [
                .. missing.Select(found => $"{found.Certificate.Subject} was found: {found.Source}; its key verifies the certificate " +
                    $"below it; SHA-256 {found.Certificate.Sha256}"),
                $"with {(missing.Count == 1 ? "it" : "them")} the path ends in {Anchor(evidence, path)}",
                $"the complete chain: {string.Join(" <- ", path.Select(certificate => certificate.Subject.ToString()))}",
                .. StaleIssuerFindings.Beside(evidence, path),
            ],
            Remedy = $"Let the server send {(missing.Count == 1 ? "it" : "them")} behind its own certificate: this report, piped into "
                + $"Repair-PemBundle <the server's file>, puts {(missing.Count == 1 ? "it" : "them")} in."
                + " Only where the server can't be changed: add the intermediate and its root to the client's store.",
            RemedyFor = RemedyParty.Server,
        };
    }

    public static IEnumerable<Finding> OnlyWithDownload(ChainEvidence evidence, IReadOnlyList<FoundCertificate> missing)
    {
        string[] urls = [.. missing.Where(found => found.Downloaded).Select(found => found.Source)];
        if (urls.Length > 0)
        {
            yield return new Finding
            {
                Id = FindingId.TrustedOnlyWithDownload,
                Severity = Severity.Warning,
                Depth = 0,
                Message = "Clients that download missing issuers accept this chain, all others refuse it.",
                Evidence = [.. urls],
                Remedy = "Repair the server: that a browser is content does not help the other clients.",
                RemedyFor = RemedyParty.Server,
            };
        }
    }

    public static Finding MissingPublicRoot(ChainEvidence evidence, IReadOnlyList<Certificate> path)
    {
        Certificate root = path[^1];
        return new Finding
        {
            Id = FindingId.MissingPublicRoot,
            Severity = Severity.Error,
            Depth = path.Count - 1,
            Message = $"The chain ends in {root.Subject}, a publicly known root that the trust store in use lacks.",
            Evidence =
            [
                $"it is in {evidence.PublicRoots.Source}; SHA-256 {root.Sha256}",
                $"its key verifies {path[Math.Max(0, path.Count - 2)].Subject}",
                Anchors(evidence),
                .. StaleIssuerFindings.Beside(evidence, path),
            ],
            Remedy = "Update the store (on Debian: apt-get install --only-upgrade ca-certificates), or stop the variable or setting " +
                "that replaced it: Get-TrustBundleEnvironment shows which.",
            RemedyFor = RemedyParty.Client,
        };
    }

    public static Finding PrivateRoot(ChainEvidence evidence, IReadOnlyList<Certificate> path)
    {
        Certificate root = path[^1];
        FoundCertificate? found = evidence.Found.FirstOrDefault(candidate => candidate.Certificate.Equals(root));
        return new Finding
        {
            Id = FindingId.PrivateRoot,
            Severity = Severity.Error,
            Depth = path.Count - 1,
            Message = $"The chain ends in {root.Subject}, a root that is neither publicly known nor in the trust store in use.",
            Evidence =
            [
                found is null ? "the server sends it" : $"it was found: {found.Source}; its key verifies the certificate below it",
                $"it is signed by its own key; SHA-256 {root.Sha256}",
                $"it is not in {evidence.PublicRoots.Source}",
                Anchors(evidence),
                .. StaleIssuerFindings.Beside(evidence, path),
            ],
            Remedy = "If this CA is your organisation's: have its SHA-256 fingerprint confirmed out of band, then add it with " +
                "Set-TrustBundleEnvironment -Fingerprint. If it is not, do not trust it.",
            RemedyFor = RemedyParty.Client,
        };
    }

    /// <summary>What is said of a chain for which the time did not suffice.</summary>
    public static Finding GivenUp(ChainEvidence evidence, string reason) => new()
    {
        Id = FindingId.IssuerUnknown,
        Severity = Severity.Error,
        Depth = 0,
        Message = $"Judging the chain of {Name(evidence.Presented[0])} was given up: {reason}.",
        Evidence = [$"{evidence.Presented.Count} certificates were presented, and the store holds {evidence.Store.Anchors.Count} anchors",
            "chains that cost so much are made to"],
        Remedy = "Have a look at what the server sends; if it is meant like that, ask again with a longer -TimeoutSeconds.",
        RemedyFor = RemedyParty.Server,
    };

    public static Finding IssuerUnknown(ChainEvidence evidence, IReadOnlyList<Certificate> path)
    {
        Certificate last = path[^1];
        string keyId = last.AuthorityKeyIdentifier?.KeyIdentifier is { } id ? id.ToString() : "";
        List<string> facts =
            [keyId.Length > 0 ? $"the issuer's key identifier is {keyId}" : "the certificate does not name its issuer's key"];
        facts.AddRange(evidence.Tried);
        if (last.CaIssuersUrls.Count == 0)
        {
            facts.Add("the certificate names no URL where its issuer could be fetched");
        }
        else if (!evidence.DownloadsAllowed)
        {
            facts.Add($"downloads are off; it could be fetched from {string.Join(", ", last.CaIssuersUrls)}");
        }

        bool circle = IsCircle(path);
        return new Finding
        {
            Id = FindingId.IssuerUnknown,
            Severity = Severity.Error,
            Depth = path.Count - 1,
            Message = circle
                ? $"The issuers of {Name(path[0])} certify each other in a circle " +
                    $"({string.Join(" <- ", path.Skip(1).Append(path.First(above => above.Subject.Equals(last.Issuer))).Select(Name))}), " +
                    $"and no root is among them."
                : $"The issuer of {Name(last)} is {last.Issuer}, and that certificate is neither sent, nor in the store, nor to be found.",
            Evidence = [.. facts],
            Remedy = circle
                ? "None of these ends the chain, whoever sends it. Ask the CA which root stands above them: the self-signed " +
                    "certificate of one of them, or one by a root. This client has to trust that root first."
                : $"Ask whoever runs the server, or the CA, for the certificate {last.Issuer}"
                    + (keyId.Length > 0 ? $" with key identifier {keyId}" : "")
                    + ". If it turns out to be an intermediate, the server has to send it; if it is a private root, this client has to " +
                        "trust it first.",
            RemedyFor = RemedyParty.Server,
        };
    }

    // The issuer is there, and all it leads to is the path itself.
    private static bool IsCircle(IReadOnlyList<Certificate> path) =>
        path.Any(below => below.Subject.Equals(path[^1].Issuer) && path[^1].VerifySignature(below) == SignatureStatus.Valid);

    private static string Name(Certificate certificate) =>
        certificate.Subject.IsEmpty ? $"the certificate {certificate.SerialNumber}" : certificate.Subject.ToString();

    private static string Anchor(ChainEvidence evidence, IReadOnlyList<Certificate> path)
    {
        Certificate last = path[^1];
        string standing = evidence.Store.Index.Contains(last)
            ? $"which is in the store ({evidence.Store.LocationOf(last) ?? evidence.Store.Name})"
            : evidence.PublicRoots.Contains(last) ? "a publicly known root that the store lacks"
            : "which is neither in the store nor publicly known";
        return $"{last.Subject}, {standing}";
    }

    private static string Anchors(ChainEvidence evidence)
    {
        int count = evidence.Store.Anchors.Count;
        return $"the store in use: {evidence.Store.Name}, {count} {(count == 1 ? "anchor" : "anchors")}";
    }

    // Where a client stops: at the certificate whose issuer is the first that is missing.
    private static int DepthOfFirst(IReadOnlyList<Certificate> path, IReadOnlyList<FoundCertificate> missing)
    {
        for (int depth = 0; depth + 1 < path.Count; depth++)
        {
            if (missing.Any(found => found.Certificate.Equals(path[depth + 1])))
            {
                return depth;
            }
        }

        return 0;
    }
}
