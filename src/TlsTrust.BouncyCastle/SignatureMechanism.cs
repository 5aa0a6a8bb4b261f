using System.Globalization;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Parameters;

namespace TlsTrust.BouncyCastle;

/// <summary>An algorithm other than RSA: what BouncyCastle calls it, and which keys go with it.</summary>
/// <param name="Name">BouncyCastle's name, or the object identifier, which it takes as well.</param>
/// <param name="KeyOids">Algorithms of keys that can make it.</param>
internal sealed record SignatureMechanism(string Name, params string[] KeyOids)
{
    private const string EcKey = "1.2.840.10045.2.1";
    private const string DsaKey = "1.2.840.10040.4.1";
    private const string Sm2Curve = "1.2.156.10197.1.301";
    private const string Sm2 = "SM3withSM2";

    /// <summary>
    /// NIST's arc of signatures: ML-DSA is 17 to 19 (RFC 9881), SLH-DSA 20 to 31 and with a hash before it 35 to 46 (RFC 9909).
    /// </summary>
    private const string NistArc = "2.16.840.1.101.3.4.3.";

    private static readonly Dictionary<string, SignatureMechanism> ByOid = new()
    {
        ["1.2.840.10045.4.1"] = new("SHA-1withECDSA", EcKey),
        ["1.2.840.10045.4.3.1"] = new("SHA-224withECDSA", EcKey),
        ["1.2.840.10045.4.3.2"] = new("SHA-256withECDSA", EcKey),
        ["1.2.840.10045.4.3.3"] = new("SHA-384withECDSA", EcKey),
        ["1.2.840.10045.4.3.4"] = new("SHA-512withECDSA", EcKey),
        [NistArc + "9"] = new("SHA3-224withECDSA", EcKey),
        [NistArc + "10"] = new("SHA3-256withECDSA", EcKey),
        [NistArc + "11"] = new("SHA3-384withECDSA", EcKey),
        [NistArc + "12"] = new("SHA3-512withECDSA", EcKey),
        ["1.2.840.10040.4.3"] = new("SHA-1withDSA", DsaKey),
        [NistArc + "1"] = new("SHA-224withDSA", DsaKey),
        [NistArc + "2"] = new("SHA-256withDSA", DsaKey),
        [NistArc + "3"] = new("SHA-384withDSA", DsaKey),
        [NistArc + "4"] = new("SHA-512withDSA", DsaKey),
        ["1.3.101.112"] = new("Ed25519", "1.3.101.112"),
        ["1.3.101.113"] = new("Ed448", "1.3.101.113"),
        ["1.2.156.10197.1.501"] = new(Sm2, EcKey),
        ["1.2.643.2.2.3"] = new("1.2.643.2.2.3", "1.2.643.2.2.19"),
        ["1.2.643.7.1.1.3.2"] = new("1.2.643.7.1.1.3.2", "1.2.643.7.1.1.1.1"),
        ["1.2.643.7.1.1.3.3"] = new("1.2.643.7.1.1.3.3", "1.2.643.7.1.1.1.2"),
    };

    /// <summary>The mechanism of a signature algorithm; null for one that is not here.</summary>
    internal static SignatureMechanism? Find(string oid)
    {
        if (ByOid.TryGetValue(oid, out SignatureMechanism? known))
        {
            return known;
        }

        // A key of these is for one algorithm, whose identifier it has.
        return oid.StartsWith(NistArc, StringComparison.Ordinal)
            && int.TryParse(oid.AsSpan(NistArc.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int last)
                && last is (>= 17 and <= 31) or (>= 35 and <= 46)
            ? new SignatureMechanism(oid, oid)
            : null;
    }

    /// <summary>Whether a key can make such signatures.</summary>
    internal bool Takes(AlgorithmIdentifier key) =>
        KeyOids.Contains(key.Algorithm.Id) && (Name != Sm2 || (key.Parameters is DerObjectIdentifier curve && curve.Id == Sm2Curve));

    /// <summary>The ways in which the same signature may be meant.</summary>
    internal IEnumerable<ICipherParameters> Variants(AsymmetricKeyParameter key)
    {
        yield return key;
        if (Name == Sm2)
        {
            // The identity of the signer is part of what is signed. GM/T 0009 names one for who has none, and that is BouncyCastle's;
            // OpenSSL takes the empty one.
            yield return new ParametersWithID(key, []);
        }
    }
}
