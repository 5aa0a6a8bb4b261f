using System.Security.Cryptography;

namespace TlsTrust.Lab.Servers.RawTls;

/// <summary>AES-128-GCM as TLS 1.2 uses it: four bytes of implicit and eight of explicit nonce (RFC 5288 §3).</summary>
internal sealed class Tls12Protection(byte[] key, byte[] implicitNonce) : IRecordProtection
{
    private const int TagLength = 16;

    private ulong _sequence;

    public bool IgnoresChangeCipherSpec => false;

    public byte[] Seal(ContentType type, ReadOnlySpan<byte> content)
    {
        byte[] explicitNonce = TlsWriter.UInt64(_sequence);
        byte[] encrypted = new byte[content.Length];
        byte[] tag = new byte[TagLength];
        using AesGcm cipher = new(key, TagLength);
        cipher.Encrypt([.. implicitNonce, .. explicitNonce], content, encrypted, tag, AdditionalData(type, content.Length));
        _sequence++;
        return new TlsWriter().Byte((int)type).UInt16(TlsNumbers.Tls12).Vector16([.. explicitNonce, .. encrypted, .. tag]).ToArray();
    }

    public (ContentType Type, byte[] Content) Open(byte[] header, byte[] protectedContent)
    {
        ContentType type = (ContentType)header[0];
        ReadOnlySpan<byte> all = protectedContent;
        byte[] content = new byte[all.Length - 8 - TagLength];
        using AesGcm cipher = new(key, TagLength);
        cipher.Decrypt([.. implicitNonce, .. all[..8]], all[8..^TagLength], all[^TagLength..], content,
            AdditionalData(type, content.Length));
        _sequence++;
        return (type, content);
    }

    private byte[] AdditionalData(ContentType type, int length) =>
        new TlsWriter().Bytes(TlsWriter.UInt64(_sequence)).Byte((int)type).UInt16(TlsNumbers.Tls12).UInt16(length).ToArray();
}

/// <summary>AES-128-GCM as TLS 1.3 uses it: the type inside, the sequence number mixed into the nonce (RFC 8446 §5.2).</summary>
internal sealed class Tls13Protection : IRecordProtection
{
    private const int TagLength = 16;

    private readonly byte[] _key;
    private readonly byte[] _iv;
    private ulong _sequence;

    public Tls13Protection(byte[] trafficSecret)
    {
        _key = Tls13Keys.ExpandLabel(trafficSecret, "key", [], 16);
        _iv = Tls13Keys.ExpandLabel(trafficSecret, "iv", [], 12);
    }

    public bool IgnoresChangeCipherSpec => true;

    public byte[] Seal(ContentType type, ReadOnlySpan<byte> content)
    {
        byte[] inner = [.. content, (byte)type];
        byte[] encrypted = new byte[inner.Length];
        byte[] tag = new byte[TagLength];
        byte[] header = new TlsWriter().Byte((int)ContentType.ApplicationData).UInt16(TlsNumbers.Tls12).UInt16(inner.Length + TagLength)
            .ToArray();
        using AesGcm cipher = new(_key, TagLength);
        cipher.Encrypt(NextNonce(), inner, encrypted, tag, header);
        return [.. header, .. encrypted, .. tag];
    }

    public (ContentType Type, byte[] Content) Open(byte[] header, byte[] protectedContent)
    {
        byte[] inner = new byte[protectedContent.Length - TagLength];
        using AesGcm cipher = new(_key, TagLength);
        cipher.Decrypt(NextNonce(), protectedContent.AsSpan()[..^TagLength], protectedContent.AsSpan()[^TagLength..], inner, header);
        int end = inner.Length - 1;
        while (inner[end] == 0)
        {
            end--; // padding
        }

        return ((ContentType)inner[end], inner[..end]);
    }

    private byte[] NextNonce()
    {
        byte[] nonce = [.. _iv];
        byte[] number = TlsWriter.UInt64(_sequence++);
        for (int i = 0; i < 8; i++)
        {
            nonce[4 + i] ^= number[i];
        }

        return nonce;
    }
}
