using System.Globalization;

namespace TlsTrust.Rendering;

/// <summary>What a certificate of a picture is to the reader.</summary>
internal enum ChainNodeKind
{
    /// <summary>It was sent, as it should be.</summary>
    Sent,

    /// <summary>It is needed, was not sent, and was found elsewhere.</summary>
    Missing,

    /// <summary>It is needed and was found nowhere.</summary>
    Hole,

    /// <summary>It is a root that the store has.</summary>
    TrustedRoot,

    /// <summary>It is a root that the store lacks.</summary>
    UntrustedRoot,

    /// <summary>It was sent and is not part of the path.</summary>
    Unused,
}

/// <summary>
/// One certificate of a picture, with the words that stand there; of its problems only the names, their sentences stand beside the picture.
/// </summary>
internal sealed record ChainNode(ChainNodeKind Kind, string Title, string Place, string Validity, IReadOnlyList<string> Problems)
{
    // What is missing or not trusted has a node of its own; nothing is wrong with the certificate below it.
    private static readonly HashSet<string> ShownByOtherNodes = new(StringComparer.Ordinal)
    {
        nameof(FindingId.MissingIntermediate), nameof(FindingId.TrustedOnlyWithDownload), nameof(FindingId.IssuerUnknown),
            nameof(FindingId.MissingPublicRoot), nameof(FindingId.PrivateRoot),
    };

    /// <summary>The chain's certificates from the leaf upwards, a hole at the end where the path has one.</summary>
    public static IReadOnlyList<ChainNode> PathOf(CertificateChain chain)
    {
        HashSet<string> sent = [.. chain.Presented.Select(certificate => certificate.Sha256)];
        bool rootIsTrusted = !chain.Findings.Any(finding =>
            finding.Severity == Severity.Error
            && finding.Id is FindingId.MissingPublicRoot or FindingId.PrivateRoot or FindingId.SelfSigned or FindingId.IssuerUnknown
                or FindingId.StoreUnusable
            || finding is { Id: FindingId.Interception, Severity: Severity.Error });
        List<ChainNode> nodes = [];
        for (int depth = 0; depth < chain.BuiltPath.Count; depth++)
        {
            ChainCertificate certificate = chain.BuiltPath[depth];
            bool isRoot = certificate.IsSelfSigned && depth == chain.BuiltPath.Count - 1;
            ChainNodeKind kind = isRoot ? rootIsTrusted ? ChainNodeKind.TrustedRoot : ChainNodeKind.UntrustedRoot
                : sent.Contains(certificate.Sha256) ? ChainNodeKind.Sent
                : ChainNodeKind.Missing;
            string place = kind switch
            {
                ChainNodeKind.Missing => $"MISSING, found: {certificate.Origin}",
                ChainNodeKind.UntrustedRoot => $"root, NOT IN THE STORE, {certificate.Origin}",
                ChainNodeKind.TrustedRoot => $"root, {certificate.Origin}",
                _ => certificate.Origin,
            };
            nodes.Add(Make(kind, certificate, place));
        }

        if (chain.BuiltPath.Count > 0 && !chain.BuiltPath[^1].IsSelfSigned && !rootIsTrusted)
        {
            nodes.Add(new(ChainNodeKind.Hole, Short(chain.BuiltPath[^1].Issuer), "MISSING, not found", "", []));
        }

        return nodes;
    }

    /// <summary>What was sent without need.</summary>
    public static IReadOnlyList<ChainNode> UnusedOf(CertificateChain chain) =>
        [.. chain.Difference.Unused.Select(certificate => Make(ChainNodeKind.Unused, certificate, $"{certificate.Origin}, not needed"))];

    /// <summary>The common name, else the whole name: what fits into a picture.</summary>
    public static string Short(string name)
    {
        int start = name.StartsWith("CN=", StringComparison.Ordinal) ? 0 : name.IndexOf(", CN=", StringComparison.Ordinal) + 2;
        if (start < 0 || (start < 2 && !name.StartsWith("CN=", StringComparison.Ordinal)))
        {
            return name;
        }

        int end = start + 3;
        while (end < name.Length && !(name[end] == ',' && name[end - 1] != '\\'))
        {
            end++;
        }

        return name[(start + 3)..end].Replace("\\,", ",", StringComparison.Ordinal);
    }

    private static ChainNode Make(ChainNodeKind kind, ChainCertificate certificate, string place) => new(
        kind,
        certificate.Subject.Length == 0 ? certificate.Names.Count > 0 ? certificate.Names[0] : $"serial {certificate.SerialNumber}"
            : Short(certificate.Subject),
        place,
        certificate.DaysLeft < 0
            ? string.Create(CultureInfo.InvariantCulture, $"expired {certificate.NotAfter:yyyy-MM-dd}")
            : string.Create(CultureInfo.InvariantCulture, $"until {certificate.NotAfter:yyyy-MM-dd}, {certificate.DaysLeft} days left"),
        [.. certificate.Problems.Select(problem => problem.Split(": ", 2)[0]).Distinct().Where(name => !ShownByOtherNodes.Contains(name))]);
}
