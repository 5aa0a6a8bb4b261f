using System.Buffers.Binary;
using System.Security.Cryptography;

namespace TlsTrust.Connections.Wire;

/// <summary>Opens the records of one direction of TLS 1.3 (RFC 8446 §5.2, §5.3).</summary>
internal sealed class RecordKey
{
    public const int NonceLength = 12;

    private const int TagLength = 16;

    private readonly byte[] _key;
    private readonly byte[] _iv;
    private readonly bool _isChaCha;
    private ulong _sequence;

    public RecordKey(byte[] key, byte[] iv, bool isChaCha)
    {
        _key = key;
        _iv = iv;
        _isChaCha = isChaCha;
    }

    /// <summary>Opens the next record.</summary>
    /// <param name="header">Its five bytes.</param>
    /// <param name="payload">What follows them.</param>
    /// <param name="type">The inner content type.</param>
    /// <returns>The content without padding; null when it does not open.</returns>
    public byte[]? Open(ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload, out byte type)
    {
        type = 0;
        if (payload.Length < TagLength)
        {
            return null;
        }

        byte[] nonce = [.. _iv];
        ulong mask = BinaryPrimitives.ReadUInt64BigEndian(nonce.AsSpan(4)) ^ _sequence++;
        BinaryPrimitives.WriteUInt64BigEndian(nonce.AsSpan(4), mask);
        byte[] plain = new byte[payload.Length - TagLength];
        try
        {
            if (_isChaCha)
            {
                using ChaCha20Poly1305 cipher = new(_key);
                cipher.Decrypt(nonce, payload[..^TagLength], payload[^TagLength..], plain, header);
            }
            else
            {
                using AesGcm cipher = new(_key, TagLength);
                cipher.Decrypt(nonce, payload[..^TagLength], payload[^TagLength..], plain, header);
            }
        }
        catch (Exception error) when (error is CryptographicException or PlatformNotSupportedException)
        {
            return null;
        }

        int end = plain.AsSpan().LastIndexOfAnyExcept((byte)0);
        if (end < 0)
        {
            return null;
        }

        type = plain[end];
        return plain[..end];
    }
}
