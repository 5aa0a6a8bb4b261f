using TlsTrust.Results;
using TlsTrust.Results.Reports;

namespace TlsTrust.Tests.Results.Reports;

/// <summary>The phrase of a table, for every cause, from whatever a report holds.</summary>
public sealed class CausePhrasesTests
{
    // What still fits on one line of 120 columns beside verdict, cause, host and days, where the name in it is of usual length.
    private const int UsualRoom = 48;

    private static readonly DateTime At = new(2026, 11, 1, 0, 0, 0, DateTimeKind.Utc);

    public static TheoryData<Cause> Causes => [.. Enum.GetValues<Cause>()];

    [Theory]
    [MemberData(nameof(Causes))]
    public void A_phrase_is_one_short_line_and_never_the_sentence(Cause cause)
    {
        EndpointReport report = Report(cause);
        Assert.NotEqual(report.Summary, report.Why);
        Assert.DoesNotContain('\n', report.Why);
        Assert.InRange(report.Why.Length, 5, UsualRoom + 4);
        Assert.False(report.Why.EndsWith('.'), "a phrase is no sentence");
    }

    [Theory]
    [MemberData(nameof(Causes))]
    public void An_empty_report_has_a_phrase_too(Cause cause)
    {
        EndpointReport bare = new()
        {
            Endpoint = "a.example:443", HostName = "a.example", Port = 443, Verdict = Verdict.Unreachable, Cause = cause,
                Summary = "A sentence.", AnchorStore = "", CheckedAt = At,
        };
        Assert.NotEmpty(bare.Why);
        Assert.Null(bare.DaysLeft);
        Assert.NotNull(bare.NextCommand);
    }

    [Fact]
    public void Names_the_thing()
    {
        Assert.Equal("missing Lab Issuing CA, found by AIA", Report(Cause.MissingIntermediate).Why);
        Assert.Equal("root Contoso, Inspection CA not in the store", Report(Cause.PrivateRoot).Why);
        Assert.Equal("expired 20 days ago: Lab Issuing CA", Report(Cause.Expired).Why);
    }

    [Fact]
    public void Days_left_are_those_of_the_first_certificate_to_end()
    {
        EndpointReport report = Report(Cause.Expired);
        Assert.Equal(At.AddDays(-20), report.ValidUntil);
        Assert.Equal(-20, report.DaysLeft);
        Assert.Equal(At.AddDays(90), report.NotAfter);
    }

    [Theory]
    [InlineData("CN=Lab Root, O=Lab", "Lab Root")]
    [InlineData(@"C=DE, CN=Contoso\, Inspection CA", "Contoso, Inspection CA")]
    [InlineData("OU=Roots, O=Old CA Ltd", "Old CA Ltd")]
    [InlineData("www.example.org", "www.example.org")]
    [InlineData("", "")]
    public void The_short_name_is_the_one_people_use(string subject, string expected) => Assert.Equal(expected, ShortName.Of(subject));

    [Fact]
    public void Tags_are_bounded_and_keep_their_order()
    {
        TagSet tags = new(Enumerable.Range(0, 1000).Select(i => KeyValuePair.Create($"c{i}", new string('x', 5000))));
        Assert.Equal(TagSet.MaxCount, tags.Count);
        Assert.Equal(TagSet.MaxLength, tags["C0"].Length);
        Assert.Equal("Owner=ops; Site=Berlin", new TagSet([new("Owner", "ops"), new("Site", "Berlin"), new("OWNER", "x")]).ToString());
    }

    private static EndpointReport Report(Cause cause)
    {
        ChainCertificate leaf = Certificate(0, "CN=www.example.org", At.AddDays(90), "sent at position 0");
        ChainCertificate issuing = Certificate(1, "CN=Lab Issuing CA, O=Lab", At.AddDays(-20), "http://ca.example.org/issuing.cer");
        ChainCertificate root = Certificate(2, @"CN=Contoso\, Inspection CA", At.AddDays(900), "store /etc/ssl/certs");
        return new()
        {
            Endpoint = "www.example.org:443",
            HostName = "www.example.org",
            Port = 443,
            Verdict = cause == Cause.None ? Verdict.Trusted : Verdict.Untrusted,
            Cause = cause,
            Summary = "www.example.org:443 is not trusted: a sentence with all its words.",
            Findings = cause == Cause.None ? []
                : [new() { Id = (FindingId)(int)cause, Severity = Severity.Error, Depth = 1, Message = "A sentence.", Remedy = "Do it.",
                    RemedyFor = RemedyParty.Server }],
            Presented = [leaf],
            BuiltPath = [leaf, issuing, root],
            MissingIssuer = issuing,
            NotAfter = leaf.NotAfter,
            AnchorStore = "store",
            CheckedAt = At,
        };
    }

    private static ChainCertificate Certificate(int depth, string subject, DateTime end, string origin) => new()
    {
        Depth = depth,
        Role = depth == 0 ? ChainRole.Leaf : ChainRole.Intermediate,
        Subject = subject,
        Issuer = "CN=Lab Root",
        SerialNumber = "01",
        NotBefore = end.AddDays(-365),
        NotAfter = end,
        DaysLeft = (int)Math.Floor((end - At).TotalDays),
        Names = depth == 0 ? ["www.example.org", "example.org"] : [],
        PublicKey = "EC P-256",
        SignatureAlgorithm = "ecdsa-with-SHA256",
        Origin = origin,
        Sha256 = $"{depth}",
        Thumbprint = $"{depth}",
        Pem = "",
    };
}
