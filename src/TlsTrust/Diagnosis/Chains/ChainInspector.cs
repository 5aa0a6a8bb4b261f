using System.Globalization;
using TlsTrust.CertificateFiles.Defects;
using TlsTrust.Certificates;
using TlsTrust.Clients;
using TlsTrust.Connections.Downloads;
using TlsTrust.Diagnosis.Observations;
using TlsTrust.Diagnosis.Findings;
using TlsTrust.Issuers;
using TlsTrust.Paths;
using TlsTrust.Paths.OpenSsl;
using TlsTrust.Paths.Search;
using TlsTrust.Results.Reports;
using TlsTrust.Revocation;
using TlsTrust.Stores;

namespace TlsTrust.Diagnosis.Chains;

/// <summary>How chains are inspected.</summary>
public sealed record ChainInspectionOptions
{
    /// <summary>The trust store in use.</summary>
    public required TrustStore Store { get; init; }

    /// <summary>Whose store that is: given stores are taken for every client's.</summary>
    public AnchorScope StoreOf { get; init; } = AnchorScope.EveryClient;

    /// <summary>The publicly known roots.</summary>
    public PublicRootSet PublicRoots { get; init; } = PublicRootSet.BuiltIn;

    /// <summary>
    /// Certificates that are sent along with every chain, from another file (Apache's SSLCertificateChainFile, OpenSSL's -untrusted).
    /// </summary>
    public IReadOnlyList<StoredCertificate> Intermediates { get; init; } = [];

    /// <summary>Certificates at hand that may complete a chain.</summary>
    public IReadOnlyList<IssuerSource> AtHand { get; init; } = [];

    /// <summary>The name to check; null for none.</summary>
    public string? HostName { get; init; }

    /// <summary>The time to judge at, UTC; null for <see cref="Clock"/>'s.</summary>
    public DateTime? At { get; init; }

    /// <summary>This machine's clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Which rules are errors.</summary>
    public PathPolicy Policy { get; init; }

    /// <summary>Leave the URLs in certificates alone.</summary>
    public bool NoDownload { get; init; }

    /// <summary>How the URLs in certificates are fetched.</summary>
    public CertificateUrlOptions Urls { get; init; } = new();

    /// <summary>Whether revocation is looked at.</summary>
    public RevocationMode Revocation { get; init; }

    /// <summary>List every valid and every partial path.</summary>
    public bool All { get; init; }

    /// <summary>Limit for everything about one chain, downloads included.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Days before the end of validity from which a certificate counts as expiring soon.</summary>
    public int WarnDays { get; init; } = 30;

    /// <summary>Told what is going on, one line each; null for nobody.</summary>
    public Action<string>? Trace { get; init; }
}

/// <summary>Makes chains out of files, stores, certificates and reports, and judges them as Test-TlsEndpoint judges a server's.</summary>
public sealed class ChainInspector : IDisposable
{
    private readonly ChainInspectionOptions _options;
    private readonly ChainDiagnosis _diagnosis;

    /// <summary>An inspector for one run.</summary>
    public ChainInspector(ChainInspectionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _diagnosis = new ChainDiagnosis(new ChainDiagnosisOptions
        {
            PublicRoots = options.PublicRoots,
            AtHand = options.AtHand,
            NoDownload = options.NoDownload,
            Urls = options.Urls,
            Revocation = options.Revocation,
            Trace = options.Trace,
        });
    }

    /// <inheritdoc/>
    public void Dispose() => _diagnosis.Dispose();

