using System.Net.Sockets;
using System.Text;
using TlsTrust.Connections.Faults;
using TlsTrust.Connections.Wire;

namespace TlsTrust.Connections.StartTls;

/// <summary>The words exchanged before TLS: bounded, and with nothing left over when TLS starts.</summary>
internal sealed class PlainDialogue
{
    /// <summary>Bytes a server may send before TLS; capability lists have a few hundred.</summary>
    public const int MaxBytes = 32 * 1024;

    /// <summary>Longest line; RFC 5321 allows 512, IMAP capability lines are longer.</summary>
    public const int MaxLineLength = 8 * 1024;

    /// <summary>Lines of one reply.</summary>
    public const int MaxReplyLines = 128;

    private readonly Stream _stream;
    private readonly string _protocol;
    private readonly byte[] _chunk = new byte[4096];
    private byte[] _received = new byte[512];
    private int _receivedLength;
    private int _consumed;

    /// <param name="stream">Open connection.</param>
    /// <param name="protocol">Name of what is spoken, for messages.</param>
    /// <param name="serverName">Name of the server, as the protocol wants it.</param>
    public PlainDialogue(Stream stream, string protocol, string serverName)
    {
        _stream = stream;
        _protocol = protocol;
        ServerName = serverName;
    }

    /// <summary>The name the client asks for.</summary>
    public string ServerName { get; }

    /// <summary>The server's clock, where its greeting told it.</summary>
    public DateTime? ServerTime => PlaintextProtocol.TimeIn(Opening);

    private ReadOnlySpan<byte> Received => _received.AsSpan(0, _receivedLength);

    private ReadOnlySpan<byte> Opening => Received[..Math.Min(RecordingStream.OpeningLength, _receivedLength)];

    private ReadOnlySpan<byte> Pending => Received[_consumed..];

