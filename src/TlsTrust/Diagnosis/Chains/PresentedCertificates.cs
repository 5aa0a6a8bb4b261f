using System.Globalization;
using System.Net;
using TlsTrust.CertificateFiles;
using TlsTrust.CertificateFiles.Defects;
using TlsTrust.Certificates;
using TlsTrust.Certificates.Names;
using TlsTrust.Certificates.Signatures;
using TlsTrust.Connections.Addresses;
using TlsTrust.Connections.Downloads;
using TlsTrust.Stores;

namespace TlsTrust.Diagnosis.Chains;

/// <summary>Certificates that lie or were sent together, and where each is from.</summary>
public sealed record PresentedCertificates
{
    /// <summary>
    /// 3 certificates that belong to nobody are a server file with remains of its predecessors; with more it is a bundle.
    /// </summary>
    public const int MaxStrangers = 3;

    /// <summary>The endpoint, file or store.</summary>
    public required string Origin { get; init; }

    /// <summary>The certificates in their order.</summary>
    public required IReadOnlyList<StoredCertificate> Certificates { get; init; }

    /// <summary>What is wrong with the file they are from.</summary>
    public IReadOnlyList<PemDefect> Defects { get; init; } = [];

    /// <summary>What the endpoint that they came from opens to the URLs in them.</summary>
    public FetchReach Reach { get; init; }

    /// <summary>Certificates that were found for them before, for example by Test-TlsEndpoint.</summary>
    public IReadOnlyList<StoredCertificate> FoundBefore { get; init; } = [];

    /// <summary>A certificate file in any form, or a directory with such files.</summary>
    /// <param name="path">Absolute path.</param>
    /// <param name="password">For PKCS#12 and Java key stores.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="IOException">It can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read it.</exception>
    public static PresentedCertificates FromPath(string path, string? password = null, CancellationToken cancellation = default)
    {
        if (Directory.Exists(path))
        {
            // A hashed directory names each certificate more than once.
            return new() { Origin = path,
                Certificates = [.. CertificateFolder.Read(path, recurse: false).DistinctBy(stored => stored.Certificate)] };
        }

        CertificateFile file = CertificateFile.Read(CertificateFile.ReadBytes(path, cancellation), password, keepText: false, cancellation);
        return new()
        {
            Origin = path,
            Certificates =
                [.. file.Certificates.Select(located =>
                    new StoredCertificate(located.Certificate,
                        CertificateOrigin.File(located is { Line: 0, Alias: { Length: > 0 } alias } ? $"{path}, alias {alias}"
                            : path, located.Line)))],
            Defects = file.Defects,
        };
    }

    /// <summary>What a report's server sent.</summary>
    public static PresentedCertificates From(EndpointReport report) => From(report.Endpoint, report.Presented, report.BuiltPath) with
    {
        Reach = IPAddress.TryParse(report.RemoteAddress, out IPAddress? address) ? FetchReaches.OpenedBy(address) : FetchReach.Public,
    };

    /// <summary>What a chain was made of.</summary>
    public static PresentedCertificates From(CertificateChain chain) => From(chain.Origin, chain.Presented, chain.BuiltPath);

    /// <summary>
    /// Splits what lies together into chains: one for each certificate that has issued none of the others, its issuers behind it.
    /// </summary>
    /// <returns>
    /// The presented certificates in order, the leaf's position first known; a file with one chain is kept whole, strangers and all.
    /// </returns>
    public IReadOnlyList<PresentedCertificates> Chains()
    {
        Certificate[] distinct = [.. Certificates.Select(stored => stored.Certificate).Distinct()];
        ILookup<DistinguishedName, Certificate> byIssuer = distinct.Where(certificate => !certificate.IsSelfIssued)
            .ToLookup(certificate => certificate.Issuer);
        Certificate[] tips =
            [.. distinct.Where(candidate =>
                !byIssuer[candidate.Subject].Any(child => child.VerifySignature(candidate) == SignatureStatus.Valid))];

        // In a server's file a stray CA is a stranger and no chain of its own; in a bundle every CA is one.
        Certificate[] servers = [.. tips.Where(tip => !tip.IsCA)];
        Certificate[] leaves = servers.Length > 0 && tips.Length - servers.Length <= MaxStrangers ? servers : tips;
        if (leaves.Length <= 1)
        {
            return leaves.Length == 0 ? [] : [WithLeafFirst(leaves[0])];
        }

        return [.. leaves.Select(leaf => Above(leaf))];
    }

    /// <summary>What a result holds: what was presented, and what is in its path besides.</summary>
    public static PresentedCertificates From(string origin, ResultList<ChainCertificate> presented, ResultList<ChainCertificate> path)
    {
        HashSet<string> sent = [.. presented.Select(certificate => certificate.Sha256)];
        return new()
        {
            Origin = origin,
            Certificates = [.. Parse(presented)],
            FoundBefore = [.. Parse(path.Where(certificate => !sent.Contains(certificate.Sha256)))],
        };
    }

    private static IEnumerable<StoredCertificate> Parse(IEnumerable<ChainCertificate> certificates)
    {
        foreach (ChainCertificate shown in certificates)
        {
            foreach (LocatedCertificate located in CertificateFile.Read(System.Text.Encoding.ASCII.GetBytes(shown.Pem)).Certificates)
            {
                yield return new(located.Certificate, shown.CertificateOrigin);
            }
        }
    }

    // The judge takes the first as the server's certificate; the others keep their order.
    private PresentedCertificates WithLeafFirst(Certificate leaf)
    {
        int position = Certificates.ToList().FindIndex(stored => stored.Certificate.Equals(leaf));
        return position == 0 ? this
            : this with { Certificates = [Certificates[position], .. Certificates.Where((_, index) => index != position)],
                LeafPosition = position };
    }

    /// <summary>Where the leaf stood before it was put first.</summary>
    public int LeafPosition { get; private init; }

    private PresentedCertificates Above(Certificate leaf)
    {
        List<StoredCertificate> chain = [Certificates.First(stored => stored.Certificate.Equals(leaf))];
        for (int i = 0; i < chain.Count && chain.Count < 100; i++)
        {
            foreach (StoredCertificate candidate in Certificates)
            {
                if (!chain.Exists(known => known.Certificate.Equals(candidate.Certificate))
                    && chain[i].Certificate.Issuer.Equals(candidate.Certificate.Subject)
                    && chain[i].Certificate.VerifySignature(candidate.Certificate) == SignatureStatus.Valid)
                {
                    chain.Add(candidate);
                }
            }
        }

        // One of several: where its leaf stands says which one it is.
        return this with { Origin = chain[0].Location, Certificates = chain };
    }
}
