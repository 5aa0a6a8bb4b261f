using System.Net.Security;
using System.Security.Cryptography;
using System.Text;

namespace TlsTrust.Connections.Wire;

/// <summary>The part of TLS 1.3's key schedule (RFC 8446 §7.1) that opens the server's handshake messages.</summary>
internal sealed class KeySchedule : IDisposable
{
    private const int P256 = 0x0017;
    private const int P384 = 0x0018;
    private const int P521 = 0x0019;
    private const int Curve25519 = 0x001D;

    private readonly ECDiffieHellman? _key;
    private readonly byte[] _curve25519Key = [];

    private KeySchedule(int group, ECDiffieHellman? key)
    {
        Group = group;
        _key = key;
        _curve25519Key = key is null ? X25519.NewKey() : [];
    }

    // Not every platform has every curve: Wine's cryptography has none of NIST's. X25519 is ours.
    private static readonly Lazy<int[]> Offered = new(() => [.. new[] { P256, P384, P521 }.Where(IsThere), Curve25519]);

    /// <summary>
    /// Groups that are named: a server that has none but those that are not there here says at least which version it would have spoken,
    /// and one of TLS 1.2 shows its certificates.
    /// </summary>
    public static readonly IReadOnlyList<int> Named = [P256, P384, P521, Curve25519];

    /// <summary>Groups with a key here; nearly every server takes the first, which the platform's library does fastest.</summary>
    public static IReadOnlyList<int> Groups => Offered.Value;

    /// <summary>Group of <see cref="PublicKey"/>.</summary>
    public int Group { get; }

    /// <summary>The client's share: an uncompressed point, or the u-coordinate of Curve25519.</summary>
    public byte[] PublicKey
    {
        get
        {
            if (_key is null)
            {
                return X25519.Multiply(_curve25519Key, X25519.BasePoint);
            }

            ECPoint point = _key.ExportParameters(includePrivateParameters: false).Q;
            return [4, .. point.X!, .. point.Y!];
        }
    }

    /// <summary>Makes a key for a group; null for a group that is not among <see cref="Groups"/>.</summary>
    public static KeySchedule? Create(int group) =>
        group == Curve25519 ? new KeySchedule(group, null)
            : Groups.Contains(group) && CurveOf(group) is { } curve ? new KeySchedule(group, ECDiffieHellman.Create(curve)) : null;

    /// <summary>
    /// The key for the server's records, or null where its share is no point of the group or its cipher suite is not known.
    /// </summary>
    /// <param name="serverShare">The server's public key.</param>
    /// <param name="suite">The chosen cipher suite.</param>
    /// <param name="messages">All handshake messages so far; with a retry the first hello and its answer come first.</param>
    public RecordKey? ServerHandshakeKey(ReadOnlySpan<byte> serverShare, TlsCipherSuite suite, IReadOnlyList<byte[]> messages)
    {
        (HashAlgorithmName hash, int keyLength) = suite switch
        {
            TlsCipherSuite.TLS_AES_128_GCM_SHA256 => (HashAlgorithmName.SHA256, 16),
            TlsCipherSuite.TLS_AES_256_GCM_SHA384 => (HashAlgorithmName.SHA384, 32),
            TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256 => (HashAlgorithmName.SHA256, 32),
            _ => default,
        };
        if (keyLength == 0 || SharedSecret(serverShare) is not { } shared)
        {
            return null;
        }

        int size = hash == HashAlgorithmName.SHA256 ? 32 : 48;
        byte[] early = HKDF.Extract(hash, new byte[size], new byte[size]);
        byte[] derived = ExpandLabel(hash, early, "derived", Hash(hash, []), size);
        byte[] handshake = HKDF.Extract(hash, shared, derived);
        byte[] traffic = ExpandLabel(hash, handshake, "s hs traffic", Transcript(hash, messages), size);
        return new RecordKey(
            ExpandLabel(hash, traffic, "key", [], keyLength),
            ExpandLabel(hash, traffic, "iv", [], RecordKey.NonceLength),
            suite == TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256);
    }

    public void Dispose() => _key?.Dispose();

    /// <summary>HKDF-Expand-Label.</summary>
    internal static byte[] ExpandLabel(HashAlgorithmName hash, byte[] secret, string label, byte[] context, int length)
    {
        byte[] name = Encoding.ASCII.GetBytes("tls13 " + label);
        byte[] info = [(byte)(length >> 8), (byte)length, (byte)name.Length, .. name, (byte)context.Length, .. context];
        return HKDF.Expand(hash, secret, length, info);
    }

    private static bool IsThere(int group)
    {
        try
        {
            using ECDiffieHellman key = ECDiffieHellman.Create(CurveOf(group)!.Value);
            _ = key.ExportParameters(includePrivateParameters: false); // made here, not before
            return true;
        }
        catch (Exception lacking) when (lacking is CryptographicException or PlatformNotSupportedException)
        {
            return false;
        }
    }

    private static ECCurve? CurveOf(int group) => group switch
    {
        P256 => ECCurve.NamedCurves.nistP256,
        P384 => ECCurve.NamedCurves.nistP384,
        P521 => ECCurve.NamedCurves.nistP521,
        _ => null,
    };

    private static byte[] Hash(HashAlgorithmName hash, byte[] data) =>
        hash == HashAlgorithmName.SHA256 ? SHA256.HashData(data) : SHA384.HashData(data);

    private static byte[] Transcript(HashAlgorithmName hash, IReadOnlyList<byte[]> messages)
    {
        if (messages.Count <= 2)
        {
            return Hash(hash, [.. messages.SelectMany(message => message)]);
        }

        // §4.4.1: after a retry the first ClientHello counts only by its hash, in a message of type 254.
        byte[] first = Hash(hash, messages[0]);
        return Hash(hash, [254, 0, 0, (byte)first.Length, .. first, .. messages.Skip(1).SelectMany(message => message)]);
    }

    private byte[]? SharedSecret(ReadOnlySpan<byte> share)
    {
        if (_key is null)
        {
            // RFC 8446 §7.4.2: a shared secret of zeros comes from a point of small order.
            byte[] secret = share.Length == X25519.Length ? X25519.Multiply(_curve25519Key, share) : [];
            return secret.AsSpan().ContainsAnyExcept((byte)0) ? secret : null;
        }

        int length = (share.Length - 1) / 2;
        if (share.Length < 3 || share[0] != 4 || share.Length != 1 + (2 * length))
        {
            return null;
        }

        try
        {
            ECParameters point =
                new() { Curve = CurveOf(Group)!.Value,
                    Q = new ECPoint { X = share[1..(1 + length)].ToArray(), Y = share[(1 + length)..].ToArray() } };
            using ECDiffieHellman other = ECDiffieHellman.Create(point);
            return _key.DeriveRawSecretAgreement(other.PublicKey);
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException)
        {
            // Not a point of the curve.
            return null;
        }
    }
}
