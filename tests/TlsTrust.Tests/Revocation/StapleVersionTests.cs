using System.Security.Cryptography.X509Certificates;
using TlsTrust.Certificates;
using TlsTrust.Diagnosis;
using TlsTrust.Lab.Pki;
using TlsTrust.Stores;
using TlsTrust.Tests.Connections.Servers;

namespace TlsTrust.Tests.Revocation;

/// <summary>
/// A stapled answer counts whatever the version of TLS, by default, and where none is stapled no further connection is made: with real
/// servers of openssl.
/// </summary>
public sealed class StapleVersionTests
{
    private static readonly LabAuthority Ca = LabAuthority.CreateRoot("CN=Staple Root", DateTimeOffset.UtcNow.AddDays(-2));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string, bool, OcspStatus?> Servers =>
        [.. from version in new[] { "-tls1_2", "-tls1_3" } from isRsa in new[] { false, true }
            from status in new OcspStatus?[] { null, OcspStatus.Good, OcspStatus.Revoked } select (version, isRsa, status)];

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task The_same_staple_has_the_same_verdict(string version, bool isRsa, OcspStatus? status)
    {
        LabCertificate leaf = Ca.Issue(new CertificateSpec
        {
            Subject = "CN=localhost",
            DnsNames = ["localhost"],
            KeyKind = isRsa ? LabKeyKind.Rsa2048 : LabKeyKind.EcP256,
            NotBefore = DateTimeOffset.UtcNow.AddDays(-1),
        });
        using TemporaryDirectory directory = new();
        string staple = Path.Combine(directory.Path, "staple.der");
        if (status is { } said)
        {
            OcspResponder responder = new(Ca);
            responder.Set(leaf, said);
            await File.WriteAllBytesAsync(staple, responder.Staple(leaf), Stop);
        }

        using X509Certificate2 served = leaf.WithPrivateKey(), root = Ca.Certificate.ToX509Certificate2();
        await using ServerProcess server = await ServerProcess.OpenSslAsync(directory.Path, served, [root],
            [version, .. status is null ? Array.Empty<string>() : ["-status_file", staple]]);
        EndpointTestOptions options = new()
        {
            Store = new TrustStore("test", [new StoredCertificate(Certificate.Parse(Ca.Certificate.Der), CertificateOrigin.File("r.pem"))]),
            NoDownload = true,
        };
        EndpointReport? report = null;
        await foreach (EndpointReport each in EndpointTester.TestAsync([Endpoint.Parse($"localhost:{server.Port}")], options, Stop))
        {
            report = each;
        }

        Assert.Equal(status == OcspStatus.Revoked ? (Verdict.Untrusted, Cause.Revoked) : (Verdict.Trusted, Cause.None),
            (report!.Verdict, report.Cause));
        Assert.Equal(status is null, report.RevocationStatus == "not asked");
        Assert.Equal(version == "-tls1_3" && status is not null, report.Timings.Any(timing => timing.Phase == "Reading"));
    }
}
