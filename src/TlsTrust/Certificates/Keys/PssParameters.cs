using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using TlsTrust.Certificates.Der;

namespace TlsTrust.Certificates.Keys;

/// <summary>RSASSA-PSS-params, RFC 4055 §3.1.</summary>
internal sealed record PssParameters(HashAlgorithmName Hash, HashAlgorithmName MaskHash, int SaltLength)
{
    private const int DefaultSaltLength = 20;

    /// <summary>Reads the parameters; absent ones have their defaults (SHA-1, MGF1 with SHA-1, salt of 20 bytes, trailer 1).</summary>
    internal static bool TryRead(ReadOnlySpan<byte> document, DerReader parts, [NotNullWhen(true)] out PssParameters? parameters)
    {
        parameters = null;
        if (!parts.TryRead(DerTag.Sequence, out DerElement sequence))
        {
            return false;
        }

        DerReader fields = parts.Enter(sequence);
        HashAlgorithmName? hash = HashAlgorithmName.SHA1;
        HashAlgorithmName? maskHash = HashAlgorithmName.SHA1;
        int saltLength = DefaultSaltLength;
        int trailer = 1;
        if (!fields.TryReadOptional(DerTag.Constructed(0), out DerElement hashField)
            || !fields.TryReadOptional(DerTag.Constructed(1), out DerElement maskField)
            || !fields.TryReadOptional(DerTag.Constructed(2), out DerElement saltField)
                || !fields.TryReadOptional(DerTag.Constructed(3), out DerElement trailerField)
            || !fields.TryFinish())
        {
            return false;
        }

        if (hashField.IsPresent && !TryReadHash(document, fields.Enter(hashField), out hash))
        {
            return false;
        }

        if (maskField.IsPresent)
        {
            DerReader mask = fields.Enter(maskField);
            if (!mask.TryRead(DerTag.Sequence, out DerElement algorithm))
            {
                return false;
            }

            DerReader identifier = mask.Enter(algorithm);
            if (!identifier.TryRead(DerTag.ObjectIdentifier, out DerElement oid)
                || !DerValue.TryObjectIdentifier(oid.Content(document), out string dotted)
                || dotted != Oids.Mgf1 || !TryReadHash(document, identifier, out maskHash))
            {
                return false;
            }
        }

        if ((saltField.IsPresent && !TryReadNumber(document, fields.Enter(saltField), out saltLength))
            || (trailerField.IsPresent && !TryReadNumber(document, fields.Enter(trailerField), out trailer))
            || trailer != 1 || hash is null || maskHash is null)
        {
            return false;
        }

        parameters = new PssParameters(hash.Value, maskHash.Value, saltLength);
        return true;
    }

    private static bool TryReadHash(ReadOnlySpan<byte> document, DerReader at, out HashAlgorithmName? hash)
    {
        hash = null;
        if (!at.TryRead(DerTag.Sequence, out DerElement algorithm))
        {
            return false;
        }

        DerReader identifier = at.Enter(algorithm);
        return identifier.TryRead(DerTag.ObjectIdentifier, out DerElement oid)
            && DerValue.TryObjectIdentifier(oid.Content(document), out string dotted)
            && (hash = SignatureAlgorithms.FindHash(dotted)) is not null;
    }

    private static bool TryReadNumber(ReadOnlySpan<byte> document, DerReader at, out int value)
    {
        value = 0;
        return at.TryRead(DerTag.Integer, out DerElement number) && DerValue.TryNonNegative(number.Content(document), out value);
    }
}
