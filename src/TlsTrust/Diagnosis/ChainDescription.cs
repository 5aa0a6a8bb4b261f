using TlsTrust.Certificates;
using TlsTrust.Certificates.Keys;
using TlsTrust.Diagnosis.Observations;
using TlsTrust.Diagnosis.Findings;
using TlsTrust.Paths;
using TlsTrust.Paths.Search;
using TlsTrust.Stores;

namespace TlsTrust.Diagnosis;

/// <summary>Describes the certificates of a judged chain: what each is, where it came from, what is wrong with it.</summary>
public static class ChainDescription
{
    /// <summary>The certificates as presented, in the order they came.</summary>
    public static ResultList<ChainCertificate> Presented(ChainEvidence evidence, DateTime at)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        bool[] related = PresentationFindings.Related(evidence.Presented);
        return [.. evidence.Presented.Select((certificate, position) => ChainCertificates.Describe(
            certificate,
            position,
            related[position] ? Role(evidence, certificate, position) : ChainRole.Unrelated,
            Origin(evidence, certificate),
            at))];
    }

    /// <summary>The path that the verdict is about, completed with what was found where something is missing.</summary>
    public static ResultList<ChainCertificate> BuiltPath(ChainEvidence evidence, ChainJudgement judgement)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        ArgumentNullException.ThrowIfNull(judgement);
        return [.. judgement.CompletedPath.Select((certificate, depth) => Describe(evidence, judgement, certificate, depth))];
    }

    /// <summary>A certificate that was found missing.</summary>
    public static ChainCertificate Missing(ChainEvidence evidence, ChainJudgement judgement, FoundCertificate found)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        ArgumentNullException.ThrowIfNull(judgement);
        ArgumentNullException.ThrowIfNull(found);
        int depth = judgement.CompletedPath.ToList().IndexOf(found.Certificate);
        return Describe(evidence, judgement, found.Certificate, depth);
    }

    /// <summary>The certificate that clients without SNI are shown; null where that was not asked.</summary>
    internal static ChainCertificate? WithoutServerName(ChainEvidence evidence) =>
        evidence.WithoutServerName is { Certificates.Count: > 0 } nameless
            && Certificate.TryParse(nameless.Certificates[0], out Certificate? shown, out _)
            ? ChainCertificates.Describe(shown, 0, ChainRole.Leaf, CertificateOrigin.Sent(0), evidence.At) : null;

    /// <summary>A certificate at a place in some path of the chain, without findings.</summary>
    internal static ChainCertificate Describe(ChainEvidence evidence, Certificate certificate, int depth) =>
        ChainCertificates.Describe(certificate, depth, Role(evidence, certificate, depth), Origin(evidence, certificate), evidence.At);

    private static ChainCertificate Describe(ChainEvidence evidence, ChainJudgement judgement, Certificate certificate, int depth) =>
        ChainCertificates.Describe(
            certificate,
            depth,
            Role(evidence, certificate, depth),
            Origin(evidence, certificate),
            evidence.At,
            judgement.Findings.Where(finding =>
                finding.Depth == depth && finding.Severity != Severity.Information && !IsAboutPosition(finding.Id))
                    .Select(finding => finding.ToString()));

    // These count positions on the wire, which need not be depths of the path.
    private static bool IsAboutPosition(FindingId id) =>
        id is FindingId.OutOfOrder or FindingId.DuplicateSent or FindingId.UnrelatedSent or FindingId.RootSent;

    private static ChainRole Role(ChainEvidence evidence, Certificate certificate, int depth) =>
        depth == 0 ? ChainRole.Leaf
        : certificate.LooksSelfSigned ? ChainRole.Root
        : evidence.PublicRoots.ByKey(certificate) is not null || HasRootTwin(evidence, certificate) ? ChainRole.CrossSign
        : ChainRole.Intermediate;

    private static bool HasRootTwin(ChainEvidence evidence, Certificate certificate) =>
        evidence.Store.Index.WithSubject(certificate.Subject)
            .Any(root => root.IsSelfIssued && root.PublicKey.Equals(certificate.PublicKey));

    internal static CertificateOrigin Origin(ChainEvidence evidence, Certificate certificate)
    {
        for (int i = 0; i < evidence.Presented.Count; i++)
        {
            if (evidence.Presented[i].Equals(certificate))
            {
                return i < evidence.Origins.Count ? evidence.Origins[i] : CertificateOrigin.Sent(i);
            }
        }

        return evidence.Store.OriginOf(certificate) is { } stored ? stored with { Kind = CertificateOriginKind.Store }
            : evidence.Found.FirstOrDefault(found => found.Certificate.Equals(certificate))?.Origin
            ?? new CertificateOrigin { Kind = CertificateOriginKind.PublicRoots, Location = evidence.PublicRoots.Contains(certificate)
                ? evidence.PublicRoots.Source : "" };
    }
}
