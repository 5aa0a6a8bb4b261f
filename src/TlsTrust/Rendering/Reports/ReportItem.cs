using System.Globalization;
using TlsTrust.Diagnosis.Chains;

namespace TlsTrust.Rendering.Reports;

/// <summary>How bad it is; the worst first.</summary>
public enum ReportLevel
{
    /// <summary>Not trusted, defective, switched off.</summary>
    Untrusted,

    /// <summary>Nothing to judge was reached or found.</summary>
    Unreachable,

    /// <summary>A row of a list that is no endpoint.</summary>
    Unusable,

    /// <summary>Good, with something to look at.</summary>
    Warning,

    /// <summary>Good.</summary>
    Fine,
}

/// <summary>Any result, as far as a report tells of it.</summary>
public sealed record ReportItem
{
    /// <summary>
    /// What it is: <c>endpoint</c>, <c>chain</c>, <c>file</c>, <c>program</c>, <c>issuer</c>, <c>setting</c>, <c>change</c>,
    /// <c>provision</c>, <c>machine</c>, <c>machines</c>, <c>input</c>.
    /// </summary>
    public required string Kind { get; init; }

    /// <summary>The endpoint, file or program.</summary>
    public required string Name { get; init; }

    /// <summary>The machine that it is of; empty for this one.</summary>
    public string Machine { get; init; } = "";

    /// <summary>The name without the machine, where it is of one; else empty.</summary>
    public string About { get; init; } = "";

    /// <summary>How bad it is.</summary>
    public required ReportLevel Level { get; init; }

    /// <summary>The verdict in a word.</summary>
    public required string Verdict { get; init; }

    /// <summary>The cause; empty where there is none.</summary>
    public string Cause { get; init; } = "";

    /// <summary>A phrase.</summary>
    public string Why { get; init; } = "";

    /// <summary>A sentence.</summary>
    public string Summary { get; init; } = "";

    /// <summary>All that was found, the most important first.</summary>
    public IReadOnlyList<ReportFinding> Findings { get; init; } = [];

    /// <summary>The certificates that it is about, leaf first.</summary>
    public IReadOnlyList<ChainCertificate> Certificates { get; init; } = [];

    /// <summary>The chain to draw; null where there is none.</summary>
    public CertificateChain? Chain { get; init; }

    /// <summary>What clients make of it.</summary>
    public IReadOnlyList<ClientVerdict> Clients { get; init; } = [];

    /// <summary>The first end of validity, UTC.</summary>
    public DateTime? ValidUntil { get; init; }

    /// <summary>Days to <see cref="ValidUntil"/> at <see cref="At"/>.</summary>
    public int? DaysLeft { get; init; }

    /// <summary>The command to run next; empty where none helps.</summary>
    public string NextCommand { get; init; } = "";

    /// <summary>The address, where it tells two reports of one endpoint apart.</summary>
    public string Address { get; init; } = "";

    /// <summary>The store it was judged with.</summary>
    public string Store { get; init; } = "";

    /// <summary>When it was judged, UTC; null where time has no part in it.</summary>
    public DateTime? At { get; init; }

    /// <summary>How long it took.</summary>
    public TimeSpan Took { get; init; }

    /// <summary>The file it lies in, and the line; empty and 0 where it lies in none.</summary>
    public string File { get; init; } = "";

    /// <inheritdoc cref="File"/>
    public int Line { get; init; }

    /// <summary>What stood beside it in its list.</summary>
    public TagSet Tag { get; init; } = TagSet.Empty;

    /// <summary>A row of a list that can't be used.</summary>
    /// <param name="text">The row.</param>
    /// <param name="reason">Why not.</param>
    /// <param name="line">Its line, from 1; 0 where it is not known.</param>
    public static ReportItem Unusable(string text, string reason, int line) => new()
    {
        Kind = "input",
        Name = line > 0 ? string.Create(CultureInfo.InvariantCulture, $"line {line}: {text}") : text,
        Level = ReportLevel.Unusable,
        Verdict = "Unusable",
        Cause = "InvalidEndpoint",
        Why = reason,
        Summary = reason,
        Line = line,
        Findings = [new("InvalidEndpoint", Severity.Error, reason, [], "Correct the row of the list.", RemedyParty.Client)],
    };

