using System.Buffers.Binary;
using System.Text;

namespace TlsTrust.Connections.MailExchangers;

/// <summary>A mail exchanger of a domain (RFC 5321 §5.1).</summary>
/// <param name="Preference">The lower the sooner.</param>
/// <param name="Host">Its name in lower case, without the final dot; empty for the null MX of a domain without mail (RFC 7505).</param>
internal readonly record struct MailExchanger(int Preference, string Host);

/// <summary>
/// A question for MX records and its answer on the wire (RFC 1035 §4). What comes back is from the network: every length is checked.
/// </summary>
internal static class MailExchangerMessage
{
    /// <summary>64 exchangers: more than any domain has, and all that fit into an answer of a hostile server cost no more.</summary>
    public const int MaxExchangers = 64;

    private const int HeaderLength = 12;
    private const int TypeMx = 15;
    private const int ClassIn = 1;
    private const int MaxName = 255;
    private const int MaxLabel = 63;

    // Each jump of a compressed name goes backwards; no honest name needs more than one for each of its labels.
    private const int MaxJumps = 128;

    /// <summary>The question, with recursion wanted.</summary>
    /// <param name="id">What the answer has to repeat.</param>
    /// <param name="domain">In A-label form.</param>
    public static byte[] Question(ushort id, string domain)
    {
        using MemoryStream message = new();
        message.Write([(byte)(id >> 8), (byte)id, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
        foreach (string label in domain.TrimEnd('.').Split('.'))
        {
            byte[] letters = Encoding.ASCII.GetBytes(label);
            if (letters.Length is 0 or > MaxLabel)
            {
                throw new ArgumentException($"\"{domain}\" is no domain name.", nameof(domain));
            }

            message.WriteByte((byte)letters.Length);
            message.Write(letters);
        }

        message.Write([0, 0, TypeMx, 0, ClassIn]);
        return message.ToArray();
    }

    /// <summary>Reads an answer.</summary>
    /// <param name="message">The whole of it.</param>
    /// <param name="question">What was asked.</param>
    /// <returns>Null where it is no answer to that question, or malformed.</returns>
    public static MailExchangerAnswer? Read(ReadOnlySpan<byte> message, ReadOnlySpan<byte> question)
    {
        // The same id, an answer, one question, and that one: anything else was sent by somebody else.
        if (message.Length < question.Length || !message[..2].SequenceEqual(question[..2]) || (message[2] & 0x80) == 0
            || Number(message, 4) != 1 || !SameText(message[HeaderLength..question.Length], question[HeaderLength..]))
        {
            return null;
        }

        int code = message[3] & 0x0F;
        bool isTruncated = (message[2] & 0x02) != 0;
        List<MailExchanger> found = [];
        int at = question.Length;
        for (int left = Number(message, 6); left > 0 && found.Count < MaxExchangers; left--)
        {
            if (!TryName(message, ref at, out _) || at + 10 > message.Length)
            {
                return isTruncated ? new(code, true, []) : null;
            }

            int type = Number(message, at), kind = Number(message, at + 2), length = Number(message, at + 8);
            int end = at + 10 + length;
            if (end > message.Length)
            {
                return isTruncated ? new(code, true, []) : null;
            }

            if (type == TypeMx && kind == ClassIn)
            {
                int name = at + 12;
                if (length < 3 || !TryName(message, ref name, out string host) || name > end)
                {
                    return null;
                }

                found.Add(new(Number(message, at + 10), host));
            }

            at = end; // aliases on the way to the domain are the name server's business
        }

        return new(code, isTruncated, [.. found.OrderBy(exchanger => exchanger.Preference).ThenBy(exchanger => exchanger.Host,
            StringComparer.Ordinal)]);
    }

    private static int Number(ReadOnlySpan<byte> message, int at) => BinaryPrimitives.ReadUInt16BigEndian(message[at..]);

    // Name servers may answer in other letters than were asked (RFC 1035 §2.3.3).
    private static bool SameText(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        for (int i = 0; i < one.Length; i++)
        {
            if (char.ToLowerInvariant((char)one[i]) != char.ToLowerInvariant((char)other[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryName(ReadOnlySpan<byte> message, ref int at, out string name)
    {
        StringBuilder text = new();
        name = "";
        int next = at, jumps = 0;
        bool hasJumped = false;
        while (next < message.Length)
        {
            int length = message[next];
            if ((length & 0xC0) == 0xC0)
            {
                if (next + 1 >= message.Length || ++jumps > MaxJumps)
                {
                    return false;
                }

                at = hasJumped ? at : next + 2;
                hasJumped = true;
                next = ((length & 0x3F) << 8) | message[next + 1];
                continue;
            }

            if (length == 0)
            {
                at = hasJumped ? at : next + 1;
                name = text.ToString().TrimEnd('.').ToLowerInvariant();
                return true;
            }

            if (length > MaxLabel || next + 1 + length > message.Length || text.Length + length + 1 > MaxName)
            {
                return false;
            }

            text.Append(Encoding.Latin1.GetString(message.Slice(next + 1, length))).Append('.');
            next += 1 + length;
        }

        return false;
    }
}

/// <summary>What a name server said.</summary>
/// <param name="Code">RCODE: 0 for no error, 3 for a name that does not exist.</param>
/// <param name="IsTruncated">True where the rest has to be asked for over TCP.</param>
/// <param name="Exchangers">In the order of preference.</param>
internal sealed record MailExchangerAnswer(int Code, bool IsTruncated, IReadOnlyList<MailExchanger> Exchangers);
