using TlsTrust.Connections;
using TlsTrust.Connections.Handshakes;
using TlsTrust.Tests.Connections.Servers;

namespace TlsTrust.Tests.Connections;

/// <summary>
/// The first TLS connection of a process, in a class of its own: what the platform can't do must not cost it. On Windows without a way to
/// forbid resumption it said hello twice, and no server goes on after that.
/// </summary>
public sealed class FirstConnectionTests
{
    [Fact]
    public async Task Says_hello_once()
    {
        int hellos = 0;
        await using LoopbackServer server = new(async (stream, stop) =>
        {
            byte[] heard = await LoopbackServer.ReadSomeAsync(stream, stop);
            await Task.Delay(500, stop);
            heard = stream.DataAvailable ? [.. heard, .. await LoopbackServer.ReadSomeAsync(stream, stop)] : heard;
            for (int at = 0; at + 5 <= heard.Length; at += 5 + ((heard[at + 3] << 8) | heard[at + 4]))
            {
                Interlocked.Add(ref hellos, heard[at] == 22 ? 1 : 0);
            }
        });

        ConnectionEvidence evidence = await TlsConnector.ConnectAsync(Endpoint.Parse($"127.0.0.1:{server.Port}"), new ConnectionOptions(),
            TestContext.Current.CancellationToken);

        Assert.Equal(Cause.ConnectionReset, evidence.Outcome);
        Assert.Equal(server.Connections, hellos);
    }

    [Theory]
    [InlineData("1", "123", "123")] // as Linux lists it, and its repetitions
    [InlineData("1", "121", "121")]
    [InlineData("1", "231", "123")] // as Windows may
    [InlineData("1", "23", "123")] // as Wine does
    [InlineData("1", "", "1")]
    public void The_servers_certificate_is_the_first(string server, string listed, string expected)
    {
        List<ReadOnlyMemory<byte>> all = PlatformHandshake.ServersFirst([(byte)server[0]], listed.Select(each => new[] { (byte)each }));
        Assert.Equal(expected, string.Concat(all.Select(each => (char)each.Span[0])));
    }
}