    /// <summary>A result as an item; null for what no report tells of.</summary>
    public static ReportItem? Of(IResult result)
    {
        ReportItem? item = ItemOf(result);
        return item is not null && result is MachineResult { Machine: { } machine } and not MachineFailure
            ? item with { Machine = machine, About = item.Name, Name = $"{machine}: {item.Name}" }
            : item;
    }

    private static ReportItem? ItemOf(IResult result) => result switch
    {
        EndpointReport report => Endpoint(report),
        CertificateChain chain => OfChain(chain),
        PemRepairReport file => Bundle(file),
        ProgramTrust program => Program(program),
        InsecureSetting setting => Setting(setting),
        IssuerMatch issuer => Issuer(issuer),
        ReportDifference difference => Difference(difference),
        MachineFailure failure => OfMachine(failure),
        MachineDifference difference => Between(difference),
        TrustEnvironmentChange change => Change(change),
        _ => null,
    };

    private static ReportItem Endpoint(EndpointReport report) => new()
    {
        Kind = "endpoint",
        Name = report.Endpoint,
        Level = LevelOf(report.Verdict, report.Findings),
        Verdict = report.Verdict.ToString(),
        Cause = report.Cause == TlsTrust.Cause.None ? "" : report.Cause.ToString(),
        Why = report.Why,
        Summary = report.Summary,
        Findings = [.. report.Findings.Select(ReportFinding.Of)],
        Certificates = report.BuiltPath.Count > 0 ? report.BuiltPath : report.Presented,
        Chain = report.BuiltPath.Count > 0 ? ChainInspector.Convert(report) : null,
        Clients = report.Clients,
        ValidUntil = report.ValidUntil,
        DaysLeft = report.DaysLeft,
        NextCommand = report.NextCommand,
        Address = report.RemoteAddress ?? "",
        Store = report.AnchorStore,
        At = report.CheckedAt,
        Took = TimeSpan.FromMilliseconds(report.Timings.Sum(timing => timing.Milliseconds)),
        Tag = report.Tag,
    };

    private static ReportItem OfChain(CertificateChain chain)
    {
        DateTime? end = chain.BuiltPath.Count > 0 ? chain.BuiltPath.Min(certificate => certificate.NotAfter) : chain.NotAfter;
        return new()
        {
            Kind = "chain",
            Name = chain.Origin,
            Level = LevelOf(chain.Verdict, chain.Findings),
            Verdict = chain.Verdict.ToString(),
            Cause = chain.Cause == TlsTrust.Cause.None ? "" : chain.Cause.ToString(),
            Why = AsReport(chain).Why,
            Summary = chain.Summary,
            Findings = [.. chain.Findings.Select(ReportFinding.Of)],
            Certificates = chain.BuiltPath.Count > 0 ? chain.BuiltPath : chain.Presented,
            Chain = chain,
            Clients = chain.Clients,
            ValidUntil = end,
            DaysLeft = end is { } until ? (int)Math.Floor((until - chain.CheckedAt).TotalDays) : null,
            Store = chain.AnchorStore,
            At = chain.CheckedAt,
            File = IsFile(chain.Origin) ? chain.Origin : "",
        };
    }

    // One rule for the phrase, whoever asks.
    private static EndpointReport AsReport(CertificateChain chain) => new()
    {
        Endpoint = chain.Origin,
        HostName = chain.HostName,
        Port = 0,
        Verdict = chain.Verdict,
        Cause = chain.Cause,
        Summary = chain.Summary,
        Findings = chain.Findings,
        Presented = chain.Presented,
        BuiltPath = chain.BuiltPath,
        MissingIssuer = chain.MissingIssuer,
        NotAfter = chain.NotAfter,
        AnchorStore = chain.AnchorStore,
        CheckedAt = chain.CheckedAt,
    };

