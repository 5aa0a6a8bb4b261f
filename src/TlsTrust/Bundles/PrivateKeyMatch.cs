using System.Security.Cryptography;
using TlsTrust.Certificates;
using TlsTrust.Pem;

namespace TlsTrust.Bundles;

/// <summary>Tells whether a private key belongs to a certificate. The key is opened in memory, compared by its public half, and let go.</summary>
internal sealed class PrivateKeyMatch : IDisposable
{
    private readonly AsymmetricAlgorithm? _key;

    private PrivateKeyMatch(AsymmetricAlgorithm? key) => _key = key;

    /// <summary>False when the key is under a password that is not known, or of a kind that the platform lacks.</summary>
    public bool IsOpen => _key is not null;

    /// <summary>Opens the key of a block.</summary>
    public static PrivateKeyMatch Open(PemBlock block, string? password)
    {
        ReadOnlySpan<byte> der = block.Der.Span;
        if (der.IsEmpty || block.Headers is not null)
        {
            return new PrivateKeyMatch(null);
        }

        foreach (AsymmetricAlgorithm candidate in (AsymmetricAlgorithm[])[RSA.Create(), ECDsa.Create()])
        {
            if (TryImport(candidate, block.Label, der, password))
            {
                return new PrivateKeyMatch(candidate);
            }

            candidate.Dispose();
        }

        return new PrivateKeyMatch(null);
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
