namespace TlsTrust.Certificates;

/// <summary>Names and sizes of named curves, RFC 5480 §2.1.1.1 and RFC 5639.</summary>
internal static class EllipticCurves
{
    internal const string P256 = "1.2.840.10045.3.1.7";
    internal const string P384 = "1.3.132.0.34";
    internal const string P521 = "1.3.132.0.35";

    /// <summary>The name people use, or the dotted form.</summary>
    internal static string Name(string oid) => Find(oid) is { Name: { } name } ? name : oid;

    /// <summary>Bits of the field; 0 for a curve that is not known.</summary>
    internal static int SizeInBits(string oid) => Find(oid).Size;

    private static (string? Name, int Size) Find(string oid) => oid switch
    {
        P256 => ("P-256", 256),
        P384 => ("P-384", 384),
        P521 => ("P-521", 521),
        "1.2.840.10045.3.1.1" => ("P-192", 192),
        "1.3.132.0.33" => ("P-224", 224),
        "1.3.132.0.10" => ("secp256k1", 256),
        "1.3.36.3.3.2.8.1.1.7" => ("brainpoolP256r1", 256),
        "1.3.36.3.3.2.8.1.1.11" => ("brainpoolP384r1", 384),
        "1.3.36.3.3.2.8.1.1.13" => ("brainpoolP512r1", 512),
        _ => (null, 0),
    };
}
