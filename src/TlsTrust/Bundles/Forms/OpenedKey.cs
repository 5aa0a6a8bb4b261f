using System.Security.Cryptography;
using TlsTrust.CertificateFiles.Blocks;
using TlsTrust.CertificateFiles.Containers;

namespace TlsTrust.Bundles.Forms;

/// <summary>A private key in the clear, for as long as it takes to write it in another form.</summary>
internal static class OpenedKey
{
    /// <summary>PKCS#8 of a PEM block.</summary>
    /// <exception cref="FormException">It can't be opened.</exception>
    public static byte[] Of(PemBlock block, string? password, CancellationToken cancellation)
    {
        try
        {
            if (block.Label == PemLabel.EncryptedPrivateKey)
            {
                return password is null
                    ? throw new FormException("The private key is under a password; -Password opens it.")
                    : PasswordProtection.DecryptKey(block.Der, password, new DerivationBudget(cancellation));
            }

            ReadOnlyMemory<byte> der = block.Der;
            if (block.Headers is { } headers && headers.Contains("DEK-Info", StringComparison.OrdinalIgnoreCase))
            {
                der = password is null
                    ? throw new FormException("The private key is under a password; -Password opens it.")
                    : TraditionalEncryption.Decrypt(headers, der.Span, password)
                        ?? throw new FormException("The private key is encrypted in a way that can't be opened here.");
            }

            return block.Label == PemLabel.PrivateKey ? der.ToArray() : FromOldForm(block.Label, der.Span);
        }
        catch (Exception fault) when (fault is CryptographicException or System.Formats.Asn1.AsnContentException)
        {
            throw new FormException("The private key can't be opened: the password is another, or the key is damaged.", fault);
        }
        catch (Exception fault) when (fault is NotSupportedException or DerivationLimitException)
        {
            throw new FormException($"The private key can't be opened: {fault.Message}.", fault);
        }
    }

    // PKCS#1 and SEC 1, which carry the algorithm in the label only.
    private static byte[] FromOldForm(string label, ReadOnlySpan<byte> der)
    {
        switch (label)
        {
            case "RSA PRIVATE KEY":
                using (RSA rsa = RSA.Create())
                {
                    rsa.ImportRSAPrivateKey(der, out _);
                    return rsa.ExportPkcs8PrivateKey();
                }

            case "EC PRIVATE KEY":
                using (ECDsa ec = ECDsa.Create())
                {
                    ec.ImportECPrivateKey(der, out _);
                    return ec.ExportPkcs8PrivateKey();
                }

            default:
                throw new FormException($"A key of the kind {label} can't be written in this form.");
        }
    }
}
