using System.Numerics;
using System.Security.Cryptography;
using TlsTrust.Lab.Pki;

namespace TlsTrust.Tests.Hostile.Forgeries;

/// <summary>Signatures that are none: of each certificate of a chain in turn.</summary>
internal static class SignatureForgeries
{
    private const string Sha1 = "1.3.14.3.2.26";
    private const string Sha256 = "2.16.840.1.101.3.4.2.1";
    private const string Sha384 = "2.16.840.1.101.3.4.2.2";
    private const string PssAlgorithm = "1.2.840.113549.1.1.10";
    private const string Sha256WithRsa = "1.2.840.113549.1.1.11";
    private const int SaltLength = 32;

    private static readonly byte[] Null = [5, 0];

    // The order of P-256 (SEC 2 §2.4.2).
    private static readonly BigInteger Order =
        BigInteger.Parse("0FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551", System.Globalization.NumberStyles.HexNumber,
            System.Globalization.CultureInfo.InvariantCulture);

    public static IEnumerable<ForgedChain> Of(HonestChain chain)
    {
        byte[][] sent = chain.Sent;
        (string Who, LabCertificate Certificate, LabKey Issuer)[] targets =
            [("leaf", chain.Leaf, chain.Issuing.Certificate.Key), ("intermediate", chain.Issuing.Certificate, chain.Root.Certificate.Key)];
        for (int place = 0; place < targets.Length; place++)
        {
            (string who, LabCertificate certificate, LabKey issuer) = targets[place];
            CertificateParts parts = CertificateParts.Of(certificate);
            foreach ((string name, byte[] der) in Common(chain, parts, certificate)
                .Concat(chain.Kind == LabKeyKind.EcP256 ? Curve(parts) : issuer.IsRsa ? Rsa(parts, issuer) : []))
            {
                byte[][] forged = [.. sent];
                forged[place] = der;
                yield return new($"{chain.Kind} {who}: {name}", forged);
            }
        }
    }

    private static IEnumerable<(string, byte[])> Common(HonestChain chain, CertificateParts parts, LabCertificate certificate)
    {
        byte[] signature = parts.Signature;
        (string, byte[])[] others =
        [
            ("no signature", []), ("a zero", [0]), ("zeros", new byte[signature.Length]), ("all ones", Filled(signature.Length, 0xFF)),
            ("noise", RandomNumberGenerator.GetBytes(signature.Length)), ("one byte less", signature[..^1]),
                ("one byte more", [.. signature, 0]),
            ("twice", [.. signature, .. signature]), ("backwards", [.. Enumerable.Reverse(signature)]),
            ("that of another certificate", CertificateParts.Of(chain.Other).Signature),
            ("that of the root", CertificateParts.Of(chain.Root.Certificate).Signature),
            ("by its own key", certificate.Key.Sign(parts.Body, HashAlgorithmName.SHA256)),
            ("by a stranger", chain.Stranger.Sign(parts.Body, HashAlgorithmName.SHA256)),
            ("the hash", Encoded.Hash(parts.Body)),
            ("an authentication code with a key that all know",
                HMACSHA256.HashData(chain.Issuing.Certificate.Key.PublicKey.ExportSubjectPublicKeyInfo(), parts.Body)),
        ];
        foreach ((string name, byte[] other) in others)
        {
            yield return (name, (parts with { Signature = other }).Der());
        }

        for (int i = 0; i < signature.Length; i += 7)
        {
            byte[] changed = [.. signature];
            changed[i] ^= 0x10;
            yield return ($"bit {i * 8}", (parts with { Signature = changed }).Der());
        }

        yield return ("unused bits", parts.Der(unusedBits: 1));
        (string, byte[])[] algorithms =
        [
            ("unsigned", Encoded.Algorithm("1.3.6.1.5.5.7.6.36")), ("only a hash", Encoded.Algorithm(Sha256)),
            ("an authentication code", Encoded.Algorithm("1.2.840.113549.2.9")), ("Ed25519", Encoded.Algorithm("1.3.101.112")),
            ("MD5 with RSA", Encoded.Algorithm("1.2.840.113549.1.1.4", Null)), ("none that is known", Encoded.Algorithm("1.2.3.4.5")),
            ("the key's own", Encoded.Algorithm("1.2.840.10045.2.1")),
        ];
        foreach ((string name, byte[] algorithm) in algorithms)
        {
            yield return ($"says outside: {name}", (parts with { Algorithm = algorithm }).Der());
            yield return ($"says {name}", parts.WithAlgorithm(algorithm).Der());
            yield return ($"says {name}, without a signature", (parts.WithAlgorithm(algorithm) with { Signature = [] }).Der());
            yield return ($"says {name}, with the hash", (parts.WithAlgorithm(algorithm) is var other
                ? other with { Signature = Encoded.Hash(other.Body) } : parts).Der());
        }
    }

