using System.Globalization;
using System.Text;

namespace TlsTrust.Connections.Wire;

/// <summary>What a server speaks that does not speak TLS, from its first bytes.</summary>
internal static class PlaintextProtocol
{
    /// <summary>Characters of a server's words that are shown; a banner fits, an essay does not.</summary>
    private const int MaxShown = 120;

    private const int MaxShownBytes = 16;

    /// <summary>The protocol, or "" when it is not known.</summary>
    public static string ProtocolOf(ReadOnlySpan<byte> opening)
    {
        string text = Encoding.Latin1.GetString(opening);
        if (opening.Length > 5 && opening[3] == 0 && opening[4] is 10 or 255 && opening[0] + (opening[1] << 8) + (opening[2] << 16) < 4096)
        {
            return "MySQL";
        }

        // LDAP's notice of disconnection (RFC 4511 §4.4.1), a TPKT (RFC 1006), a TDS answer, PostgreSQL's ErrorResponse.
        if (opening.Length > 1 && opening[0] == 0x30 && text.Contains("1.3.6.1.4.1.1466.20036", StringComparison.Ordinal))
        {
            return "LDAP";
        }

        if (opening.Length > 5 && opening[0] == 3 && opening[1] == 0 && opening[5] is 0xD0 or 0x80 or 0xF0)
        {
            return "RDP";
        }

        if (opening.Length > 7 && opening[0] == 4 && opening[1] <= 1 && opening[2] < 16 && opening[7] == 0)
        {
            return "TDS";
        }

        if (text.StartsWith('E')
            && (text.Contains("FATAL", StringComparison.Ordinal)
                || text.Contains("unsupported frontend protocol", StringComparison.Ordinal)))
        {
            return "PostgreSQL";
        }

        return text switch
        {
            _ when text.StartsWith("HTTP/", StringComparison.Ordinal) => "HTTP",
            _ when text.StartsWith('<') && text.Contains("stream:stream", StringComparison.Ordinal) => "XMPP",
            _ when text.StartsWith("<!DOCTYPE", StringComparison.OrdinalIgnoreCase)
                || text.StartsWith("<html", StringComparison.OrdinalIgnoreCase) => "HTTP",
            _ when text.StartsWith("INFO {", StringComparison.Ordinal) => "NATS",
            _ when text.StartsWith("SSH-", StringComparison.Ordinal) => "SSH",
            _ when text.StartsWith("* OK", StringComparison.Ordinal) || text.StartsWith("* BYE", StringComparison.Ordinal)
                || text.StartsWith("* PREAUTH", StringComparison.Ordinal) => "IMAP",
            _ when text.StartsWith("+OK", StringComparison.Ordinal) => "POP3",
            _ when text.StartsWith("RFB ", StringComparison.Ordinal) => "VNC",
            _ when text.StartsWith("AMQP", StringComparison.Ordinal) => "AMQP",
            _ when text.StartsWith("-ERR", StringComparison.Ordinal) => "Redis or POP3",
            _ when text.StartsWith("\"IMPLEMENTATION\"", StringComparison.OrdinalIgnoreCase) => "Sieve",
            _ when text.StartsWith("220", StringComparison.Ordinal) || text.StartsWith("421", StringComparison.Ordinal)
                || text.StartsWith("554", StringComparison.Ordinal)
                => text.Contains("FTP", StringComparison.OrdinalIgnoreCase) ? "FTP"
                    : text.Contains("LMTP", StringComparison.OrdinalIgnoreCase) ? "LMTP" : "SMTP",
            _ when text.StartsWith("200 ", StringComparison.Ordinal) || text.StartsWith("201 ", StringComparison.Ordinal) => "NNTP",
            _ when text.StartsWith("NOTICE ", StringComparison.Ordinal) || text.StartsWith("ERROR :", StringComparison.Ordinal)
                || (text.StartsWith(':') && text.Contains(" NOTICE ", StringComparison.Ordinal)) => "IRC",
            _ when opening.Length > 1 && opening[0] == 0xFF && opening[1] is >= 0xFB and <= 0xFE => "Telnet",
            _ => "",
        };
    }

    /// <summary>Protocol and first line for a person: <c>HTTP ("HTTP/1.1 400 Bad Request")</c>.</summary>
    public static string Describe(ReadOnlySpan<byte> opening)
    {
        string protocol = ProtocolOf(opening);
        string words = protocol == "MySQL" ? FirstLine(opening[5..]) : FirstLine(opening);
        if (words.Length > 0 && (protocol.Length > 0 || IsText(opening)))
        {
            return protocol.Length > 0 ? $"{protocol} (\"{words}\")" : $"\"{words}\"";
        }

        string bytes = Convert.ToHexString(opening[..Math.Min(opening.Length, MaxShownBytes)]);
        return protocol.Length > 0 ? $"{protocol} (bytes {bytes})" : $"bytes {bytes}{(opening.Length > MaxShownBytes ? "…" : "")}";
    }

    /// <summary>The scheme under which the server would be asked for TLS in its own protocol; null where there is none.</summary>
    public static string? SchemeFor(string protocol) => protocol switch
    {
        "SMTP" => "smtp",
        "LMTP" => "lmtp",
        "IMAP" => "imap",
        "POP3" => "pop3",
        "FTP" => "ftp",
        "NNTP" => "nntp",
        "Sieve" => "sieve",
        "MySQL" => "mysql",
        "PostgreSQL" => "postgresql",
        "LDAP" => "ldap",
        "RDP" => "rdp",
        "TDS" => "mssql",
        "NATS" => "nats",
        "XMPP" => "xmpp",
        "IRC" => "irc",
        _ => null,
    };

    /// <summary>The first line without anything that could steer a terminal or a log: printable ASCII, the rest as dots.</summary>
    public static string FirstLine(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOfAny((byte)'\r', (byte)'\n', (byte)0);
        ReadOnlySpan<byte> line = end < 0 ? bytes : bytes[..end];
        StringBuilder shown = new();
        foreach (byte value in line)
        {
            if (shown.Length == MaxShown)
            {
                return shown.Append('…').ToString();
            }

            shown.Append(value is >= 0x20 and < 0x7F ? (char)value : '.');
        }

        return shown.ToString().Trim();
    }

    /// <summary>
    /// The time in an HTTP <c>Date</c> header, or at the end of an SMTP greeting (RFC 5322 date); null where there is none.
    /// </summary>
    public static DateTime? TimeIn(ReadOnlySpan<byte> bytes)
    {
        string text = Encoding.Latin1.GetString(bytes);
        foreach (string line in text.Split('\n', 64))
        {
            string candidate = line.StartsWith("Date:", StringComparison.OrdinalIgnoreCase) ? line[5..]
                : line.StartsWith("220", StringComparison.Ordinal) && line.LastIndexOf(", ", StringComparison.Ordinal) is > 6 and int comma
                    ? line[(comma - 3)..]
                : "";
            if (DateTimeOffset.TryParse(candidate.Trim(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal,
                out DateTimeOffset time))
            {
                return time.UtcDateTime;
            }
        }

        return null;
    }

    private static bool IsText(ReadOnlySpan<byte> bytes)
    {
        int printable = 0;
        foreach (byte value in bytes)
        {
            printable += value is (>= 0x20 and < 0x7F) or (byte)'\r' or (byte)'\n' or (byte)'\t' ? 1 : 0;
        }

        return printable == bytes.Length;
    }
}
