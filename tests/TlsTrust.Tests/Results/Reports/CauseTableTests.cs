using TlsTrust.Diagnosis;
using TlsTrust.Diagnosis.Findings;
using TlsTrust.Results.Reports;

namespace TlsTrust.Tests.Results.Reports;

public sealed class CauseTableTests
{
    [Fact]
    public void Every_cause_has_one_row_and_nothing_else_has()
    {
        Assert.Equal(Enum.GetValues<Cause>().Where(cause => cause != Cause.None).Order(), CauseTable.All.Select(row => row.Id).Order());
    }

    [Fact]
    public void A_cause_of_the_connection_has_no_code_of_OpenSSLs_and_every_other_has_one()
    {
        Assert.All(CauseTable.All, row => Assert.Equal(row.Stage == CauseStage.Connection, row.OpenSslCodes.Count == 0));
    }

    [Fact]
    public void Every_code_that_OpenSSL_says_of_chains_stands_for_a_cause_that_lists_it()
    {
        int[] said = [1, 2, 6, 7, 9, 10, 13, 14, 18, 19, 20, 22, 23, 25, 26, 34, 40, 47, 48, 49, 51, 52, 53, 62, 64, 66, 67, 68, 79, 94];
        Assert.All(said, code => Assert.Contains(code, CauseTable.Of(CauseTable.OfCode(code)).OpenSslCodes));
    }

    [Fact]
    public void The_first_error_by_rank_is_the_cause_whatever_the_order_they_were_found_in()
    {
        Finding expired = Make(FindingId.Expired, Severity.Error);
        Finding missing = Make(FindingId.MissingIntermediate, Severity.Error);
        Finding warning = Make(FindingId.StoreUnusable, Severity.Warning);
        Assert.Equal((Verdict.Untrusted, Cause.MissingIntermediate), VerdictRule.Of(CauseTable.Sort([warning, expired, missing])));
        Assert.Equal((Verdict.Untrusted, Cause.MissingIntermediate), VerdictRule.Of(CauseTable.Sort([missing, warning, expired])));
        Assert.Equal((Verdict.Trusted, Cause.None), VerdictRule.Of(CauseTable.Sort([warning])));
        Assert.Equal((Verdict.Trusted, Cause.Interception),
            VerdictRule.Of(CauseTable.Sort([warning, Make(FindingId.Interception, Severity.Warning)])));
        Assert.Equal((Verdict.Unreachable, Cause.HandshakeRefused),
            VerdictRule.Of(CauseTable.Sort([Make(FindingId.HandshakeRefused, Severity.Error)]), someClientConnects: false));
    }

    private static Finding Make(FindingId id, Severity severity) => new() { Id = id, Severity = severity, Message = "" };
}
