using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace TlsTrust.Connections.MailExchangers;

/// <summary>
/// Which hosts take the mail of a domain. .NET's resolver knows addresses only, so the name servers of this machine are asked for MX
/// records directly, over UDP, and over TCP where the answer does not fit.
/// </summary>
public sealed class MailExchangerLookup
{
    private const int DnsPort = 53;

    // 3 s a server, two rounds: what resolvers do.
    private const int Rounds = 2;
    private const int NoSuchName = 3;
    private static readonly TimeSpan ServerTimeout = TimeSpan.FromSeconds(3);

    // 64 KiB: the longest that TCP's length can say.
    private const int MaxMessage = 65_535;

    private readonly IReadOnlyList<IPEndPoint> _servers;

    /// <summary>Asks these name servers, one after the other.</summary>
    public MailExchangerLookup(IReadOnlyList<IPEndPoint> servers)
    {
        _servers = servers;
    }

    /// <summary>Asks the name servers that this machine is set up with.</summary>
    public static MailExchangerLookup OfMachine() => new(
    [
        .. NetworkInterface.GetAllNetworkInterfaces()
            .Where(network => network.OperationalStatus == OperationalStatus.Up)
            .SelectMany(network => network.GetIPProperties().DnsAddresses).Distinct()
            .Select(address => new IPEndPoint(address, DnsPort)),
    ]);

    /// <summary>
    /// The mail exchangers of a domain in the order of preference; the domain itself where it has none (RFC 5321 §5.1).
    /// </summary>
    /// <param name="domain">In A-label form.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="IOException">No answer, or that the domain does not exist or takes no mail.</exception>
    public async Task<IReadOnlyList<string>> FindAsync(string domain, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(domain);
        if (_servers.Count == 0)
        {
            throw new IOException("This machine is set up with no name server.");
        }

        List<string> faults = [];
        for (int round = 0; round < Rounds; round++)
        {
            foreach (IPEndPoint server in _servers)
            {
                (MailExchangerAnswer? answer, string fault) = await AskAsync(server, domain, cancellation);
                if (answer is { Code: NoSuchName })
                {
                    throw new IOException($"The domain {domain} does not exist ({server}).");
                }

                if (answer is { Code: 0 })
                {
                    return Hosts(domain, answer);
                }

                faults.Add(answer is null ? $"{server}: {fault}"
                    : string.Create(CultureInfo.InvariantCulture, $"{server}: error {answer.Code}"));
            }
        }

        throw new IOException($"No name server said who takes the mail of {domain}: {string.Join("; ", faults.Distinct())}");
    }

    private static string[] Hosts(string domain, MailExchangerAnswer answer) => answer.Exchangers switch
    {
        [] => [domain],
        [{ Host: "" }] => throw new IOException($"The domain {domain} says that it takes no mail (null MX, RFC 7505)."),
        _ => [.. answer.Exchangers.Select(exchanger => exchanger.Host).Where(host => host.Length > 0).Distinct()],
    };

    private static async Task<(MailExchangerAnswer? Answer, string Fault)> AskAsync(IPEndPoint server, string domain,
        CancellationToken cancellation)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(ServerTimeout);
        byte[] question = MailExchangerMessage.Question((ushort)RandomNumberGenerator.GetInt32(ushort.MaxValue + 1), domain);
        try
        {
            MailExchangerAnswer? answer = await OverUdpAsync(server, question, limit.Token);
            return (answer is { IsTruncated: true } ? await OverTcpAsync(server, question, limit.Token) : answer, "a malformed answer");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return (null, string.Create(CultureInfo.InvariantCulture, $"no answer in {ServerTimeout.TotalSeconds} s"));
        }
        catch (Exception fault) when (fault is SocketException or IOException)
        {
            return (null, fault.Message);
        }
    }

    // Connected, so that only this server's answers arrive; what is not for this question is passed over.
    private static async Task<MailExchangerAnswer?> OverUdpAsync(IPEndPoint server, byte[] question, CancellationToken cancellation)
    {
        using Socket socket = new(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(server, cancellation);
        await socket.SendAsync(question, SocketFlags.None, cancellation);
        byte[] buffer = new byte[MaxMessage];
        while (true)
        {
            int length = await socket.ReceiveAsync(buffer, SocketFlags.None, cancellation);
            if (MailExchangerMessage.Read(buffer.AsSpan(0, length), question) is { } answer)
            {
                return answer;
            }
        }
    }

    private static async Task<MailExchangerAnswer?> OverTcpAsync(IPEndPoint server, byte[] question, CancellationToken cancellation)
    {
        using Socket socket = new(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server, cancellation);
        await using NetworkStream stream = new(socket);
        await stream.WriteAsync((byte[])[(byte)(question.Length >> 8), (byte)question.Length, .. question], cancellation);
        byte[] head = new byte[2];
        await stream.ReadExactlyAsync(head, cancellation);
        byte[] message = new byte[(head[0] << 8) | head[1]];
        await stream.ReadExactlyAsync(message, cancellation);
        return MailExchangerMessage.Read(message, question);
    }
}
