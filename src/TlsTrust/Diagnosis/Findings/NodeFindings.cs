using System.Globalization;
using TlsTrust.Connections.Handshakes;

namespace TlsTrust.Diagnosis.Findings;

/// <summary>
/// Whether one address gives the same answer each time: behind a balancer stand several nodes, and one that was forgotten at the last
/// renewal is the fault that comes and goes.
/// </summary>
internal static class NodeFindings
{
    /// <summary>Several connections that were answered differently, with the share of each answer.</summary>
    /// <param name="answers">The answers, the most frequent first, each with what it amounts to by itself.</param>
    public static Finding Shares(IReadOnlyList<NodeAnswer> answers)
    {
        int all = answers.Sum(answer => answer.Count);
        return Disagree(
            string.Create(CultureInfo.InvariantCulture,
                $"{answers[0].Evidence.Endpoint} gave {answers.Count} different answers to {all} connections: ")
            + $"{string.Join(", ", answers.Select(answer => $"{Share(answer.Count, all)} {answer.Outcome}"))}.",
            [.. answers.Select(answer => $"{Share(answer.Count, all)}: {Describe(answer.Evidence)}; {answer.Outcome}")]);
    }

    /// <summary>Another connection of this run was answered otherwise.</summary>
    /// <param name="evidence">This answer.</param>
    /// <param name="before">What is known of the other one.</param>
    public static Finding Once(ConnectionEvidence evidence, string before) => Disagree(
        $"{evidence.Endpoint} served another chain to another connection of this run; -Repeat 10 counts how often each is served.",
        [$"this connection: {Describe(evidence)}", $"another: {before}"]);

    /// <summary>An answer in words.</summary>
    public static string Describe(ConnectionEvidence evidence) =>
        evidence.Presented.Count > 0 ? AddressFindings.Fingerprint(evidence)
        : evidence.Detail.Length > 0 ? evidence.Detail : "no certificate";

    private static Finding Disagree(string message, ResultList<string> evidence) => new()
    {
        Id = FindingId.NodesDisagree,
        Severity = Severity.Warning,
        Message = message,
        Evidence = evidence,
        Remedy = "Bring all nodes behind this address to the same certificate files, and reload each; one of them was forgotten at the " +
            "last renewal.",
        RemedyFor = RemedyParty.Server,
    };

    private static string Share(int count, int all) => string.Create(CultureInfo.InvariantCulture, $"{count} of {all}");
}

/// <summary>One of the answers that connections to one endpoint got.</summary>
/// <param name="Evidence">The first connection that got it.</param>
/// <param name="Count">How many got it.</param>
/// <param name="Outcome">The verdict on it, with its cause.</param>
internal sealed record NodeAnswer(ConnectionEvidence Evidence, int Count, string Outcome);