    private static IEnumerable<(string, byte[])> Curve(CertificateParts parts)
    {
        (byte[] r, byte[] s) = Encoded.Split(parts.Signature);
        byte[] order = Bytes(Order);
        byte[] raw = [.. Padded(r), .. Padded(s)];
        (string, byte[])[] others =
        [
            ("0, 0", Encoded.Pair([0], [0])), ("0, 1", Encoded.Pair([0], [1])), ("1, 0", Encoded.Pair([1], [0])),
                ("1, 1", Encoded.Pair([1], [1])),
            ("the order, the order", Encoded.Pair(order, order)), ("the order, 0", Encoded.Pair(order, [0])),
                ("0, the order", Encoded.Pair([0], order)),
            ("r of no length", Encoded.Pair([], s)), ("swapped", Encoded.Pair(s, r)),
                ("r and the order", Encoded.Pair(Bytes(Value(r) + Order), s)),
            ("s and the order", Encoded.Pair(r, Bytes(Value(s) + Order))), ("r below zero", Encoded.Pair(Bytes(-Value(r)), s)),
            ("s below zero", Encoded.Pair(r, Bytes(-Value(s)))), ("the numbers alone", raw),
            ("a zero before r", Encoded.Pair([0, .. r], s)), ("a zero before s", Encoded.Pair(r, [0, .. s])),
            ("more in the pair", [0x30, (byte)(parts.Signature[1] + 2), .. parts.Signature[2..], 5, 0]),
            ("a long length", [0x30, 0x81, parts.Signature[1], .. parts.Signature[2..]]),
            ("no end", [0x30, 0x80, .. parts.Signature[2..], 0, 0]),
            ("r of 60,000 bytes", DerBytes.Wrap(0x30, [.. DerBytes.Wrap(0x02, Filled(60000, 0x7F)), .. DerBytes.Wrap(0x02, s)])),
        ];
        return others.Select(other => (other.Item1, (parts with { Signature = other.Item2 }).Der()));
    }

