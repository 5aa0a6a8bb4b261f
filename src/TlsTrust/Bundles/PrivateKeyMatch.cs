using System.Security.Cryptography;
using TlsTrust.Certificates;
using TlsTrust.Pem;

namespace TlsTrust.Bundles;

/// <summary>Tells whether a private key belongs to a certificate. The key is opened in memory, compared by its public half, and let go.</summary>
internal sealed class PrivateKeyMatch : IDisposable
{
    private const string WrongPassword = "is under another password than the one given";

    private readonly AsymmetricAlgorithm? _key;

    private PrivateKeyMatch(AsymmetricAlgorithm? key, string obstacle)
    {
        _key = key;
        Obstacle = key is null ? obstacle : null;
    }

    /// <summary>What keeps the key from being opened, said of it; null where nothing does.</summary>
    public string? Obstacle { get; }

    /// <summary>Opens the key of a block.</summary>
    public static PrivateKeyMatch Open(PemBlock block, string? password)
    {
        if (block.Kind != PemBlockKind.EncryptedPrivateKey)
        {
            return new PrivateKeyMatch(Import(block.Label, block.Der.Span, password), "is of a kind that can't be opened here");
        }

        if (password is null)
        {
            return new PrivateKeyMatch(null, "is under a password; -Password opens it");
        }

        if (block.Headers is null)
        {
            return new PrivateKeyMatch(Import(block.Label, block.Der.Span, password), WrongPassword);
        }

        byte[]? der = null;
        try
        {
            der = TraditionalEncryption.Decrypt(block.Headers, block.Der.Span, password);
            return der is null
                ? new PrivateKeyMatch(null, "is encrypted in a way that can't be opened here")
                : new PrivateKeyMatch(Import(block.Label, der, password), WrongPassword);
        }
        catch (CryptographicException)
        {
            return new PrivateKeyMatch(null, WrongPassword);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(der);
        }
    }

    /// <summary>Null when it can't be told.</summary>
    public bool? Fits(Certificate certificate)
    {
        try
        {
            switch (_key)
            {
                case RSA rsa:
                    using (RSA other = RSA.Create())
                    {
                        if (certificate.PublicKey.Kind != PublicKeyKind.Rsa)
                        {
                            return false;
                        }

                        other.ImportSubjectPublicKeyInfo(certificate.PublicKey.SubjectPublicKeyInfo.Span, out _);
                        return rsa.ExportParameters(false).Modulus.AsSpan().SequenceEqual(other.ExportParameters(false).Modulus);
                    }

                case ECDsa ec:
                    using (ECDsa other = ECDsa.Create())
                    {
                        if (certificate.PublicKey.Kind == PublicKeyKind.Rsa)
                        {
                            return false;
                        }

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

    private static AsymmetricAlgorithm? Import(string label, ReadOnlySpan<byte> der, string? password)
    {
        foreach (AsymmetricAlgorithm candidate in (AsymmetricAlgorithm[])[RSA.Create(), ECDsa.Create()])
        {
            if (TryImport(candidate, label, der, password))
            {
                return candidate;
            }

            candidate.Dispose();
        }

        return null;
    }

    private static bool TryImport(AsymmetricAlgorithm key, string label, ReadOnlySpan<byte> der, string? password)
    {
        try
        {
            switch (label)
            {
                case PemLabel.EncryptedPrivateKey when password is not null:
                    key.ImportEncryptedPkcs8PrivateKey(password, der, out _);
                    return true;
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
