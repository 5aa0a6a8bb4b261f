using TlsTrust.Certificates;
using TlsTrust.Connections.Handshakes;
using TlsTrust.Diagnosis.Observations;

namespace TlsTrust.Diagnosis.Findings;

/// <summary>What the server shows to a client that names no host, beside what it shows to one that does.</summary>
internal static class NamelessFindings
{
    /// <summary>True when the server answers to the name as to no name at all: it does not know it.</summary>
    public static bool IsDefault(NamelessAnswer? nameless, Certificate leaf) =>
        nameless is { Certificates.Count: > 0 } && nameless.Certificates[0].Span.SequenceEqual(leaf.RawData.Span);

    /// <summary>The default host's certificate, where it is another than the one shown to the name and can be read.</summary>
    public static Certificate? Other(ChainEvidence evidence) =>
        evidence.WithoutServerName is { Certificates.Count: > 0 } nameless && !IsDefault(nameless, evidence.Presented[0])
            && Certificate.TryParse(nameless.Certificates[0], out Certificate? other, out _) ? other : null;

    public static IEnumerable<Finding> Of(ChainEvidence evidence)
    {
        if (Other(evidence) is not { } other)
        {
            yield break;
        }

        yield return new Finding
        {
            Id = FindingId.OtherWithoutServerName,
            Severity = Severity.Information,
            Message = $"Clients that send no SNI are shown another certificate, {other}.",
            Evidence =
            [
                $"with the SNI {evidence.HostName}: {evidence.Presented[0]}, SHA-256 {evidence.Presented[0].Sha256}",
                $"without SNI: {other}, SHA-256 {other.Sha256}",
            ],
        };
    }

    /// <summary>Facts beside a wrong name: what was sent as SNI, and what came without it.</summary>
    public static IEnumerable<string> Facts(NamelessAnswer? nameless, Certificate leaf, string hostName)
    {
        if (nameless is null)
        {
            yield break;
        }

        yield return $"sent as SNI: {hostName}";
        if (IsDefault(nameless, leaf))
        {
            yield return "without SNI the server shows the same certificate: it is the one of its default host";
        }
        else if (nameless.Certificates.Count == 0)
        {
            yield return $"without SNI it {nameless.Refusal}";
        }
        else
        {
            yield return Certificate.TryParse(nameless.Certificates[0], out Certificate? other, out _)
                ? $"without SNI the server shows another certificate: {other}, {(NameFindings.IsCovered(hostName, other)
                    ? $"which is for {hostName}" : $"which is not for {hostName} either")}"
                : "without SNI the server shows another certificate, which can't be read";
        }
    }
}
