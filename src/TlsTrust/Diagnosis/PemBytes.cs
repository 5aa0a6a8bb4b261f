using System.Security.Cryptography;

namespace TlsTrust.Diagnosis;

/// <summary>The DER encoding in the PEM form that results keep.</summary>
internal static class PemBytes
{
    /// <summary>The bytes of the first block; null where there is none.</summary>
    public static byte[]? Of(string pem)
    {
        if (!PemEncoding.TryFind(pem, out PemFields fields))
        {
            return null;
        }

        byte[] der = new byte[fields.DecodedDataLength];
        return Convert.TryFromBase64String(pem[fields.Base64Data], der, out int length) ? der[..length] : null;
    }
}