    /// <summary>Sends bytes.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            await _stream.WriteAsync(bytes, cancellationToken);
            await _stream.FlushAsync(cancellationToken);
        }
        catch (Exception error) when (IsLoss(error) && !cancellationToken.IsCancellationRequested)
        {
            throw Lost("reset");
        }
    }

    /// <summary>Sends one line.</summary>
    public Task SendLineAsync(string line, CancellationToken cancellationToken) =>
        SendAsync(Encoding.ASCII.GetBytes(line + "\r\n"), cancellationToken);

    /// <summary>Reads one line without its end.</summary>
    public async Task<string> ReadLineAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            int end = Pending.IndexOf((byte)'\n');
            if (end > MaxLineLength || (end < 0 && Pending.Length > MaxLineLength))
            {
                throw TooMuch($"a line of more than {MaxLineLength} bytes");
            }

            if (end >= 0)
            {
                string line = Encoding.Latin1.GetString(Pending[..end]).TrimEnd('\r');
                _consumed += end + 1;
                return line;
            }

            await FillAsync(cancellationToken);
        }
    }

    /// <summary>Reads the lines of one reply, up to the first for which <paramref name="isLast"/> holds.</summary>
    public async Task<List<string>> ReadReplyAsync(Func<string, bool> isLast, CancellationToken cancellationToken)
    {
        List<string> lines = [];
        do
        {
            if (lines.Count == MaxReplyLines)
            {
                throw TooMuch($"a reply of more than {MaxReplyLines} lines");
            }

            lines.Add(await ReadLineAsync(cancellationToken));
        }
        while (!isLast(lines[^1]));

        return lines;
    }

    /// <summary>
    /// Reads a reply of a three-digit code with <c>-</c> in all lines but the last (SMTP, FTP; RFC 5321 §4.2, RFC 959 §4.2).
    /// </summary>
    /// <returns>Code and lines; code 0 where it is no such reply.</returns>
    public async Task<(int Code, List<string> Lines)> ReadCodedReplyAsync(CancellationToken cancellationToken)
    {
        string first = await ReadLineAsync(cancellationToken);
        if (CodeOf(first) is not { } code)
        {
            return (0, [first]);
        }

        if (!IsContinued(first))
        {
            return (code, [first]);
        }

        List<string> rest = await ReadReplyAsync(line => CodeOf(line) == code && !IsContinued(line), cancellationToken);
        return (code, [first, .. rest]);
    }

    /// <summary>Reads an exact number of bytes.</summary>
    public async Task<byte[]> ReadBytesAsync(int count, CancellationToken cancellationToken)
    {
        if (count > MaxBytes)
        {
            throw TooMuch($"a message of {count} bytes");
        }

        while (Pending.Length < count)
        {
            await FillAsync(cancellationToken);
        }

        byte[] bytes = Pending[..count].ToArray();
        _consumed += count;
        return bytes;
    }

    /// <summary>Reads until a text has come, and returns everything up to its end.</summary>
    public async Task<string> ReadThroughAsync(Func<string, int> endOf, CancellationToken cancellationToken)
    {
        while (true)
        {
            string text = Encoding.Latin1.GetString(Pending);
            int end = endOf(text);
            if (end >= 0)
            {
                _consumed += end;
                return text[..end];
            }

            await FillAsync(cancellationToken);
        }
    }

    /// <summary>
    /// Ends the plain part. Whatever came after the go-ahead in plain text was not sent by the server that TLS will authenticate,
    /// and must not be taken for what it says (the class of CVE-2011-0411 and CVE-2021-23222).
    /// </summary>
    public void RequireNothingPending()
    {
        if (!Pending.IsEmpty)
        {
            throw new ConnectionFault(Cause.StartTlsRefused, $"After its go-ahead for TLS came {Pending.Length} more bytes in plain text " +
                $"(\"{PlaintextProtocol.FirstLine(Pending)}\"): somebody on the way may have put them there.")
            {
                ServerTime = ServerTime,
            };
        }
    }

    /// <summary>The server speaks the protocol and does not want TLS.</summary>
    public ConnectionFault Refused(string reply) => new(Cause.StartTlsRefused, $"The server speaks {_protocol} and refuses TLS: {reply}")
    {
        Spoke = $"{_protocol} (\"{PlaintextProtocol.FirstLine(Opening)}\")",
        ServerTime = ServerTime,
    };

    /// <summary>The server speaks the protocol and answered the request for TLS with a refusal.</summary>
    public ConnectionFault RefusedWith(string line) =>
        Refused($"it answered \"{PlaintextProtocol.FirstLine(Encoding.Latin1.GetBytes(line))}\".");

    /// <summary>The server does not know the command: it speaks what its greeting names, where that is another protocol.</summary>
    public ConnectionFault UnknownCommand(string line)
    {
        string spoken = PlaintextProtocol.ProtocolOf(Opening);
        bool isNamed = spoken.Length > 0 && PlaintextProtocol.FirstLine(Opening).Contains(spoken, StringComparison.OrdinalIgnoreCase);
        return isNamed && spoken != _protocol ? WrongProtocol() : RefusedWith(line);
    }

    /// <summary>What came is not the protocol.</summary>
    public ConnectionFault WrongProtocol()
    {
        ReadOnlySpan<byte> said = Opening;
        if (said.Length > 1 && said[0] is 21 or 22 && said[1] == 3)
        {
            return new ConnectionFault(Cause.StartTlsRefused,
                $"The server does not speak {_protocol} here: it speaks TLS from the first byte. Ask it as tls://.") { Spoke = "TLS" };
        }

        string spoke = PlaintextProtocol.Describe(said);
        string hint = PlaintextProtocol.SchemeFor(PlaintextProtocol.ProtocolOf(said)) is { } scheme ? $" Ask it as {scheme}://." : "";
        return new ConnectionFault(Cause.NotTls, $"The server does not speak {_protocol}: it said {spoke}.{hint}") { Spoke = spoke,
            ServerTime = ServerTime };
    }

    private static int? CodeOf(string line) =>
        line.Length >= 3 && char.IsAsciiDigit(line[0]) && char.IsAsciiDigit(line[1]) && char.IsAsciiDigit(line[2])
            && (line.Length == 3 || line[3] is ' ' or '-')
            ? ((line[0] - '0') * 100) + ((line[1] - '0') * 10) + (line[2] - '0')
            : null;

    private static bool IsContinued(string line) => line.Length > 3 && line[3] == '-';

    private static bool IsLoss(Exception error) => error is IOException or SocketException or ObjectDisposedException;

    private async Task FillAsync(CancellationToken cancellationToken)
    {
        if (_receivedLength > MaxBytes)
        {
            throw TooMuch($"more than {MaxBytes >> 10} KiB");
        }

        int count;
        try
        {
            count = await _stream.ReadAsync(_chunk, cancellationToken);
        }
        catch (Exception error) when (IsLoss(error) && !cancellationToken.IsCancellationRequested)
        {
            throw Lost("reset");
        }

        if (count == 0)
        {
            // Whoever said something else before closing speaks another protocol.
            throw Pending.IsEmpty ? Lost("closed") : WrongProtocol();
        }

        if (_received.Length < _receivedLength + count)
        {
            Array.Resize(ref _received, Math.Max(_received.Length * 2, _receivedLength + count));
        }

        _chunk.AsSpan(0, count).CopyTo(_received.AsSpan(_receivedLength));
        _receivedLength += count;
    }

    private ConnectionFault Lost(string how)
    {
        string said = _receivedLength == 0 ? "without a word" : $"after it had said \"{PlaintextProtocol.FirstLine(Opening)}\"";
        return new ConnectionFault(Cause.ConnectionReset,
            $"The server {how} the connection before TLS ({_protocol}), {said}.") { ServerTime = ServerTime };
    }

    private ConnectionFault TooMuch(string what) =>
        new(Cause.StartTlsRefused, $"The server sent {what} before TLS ({_protocol}).") { Spoke = PlaintextProtocol.Describe(Opening) };
}
