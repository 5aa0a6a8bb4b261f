using System.Security.Cryptography.X509Certificates;
using TlsTrust.Certificates;
using TlsTrust.Clients;
using TlsTrust.Connections.Endpoints;
using TlsTrust.Paths;
using TlsTrust.Paths.Search;
using TlsTrust.Tests.Certificates;

namespace TlsTrust.Tests.Clients;

/// <summary>What only some clients ask of a connection: a port that they open, a stapled answer where it is demanded.</summary>
public sealed class HandshakeDemandsTests
{
    /// <summary>TLS feature, RFC 7633: status_request.</summary>
    private static readonly X509Extension StatusRequest = new("1.3.6.1.5.5.7.1.24", [0x30, 3, 2, 1, 5], critical: false);

    private static readonly Certificate Root = ForgedCertificates.Root("Demanding Root");

    [Theory]
    [InlineData(25, true, true)]
    [InlineData(993, true, true)]
    [InlineData(6000, true, true)]
    [InlineData(6679, false, true)]
    [InlineData(443, false, false)]
    [InlineData(8443, false, false)]
    public void Browsers_open_no_port_of_another_service(int port, bool byChrome, bool byFirefox)
    {
        ClientEvidence evidence = Evidence([Leaf("Demanding Root"), Root]) with { BlockedPort = BlockedPorts.Contain(port) ? port : null };

        Dictionary<string, ClientVerdict> rows = ClientProfiles.Decide(evidence).ToDictionary(row => row.Client);

        Assert.Equal(byChrome ? "ERR_UNSAFE_PORT" : "", rows["Chrome"].Message);
        Assert.Equal(byFirefox, rows["Firefox"].Message.Contains("deniedPortAccess", StringComparison.Ordinal));
        Assert.All(rows.Values.Where(row => row.Client is not ("Chrome" or "Firefox")), row => Assert.NotEqual(ClientFault.Port, row.Rule));
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(null, false)]
    public void Some_clients_refuse_a_certificate_that_must_be_stapled_and_is_not(bool? isStapled, bool refused)
    {
        ClientEvidence evidence = Evidence([Leaf("Demanding Root", StatusRequest), Root]) with { IsStapled = isStapled };

        IEnumerable<string> refusing =
            ClientProfiles.Decide(evidence).Where(row => row.Rule == ClientFault.StapleMissing).Select(row => row.Client);

        string[] expected = refused ? ["Firefox", "GnuTLS"] : [];
        Assert.Equal(expected, refusing.Order());
    }

    [Fact]
    public void A_staple_is_not_missed_where_no_certificate_demands_it() =>
        Assert.All(ClientProfiles.Decide(Evidence([Leaf("Demanding Root"), Root]) with { IsStapled = false }),
            row => Assert.NotEqual(ClientAnswer.Refuses, row.Answer));

    [Fact]
    public void A_feature_that_a_CA_demands_is_demanded_below_it()
    {
        Certificate authority =
            ForgedCertificates.Issue(new Forgery { Subject = "Demanding CA", Issuer = Root.Subject.CommonName!, IsCA = true,
                Extensions = [StatusRequest] });
        ClientEvidence lacking = Evidence([Leaf("Demanding CA"), authority, Root]);
        ClientEvidence keeping = Evidence([Leaf("Demanding CA", StatusRequest), authority, Root]);

        Assert.Equal(["Firefox", "GnuTLS"], RefusedBy(lacking));
        Assert.Empty(RefusedBy(keeping));
        Assert.NotNull(PathSearch.Search(lacking.Query).Path);
        Assert.Contains(PathSearch.Search(lacking.Query with { Policy = PathPolicy.Strict }).Partial[0].Rejections,
            rejection => rejection is { Rule: PathRule.StrictX509, IsError: true }
                && rejection.Clause.StartsWith("RFC 7633", StringComparison.Ordinal));
        Assert.DoesNotContain(PathSearch.Search(keeping.Query with { Policy = PathPolicy.Strict }).Partial.SelectMany(p => p.Rejections),
            rejection => rejection.Clause.StartsWith("RFC 7633", StringComparison.Ordinal));

        static IEnumerable<string> RefusedBy(ClientEvidence evidence) =>
            ClientProfiles.Decide(evidence).Where(row => row.Rule == ClientFault.FeatureMissing).Select(row => row.Client).Order();
    }

    private static Certificate Leaf(string issuer, params X509Extension[] extensions) =>
        ForgedCertificates.Issue(new Forgery { Subject = "www.demand.example", Issuer = issuer, DnsNames = ["www.demand.example"],
            KeyPurposes = [ForgedCertificates.ServerAuthentication], Extensions = extensions });

    private static ClientEvidence Evidence(Certificate[] chain) => new()
    {
        AnchorsOf = AnchorScope.EveryClient,
        Query = new PathQuery
        {
            Leaf = chain[0],
            Presented = chain[..^1],
            Anchors = new CertificateIndex([chain[^1]]),
            HostName = "www.demand.example",
            At = Forgery.Now,
        },
    };
}
