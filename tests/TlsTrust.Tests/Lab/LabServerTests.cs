using System.Net.Security;
using System.Net.Sockets;
using TlsTrust.Lab;

namespace TlsTrust.Tests.Lab;

public sealed class LabServerTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void Every_scenario_has_a_name_of_its_own_and_a_sentence()
    {
        Assert.Equal(LabServer.Catalog.Count, LabServer.Catalog.Select(scenario => scenario.Name).Distinct().Count());
        Assert.All(LabServer.Catalog, scenario =>
        {
            Assert.Matches("^[a-z0-9]+(-[a-z0-9]+)*$", scenario.Name);
            Assert.EndsWith(".", scenario.Description);
        });
    }

    [Fact]
    public async Task An_unknown_scenario_is_an_argument_error()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => LabServer.StartAsync(["no-such-thing"], cancellationToken: Cancel));
    }

    [Fact]
    public async Task Nothing_is_left_behind_when_the_lab_stops()
    {
        LabServer lab = await LabServer.StartAsync(["trusted"], cancellationToken: Cancel);
        string directory = lab.Directory;
        Assert.True(File.Exists(lab.TrustStorePath));
        await lab.DisposeAsync();
        Assert.False(Directory.Exists(directory));
    }

    [Theory]
    [InlineData("trusted", 2)]
    [InlineData("missing-intermediate", 1)]
    public async Task An_ordinary_server_sends_the_chain_it_was_given(string name, int count)
    {
        await using LabServer lab = await LabServer.StartAsync([name], cancellationToken: Cancel);
        int sent = 0;
        using TcpClient tcp = new();
        await tcp.ConnectAsync("127.0.0.1", int.Parse(lab.Scenarios[0].Endpoint.Split(':')[1], null), Cancel);
        await using SslStream tls = new(tcp.GetStream(), false, (_, leaf, chain, _) =>
        {
            // Windows lists it among the others or apart.
            sent = chain!.ChainPolicy.ExtraStore.Select(each => each.Thumbprint).Append(leaf!.GetCertHashString()).Distinct().Count();
            return leaf is not null;
        });
        await tls.AuthenticateAsClientAsync("localhost");
        Assert.Equal(count, sent);
    }
}
