using System.Net.Security;
using System.Security.Authentication;
using System.Text;

namespace TlsTrust.Connections.Wire;

/// <summary>What a ServerHello chose (RFC 8446 §4.1.3).</summary>
/// <param name="Version">Negotiated version as on the wire: 0x0303 is TLS 1.2.</param>
/// <param name="CipherSuite">Chosen cipher suite.</param>
/// <param name="IsRetry">True for a HelloRetryRequest.</param>
/// <param name="Group">Group of the key share, or asked for by a retry; 0 where none.</param>
/// <param name="KeyShare">The server's public key share; empty where none.</param>
/// <param name="Cookie">Cookie of a retry; empty where none.</param>
/// <param name="Alpn">Application protocol where it is told in the clear (TLS 1.2).</param>
internal sealed record ServerHello(int Version, TlsCipherSuite CipherSuite, bool IsRetry, int Group, byte[] KeyShare, byte[] Cookie,
    string? Alpn)
{
    public const int Tls12 = 0x0303;
    public const int Tls13 = 0x0304;

    private const int AlpnExtension = 16;
    private const int SupportedVersionsExtension = 43;
    private const int CookieExtension = 44;
    private const int KeyShareExtension = 51;

    // RFC 8446 §4.1.3: SHA-256 of "HelloRetryRequest".
    private static readonly byte[] RetryRandom = Convert.FromHexString("CF21AD74E59A6111BE1D8C021E65B891C2A211167ABB8C5E079E09E2C8A8339C");

    /// <summary>Reads the body of the message; null when it is not one.</summary>
    public static ServerHello? Read(ReadOnlySpan<byte> body)
    {
        WireReader reader = new(body);
        if (!reader.TryNumber(2, out int version) || !reader.TryBytes(32, out ReadOnlySpan<byte> random) || !reader.TryVector(1, out _)
            || !reader.TryNumber(2, out int cipherSuite) || !reader.TryNumber(1, out _))
        {
            return null;
        }

        bool isRetry = random.SequenceEqual(RetryRandom);
        int group = 0;
        byte[] keyShare = [];
        byte[] cookie = [];
        string? alpn = null;
        if (!reader.IsEmpty)
        {
            if (!reader.TryVector(2, out ReadOnlySpan<byte> extensions))
            {
                return null;
            }

            WireReader each = new(extensions);
            while (!each.IsEmpty)
            {
                if (!each.TryNumber(2, out int type) || !each.TryVector(2, out ReadOnlySpan<byte> data))
                {
                    return null;
                }

                WireReader value = new(data);
                switch (type)
                {
                    case SupportedVersionsExtension when value.TryNumber(2, out int selected):
                        version = selected;
                        break;
                    case KeyShareExtension when value.TryNumber(2, out group):
                        keyShare = value.TryVector(2, out ReadOnlySpan<byte> key) ? key.ToArray() : [];
                        break;
                    case CookieExtension when value.TryVector(2, out ReadOnlySpan<byte> given):
                        cookie = given.ToArray();
                        break;
                    case AlpnExtension when value.TryVector(2, out ReadOnlySpan<byte> names):
                        WireReader first = new(names);
                        alpn = first.TryVector(1, out ReadOnlySpan<byte> name) ? Encoding.Latin1.GetString(name) : null;
                        break;
                }
            }
        }

        return new ServerHello(version, (TlsCipherSuite)cipherSuite, isRetry, group, keyShare, cookie, alpn);
    }

    /// <summary>The version as .NET names it; <see cref="SslProtocols.None"/> for one it does not know.</summary>
    public static SslProtocols ProtocolOf(int version) => version switch
    {
#pragma warning disable SYSLIB0039, CA5397, CS0618 // naming an old version is not using it
        0x0300 => SslProtocols.Ssl3,
        0x0301 => SslProtocols.Tls,
        0x0302 => SslProtocols.Tls11,
#pragma warning restore SYSLIB0039, CA5397, CS0618
        Tls12 => SslProtocols.Tls12,
        Tls13 => SslProtocols.Tls13,
        _ => SslProtocols.None,
    };

    /// <summary>The version in words: <c>TLS 1.0</c>.</summary>
    public static string NameOf(int version) => version switch
    {
        0x0300 => "SSL 3.0",
        >= 0x0301 and <= Tls13 => $"TLS 1.{version - 0x0301}",
        _ => $"version 0x{version:X4}",
    };
}
