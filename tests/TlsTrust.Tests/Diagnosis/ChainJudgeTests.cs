using System.Security.Cryptography.X509Certificates;
using TlsTrust.Certificates;
using TlsTrust.Certificates.Extensions;
using TlsTrust.Diagnosis;
using TlsTrust.Diagnosis.Observations;
using TlsTrust.Lab.Pki;
using TlsTrust.Paths.OpenSsl;
using TlsTrust.Paths.Search;
using static TlsTrust.Tests.Diagnosis.Judged;

namespace TlsTrust.Tests.Diagnosis;

/// <summary>Which of the faults behind "unable to get local issuer certificate" it is, case by case.</summary>
public sealed class ChainJudgeTests
{
    private readonly Judged _pki = new();

    private LabCertificate Root => _pki.Root.Certificate;

    private LabCertificate Issuing => _pki.Issuing.Certificate;

    [Fact]
    public void Trusts_a_chain_that_ends_in_the_store()
    {
        ChainJudgement judged = ChainJudge.Judge(Evidence([_pki.Leaf, Issuing], Store(Root), Public(Root)));

        Assert.Equal((Verdict.Trusted, Cause.None), (judged.Verdict, judged.Cause));
        Assert.Empty(judged.Findings);
        Assert.Equal(3, judged.BestPath.Count);
    }

    [Fact]
    public void Reports_MissingIntermediate_when_what_was_found_leads_to_an_anchor()
    {
        ChainJudgement judged = ChainJudge.Judge(Evidence([_pki.Leaf], Store(Root), Public(), Issuing));

        Assert.Equal((Verdict.Untrusted, Cause.MissingIntermediate), (judged.Verdict, judged.Cause));
        Assert.Equal(Read(Issuing), Assert.Single(judged.Missing).Certificate);
        Assert.Equal(20, judged.Search.OpenSsl.Code);
        Assert.Contains(judged.Findings, finding => finding.Id == FindingId.TrustedOnlyWithDownload);
    }

    [Fact]
    public void Reports_IssuerUnknown_when_nothing_was_found()
    {
        ChainJudgement judged =
            ChainJudge.Judge(Evidence([_pki.Leaf], Store(Root)) with { Tried = ["http://aia.test/ca.cer: the server answered 404"] });

        Assert.Equal(Cause.IssuerUnknown, judged.Cause);
        Assert.Equal(20, judged.Search.OpenSsl.Code);
        Finding finding = judged.Findings[0];
        Assert.Contains("CN=Issuing", finding.Message, StringComparison.Ordinal);
        Assert.Contains(Read(Issuing).SubjectKeyIdentifier!.Value.ToString(), finding.Remedy, StringComparison.Ordinal);
        Assert.Contains("http://aia.test/ca.cer: the server answered 404", finding.Evidence);
    }

    [Fact]
    public void Reports_PrivateRoot_when_the_leaf_is_issued_by_an_untrusted_root_that_is_found()
    {
        LabCertificate leaf = _pki.Root.IssueServer("www.shop.dev");

        ChainJudgement judged =
            ChainJudge.Judge(
                Evidence([leaf], Store(), Public(), Root) with { Store = Store(LabAuthority.CreateRoot("CN=Other", Now).Certificate) });

        // The same code at the same depth as a missing intermediate: OpenSSL can't tell, the evidence can.
        Assert.Equal(20, judged.Search.OpenSsl.Code);
        Assert.Equal(Cause.PrivateRoot, judged.Cause);
    }

    [Fact]
    public void Reports_MissingPublicRoot_when_the_root_is_known_and_the_store_lacks_it()
    {
        LabAuthority other = LabAuthority.CreateRoot("CN=Other", Now);

        ChainJudgement sent = ChainJudge.Judge(Evidence([_pki.Leaf, Issuing, Root], Store(other.Certificate), Public(Root)));
        ChainJudgement notSent = ChainJudge.Judge(Evidence([_pki.Leaf, Issuing], Store(other.Certificate), Public(Root)));

        Assert.Equal(Cause.MissingPublicRoot, sent.Cause);
        Assert.Equal(Cause.MissingPublicRoot, notSent.Cause);
        Assert.Equal(Read(Root), notSent.Missing[^1].Certificate);
    }

    [Fact]
    public void Does_not_believe_a_root_that_only_has_a_public_roots_name()
    {
        LabAuthority impostor = LabAuthority.CreateRoot("CN=Root", Now);
        LabCertificate leaf = impostor.IssueServer("www.shop.dev");

        ChainJudgement judged =
            ChainJudge.Judge(
                Evidence([leaf, impostor.Certificate], Store(LabAuthority.CreateRoot("CN=Other", Now).Certificate), Public(Root)));

        Assert.Equal(Cause.PrivateRoot, judged.Cause);
    }

