using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using TlsTrust.Connections;
using TlsTrust.Connections.Addresses;
using TlsTrust.Connections.Handshakes;
using TlsTrust.Connections.Proxies;
using TlsTrust.Tests.Connections.Servers;

namespace TlsTrust.Tests.Connections;

public class HostileServerTests
{
    private static TestPki Pki => TestPki.Shared;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task With_two_hundred_hostile_servers_at_once_the_others_still_get_through()
    {
        Assert.SkipUnless(TestKeys.ArePlatforms, "too many at once for Wine's TLS; HostileTlsServerTests asks them again there");
        await using LoopbackServer silent = new((_, stop) => Task.Delay(Timeout.Infinite, stop));
        await using LoopbackServer garbage =
            new((stream, stop) => stream.WriteAsync(Enumerable.Repeat((byte)0x81, 5000).ToArray(), stop).AsTask());
        await using LoopbackServer dripping = new(async (stream, stop) =>
        {
            await stream.WriteAsync(new byte[] { 22, 3, 3, 0x40, 0, 2, 0, 0x3F, 0xFC, 3, 3 }, stop);
            while (true)
            {
                await stream.WriteAsync(new byte[] { 0 }, stop);
                await Task.Delay(50, stop);
            }
        });
        await using LoopbackServer empty = new((stream, stop) => stream.WriteAsync(new byte[] { 22, 3, 3, 0, 0 }, stop).AsTask());
        await using LoopbackServer reset = new((stream, _) =>
        {
            stream.Socket.LingerState = new LingerOption(true, 0);
            stream.Socket.Dispose();
            return Task.CompletedTask;
        });
        await using LoopbackServer good = LoopbackServer.Tls(Pki.Leaf, []);
        ConnectionOptions options = new() { HandshakeTimeout = TimeSpan.FromSeconds(2) };
        (LoopbackServer Server, Cause[] Causes)[] hostile =
        [
            (silent, [Cause.HandshakeTimedOut]),
            (garbage, [Cause.NotTls]),
            (dripping, [Cause.HandshakeTimedOut]),
            (empty, [Cause.HandshakeRefused]),
            (reset, [Cause.ConnectionReset]),
        ];

        Stopwatch watch = Stopwatch.StartNew();
        List<(Task<ConnectionEvidence> Task, Cause[] Causes)> running =
        [
            .. Enumerable.Range(0, 200)
                .Select(i =>
                    (TlsConnector.ConnectAsync(Endpoint.Parse($"127.0.0.1:{hostile[i % hostile.Length].Server.Port}"), options, Stop),
                        hostile[i % hostile.Length].Causes)),
        ];
        ConnectionEvidence[] others = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ =>
            TlsConnector.ConnectAsync(Endpoint.Parse($"127.0.0.1:{good.Port}"), new ConnectionOptions(), Stop)));

        Assert.All(others, evidence => Assert.True(evidence.Outcome == Cause.None, evidence.Detail));
        foreach ((Task<ConnectionEvidence> task, Cause[] causes) in running)
        {
            ConnectionEvidence evidence = await task;
            Assert.True(causes.Contains(evidence.Outcome), $"{evidence.Outcome}, not {causes[0]}: {evidence.Detail}");
        }

        Assert.InRange(watch.ElapsedMilliseconds, 0, 15000);
        Assert.Equal(40, empty.Connections);
    }

    [Theory]
    [InlineData("-tls1_2")]
    [InlineData("-tls1_3")]
    public async Task A_certificate_that_cannot_be_parsed_is_kept_as_sent(string version)
    {
        using TemporaryDirectory directory = new();
        await using ServerProcess server = await ServerProcess.OpenSslAsync(directory.Path, Pki.Leaf, [Pki.Intermediate], version);
        byte[] sent = Pki.Intermediate.RawData;

        // A man in the middle who breaks one byte of TLS 1.2's clear Certificate message; TLS 1.3 would notice.
        await using LoopbackServer between = new(async (stream, stop) =>
        {
            using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, server.Port, stop);
            await using NetworkStream onward = new(socket);
            Task up = stream.CopyToAsync(onward, stop);
            byte[] buffer = new byte[65536];
            int count;
            while ((count = await onward.ReadAsync(buffer, stop)) > 0)
            {
                int at = buffer.AsSpan(0, count).IndexOf(sent);
                if (at >= 0)
                {
                    buffer[at + 4] = 0x99;
                }

                await stream.WriteAsync(buffer.AsMemory(0, count), stop);
            }
        });

        ConnectionEvidence evidence =
            await TlsConnector.ConnectAsync(Endpoint.Parse($"127.0.0.1:{between.Port}"), new ConnectionOptions(), Stop);

        Assert.Equal(2, evidence.Presented.Count);
        Assert.Equal(Pki.Leaf.RawData, evidence.Presented[0].ToArray());
        if (version == "-tls1_2")
        {
            Assert.Equal(Cause.HandshakeRefused, evidence.Outcome);
            Assert.Equal(0x99, evidence.Presented[1].Span[4]);
        }
        else
        {
            Assert.Equal(Cause.None, evidence.Outcome);
        }
    }

    [Fact]
    public async Task Cancelling_ends_every_phase_at_once()
    {
        await using LoopbackServer silent = new((_, stop) => Task.Delay(Timeout.Infinite, stop));
        ProxyServer proxy = new() { HostName = "127.0.0.1", Port = silent.Port };
        (string Text, ConnectionOptions Options)[] cases =
        [
            ("https://slow.test", new ConnectionOptions { Resolver = new NeverResolver() }),
            ("https://127.0.0.1", new ConnectionOptions { Dialer = new NeverDialer() }),
            ("https://127.0.0.1", new ConnectionOptions { Proxy = ProxySetting.Always(proxy) }),
            ($"smtp://127.0.0.1:{silent.Port}", new ConnectionOptions()),
            ($"https://127.0.0.1:{silent.Port}", new ConnectionOptions()),
        ];
        foreach ((string text, ConnectionOptions options) in cases)
        {
            using CancellationTokenSource cancel = new();
            Task<ConnectionEvidence> running = TlsConnector.ConnectAsync(Endpoint.Parse(text), options, cancel.Token);
            await Task.Delay(100, Stop);
            Assert.False(running.IsCompleted, text);
            Stopwatch watch = Stopwatch.StartNew();
            await cancel.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
            Assert.InRange(watch.ElapsedMilliseconds, 0, 2000);
        }
    }

    private sealed class NeverResolver : INameResolver
    {
        public async Task<IReadOnlyList<IPAddress>> ResolveAsync(string hostName, CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return [];
        }
    }

    private sealed class NeverDialer : ISocketDialer
    {
        public async Task<Stream> DialAsync(IPEndPoint address, CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return Stream.Null;
        }
    }
}
