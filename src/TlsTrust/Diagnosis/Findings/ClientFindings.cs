using TlsTrust.Clients;
using TlsTrust.Diagnosis.Observations;

namespace TlsTrust.Diagnosis.Findings;

/// <summary>What the clients' rows add to the findings, so that verdict and rows never contradict each other in silence.</summary>
internal static class ClientFindings
{
    private const string NobodyLooks = "no client of the table refuses for this: ";

    /// <summary>True for the fact that explains why nobody refuses what is not trusted.</summary>
    public static bool SaysThatNobodyLooks(string fact) => fact.StartsWith(NobodyLooks, StringComparison.Ordinal);

    /// <summary>
    /// The findings; under an error that no client shares a fact says so, under none a warning for each refusal that is not explained yet.
    /// </summary>
    public static IEnumerable<Finding> Complete(IReadOnlyList<Finding> findings, IReadOnlyList<ClientVerdict> clients,
        ChainEvidence evidence)
    {
        findings = [.. findings.Select(finding => StrictFindings.Beside(clients, finding))];
        if (findings.Any(finding => finding.Severity == Severity.Error))
        {
            bool anyRefuses = clients.Any(row => row.Answer == ClientAnswer.Refuses);
            return anyRefuses ? findings
                : findings.Select(finding => finding.Severity == Severity.Error ? WithNobody(finding, clients) : finding);
        }

        return [.. findings, .. Disagreeing(findings, clients, evidence)];
    }

    private static Finding WithNobody(Finding finding, IReadOnlyList<ClientVerdict> clients) =>
        finding.Evidence.Any(SaysThatNobodyLooks) ? finding : finding with
    {
        Evidence = [.. finding.Evidence, NobodyLooks
            + (clients.All(row => row.Answer == ClientAnswer.Unknown) ? "what they would do is not known"
            : finding.Id is FindingId.Revoked
            ? "they ask for revocation only where they are told to, and then refuse"
            : "the rule is stricter than theirs, and kept because it protects")],
    };

    private static IEnumerable<Finding> Disagreeing(IReadOnlyList<Finding> findings, IReadOnlyList<ClientVerdict> clients,
        ChainEvidence evidence)
    {
        IEnumerable<ClientVerdict> unexplained =
            clients.Where(row => row.Answer == ClientAnswer.Refuses && !findings.Any(finding => IsExplainedBy(row, finding)));
        foreach (IGrouping<string, ClientVerdict> same in unexplained.GroupBy(row => row.Reason))
        {
            ClientVerdict first = same.First();
            string names = string.Join(", ", same.Select(row => row.Client));
            (string remedy, RemedyParty party) = Remedy(first.Rule, evidence);

            // What curl refuses is not trusted, whatever the chain is worth. A port that browsers leave alone is nobody's fault.
            FindingId? id = same.Any(row => row.Client is "curl" or "OpenSSL") ? IdOf(first.Rule) : null;
            string verb = same.Count() == 1 ? "refuses" : "refuse";
            yield return new Finding
            {
                Id = id ?? FindingId.ClientsDisagree,
                Severity = id is not null ? Severity.Error : first.Rule == ClientFault.Port ? Severity.Information : Severity.Warning,
                Depth = 0,
                Message = id is null ? $"{names} {verb} what OpenSSL and curl take: {first.Reason}." : $"{names} {verb}: {first.Reason}.",
                Evidence = [.. same.Select(row => $"{row.Client}: {row.Message}"), $"the rule: {first.Rule}", .. first.Source.Length > 0
                    ? new[] { $"known from: {first.Source}" } : []],
                Remedy = remedy,
                RemedyFor = party,
            };
        }
    }

    private static FindingId? IdOf(string rule) => rule switch
    {
        ClientFault.HandshakeUsage => FindingId.WrongUsage,
        ClientFault.KeyKind => FindingId.HandshakeRefused,
        ClientFault.IssuerKeyKind or ClientFault.IssuerCurve => FindingId.IssuerUnknown,
        nameof(CertificateOddity.EmptyIssuer) => FindingId.Malformed,
        _ => null,
    };

    private static bool IsExplainedBy(ClientVerdict row, Finding finding) =>
        finding is { Severity: Severity.Warning, Remedy.Length: > 0 }
            && finding.Evidence.Append(finding.Message).Any(text => text.Contains(row.Client, StringComparison.Ordinal));

    private static (string Remedy, RemedyParty Party) Remedy(string rule, ChainEvidence evidence) => rule switch
    {
        ClientFault.HandshakeUsage =>
            ("Have the server's certificate issued again with the key usage digitalSignature, which every modern handshake needs.",
                RemedyParty.Server),
        ClientFault.IssuerNotFound or ClientFault.SelfSigned or ClientFault.SelfSignedInChain or ClientFault.AnchorNotSelfSigned
            when !evidence.Presented[0].IsSelfSigned =>
            ("Give those clients the root and the intermediates in the store that they read (Set-TrustBundleEnvironment), and let the " +
                "server send every intermediate.", RemedyParty.Client),
        ClientFault.IssuerNotFound or ClientFault.SelfSigned or ClientFault.SelfSignedInChain or ClientFault.AnchorNotSelfSigned =>
            ("Give the server a certificate from a CA, and those clients the CA: they do not take a server's own certificate for an " +
                "anchor.", RemedyParty.Server),
        ClientFault.KeyKind or ClientFault.IssuerKeyKind =>
            ("Give the server a second chain with RSA or ECDSA keys all the way up, for clients that do not know these; those on " +
                "OpenSSL need version 3.5 or later.", RemedyParty.Server),
        ClientFault.Protocol => ("Switch on TLS 1.2 or 1.3 at the server.", RemedyParty.Server),
        ClientFault.Port => ("Nothing, where no browser is to come; else let the server listen on another port, such as 443 or 8443.",
            RemedyParty.Server),
        ClientFault.StapleMissing =>
            ("Switch on OCSP stapling at the server (nginx: ssl_stapling on; Apache httpd: SSLUseStapling on), or have the certificate " +
                "issued again without the TLS feature that demands it.", RemedyParty.Server),
        ClientFault.TooMany or ClientFault.TooLong =>
            ("Let the server send its own certificate and the intermediates above it and no more; let the certificate have fewer names.",
                RemedyParty.Server),
        nameof(FindingId.BadSignature) =>
            ("Leave one CA of each name in the store, and let the server send the one that signed its certificate: those clients take " +
                "one that bears the name, and try no other.", RemedyParty.Client),
        nameof(FindingId.NameMismatch) =>
            ("Have the certificate issued again with the name asked for written out in its subject alternative name.", RemedyParty.Server),
        _ => ("Have the certificate that the reason names issued again so that it keeps this rule; until then those clients can't connect.",
            RemedyParty.Server),
    };
}