    private static IEnumerable<(string, byte[])> Rsa(CertificateParts parts, LabKey issuer)
    {
        using RSA key = TestKeys.Rsa(2048);
        key.ImportFromPem(issuer.ToPem());
        RSAParameters numbers = key.ExportParameters(true);
        BigInteger n = Unsigned(numbers.Modulus!), d = Unsigned(numbers.D!);
        int size = numbers.Modulus!.Length;
        byte[] hash = Encoded.Hash(parts.Body);
        byte[] info = DerBytes.Wrap(0x30, [.. Encoded.Algorithm(Sha256, Null), .. DerBytes.Wrap(0x04, hash)]);
        byte[] Signed(byte[] block) => Fixed(BigInteger.ModPow(Unsigned(block), d, n), size);
        byte[] Block(byte kind, byte filling, byte[] tail, int fill) =>
            [0, kind, .. Filled(fill, filling), 0, .. tail, .. new byte[size - 3 - fill - tail.Length]];
        int full = size - 3 - info.Length;
        byte[] trailing = DerBytes.Wrap(0x30, [.. Encoded.Algorithm(Sha256, Null), .. DerBytes.Wrap(0x04, hash), 5, 0]);
        (string, byte[])[] others =
        [
            ("0", new byte[size]), ("1", Fixed(1, size)), ("the modulus", Fixed(n, size)), ("the modulus less 1", Fixed(n - 1, size)),
            ("and the modulus", Fixed(Unsigned(parts.Signature) + n, size + 1)), ("a zero before it", [0, .. parts.Signature]),
            ("short filling, noise behind", Signed(Block(1, 0xFF, info, 8))), ("no filling", Signed(Block(1, 0xFF, info, 0))),
            ("filling of 0xFE", Signed(Block(1, 0xFE, info, full))), ("a block of kind 2", Signed(Block(2, 0xFF, info, full))),
            ("a block of kind 0", Signed(Block(0, 0, info, full))),
            ("the hash alone", Signed(Block(1, 0xFF, hash, size - 3 - hash.Length))),
            ("SHA-1's name on it", Signed(Named(Sha1))), ("SHA-384's name on it", Signed(Named(Sha384))),
            ("more behind the hash", Signed(Block(1, 0xFF, trailing, size - 3 - trailing.Length))),
        ];
        foreach ((string name, byte[] other) in others)
        {
            yield return (name, (parts with { Signature = other }).Der());
        }

        byte[] Named(string oid)
        {
            byte[] named = DerBytes.Wrap(0x30, [.. Encoded.Algorithm(oid, Null), .. DerBytes.Wrap(0x04, hash)]);
            return Block(1, 0xFF, named, size - 3 - named.Length);
        }

        // What RSA-PSS says about itself is part of the check.
        (string, byte[]?)[] parameters =
        [
            ("nothing", null), ("NULL", Null), ("an empty list", [0x30, 0]), ("a shorter salt", Encoded.Pss(Sha256, Sha256, 20)),
            ("no salt", Encoded.Pss(Sha256, Sha256, 0)), ("a longer salt", Encoded.Pss(Sha256, Sha256, 100)),
            ("SHA-1", Encoded.Pss(Sha1, Sha1, 20)), ("a mask by SHA-1", Encoded.Pss(Sha256, Sha1, SaltLength)),
            ("SHA-384", Encoded.Pss(Sha384, Sha384, 48)), ("another trailer", Encoded.Pss(Sha256, Sha256, SaltLength, trailer: 2)),
        ];
        foreach ((string name, byte[]? told) in parameters)
        {
            CertificateParts pss = parts.WithAlgorithm(Encoded.Algorithm(PssAlgorithm, told));
            yield return ($"PSS that says {name}", (pss with { Signature = issuer.SignPss(pss.Body, HashAlgorithmName.SHA256) }).Der());
        }

        CertificateParts told1 = parts.WithAlgorithm(Encoded.Algorithm(PssAlgorithm, Encoded.Pss(Sha256, Sha256, SaltLength)));
        yield return ("PKCS#1 that says PSS", (told1 with { Signature = issuer.Sign(told1.Body, HashAlgorithmName.SHA256) }).Der());
        CertificateParts told2 = parts.WithAlgorithm(Encoded.Algorithm(Sha256WithRsa, Null));
        yield return ("PSS that says PKCS#1", (told2 with { Signature = issuer.SignPss(told2.Body, HashAlgorithmName.SHA256) }).Der());
    }

    /// <summary>The other signature that the same key made of the same words: every client takes it.</summary>
    public static byte[] Twin(LabCertificate certificate)
    {
        CertificateParts parts = CertificateParts.Of(certificate);
        (byte[] r, byte[] s) = Encoded.Split(parts.Signature);
        return (parts with { Signature = Encoded.Pair(r, Bytes(Order - Value(s))) }).Der();
    }

    /// <summary>The same words signed by RSA-PSS as it should be.</summary>
    public static byte[] Pss(LabCertificate certificate, LabKey issuer)
    {
        CertificateParts parts = CertificateParts.Of(certificate)
            .WithAlgorithm(Encoded.Algorithm(PssAlgorithm, Encoded.Pss(Sha256, Sha256, SaltLength)));
        return (parts with { Signature = issuer.SignPss(parts.Body, HashAlgorithmName.SHA256) }).Der();
    }

    private static byte[] Filled(int count, byte value) => [.. Enumerable.Repeat(value, count)];

    private static BigInteger Value(byte[] number) => new(number, isUnsigned: false, isBigEndian: true);

    private static BigInteger Unsigned(byte[] number) => new(number, isUnsigned: true, isBigEndian: true);

    private static byte[] Bytes(BigInteger number) => number.ToByteArray(isUnsigned: false, isBigEndian: true);

    private static byte[] Padded(byte[] number) => Fixed(Value(number), 32);

    private static byte[] Fixed(BigInteger number, int size)
    {
        byte[] bytes = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[Math.Max(0, size - bytes.Length)], .. bytes];
    }
}
