using TlsTrust.CertificateFiles;
using TlsTrust.Certificates;

namespace TlsTrust.Environment.Provisioning.Requests;

/// <summary>Turns what commands take into candidates for anchors.</summary>
public static class AnchorInput
{
    /// <summary>The certificates of a file in any form, or of all files of a directory.</summary>
    /// <exception cref="IOException">It can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read it.</exception>
    public static IReadOnlyList<CandidateAnchor> FromPath(string path)
    {
        IEnumerable<string> files = Directory.Exists(path) ? Directory.EnumerateFiles(path).Order(StringComparer.Ordinal) : [path];
        return [.. files.SelectMany(file =>
            CertificateFile.Read(file).Certificates.Select(located =>
                new CandidateAnchor(located.Certificate, CertificateOrigin.File(file, located.Line).ToString())))
            .DistinctBy(candidate => candidate.Certificate)];
    }

    /// <summary>The certificates of a result that could be anchors: of a report or a chain its roots, of a match its certificate.</summary>
    /// <returns>Nothing when the result holds none.</returns>
    public static IReadOnlyList<CandidateAnchor> FromResult(IResult result) => result switch
    {
        EndpointReport report => From([.. report.BuiltPath, .. report.Presented, .. Maybe(report.MissingIssuer)], report.Endpoint),
        CertificateChain chain => From([.. chain.BuiltPath, .. chain.Presented, .. Maybe(chain.MissingIssuer)], chain.Origin),
        IssuerMatch match => From([.. Maybe(match.Certificate)], match.Location),
        _ => [],
    };

    private static IEnumerable<ChainCertificate> Maybe(ChainCertificate? certificate) => certificate is null ? [] : [certificate];

    private static CandidateAnchor[] From(IReadOnlyList<ChainCertificate> certificates, string origin) =>
        [.. certificates
            .Where(certificate => certificate.Depth >= 0)
            .SelectMany(certificate =>
                PemDocument.Read(System.Text.Encoding.ASCII.GetBytes(certificate.Pem)).Certificates.Select(located =>
                    new CandidateAnchor(located.Certificate, $"{origin}: {certificate.Origin}",
                        certificate.CertificateOrigin.IsFromNetwork)))
            .Where(candidate => candidate.Certificate.IsCA || certificates.Count == 1)
            .GroupBy(candidate => candidate.Certificate)
            // A root that is also at hand locally did not have to come over the network.
            .Select(same => same.OrderBy(candidate => candidate.IsFromNetwork).First())];
}
