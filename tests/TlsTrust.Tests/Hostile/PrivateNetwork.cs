using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using TlsTrust.Diagnosis;
using TlsTrust.Lab.Pki;
using TlsTrust.Revocation;
using TlsTrust.Stores;
using TlsTrust.Tests.Connections.Servers;

namespace TlsTrust.Tests.Hostile;

/// <summary>
/// Runs in a network namespace of its own, which has addresses of each inside: a server whose certificate sends its client to all of them.
/// Says which were dialled.
/// </summary>
internal static class PrivateNetwork
{
    /// <summary>Addresses that the namespace is given beside loopback.</summary>
    public static readonly string[] Addresses = ["10.77.0.1", "10.77.0.2", "192.168.77.1", "169.254.169.254"];

    private static readonly string[] Targets = ["10.77.0.2", "192.168.77.1", "127.0.0.1", "169.254.169.254"];

    /// <summary>One line for each server: where it stands, and what its certificate opened.</summary>
    public static async Task RunAsync()
    {
        foreach (string at in new[] { "10.77.0.1", "127.0.0.1" })
        {
            Console.WriteLine($"{at}: {string.Join(' ', await DialledAsync(at))}");
        }
    }

    private static async Task<IEnumerable<string>> DialledAsync(string at)
    {
        (string Address, LoopbackServer Server)[] targets = [.. Targets.Select(address =>
            (address, new LoopbackServer((stream, stop) =>
                stream.WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 404 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"), stop)
                    .AsTask(),
                IPAddress.Parse(address))))];
        string[] urls = [.. targets.Select(target => $"http://{target.Address}:{target.Server.Port}/x")];
        LabCertificate leaf = LabAuthority.CreateRoot("CN=Inside", DateTimeOffset.UtcNow).IssueAuthority("CN=Below")
            .Issue(new CertificateSpec
        {
            Subject = "CN=inside",
            IpAddresses = [at],
            CaIssuersUrls = urls,
            OcspUrls = urls,
            CrlUrls = urls,
        });
        using X509Certificate2 certificate = leaf.WithPrivateKey();
        await using LoopbackServer server = new(async (stream, stop) =>
        {
            await using SslStream tls = new(stream);
            await tls.AuthenticateAsServerAsync(LoopbackServer.TlsOptions(certificate, []), stop);
            _ = await LoopbackServer.ReadSomeAsync(tls, stop);
        }, IPAddress.Parse(at));
        EndpointTestOptions options = new() { Store = new TrustStore("none", []), Revocation = RevocationMode.Online };
        await foreach (EndpointReport report in EndpointTester.TestAsync(One($"{at}:{server.Port}"), options, CancellationToken.None))
        {
            if (report.Verdict != Verdict.Untrusted)
            {
                throw new InvalidOperationException($"{report.Verdict}: {report.Summary}");
            }
        }

        string[] dialled = [.. targets.Where(target => target.Server.Connections > 0).Select(target => target.Address)];
        foreach ((_, LoopbackServer target) in targets)
        {
            await target.DisposeAsync();
        }

        return dialled;
    }

    private static async IAsyncEnumerable<Endpoint> One(string endpoint)
    {
        await Task.Yield();
        yield return Endpoint.Parse(endpoint);
    }
}