    [Fact]
    public void Never_takes_a_found_certificate_for_an_anchor()
    {
        ChainJudgement judged =
            ChainJudge.Judge(Evidence([_pki.Leaf], Store(LabAuthority.CreateRoot("CN=Other", Now).Certificate), Public(), Issuing, Root));

        Assert.Equal((Verdict.Untrusted, Cause.PrivateRoot), (judged.Verdict, judged.Cause));
        Assert.Contains(judged.Findings, finding => finding is { Id: FindingId.MissingIntermediate, Severity: Severity.Warning });
    }

    [Fact]
    public void Names_the_intermediate_that_some_clients_take_for_an_anchor()
    {
        ChainJudgement judged = ChainJudge.Judge(Evidence([_pki.Leaf, Issuing], Store(Issuing)));

        Assert.Equal(Verdict.Untrusted, judged.Verdict);
        Assert.Equal(2, judged.Search.OpenSsl.Code);
        Assert.Contains(judged.Findings, finding => finding.Id == FindingId.IntermediateAsAnchor);
    }

    [Fact]
    public void Reports_SelfSigned_for_a_certificate_signed_by_its_own_key_unless_it_is_an_anchor()
    {
        LabCertificate self =
            LabAuthority.CreateSelfSigned(new CertificateSpec { Subject = "CN=www.shop.dev", DnsNames = ["www.shop.dev"] }, Now);

        Assert.Equal(Cause.SelfSigned, ChainJudge.Judge(Evidence([self], Store(Root))).Cause);
        Assert.Equal(Verdict.Trusted, ChainJudge.Judge(Evidence([self], Store(self))).Verdict);
    }

    [Fact]
    public void Puts_the_missing_issuer_before_the_date_and_the_date_before_the_name()
    {
        LabCertificate leaf = _pki.Issuing.Issue(new CertificateSpec
        {
            Subject = "CN=other",
            DnsNames = ["other.shop.dev"],
            NotBefore = Now.AddDays(-30),
            NotAfter = Now.AddDays(-1),
        });

        ChainJudgement open = ChainJudge.Judge(Evidence([leaf], Store(Root)));
        ChainJudgement complete = ChainJudge.Judge(Evidence([leaf, Issuing], Store(Root)));

        Assert.Equal([FindingId.IssuerUnknown, FindingId.Expired, FindingId.NameMismatch], Errors(open));
        Assert.Equal([FindingId.Expired, FindingId.NameMismatch], Errors(complete));
    }

    [Fact]
    public void Reports_BadSignature_and_no_missing_issuer_when_the_issuers_key_does_not_verify()
    {
        LabCertificate broken =
            _pki.Issuing.Issue(new CertificateSpec { Subject = "CN=www", DnsNames = ["www.shop.dev"], BreakSignature = true });

        ChainJudgement judged = ChainJudge.Judge(Evidence([broken, Issuing], Store(Root)));

        Assert.Equal([FindingId.BadSignature], Errors(judged));
        Assert.Equal(7, judged.Search.OpenSsl.Code);
    }

    [Fact]
    public void Says_which_clock_is_wrong_only_when_another_clock_makes_the_chain_valid()
    {
        ChainEvidence early = Evidence([_pki.Leaf, Issuing], Store(Root)) with { At = Now.UtcDateTime.AddYears(-20), AtIsClock = true };

        Assert.Equal(Cause.NotYetValid, ChainJudge.Judge(early).Cause);
        Assert.Equal(Cause.ClockSkew,
            ChainJudge.Judge(early with { OtherClocks = [new OtherClock(Now.UtcDateTime, "the AIA server", IsLowerBound: false)] }).Cause);
        Assert.Equal(Cause.NotYetValid,
            ChainJudge.Judge(
                early with { AtIsClock = false,
                    OtherClocks = [new OtherClock(Now.UtcDateTime, "the AIA server", IsLowerBound: false)] }).Cause);
    }

    [Fact]
    public void Reads_the_time_of_a_certificate_transparency_log_out_of_a_certificate()
    {
        byte[] entry = [0, .. new byte[32], .. BitConverter.GetBytes(Now.ToUnixTimeMilliseconds()).AsEnumerable().Reverse(), 0, 0];
        byte[] list = [0, (byte)(entry.Length + 2), 0, (byte)entry.Length, .. entry];
        LabCertificate leaf = _pki.Issuing.Issue(new CertificateSpec
        {
            Subject = "CN=www",
            Extensions = [new X509Extension("1.3.6.1.4.1.11129.2.4.2", DerBytes.Wrap(0x04, list), critical: false)],
        });

        OtherClock clock = Assert.Single(OtherClocks.OfTimestamps(Read(leaf)));
        Assert.Equal(Now.UtcDateTime, clock.Time);
        Assert.True(clock.IsLowerBound);
        Assert.Empty(OtherClocks.OfTimestamps(Read(_pki.Leaf)));
    }

