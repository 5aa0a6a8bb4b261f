using TlsTrust.Certificates;
using TlsTrust.Diagnosis;
using TlsTrust.Stores;

namespace TlsTrust.Tests.Diagnosis.Laws;

/// <summary>A chain, a store, a name and a time, as a seed made them.</summary>
internal sealed record GeneratedChain
{
    public required string Kind { get; init; }

    public required byte[][] Sent { get; init; }

    public required byte[][] Store { get; init; }

    public byte[][] Public { get; init; } = [];

    public byte[][] AtHand { get; init; } = [];

    /// <summary>What an earlier report knew of it and certificates don't show.</summary>
    public Finding[] Kept { get; init; } = [];

    /// <summary>How the handshake ended that no client could finish; none where it was finished.</summary>
    public Cause Ended { get; init; }

    /// <summary>What is not in the certificates comes by a report only.</summary>
    public bool IsReportOnly => Kept.Length > 0 || Ended != Cause.None;

    public string? HostName { get; init; } = "www.shop.dev";

    public int Port { get; init; } = 443;

    public DateTime At { get; init; } = Judged.Now.UtcDateTime;

    public PublicRootSet PublicRoots => new("the public roots", new DateOnly(2026, 1, 1), Read(Public));

    public TrustStore TrustStore => new("the store", Stored(Store, "anchors.pem"));

    public IEnumerable<StoredCertificate> Stored(byte[][] certificates, string file) =>
        Read(certificates).Select((certificate, i) => new StoredCertificate(certificate, CertificateOrigin.File(file, (i * 20) + 1)));

    public static IEnumerable<Certificate> Read(byte[][] certificates)
    {
        foreach (byte[] der in certificates)
        {
            if (Certificate.TryParse(der, out Certificate? certificate, out _))
            {
                yield return certificate;
            }
        }
    }

    public override string ToString() => Kind;
}
