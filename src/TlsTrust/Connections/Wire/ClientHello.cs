using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace TlsTrust.Connections.Wire;

/// <summary>The kind of key a server is asked to show a certificate for.</summary>
internal enum WantedKey
{
    Any,
    Rsa,
    Ecdsa,
}

/// <summary>
/// A ClientHello (RFC 8446 §4.1.2, RFC 5246 §7.4.1.2) that asks for a server's certificates, and for nothing that would have to be
/// finished.
/// </summary>
internal sealed record ClientHello
{
    private const int ServerNameExtension = 0;
    private const int StatusRequestExtension = 5;
    private const int SupportedGroupsExtension = 10;
    private const int PointFormatsExtension = 11;
    private const int SignatureAlgorithmsExtension = 13;
    private const int AlpnExtension = 16;
    private const int SupportedVersionsExtension = 43;
    private const int CookieExtension = 44;
    private const int SignatureAlgorithmsCertExtension = 50;
    private const int KeyShareExtension = 51;
    private const int ClientHelloMessage = 1;
    private const int RenegotiationInfoScsv = 0x00FF;

    private static readonly int[] Tls13Suites = [0x1301, 0x1302, 0x1303];

        // From the best to what only very old servers have: being shown a certificate is all that is wanted here.
    private static readonly int[] CommonEcdsaSuites = [0xC02B, 0xC02C, 0xCCA9, 0xC023, 0xC024, 0xC009, 0xC00A];

    private static readonly int[] CommonRsaSuites =
    [
        0xC02F, 0xC030, 0xCCA8, 0x009E, 0x009F, 0xC027, 0xC028, 0xC013, 0xC014, 0x0067, 0x006B, 0x0033, 0x0039,
        0x009C, 0x009D, 0x003C, 0x003D, 0x002F, 0x0035,
    ];

    // With triple DES.
    private static readonly int[] EcdsaSuites = [.. CommonEcdsaSuites, 0xC008];

    private static readonly int[] RsaSuites = [.. CommonRsaSuites, 0xC012, 0x0016, 0x000A];

    // SHA-256, -384, -512, Ed25519, Ed448, SHA-1.
    private static readonly int[] EcdsaSchemes = [0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0203];

    // PSS with keys of both kinds, PKCS#1, SHA-1.
    private static readonly int[] RsaSchemes = [0x0804, 0x0805, 0x0806, 0x0809, 0x080A, 0x080B, 0x0401, 0x0501, 0x0601, 0x0201];

    // ML-DSA-44, -65, -87 (RFC 9881's code points), SLH-DSA, brainpool curves in TLS 1.3 (RFC 8734).
    private static readonly int[] RareSchemes =
    [
        0x0904, 0x0905, 0x0906,
        0x0911, 0x0912, 0x0913, 0x0914, 0x0915, 0x0916, 0x0917, 0x0918, 0x0919, 0x091A, 0x091B, 0x091C,
        0x081A, 0x081B, 0x081C,
    ];

    /// <summary>What OpenSSL 3 offers where nothing else is set, and with it curl, git, Ruby and PHP: all but triple DES.</summary>
    public static int[] CommonSuites => [.. Tls13Suites, .. CommonEcdsaSuites, .. CommonRsaSuites];

    /// <summary>
    /// True when the ClientHello in a record offers TLS 1.3 (RFC 8446 §4.2.1): what a platform's TLS offers, it does not say otherwise.
    /// </summary>
    public static bool OffersTls13(ReadOnlySpan<byte> record)
    {
        // Headers of record and message, version and random; then session id, suites and compression, each behind its length.
        int at = 5 + 4 + 2 + 32;
        foreach (int size in (int[])[1, 2, 1])
        {
            at += size + (at + size > record.Length ? 0 : size == 1 ? record[at] : BinaryPrimitives.ReadUInt16BigEndian(record[at..]));
        }

        for (at += 2; at + 4 <= record.Length; at += 4 + BinaryPrimitives.ReadUInt16BigEndian(record[(at + 2)..]))
        {
            if (BinaryPrimitives.ReadUInt16BigEndian(record[at..]) == SupportedVersionsExtension)
            {
                ReadOnlySpan<byte> versions = record[(at + 4)..];
                int length = versions.IsEmpty ? 0 : Math.Min(versions[0], versions.Length - 1);
                for (int i = 1; i + 1 <= length; i += 2)
                {
                    if (BinaryPrimitives.ReadUInt16BigEndian(versions[i..]) == ServerHello.Tls13)
                    {
                        return true;
                    }
                }
            }
        }

        return false;
    }

    /// <summary>Name for SNI; an IP literal is left out (RFC 6066 §3).</summary>
    public required string ServerName { get; init; }

    /// <summary>Newest version offered.</summary>
    public int MaxVersion { get; init; } = ServerHello.Tls13;

    /// <summary>Oldest version offered.</summary>
    public int MinVersion { get; init; } = ServerHello.Tls12;

    /// <summary>Kind of key asked for, by cipher suites and signature algorithms.</summary>
    public WantedKey Key { get; init; }

