using System.Formats.Asn1;
using System.Security.Cryptography;
using TlsTrust.CertificateFiles.Blocks;
using TlsTrust.CertificateFiles.Containers;
using TlsTrust.Certificates;
using TlsTrust.Certificates.Der;
using TlsTrust.Certificates.Keys;

namespace TlsTrust.Bundles;

/// <summary>
/// Tells whether a private key belongs to a certificate. The key is opened in memory, compared by its public half, and let go; of one that
/// can't be opened the kind may be known all the same, and no Ed25519 key fits an RSA certificate.
/// </summary>
internal sealed class PrivateKeyMatch : IDisposable
{
    private const string WrongPassword = "is under another password than the one given";
    private const string UnknownHere = "is of a kind that can't be opened here";

    private readonly AsymmetricAlgorithm? _key;
    private readonly PublicKeyKind _kind;

    private PrivateKeyMatch(string label, ReadOnlyMemory<byte> der, AsymmetricAlgorithm? key, string obstacle)
    {
        _key = key;
        _kind = key switch { RSA => PublicKeyKind.Rsa, ECDsa => PublicKeyKind.EllipticCurve, _ => KindOf(label, der) };
        Obstacle = key is null ? obstacle : null;
    }

    /// <summary>What keeps the key from being opened, said of it; null where nothing does.</summary>
    public string? Obstacle { get; }

    /// <summary>Opens the key of a block.</summary>
    public static PrivateKeyMatch Open(PemBlock block, string? password, DerivationBudget budget)
    {
        if (block.Kind != PemBlockKind.EncryptedPrivateKey)
        {
            return new PrivateKeyMatch(block.Label, block.Der, Import(block.Label, block.Der.Span), UnknownHere);
        }

        if (password is null)
        {
            return Closed(block, "is under a password; -Password opens it");
        }

        byte[]? der = null;
        try
        {
            der = block.Headers is null ? PasswordProtection.DecryptKey(block.Der, password, budget)
                : TraditionalEncryption.Decrypt(block.Headers, block.Der.Span, password);
            if (der is null)
            {
                return Closed(block, "is encrypted in a way that can't be opened here");
            }

            string label = block.Headers is null ? PemLabel.PrivateKey : block.Label;
            return new PrivateKeyMatch(label, der, Import(label, der), IsWhole(der) ? UnknownHere : WrongPassword);
        }
        catch (DerivationLimitException fault)
        {
            return Closed(block, $"is not opened: {fault.Message}");
        }
        catch (NotSupportedException fault)
        {
            return Closed(block, $"is encrypted in a way that can't be opened here: {fault.Message}");
        }
        catch (Exception fault) when (fault is CryptographicException or AsnContentException)
        {
            return Closed(block, WrongPassword);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(der);
        }
    }

    /// <summary>Null when it can't be told.</summary>
    public bool? Fits(Certificate certificate)
    {
        if (_kind != PublicKeyKind.Unknown && certificate.PublicKey.Kind is var needed and not PublicKeyKind.Unknown && needed != _kind)
        {
            return false;
        }

        try
        {
            switch (_key)
            {
                case RSA rsa:
                    return rsa.ExportParameters(false).Modulus.AsSpan().SequenceEqual(certificate.PublicKey.Modulus.Span);

                case ECDsa ec:
                    using (ECDsa other = ECDsa.Create())
                    {
                        other.ImportSubjectPublicKeyInfo(certificate.PublicKey.SubjectPublicKeyInfo.Span, out _);
                        ECPoint mine = ec.ExportParameters(false).Q;
                        ECPoint its = other.ExportParameters(false).Q;
                        return mine.X.AsSpan().SequenceEqual(its.X) && mine.Y.AsSpan().SequenceEqual(its.Y);
                    }

                default:
                    return null;
            }
        }
        catch (Exception fault) when (fault is CryptographicException or PlatformNotSupportedException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _key?.Dispose();

    private static PrivateKeyMatch Closed(PemBlock block, string obstacle) => new(block.Label, block.Der, null, obstacle);

    // By the right password, and not by luck: what another one makes of it ends in padding as a key does once in 256 times.
    private static bool IsWhole(ReadOnlyMemory<byte> der)
    {
        try
        {
            AsnReader reader = new(der, AsnEncodingRules.BER);
            reader.ReadSequence();
            return !reader.HasData;
        }
        catch (AsnContentException)
        {
            return false;
        }
    }

    private static AsymmetricAlgorithm? Import(string label, ReadOnlySpan<byte> der)
    {
        foreach (AsymmetricAlgorithm candidate in (AsymmetricAlgorithm[])[RSA.Create(), ECDsa.Create()])
        {
            if (TryImport(candidate, label, der))
            {
                return candidate;
            }

            candidate.Dispose();
        }

        return null;
    }

    // By the old labels, else by the algorithm that a PKCS#8 in the clear names.
    private static PublicKeyKind KindOf(string label, ReadOnlyMemory<byte> der)
    {
        switch (label)
        {
            case "RSA PRIVATE KEY":
                return PublicKeyKind.Rsa;
            case "EC PRIVATE KEY":
                return PublicKeyKind.EllipticCurve;
            case "DSA PRIVATE KEY":
                return PublicKeyKind.Dsa;
            case PemLabel.PrivateKey when !der.IsEmpty:
                break;
            default:
                return PublicKeyKind.Unknown;
        }

        try
        {
            AsnReader key = new AsnReader(der, AsnEncodingRules.BER).ReadSequence();
            key.ReadInteger();
            return key.ReadSequence().ReadObjectIdentifier() switch
            {
                Oids.RsaEncryption or Oids.RsaPss => PublicKeyKind.Rsa,
                Oids.EcPublicKey => PublicKeyKind.EllipticCurve,
                Oids.Dsa => PublicKeyKind.Dsa,
                Oids.Ed25519 => PublicKeyKind.Ed25519,
                Oids.Ed448 => PublicKeyKind.Ed448,
                _ => PublicKeyKind.Unknown,
            };
        }
        catch (AsnContentException)
        {
            return PublicKeyKind.Unknown;
        }
    }

    private static bool TryImport(AsymmetricAlgorithm key, string label, ReadOnlySpan<byte> der)
    {
        try
        {
            switch (label)
            {
                case PemLabel.PrivateKey:
                    key.ImportPkcs8PrivateKey(der, out _);
                    return true;
                case "RSA PRIVATE KEY" when key is RSA rsa:
                    rsa.ImportRSAPrivateKey(der, out _);
                    return true;
                case "EC PRIVATE KEY" when key is ECDsa ec:
                    ec.ImportECPrivateKey(der, out _);
                    return true;
                default:
                    return false;
            }
        }
        catch (Exception fault) when (fault is CryptographicException or PlatformNotSupportedException)
        {
            return false;
        }
    }
}