    private static ReportItem Bundle(PemRepairReport file) => new()
    {
        Kind = "file",
        Name = file.Path.Length > 0 ? file.Path : file.Destination ?? "",
        Level = file.Refusal is not null || file.Unrecovered.Count > 0 || file is { IsSound: false, Written: false } ? ReportLevel.Untrusted
            : !file.IsSound || file.Notes.Any(note => note.Severity == Severity.Warning) ? ReportLevel.Warning
            : ReportLevel.Fine,
        Verdict = file.Refusal is not null ? "Refused" : file.Written ? "Repaired" : file.IsSound ? "Sound" : "Defective",
        Cause = file.Unrecovered.Concat(file.Changes).FirstOrDefault()?.What ?? "",
        Why = file.Refusal ?? file.Unrecovered.Concat(file.Changes).FirstOrDefault()?.Why ?? "",
        Summary = file.Summary,
        Findings = [.. file.Unrecovered.Concat(file.Changes).Concat(file.Notes).Select(ReportFinding.Of)],
        Certificates = file.After.Count > 0 ? file.After : file.Before,
        File = file.Path,
        NextCommand = file is { IsSound: false, Written: false, Refusal: null }
            ? $"Repair-PemBundle '{file.Path.Replace("'", "''", StringComparison.Ordinal)}'" : "",
    };

    private static ReportItem Program(ProgramTrust program)
    {
        bool refuses = program.Accepts == false;
        return new()
        {
            Kind = "program",
            Name = program.Scope == TrustScope.Process ? program.ProgramName : $"{program.ProgramName} ({program.Scope})",
            Level = refuses || program.Insecure.Count > 0 ? ReportLevel.Untrusted : program.Status == TrustStatus.Ok ? ReportLevel.Fine
                : ReportLevel.Warning,
            Verdict = refuses ? "Refuses" : program.Status.ToString(),
            Cause = program.Insecure.Count > 0 ? nameof(FindingId.InsecureSetting) : "",
            Why = program.AcceptsDetail ?? program.Detail,
            Summary = $"{program.ProgramName} trusts {program.Store}: {program.Reason}. {program.Detail}".Trim(),
            Findings = [.. program.Insecure.Select(Insecure)],
            Store = program.Store,
        };
    }

    private static ReportItem Setting(InsecureSetting setting) => new()
    {
        Kind = "setting",
        Name = $"{setting.ProgramName}: {setting.Setting}",
        Level = ReportLevel.Untrusted,
        Verdict = "Insecure",
        Cause = nameof(FindingId.InsecureSetting),
        Why = $"switches {setting.TurnsOff} off",
        Summary = $"{setting} switches {setting.TurnsOff} off.",
        Findings = [Insecure(setting)],
        File = setting.File ?? "",
        Line = setting.Line,
        NextCommand = setting.Undo,
    };

    private static ReportItem Issuer(IssuerMatch issuer) => new()
    {
        Kind = "issuer",
        Name = issuer.Origin,
        Level = issuer.Status == IssuerStatus.Found ? ReportLevel.Warning : ReportLevel.Untrusted,
        Verdict = issuer.Status.ToString(),
        Cause = issuer.LeadsTo.ToString(),
        Why = issuer.IssuerName,
        Summary = issuer.Summary,
        Certificates = issuer.Certificate is null ? [] : [issuer.Certificate],
        ValidUntil = issuer.Certificate?.NotAfter,
        DaysLeft = issuer.Certificate?.DaysLeft,
    };

    private static ReportItem Change(TrustEnvironmentChange change) => new()
    {
        Kind = "provision",
        Name = change.Program,
        Level = change.Verified switch
        {
            ChangeCheck.ReadBack or ChangeCheck.Accepted => ReportLevel.Fine,
            ChangeCheck.NotChecked => ReportLevel.Warning,
            _ => ReportLevel.Untrusted,
        },
        Verdict = change.Verified.ToString(),
        Why = $"{change.Setting}: {change.Before ?? "not set"} → {change.After ?? "not set"}",
        Summary = $"{change.Setting} ({change.Scope}{(change.File is null ? "" : $", {change.File}")}): " +
            $"before {change.Before ?? "not set"}, after {change.After ?? "not set"}. {change.Effect}. {change.VerifiedDetail}".TrimEnd(),
        File = change.File ?? "",
        Line = change.Line,
    };

