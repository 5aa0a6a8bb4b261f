using System.Text;

namespace TlsTrust.Lab.Servers.RawTls;

/// <summary>What the client offers, as far as the lab's servers look at it.</summary>
internal sealed class ClientHello
{
    private readonly Dictionary<int, byte[]> _extensions = [];

    private ClientHello(ReadOnlySpan<byte> body)
    {
        TlsReader reader = new(body);
        LegacyVersion = reader.UInt16();
        Random = reader.Bytes(32).ToArray();
        SessionId = reader.Vector8().ToArray();
        CipherSuites = Numbers(reader.Vector16());
        _ = reader.Vector8(); // compression methods: null is all there is
        if (reader.IsEmpty)
        {
            return;
        }

        TlsReader list = new(reader.Vector16());
        while (!list.IsEmpty)
        {
            _extensions[list.UInt16()] = list.Vector16().ToArray();
        }
    }

    public int LegacyVersion { get; }

    public byte[] Random { get; }

    public byte[] SessionId { get; }

    public IReadOnlyList<int> CipherSuites { get; }

    /// <summary>The name in server_name; null where the client sent none.</summary>
    public string? ServerName
    {
        get
        {
            if (!_extensions.TryGetValue(TlsNumbers.ServerName, out byte[]? extension))
            {
                return null;
            }

            TlsReader names = new(new TlsReader(extension).Vector16());
            _ = names.Byte(); // host_name
            return Encoding.ASCII.GetString(names.Vector16());
        }
    }

    public IReadOnlyList<int> Groups => NumbersOf(TlsNumbers.SupportedGroups);

    public IReadOnlyList<int> SignatureSchemes => NumbersOf(TlsNumbers.SignatureAlgorithms);

    public bool OffersTls13
    {
        get
        {
            if (!_extensions.TryGetValue(TlsNumbers.SupportedVersions, out byte[]? extension))
            {
                return false;
            }

            TlsReader reader = new(extension);
            return Numbers(reader.Vector8()).Contains(TlsNumbers.Tls13);
        }
    }

    /// <summary>The client's P-256 point, where it sent one without being asked.</summary>
    public byte[]? Secp256r1Share
    {
        get
        {
            if (!_extensions.TryGetValue(TlsNumbers.KeyShare, out byte[]? extension))
            {
                return null;
            }

            TlsReader shares = new(new TlsReader(extension).Vector16());
            while (!shares.IsEmpty)
            {
                int group = shares.UInt16();
                ReadOnlySpan<byte> share = shares.Vector16();
                if (group == TlsNumbers.Secp256r1)
                {
                    return share.ToArray();
                }
            }

            return null;
        }
    }

    public bool Has(int extension) => _extensions.ContainsKey(extension);

    /// <summary>Reads a whole handshake message, its four bytes of header included.</summary>
    public static ClientHello Parse(ReadOnlySpan<byte> message) => new(message[4..]);

    private int[] NumbersOf(int extension)
    {
        if (!_extensions.TryGetValue(extension, out byte[]? content))
        {
            return [];
        }

        TlsReader reader = new(content);
        return Numbers(reader.Vector16());
    }

    private static int[] Numbers(ReadOnlySpan<byte> vector)
    {
        int[] numbers = new int[vector.Length / 2];
        TlsReader reader = new(vector);
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = reader.UInt16();
        }

        return numbers;
    }
}
