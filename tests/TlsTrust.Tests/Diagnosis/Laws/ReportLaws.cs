using TlsTrust.Clients;
using TlsTrust.Diagnosis;
using TlsTrust.Diagnosis.Chains;
using TlsTrust.Diagnosis.Findings;
using TlsTrust.Results.Reports;

namespace TlsTrust.Tests.Diagnosis.Laws;

/// <summary>What the laws look at in a report, whichever cmdlet it comes from.</summary>
internal sealed record LawView(Verdict Verdict, Cause Cause, ResultList<Finding> Findings, int? OpenSslCode,
    ResultList<ClientVerdict> Clients)
{
    /// <summary>No client, whatever it holds, could finish the handshake.</summary>
    internal bool HandshakeEnded { get; init; }

    /// <summary>A CA alone, as a file may hold it, has no clients.</summary>
    internal bool IsServer { get; init; } = true;

    internal static LawView Of(EndpointReport report) =>
        new(report.Verdict, report.Cause, report.Findings, report.OpenSslCode, report.Clients);

    internal static LawView Of(CertificateChain chain) =>
        new(chain.Verdict, chain.Cause, chain.Findings, chain.OpenSslCode, chain.Clients) { IsServer = chain.HostName.Length > 0
            || !chain.Presented[0].IsCA };
}

/// <summary>A report never contradicts itself: the laws of the design, each as what breaks it.</summary>
internal static class ReportLaws
{
    /// <summary>What is broken, one sentence each; nothing for a report that holds together.</summary>
    internal static IEnumerable<string> Broken(LawView report) =>
    [
        .. BrokenFirst(report), .. BrokenSecond(report), .. BrokenThird(report), .. SaidToRefuse(report), .. BrokenFourth(report),
        .. CauseAndFindings(report),
    ];

    /// <summary>1. Trusted: OpenSSL and curl accept, and OpenSSL's code is 0.</summary>
    internal static IEnumerable<string> BrokenFirst(LawView report)
    {
        if (report.Verdict != Verdict.Trusted)
        {
            yield break;
        }

        if (report.OpenSslCode != 0)
        {
            yield return $"law 1: trusted with OpenSSL's code {report.OpenSslCode}";
        }

        foreach (ClientVerdict row in report.Clients.Where(row => row.Client is "OpenSSL" or "curl" && row.Answer != ClientAnswer.Accepts))
        {
            yield return $"law 1: trusted, and {row}: {row.Reason}";
        }

        if (report.Clients.Count == 0 && report.IsServer)
        {
            yield return "law 1: trusted without any row";
        }
    }

    /// <summary>
    /// 2. Untrusted for a chain's fault: a row refuses in words of that fault, or the finding says that these clients don't look.
    /// </summary>
    internal static IEnumerable<string> BrokenSecond(LawView report)
    {
        if (report.Verdict != Verdict.Untrusted || CauseTable.Of(report.Cause).Stage == CauseStage.Connection)
        {
            yield break;
        }

        Finding? cause =
            report.Findings.FirstOrDefault(finding => (int)finding.Id == (int)report.Cause && finding.Severity == Severity.Error);
        if (cause is null)
        {
            yield return $"law 2: untrusted for {report.Cause}, and no finding says so";
            yield break;
        }

        if (!report.Clients.Any(row => row.Answer == ClientAnswer.Refuses && row.Message.Length > 0)
            && !cause.Evidence.Any(ClientFindings.SaysThatNobodyLooks))
        {
            yield return $"law 2: untrusted for {report.Cause}, no client refuses, and the finding does not say why";
        }

        // OpenSSL's own answer is that of one of the faults that were found.
        if (report.OpenSslCode is not (null or 0)
            && !report.Findings.Any(finding =>
                finding.Severity >= Severity.Warning
                    && CauseTable.Of((Cause)(int)finding.Id).OpenSslCodes.Contains(report.OpenSslCode.Value)))
        {
            yield return $"law 2: OpenSSL says {report.OpenSslCode}, and no error found is of that kind " +
                $"({string.Join(", ",
                    report.Findings.Where(finding => finding.Severity == Severity.Error).Select(finding => finding.Id))})";
        }
    }

    /// <summary>
    /// 3. Each row that refuses under Trusted is explained by a warning that names the client and has a remedy; one that opens no such
    /// port, by information.
    /// </summary>
    internal static IEnumerable<string> BrokenThird(LawView report)
    {
        if (report.Verdict != Verdict.Trusted)
        {
            yield break;
        }

        foreach (ClientVerdict row in report.Clients.Where(row => row.Answer == ClientAnswer.Refuses))
        {
            if (!report.Findings.Any(finding =>
                finding is { Remedy.Length: > 0 }
                    && finding.Severity == (row.Rule == ClientFault.Port ? Severity.Information : Severity.Warning)
                    && finding.Evidence.Append(finding.Message).Any(text => text.Contains(row.Client, StringComparison.Ordinal))))
            {
                yield return $"law 3: trusted, {row.Client} refuses ({row.Message}; {row.Reason}), and no warning explains it";
            }
        }
    }

    /// <summary>3, the other way round: who is said to refuse does not accept.</summary>
    internal static IEnumerable<string> SaidToRefuse(LawView report) =>
        report.Findings.Where(finding => finding.Message.Contains("Python 3.13 and later) refuse", StringComparison.Ordinal))
            .SelectMany(_ => report.Clients.Where(row => row is { Client: "Python 3.13", Answer: ClientAnswer.Accepts }))
            .Select(row => $"law 3: a finding says that {row.Client} refuses, and {row}");

    /// <summary>4. Unreachable, by the verdict or in truth: no row accepts.</summary>
    internal static IEnumerable<string> BrokenFourth(LawView report) =>
    [
        .. report.Verdict != Verdict.Unreachable && !report.HandshakeEnded ? []
            : report.Clients.Where(row => row.Answer == ClientAnswer.Accepts).Select(row => $"law 4: unreachable, and {row}"),
        .. report.HandshakeEnded && report.Verdict == Verdict.Trusted ? ["law 4: trusted, and nobody could connect"]
            : Array.Empty<string>(),
    ];

    /// <summary>5. The same chain, store, name and time: the same verdict and cause.</summary>
    internal static IEnumerable<string> BrokenFifth(LawView one, LawView other) =>
        one.Verdict == other.Verdict && one.Cause == other.Cause && one.OpenSslCode == other.OpenSslCode ? [] :
            [$"law 5: {one.Verdict} ({one.Cause}, {one.OpenSslCode}) by one way and {other.Verdict} ({other.Cause}, {other.OpenSslCode}) " +
                $"by another"];

    /// <summary>What the verdict is follows from the findings, and every error has a remedy.</summary>
    internal static IEnumerable<string> CauseAndFindings(LawView report)
    {
        bool hasError = report.Findings.Any(finding => finding.Severity == Severity.Error);
        if (report.Verdict == Verdict.Trusted && (hasError || report.Cause is not (Cause.None or Cause.Interception)))
        {
            yield return $"trusted with the cause {report.Cause}{(hasError ? " and an error" : "")}";
        }

        if (report.Verdict != Verdict.Trusted && report.Cause == Cause.None)
        {
            yield return $"{report.Verdict} without a cause";
        }

        foreach (Finding finding in report.Findings.Where(finding => finding is { Severity: Severity.Error, Remedy.Length: 0 }))
        {
            yield return $"no remedy: {finding}";
        }
    }
}
