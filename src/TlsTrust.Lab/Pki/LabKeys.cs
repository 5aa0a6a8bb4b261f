using System.Security.Cryptography;

namespace TlsTrust.Lab.Pki;

/// <summary>Who makes the lab's keys: the platform, or what a host puts in its place where that makes none.</summary>
internal static class LabKeys
{
    public static Func<ECCurve, ECDsa> Ecdsa { get; set; } = ECDsa.Create;

    public static Func<int, RSA> Rsa { get; set; } = RSA.Create;

    public static Func<ECCurve, ECDiffieHellman> Agreement { get; set; } = ECDiffieHellman.Create;

    /// <summary>Whether the platform's TLS can serve with these keys; where it can't, the lab's own does.</summary>
    public static Func<bool> ArePlatforms { get; set; } = () => true;
}
