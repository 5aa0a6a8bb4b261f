#pragma warning disable CS1591 // the names are those of RFC 8446 and RFC 5246
namespace TlsTrust.Lab.Servers.RawTls;

internal enum ContentType : byte
{
    ChangeCipherSpec = 20,
    Alert = 21,
    Handshake = 22,
    ApplicationData = 23,
}

internal enum HandshakeType : byte
{
    HelloRequest = 0,
    ClientHello = 1,
    ServerHello = 2,
    EncryptedExtensions = 8,
    Certificate = 11,
    ServerKeyExchange = 12,
    CertificateRequest = 13,
    ServerHelloDone = 14,
    CertificateVerify = 15,
    ClientKeyExchange = 16,
    Finished = 20,
    CertificateStatus = 22,
    MessageHash = 254,
}

internal enum AlertDescription : byte
{
    CloseNotify = 0,
    HandshakeFailure = 40,
    UnknownCa = 48,
    ProtocolVersion = 70,
    InternalError = 80,
    UnrecognizedName = 112,
    CertificateRequired = 116,
}

/// <summary>Numbers from IANA's TLS registries.</summary>
internal static class TlsNumbers
{
    public const int Tls10 = 0x0301;
    public const int Tls12 = 0x0303;
    public const int Tls13 = 0x0304;

    public const int RsaAes128CbcSha = 0x002F;
    public const int Aes128GcmSha256 = 0x1301;
    public const int EcdheEcdsaAes128GcmSha256 = 0xC02B;
    public const int EcdheRsaAes128GcmSha256 = 0xC02F;

    public const int Secp256r1 = 0x0017;

    public const int RsaPkcs1Sha256 = 0x0401;
    public const int EcdsaSecp256r1Sha256 = 0x0403;
    public const int EcdsaSecp384r1Sha384 = 0x0503;
    public const int RsaPssRsaeSha256 = 0x0804;

    public const int ServerName = 0;
    public const int StatusRequest = 5;
    public const int SupportedGroups = 10;
    public const int EcPointFormats = 11;
    public const int SignatureAlgorithms = 13;
    public const int ExtendedMasterSecret = 23;
    public const int SupportedVersions = 43;
    public const int KeyShare = 51;
    public const int RenegotiationInfo = 0xFF01;
}