    [Fact]
    public void Calls_interception_only_for_public_hosts_under_roots_that_are_not_publicly_known()
    {
        ChainEvidence intercepted = Evidence([_pki.Leaf, Issuing], Store(Root)) with { IsPublicHost = true };

        ChainJudgement judged = ChainJudge.Judge(intercepted);

        Assert.Equal((Verdict.Trusted, Cause.Interception), (judged.Verdict, judged.Cause));
        Assert.Equal(Cause.None, ChainJudge.Judge(intercepted with { IsPublicHost = false }).Cause);
        Assert.Equal(Cause.None, ChainJudge.Judge(intercepted with { PublicRoots = Public(Root) }).Cause);
    }

    [Fact]
    public void What_else_was_tested_in_a_run_is_told_and_decides_nothing()
    {
        ChainEvidence evidence =
            Evidence([_pki.Leaf, Issuing, Root], Store(LabAuthority.CreateRoot("CN=Other", Now).Certificate)) with { IsPublicHost = true };

        Assert.Equal(Cause.PrivateRoot, ChainJudge.Judge(evidence).Cause);
        ChainJudgement beside = ChainJudge.Judge(evidence with { OtherHostsUnderSameRoot = ["www.bank.dev"] });
        Assert.Equal(Cause.PrivateRoot, beside.Cause);
        Assert.Contains(beside.Findings, finding =>
            finding is { Id: FindingId.Interception, Severity: Severity.Information }
                && finding.Evidence.Any(fact => fact.Contains("www.bank.dev", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_products_name_alone_is_information()
    {
        LabAuthority named = LabAuthority.CreateRoot("CN=Zscaler Root", Now);

        ChainJudgement judged = ChainJudge.Judge(Evidence([named.IssueServer("www.shop.dev")], Store(named.Certificate)));

        Assert.Equal((Verdict.Trusted, Cause.None), (judged.Verdict, judged.Cause));
        Assert.Contains(judged.Findings, finding => finding is { Id: FindingId.Interception, Severity: Severity.Information });
    }

    [Fact]
    public void Warns_before_a_certificate_expires_and_not_too_early()
    {
        LabCertificate leaf =
            _pki.Issuing.Issue(new CertificateSpec { Subject = "CN=www", DnsNames = ["www.shop.dev"], NotAfter = Now.AddDays(10) });
        ChainEvidence evidence = Evidence([leaf, Issuing], Store(Root));

        Assert.Contains(ChainJudge.Judge(evidence).Findings, finding => finding.Id == FindingId.ExpiringSoon);
        Assert.DoesNotContain(ChainJudge.Judge(evidence with { WarnDays = 5 }).Findings, finding => finding.Id == FindingId.ExpiringSoon);
    }

    [Fact]
    public void Every_error_has_a_remedy_and_none_of_them_weakens_verification()
    {
        LabCertificate expired =
            _pki.Issuing.Issue(
                new CertificateSpec { Subject = "CN=www", DnsNames = ["www.shop.dev"], NotBefore = Now.AddDays(-9),
                    NotAfter = Now.AddDays(-1) });
        ChainEvidence[] cases =
        [
            Evidence([_pki.Leaf], Store(Root)), Evidence([_pki.Leaf], Store(Root), Public(), Issuing),
                Evidence([_pki.Leaf, Issuing], Store(), Public(Root)),
            Evidence([_pki.Leaf, Issuing, Root], Store(expired)), Evidence([expired, Issuing], Store(Root)),
                Evidence([_pki.Leaf, Issuing], Store(Root)) with { HostName = "a.b" },
        ];

        Assert.All(cases.SelectMany(evidence => ChainJudge.Judge(evidence).Findings).Where(finding => finding.Severity == Severity.Error),
            finding =>
        {
            Assert.NotEmpty(finding.Remedy);
            Assert.NotEqual(RemedyParty.None, finding.RemedyFor);
            Assert.DoesNotMatch("(?i)skip|insecure|disable|switch verification off|-k ", finding.Remedy);
        });
    }

    private static IEnumerable<FindingId> Errors(ChainJudgement judged) =>
        judged.Findings.Where(finding => finding.Severity == Severity.Error).Select(finding => finding.Id);
}
