using System.Globalization;

namespace TlsTrust.Certificates.Keys;

/// <summary>Names of ML-DSA (RFC 9881) and SLH-DSA (RFC 9909), whose keys and signatures have one object identifier for both.</summary>
internal static class PostQuantumNames
{
    /// <summary>NIST's arc of signatures.</summary>
    private const string Arc = "2.16.840.1.101.3.4.3.";

    private const int FirstMlDsa = 17;
    private const int FirstSlhDsa = 20;

    /// <summary>SLH-DSA of the hash of what is signed.</summary>
    private const int FirstHashSlhDsa = 35;

    private static readonly string[] MlDsa = ["ML-DSA-44", "ML-DSA-65", "ML-DSA-87"];

    private static readonly string[] SlhDsa =
    [
        "SLH-DSA-SHA2-128s", "SLH-DSA-SHA2-128f", "SLH-DSA-SHA2-192s", "SLH-DSA-SHA2-192f", "SLH-DSA-SHA2-256s", "SLH-DSA-SHA2-256f",
        "SLH-DSA-SHAKE-128s", "SLH-DSA-SHAKE-128f", "SLH-DSA-SHAKE-192s", "SLH-DSA-SHAKE-192f", "SLH-DSA-SHAKE-256s", "SLH-DSA-SHAKE-256f",
    ];

    /// <summary>The name; null for an identifier that is none of these.</summary>
    internal static string? Find(string oid) =>
        !oid.StartsWith(Arc, StringComparison.Ordinal)
            || !int.TryParse(oid.AsSpan(Arc.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int last)
            ? null
            : Name(MlDsa, last - FirstMlDsa) ?? Name(SlhDsa, last - FirstSlhDsa)
                ?? (Name(SlhDsa, last - FirstHashSlhDsa) is { } name ? $"Hash{name}" : null);

    /// <summary>Which of the two it is.</summary>
    internal static PublicKeyKind KindOf(string oid) =>
        Find(oid) is not { } name ? PublicKeyKind.Unknown : MlDsa.Contains(name) ? PublicKeyKind.MlDsa : PublicKeyKind.SlhDsa;

    private static string? Name(string[] names, int index) => index >= 0 && index < names.Length ? names[index] : null;
}
