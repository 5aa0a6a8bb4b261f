namespace TlsTrust.Certificates.Keys;

/// <summary>Names and sizes of named curves, RFC 5480 §2.1.1.1, RFC 5639 and GM/T 0006.</summary>
internal static class EllipticCurves
{
    internal const string P256 = "1.2.840.10045.3.1.7";
    internal const string P384 = "1.3.132.0.34";
    internal const string P521 = "1.3.132.0.35";
    internal const string Sm2 = "1.2.156.10197.1.301";

    private const string Brainpool = "1.3.36.3.3.2.8.1.1.";

    /// <summary>The name people use, or the dotted form.</summary>
    internal static string Name(string oid) => Find(oid) is { Name: { } name } ? name : oid;

    /// <summary>Bits of the field; 0 for a curve that is not known.</summary>
    internal static int SizeInBits(string oid) => Find(oid).Size;

    private static (string? Name, int Size) Find(string oid) => oid switch
    {
        P256 => ("P-256", 256),
        P384 => ("P-384", 384),
        P521 => ("P-521", 521),
        Sm2 => ("SM2", 256),
        "1.2.840.10045.3.1.1" => ("P-192", 192),
        "1.3.132.0.33" => ("P-224", 224),
        "1.3.132.0.10" => ("secp256k1", 256),
        Brainpool + "1" => ("brainpoolP160r1", 160),
        Brainpool + "2" => ("brainpoolP160t1", 160),
        Brainpool + "3" => ("brainpoolP192r1", 192),
        Brainpool + "4" => ("brainpoolP192t1", 192),
        Brainpool + "5" => ("brainpoolP224r1", 224),
        Brainpool + "6" => ("brainpoolP224t1", 224),
        Brainpool + "7" => ("brainpoolP256r1", 256),
        Brainpool + "8" => ("brainpoolP256t1", 256),
        Brainpool + "9" => ("brainpoolP320r1", 320),
        Brainpool + "10" => ("brainpoolP320t1", 320),
        Brainpool + "11" => ("brainpoolP384r1", 384),
        Brainpool + "12" => ("brainpoolP384t1", 384),
        Brainpool + "13" => ("brainpoolP512r1", 512),
        Brainpool + "14" => ("brainpoolP512t1", 512),
        _ => (null, 0),
    };
}
