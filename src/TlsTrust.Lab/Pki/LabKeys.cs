using System.Security.Cryptography;

namespace TlsTrust.Lab.Pki;

/// <summary>Who makes the lab's keys: the platform, or what a host puts in its place where that makes none.</summary>
internal static class LabKeys
{
    public static Func<ECCurve, ECDsa> Ecdsa { get; set; } = ECDsa.Create;

    public static Func<int, RSA> Rsa { get; set; } = RSA.Create;

    /// <summary>Asked before a server starts that needs the platform's own keys, curves or TLS.</summary>
    public static Action DemandPlatform { get; set; } = () => { };
}