    /// <summary>One chain for each leaf of what lies together; none where there is no certificate.</summary>
    public async IAsyncEnumerable<CertificateChain> InspectAsync(PresentedCertificates presented,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(presented);
        foreach (PresentedCertificates chain in presented.Chains())
        {
            yield return await InspectOneAsync(chain, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>The chain of a report, with the verdict that the report has; judged again only for its paths.</summary>
    public CertificateChain Inspect(EndpointReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        CertificateChain chain = Convert(report);
        if (!_options.All || report.Presented.Count == 0)
        {
            return chain;
        }

        return chain with { Paths = ChainPaths.All(Evidence(PresentedCertificates.From(report), report.HostName, report.CheckedAt)) };
    }

    /// <summary>The chain that a report holds, without judging anything again.</summary>
    public static CertificateChain Convert(EndpointReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return new()
        {
            Origin = report.Endpoint,
            HostName = report.HostName,
            Verdict = report.Verdict,
            Cause = report.Cause,
            Summary = report.Summary,
            Findings = report.Findings,
            OpenSslCode = report.OpenSslCode,
            OpenSslError = report.OpenSslError,
            ErrorDepth = report.ErrorDepth,
            Presented = report.Presented,
            BuiltPath = report.BuiltPath,
            Difference = ChainDifferences.Of(report.Presented, report.BuiltPath),
            MissingIssuer = report.MissingIssuer,
            NotAfter = report.NotAfter,
            RevocationStatus = report.RevocationStatus,
            Clients = report.Clients,
            AnchorStore = report.AnchorStore,
            AnchorParts = report.AnchorParts,
            CheckedAt = report.CheckedAt,
        };
    }

    /// <summary>One chain as it is given, its first certificate the server's.</summary>
    internal async Task<CertificateChain> InspectOneAsync(PresentedCertificates presented, CancellationToken cancellation)
    {
        DateTime at = _options.At ?? _options.Clock.GetUtcNow().UtcDateTime;
        ChainCircumstances around = new()
        {
            Reach = presented.Reach,
            LookUp = null,
            TimeLeft = _options.TimeLimit,
            TimeLimit = _options.TimeLimit,
        };
        return Describe(presented,
            await _diagnosis.RunAsync(Evidence(presented, _options.HostName, at), around, cancellation).ConfigureAwait(false));
    }

    private ChainEvidence Evidence(PresentedCertificates presented, string? hostName, DateTime at)
    {
        StoredCertificate[] all = [.. presented.Certificates, .. _options.Intermediates];
        return new()
        {
            Presented = [.. all.Select(stored => stored.Certificate)],
            Origins = [.. all.Select(stored => stored.Origin)],
            HostName = hostName,
            Store = _options.Store,
            StoreOf = _options.StoreOf,
            PublicRoots = _options.PublicRoots,
            At = at,
            AtIsClock = _options.At is null,
            DownloadsAllowed = !_options.NoDownload,
            Policy = _options.Policy,

            // A CA at the bottom of what lies together is no server.
            Purpose = all[0].Certificate.IsCA && hostName is null ? Purpose.Any : Purpose.ServerAuthentication,
            WarnDays = _options.WarnDays,
            Found = [.. presented.FoundBefore.Select(stored => new FoundCertificate(stored.Certificate, stored.Origin))],
        };
    }

    private CertificateChain Describe(PresentedCertificates presented, DiagnosedChain diagnosed)
    {
        (ChainEvidence evidence, ChainJudgement judgement, ResultList<ClientVerdict> clients) = diagnosed;
        ResultList<Finding> findings = [.. CauseTable.Sort(judgement.Findings.Concat(FileFindings(presented)))];
        OpenSslResult? openSsl = judgement.IsGivenUp ? null : judgement.Search.OpenSsl;
        ResultList<ChainCertificate> path = ChainDescription.BuiltPath(evidence, judgement);
        ResultList<ChainCertificate> sent = InOrder(ChainDescription.Presented(evidence, evidence.At), presented.LeafPosition);
        return new()
        {
            Origin = presented.Origin,
            HostName = evidence.HostName ?? "",
            Verdict = judgement.Verdict,
            Cause = judgement.Cause,
            Summary = Summary(presented.Origin, judgement, findings),
            Findings = findings,
            OpenSslCode = openSsl?.Code,
            OpenSslError = openSsl?.Text,
            ErrorDepth = openSsl is { Code: not 0 } ? openSsl.Depth : null,
            Presented = sent,
            BuiltPath = path,
            Difference = ChainDifferences.Of(sent, path),
            Paths = _options.All ? ChainPaths.All(evidence) : [],
            MissingIssuer = judgement.Missing.Count > 0 ? ChainDescription.Missing(evidence, judgement, judgement.Missing[0]) : null,
            NotAfter = evidence.Presented[0].NotAfter,
            RevocationStatus = EndpointReportBuilder.Revocation(evidence),
            Clients = clients,
            AnchorStore = evidence.Store.Name,
            AnchorParts = [.. evidence.Store.Parts],
            CheckedAt = evidence.At,
        };
    }

    // The judge had the leaf first; what is shown is the order of the file.
    private static ResultList<ChainCertificate> InOrder(ResultList<ChainCertificate> presented, int leafPosition)
    {
        if (leafPosition == 0)
        {
            return presented;
        }

        List<ChainCertificate> list = [.. presented.Skip(1)];
        list.Insert(leafPosition, presented[0]);
        return [.. list.Select((certificate, position) => certificate with { Depth = position })];
    }

    private static IEnumerable<Finding> FileFindings(PresentedCertificates presented)
    {
        if (presented.LeafPosition > 0)
        {
            yield return new()
            {
                Id = FindingId.OutOfOrder,
                Severity = Severity.Warning,
                Depth = 0,
                Message = string.Create(CultureInfo.InvariantCulture,
                    $"The server's certificate {presented.Certificates[0].Certificate.Subject} stands at position " +
                    $"{presented.LeafPosition} and not first; most servers will not start with this file."),
                Evidence = [presented.Certificates[0].Location],
                Remedy = "Put the server's certificate first and each issuer behind what it issued; Repair-PemBundle does it.",
                RemedyFor = RemedyParty.Server,
            };
        }

        foreach (PemDefect defect in presented.Defects.Where(defect => defect.Severity == Severity.Error && defect.Line > 0).Take(10))
        {
            yield return new()
            {
                Id = FindingId.Malformed,
                Severity = Severity.Warning,
                Message = $"{presented.Origin}, line {defect.Line}: {defect.Message}",
                Evidence = [.. defect.Clients.Select(client => client.ToString())],
                Remedy = "Repair-PemBundle writes the file as it should be.",
                RemedyFor = RemedyParty.Server,
            };
        }
    }

    private static string Summary(string origin, ChainJudgement judgement, ResultList<Finding> findings)
    {
        Finding? first = findings.FirstOrDefault(finding => (int)finding.Id == (int)judgement.Cause);
        return judgement.Verdict == Verdict.Trusted
            ? judgement.Cause == Cause.None
                ? string.Create(CultureInfo.InvariantCulture, $"{origin} is trusted: the chain of {judgement.BestPath.Count} " +
                    $"certificates ends in {judgement.BestPath[^1].Subject}, and its first is valid until " +
                    $"{judgement.BestPath[0].NotAfter:yyyy-MM-dd}.")
                : $"{origin} is trusted, but: {first?.Message}"
            : $"{origin} is not trusted: {first?.Message}";
    }
}
