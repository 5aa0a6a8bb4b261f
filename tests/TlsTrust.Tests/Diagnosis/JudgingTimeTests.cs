using TlsTrust.Certificates;
using TlsTrust.Diagnosis;
using TlsTrust.Diagnosis.Chains;
using TlsTrust.Lab.Pki;
using TlsTrust.Paths;
using TlsTrust.Paths.Search;
using TlsTrust.Stores;
using TlsTrust.Tests.Diagnosis.Laws;

namespace TlsTrust.Tests.Diagnosis;

/// <summary>
/// Judging has a clock: what is made to cost time is given up within its budget, and ends when it is told to. By work done, not by the time
/// it took.
/// </summary>
public sealed class JudgingTimeTests
{
    private const int Authorities = 10;

    // Ten CAs that have all certified each other, and no root among them: some four million ways up.
    private static readonly Lazy<(LabCertificate Leaf, LabCertificate[] Mesh)> Mesh = new(() =>
    {
        LabAuthority[] authorities = [.. Enumerable.Range(0, Authorities).Select(i => LabAuthority.CreateRoot($"CN=Mesh {i}", Judged.Now))];
        return (authorities[0].IssueServer("www.shop.dev"),
            [.. authorities.SelectMany(by => authorities.Where(other => other != by).Select(other => by.CrossSign(other)))]);
    });

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void A_mesh_of_cross_signs_ends_within_its_budget()
    {
        (LabCertificate leaf, LabCertificate[] mesh) = Mesh.Value;
        PathQuery query =
            ChainJudge.Query(
                Judged.Evidence([leaf, .. mesh], Judged.Store(LabAuthority.CreateRoot("CN=Elsewhere", Judged.Now).Certificate)));

        PathSearchResult result = PathSearch.Search(query);

        Assert.Null(result.Path);
        Assert.InRange(result.Work.Steps, 0, PathLimits.Steps + 1);
        Assert.InRange(result.Work.SignatureChecks, 0, PathLimits.SignatureChecks);
        Assert.InRange(result.Partial.Count, 1, PathLimits.PartialPaths);
    }

    [Fact]
    public void A_search_that_is_told_to_end_takes_no_further_step()
    {
        (LabCertificate leaf, LabCertificate[] mesh) = Mesh.Value;
        PathQuery query = ChainJudge.Query(Judged.Evidence([leaf, .. mesh], Judged.Store()));
        using CancellationTokenSource ended = new();
        ended.Cancel();

        Assert.Throws<OperationCanceledException>(() => PathSearch.SearchUntil(query, ended.Token));
    }

    [Fact]
    public async Task A_chain_for_which_the_time_does_not_suffice_is_given_up_with_a_report()
    {
        using ChainInspector inspector = Inspector(TimeSpan.Zero);

        CertificateChain chain = await inspector.InspectOneAsync(Presented(), Cancel);

        Assert.Equal((Verdict.Untrusted, Cause.IssuerUnknown), (chain.Verdict, chain.Cause));
        Assert.Contains("the time limit of 0 s was reached", chain.Summary, StringComparison.Ordinal);
        Assert.Null(chain.OpenSslCode);
        Assert.All(chain.Clients, row => Assert.Equal(ClientAnswer.Unknown, row.Answer));
        Assert.Empty(ReportLaws.Broken(LawView.Of(chain)));
    }

    [Fact]
    public async Task A_caller_that_ends_it_gets_no_report()
    {
        using ChainInspector inspector = Inspector(TimeSpan.FromMinutes(1));
        using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        await ended.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => inspector.InspectOneAsync(Presented(), ended.Token));
    }

    private static ChainInspector Inspector(TimeSpan limit) => new(new ChainInspectionOptions
    {
        Store = Judged.Store(LabAuthority.CreateRoot("CN=Elsewhere", Judged.Now).Certificate),
        HostName = "www.shop.dev",
        At = Judged.Now.UtcDateTime,
        NoDownload = true,
        TimeLimit = limit,
    });

    private static PresentedCertificates Presented()
    {
        (LabCertificate leaf, LabCertificate[] mesh) = Mesh.Value;
        return new()
        {
            Origin = "sent",
            Certificates =
                [.. mesh.Prepend(leaf)
                    .Select((certificate, position) =>
                        new StoredCertificate(Certificate.Parse(certificate.Der), CertificateOrigin.Sent(position)))],
        };
    }
}
