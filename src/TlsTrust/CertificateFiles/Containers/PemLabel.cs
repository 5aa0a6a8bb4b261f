using TlsTrust.Certificates;

namespace TlsTrust.CertificateFiles.Containers;

/// <summary>Labels that are met in practice: a marker that is damaged otherwise must at least carry one of them.</summary>
internal static class PemLabel
{
    public const string Certificate = "CERTIFICATE";
    public const string TrustedCertificate = "TRUSTED CERTIFICATE";
    public const string X509Certificate = "X509 CERTIFICATE";
    public const string Pkcs7 = "PKCS7";
    public const string PrivateKey = "PRIVATE KEY";
    public const string EncryptedPrivateKey = "ENCRYPTED PRIVATE KEY";

    private static readonly Dictionary<string, PemBlockKind> Kinds = new(StringComparer.Ordinal)
    {
        [Certificate] = PemBlockKind.Certificate,
        [TrustedCertificate] = PemBlockKind.Certificate,
        [X509Certificate] = PemBlockKind.Certificate,
        ["X.509 CERTIFICATE"] = PemBlockKind.Certificate,
        [Pkcs7] = PemBlockKind.Pkcs7,
        ["PKCS #7 SIGNED DATA"] = PemBlockKind.Pkcs7,
        ["CMS"] = PemBlockKind.Pkcs7,
        ["CERTIFICATE CHAIN"] = PemBlockKind.Pkcs7,
        ["PKCS12"] = PemBlockKind.Pkcs12,
        ["X509 CRL"] = PemBlockKind.Crl,
        ["CRL"] = PemBlockKind.Crl,
        ["CERTIFICATE REQUEST"] = PemBlockKind.CertificateRequest,
        ["NEW CERTIFICATE REQUEST"] = PemBlockKind.CertificateRequest,
        [PrivateKey] = PemBlockKind.PrivateKey,
        ["RSA PRIVATE KEY"] = PemBlockKind.PrivateKey,
        ["EC PRIVATE KEY"] = PemBlockKind.PrivateKey,
        ["DSA PRIVATE KEY"] = PemBlockKind.PrivateKey,
        ["ANY PRIVATE KEY"] = PemBlockKind.PrivateKey,
        ["OPENSSH PRIVATE KEY"] = PemBlockKind.PrivateKey,
        [EncryptedPrivateKey] = PemBlockKind.EncryptedPrivateKey,
        ["PUBLIC KEY"] = PemBlockKind.PublicKey,
        ["RSA PUBLIC KEY"] = PemBlockKind.PublicKey,
        ["DH PARAMETERS"] = PemBlockKind.Parameters,
        ["X9.42 DH PARAMETERS"] = PemBlockKind.Parameters,
        ["EC PARAMETERS"] = PemBlockKind.Parameters,
        ["DSA PARAMETERS"] = PemBlockKind.Parameters,
    };

    private static readonly System.Buffers.SearchValues<char> Plain =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .#_-");

    // Read from text in bulk; one string each instead of one for each block.
    private static readonly string[] Frequent =
        [Certificate, TrustedCertificate, X509Certificate, PrivateKey, "RSA PRIVATE KEY", "EC PRIVATE KEY"];

    public static bool IsKnown(string label) => Kinds.ContainsKey(label);

    /// <summary>True for a label in letters, or with signs, that none of ours has: only a whole block with it is one.</summary>
    public static bool IsOdd(string label) => !IsKnown(label) && label.AsSpan().IndexOfAnyExcept(Plain) >= 0;

    public static PemBlockKind KindOf(string label) => Kinds.GetValueOrDefault(label);

    public static string Intern(ReadOnlySpan<char> label)
    {
        foreach (string known in Frequent)
        {
            if (label.SequenceEqual(known))
            {
                return known;
            }
        }

        return label.ToString();
    }

    /// <summary>True when a block with this label is for its owner's eyes only, whatever kind of key it is.</summary>
    public static bool IsSecret(string label) =>
        label.Contains("KEY", StringComparison.OrdinalIgnoreCase) && !label.Contains("PUBLIC", StringComparison.OrdinalIgnoreCase);

    /// <summary>True when the content of a block with this label is a private key, whatever else is wrong with it.</summary>
    public static bool IsPrivate(string label) => label.EndsWith("PRIVATE KEY", StringComparison.OrdinalIgnoreCase);
}