    private static ReportItem Between(MachineDifference difference) => new()
    {
        Kind = "machines",
        Name = difference.Program is null ? difference.Endpoint ?? string.Join(", ", difference.Fails)
            : difference.Endpoint is null ? difference.Program : $"{difference.Program}, {difference.Endpoint}",
        Level = difference.Decides switch
        {
            DecidingDifference.None => ReportLevel.Fine,
            DecidingDifference.NoAnswer or DecidingDifference.Network => ReportLevel.Unreachable,
            _ => ReportLevel.Untrusted,
        },
        Verdict = difference.Decides == DecidingDifference.None ? "Same" : "Differs",
        Cause = difference.Decides == DecidingDifference.None ? "" : difference.Decides.ToString(),
        Why = difference.Fails.Count == 0 ? difference.Summary : $"{string.Join(", ", difference.Fails)}: {difference.Summary}",
        Summary = difference.Fails.Count == 0 ? difference.Summary
            : $"Fails on {string.Join(", ", difference.Fails)}; works on " +
                $"{(difference.Works.Count > 0 ? string.Join(", ", difference.Works) : "none")}: {difference.Summary}",
    };

    private static ReportItem OfMachine(MachineFailure failure) => new()
    {
        Kind = "machine",
        Name = failure.Machine ?? "",
        Machine = failure.Machine ?? "",
        Level = ReportLevel.Unreachable,
        Verdict = failure.Fault.ToString(),
        Why = failure.Summary,
        Summary = $"{failure.Command}: {failure.Summary} {failure.Remedy}",
    };

    private static ReportItem Difference(ReportDifference difference) => new()
    {
        Kind = "change",
        Name = difference.Endpoint,
        Level = difference.IsWorse ? ReportLevel.Untrusted : difference.Changes.Contains(ReportChange.Gone) ? ReportLevel.Warning
            : ReportLevel.Fine,
        Verdict = difference.Changes.ToString(),
        Cause = difference.Cause == TlsTrust.Cause.None ? "" : difference.Cause.ToString(),
        Why = difference.Summary,
        Summary = difference.Summary,
        ValidUntil = difference.ValidUntil,
        DaysLeft = difference.DaysLeft,
        At = difference.CheckedAt,
    };

    private static ReportFinding Insecure(InsecureSetting setting) => new(
        nameof(FindingId.InsecureSetting), Severity.Error, $"{setting} switches {setting.TurnsOff} off.", [setting.Source], setting.Undo,
            RemedyParty.Client)
    {
        Line = setting.Line,
    };

    private static ReportLevel LevelOf(Verdict verdict, IEnumerable<Finding> findings) =>
        verdict == TlsTrust.Verdict.Untrusted ? ReportLevel.Untrusted
        : verdict == TlsTrust.Verdict.Unreachable ? ReportLevel.Unreachable
        : findings.Any(finding => finding.Severity != Severity.Information) ? ReportLevel.Warning
        : ReportLevel.Fine;

    private static bool IsFile(string origin) =>
        origin.Length > 0 && !origin.Contains("://", StringComparison.Ordinal) && Path.IsPathRooted(origin);
}

/// <summary>One finding of any kind of result.</summary>
/// <param name="Id">A stable name.</param>
/// <param name="Severity">How much it matters.</param>
/// <param name="Message">What was seen.</param>
/// <param name="Evidence">How it is known.</param>
/// <param name="Remedy">What to do; empty where nothing.</param>
/// <param name="RemedyFor">Who has to.</param>
public sealed record ReportFinding(string Id, Severity Severity, string Message, IReadOnlyList<string> Evidence, string Remedy,
    RemedyParty RemedyFor)
{
    /// <summary>Line in the item's file; 0 where it does not apply.</summary>
    public int Line { get; init; }

    /// <summary>From a report's or chain's finding.</summary>
    public static ReportFinding Of(Finding finding)
    {
        ArgumentNullException.ThrowIfNull(finding);
        return new(finding.Id.ToString(), finding.Severity, finding.Message, finding.Evidence, finding.Remedy, finding.RemedyFor);
    }

    /// <summary>From what is wrong in a PEM file.</summary>
    public static ReportFinding Of(PemChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        return new(change.What, change.Severity, change.Why, change.Clients, change.Severity == Severity.Information ? ""
            : "Mend the file with Repair-PemBundle.", RemedyParty.Server) { Line = change.Line };
    }
}
