using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace TlsTrust.Diagnosis.Observations;

/// <summary>
/// What the endpoints of one run served, so that a second test of the same one notices another answer. Digests only: a long run stays
/// flat, and no verdict depends on it.
/// </summary>
internal sealed class AnswerMemory
{
    /// <summary>65,536 endpoints, some 4 MiB; what goes beyond is not compared.</summary>
    private const int MaxRemembered = 65_536;

    private readonly ConcurrentDictionary<ulong, ulong> _served = new();

    /// <summary>Notes an answer; true where another was noted for the same endpoint before.</summary>
    /// <param name="endpoint">Who was asked.</param>
    /// <param name="presented">What it sent, its own certificate first.</param>
    /// <param name="before">First bytes of the SHA-256 of the server's own certificate in the other answer, hexadecimal.</param>
    public bool DiffersFromBefore(string endpoint, IReadOnlyList<ReadOnlyMemory<byte>> presented, out string before)
    {
        before = "";
        if (presented.Count == 0)
        {
            return false;
        }

        ulong key = Digest(Encoding.UTF8.GetBytes(endpoint));
        ulong served = Digest(presented[0].Span);
        if (_served.TryGetValue(key, out ulong other))
        {
            before = other.ToString("X16", System.Globalization.CultureInfo.InvariantCulture);
            return other != served;
        }

        if (_served.Count < MaxRemembered)
        {
            _served.TryAdd(key, served);
        }

        return false;
    }

    private static ulong Digest(ReadOnlySpan<byte> content) => BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(content));
}