    /// <summary>
    /// Also offers signatures that few clients know. Only where the usual ones were refused: a server with several certificates could
    /// choose one that nobody else would be shown.
    /// </summary>
    public bool OffersRareKeys { get; init; }

    /// <summary>Application protocols offered.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> ApplicationProtocols { get; init; } = [];

    /// <summary>32 random bytes.</summary>
    public byte[] Random { get; init; } = [];

    /// <summary>32 bytes that make TLS 1.3 look like a resumption to boxes in between (RFC 8446 §D.4).</summary>
    public byte[] SessionId { get; init; } = [];

    /// <summary>Group of the key share.</summary>
    public int Group { get; init; }

    /// <summary>Public key in that group.</summary>
    public byte[] KeyShare { get; init; } = [];

    /// <summary>Cookie that a HelloRetryRequest gave.</summary>
    public byte[] Cookie { get; init; } = [];

    /// <summary>The message with its handshake header.</summary>
    public byte[] ToMessage()
    {
        List<byte> body = [];
        Number(body, Math.Min(MaxVersion, ServerHello.Tls12));
        body.AddRange(Random);
        Vector(body, 1, to => to.AddRange(SessionId));
        Vector(body, 2, Suites);
        Vector(body, 1, to => to.Add(0));
        Vector(body, 2, Extensions);
        List<byte> message = [ClientHelloMessage];
        Vector(message, 3, to => to.AddRange(body));
        return [.. message];
    }

    private void Suites(List<byte> to)
    {
        int[] tls13 = MaxVersion >= ServerHello.Tls13 ? Tls13Suites : [];
        int[] older = MinVersion > ServerHello.Tls12 ? [] : Key switch
        {
            WantedKey.Rsa => RsaSuites,
            WantedKey.Ecdsa => EcdsaSuites,
            _ => [.. EcdsaSuites, .. RsaSuites],
        };
        foreach (int suite in tls13.Concat(older).Append(RenegotiationInfoScsv))
        {
            Number(to, suite);
        }
    }

    private void Extensions(List<byte> to)
    {
        if (ServerName.Length > 0 && !IPAddress.TryParse(ServerName, out _))
        {
            Extension(to, ServerNameExtension, data => Vector(data, 2, list =>
            {
                list.Add(0);
                Vector(list, 2, name => name.AddRange(Encoding.ASCII.GetBytes(ServerName)));
            }));
        }

        // OCSP, no responder ids, no extensions.
        Extension(to, StatusRequestExtension, data => data.AddRange([1, 0, 0, 0, 0]));
        Extension(to, SupportedGroupsExtension, data => Vector(data, 2, list => Numbers(list, KeySchedule.Named)));
        Extension(to, PointFormatsExtension, data => data.AddRange([1, 0]));
        if (ApplicationProtocols.Count > 0)
        {
            Extension(to, AlpnExtension, data => Vector(data, 2, list =>
            {
                foreach (ReadOnlyMemory<byte> protocol in ApplicationProtocols)
                {
                    Vector(list, 1, name => name.AddRange(protocol.Span));
                }
            }));
        }

        if (MaxVersion >= ServerHello.Tls12)
        {
            int[] schemes = Key switch
            {
                WantedKey.Rsa => RsaSchemes,
                WantedKey.Ecdsa => EcdsaSchemes,
                _ => [.. EcdsaSchemes, .. RsaSchemes, .. OffersRareKeys ? RareSchemes : []],
            };
            Extension(to, SignatureAlgorithmsExtension, data => Vector(data, 2, list => Numbers(list, schemes)));

            // The issuers may be of any kind, whatever the server's own key.
            Extension(to, SignatureAlgorithmsCertExtension, data =>
                Vector(data, 2, list => Numbers(list, [.. EcdsaSchemes, .. RsaSchemes, .. RareSchemes])));
        }

        if (MaxVersion >= ServerHello.Tls13)
        {
            Extension(to, SupportedVersionsExtension, data => Vector(data, 1, list =>
            {
                for (int version = MaxVersion; version >= MinVersion; version--)
                {
                    Number(list, version);
                }
            }));
            Extension(to, KeyShareExtension, data => Vector(data, 2, list =>
            {
                Number(list, Group);
                Vector(list, 2, key => key.AddRange(KeyShare));
            }));
        }

        if (Cookie.Length > 0)
        {
            Extension(to, CookieExtension, data => Vector(data, 2, cookie => cookie.AddRange(Cookie)));
        }
    }

    private static void Extension(List<byte> to, int type, Action<List<byte>> data)
    {
        Number(to, type);
        Vector(to, 2, data);
    }

    private static void Vector(List<byte> to, int lengthSize, Action<List<byte>> content)
    {
        List<byte> inner = [];
        content(inner);
        for (int shift = (lengthSize - 1) * 8; shift >= 0; shift -= 8)
        {
            to.Add((byte)(inner.Count >> shift));
        }

        to.AddRange(inner);
    }

    private static void Numbers(List<byte> to, IEnumerable<int> numbers)
    {
        foreach (int number in numbers)
        {
            Number(to, number);
        }
    }

    private static void Number(List<byte> to, int number)
    {
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)number);
        to.AddRange(bytes);
    }
}
