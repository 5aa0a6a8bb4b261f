using System.Formats.Asn1;
using System.Security.Cryptography;
using TlsTrust.Lab.Pki;
using TlsTrust.Tests.Diagnosis;

namespace TlsTrust.Tests.Hostile.Forgeries;

/// <summary>What a server may send that nobody issued for its name.</summary>
/// <param name="Name">What is false in it.</param>
/// <param name="Sent">The server's certificate first.</param>
internal sealed record ForgedChain(string Name, IReadOnlyList<byte[]> Sent);

/// <summary>An honest root, intermediate and server of one kind of key, and the key of somebody else.</summary>
internal sealed class HonestChain
{
    public HonestChain(LabKeyKind kind)
    {
        Kind = kind;
        Root = LabAuthority.CreateRoot("CN=Honest Root", Judged.Now, kind);
        Issuing = Root.IssueAuthority(new CertificateSpec { Subject = "CN=Honest Issuing", KeyKind = kind });
        Leaf = Issuing.Issue(new CertificateSpec { Subject = "CN=" + HostName, DnsNames = [HostName], KeyKind = kind });
        Other = Issuing.Issue(new CertificateSpec { Subject = "CN=other.test", DnsNames = ["other.test"], KeyKind = kind });
        Stranger = LabKey.Create(kind);
    }

    public static string HostName => "www.shop.dev";

    public LabKeyKind Kind { get; }

    public LabAuthority Root { get; }

    public LabAuthority Issuing { get; }

    public LabCertificate Leaf { get; }

    /// <summary>An honest certificate for another name.</summary>
    public LabCertificate Other { get; }

    public LabKey Stranger { get; }

    public byte[][] Sent => [Leaf.Der.ToArray(), Issuing.Certificate.Der.ToArray()];
}

/// <summary>Encodings that the forgeries are made of.</summary>
internal static class Encoded
{
    public static byte[] Algorithm(string oid, byte[]? parameters = null)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(oid);
            if (parameters is not null)
            {
                writer.WriteEncodedValue(parameters);
            }
        }

        return writer.Encode();
    }

    public static byte[] Pair(byte[] first, byte[] second) =>
        DerBytes.Wrap(0x30, [.. DerBytes.Wrap(0x02, first), .. DerBytes.Wrap(0x02, second)]);

    /// <summary>RSASSA-PSS-params, RFC 4055 §3.1.</summary>
    public static byte[] Pss(string hash, string maskHash, int salt, int? trailer = null) => DerBytes.Wrap(0x30,
    [
        .. DerBytes.Wrap(0xA0, Algorithm(hash)), .. DerBytes.Wrap(0xA1, Algorithm("1.2.840.113549.1.1.8", Algorithm(maskHash))),
        .. DerBytes.Wrap(0xA2, [2, 1, (byte)salt]), .. trailer is { } field ? DerBytes.Wrap(0xA3, [2, 1, (byte)field]) : [],
    ]);

    public static (byte[] R, byte[] S) Split(byte[] signature)
    {
        AsnReader reader = new AsnReader(signature, AsnEncodingRules.DER).ReadSequence();
        return (reader.ReadIntegerBytes().ToArray(), reader.ReadIntegerBytes().ToArray());
    }

    public static byte[] Hash(byte[] body) => SHA256.HashData(body);
}
