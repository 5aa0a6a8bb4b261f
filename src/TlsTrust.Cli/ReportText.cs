using System.Globalization;

namespace TlsTrust.Cli;

/// <summary>A report as text for a terminal or a log: the decision first, then the evidence.</summary>
internal static class ReportText
{
    public static void Write(TextWriter output, EndpointReport report)
    {
        output.WriteLine(report.Summary);
        foreach (Finding finding in report.Findings)
        {
            output.WriteLine($"  {finding.Severity,-11} {finding.Id}{(finding.Depth >= 0 ? string.Create(CultureInfo.InvariantCulture, $" at depth {finding.Depth}") : "")}: {finding.Message}");
            foreach (string fact in finding.Evidence)
            {
                output.WriteLine($"              - {fact}");
            }

            if (finding.Remedy.Length > 0)
            {
                output.WriteLine($"              {finding.RemedyFor}: {finding.Remedy}");
            }
        }

        WriteChain(output, "sent", report.Presented);
        WriteChain(output, "path", report.BuiltPath);
        if (report.OpenSslCode is { } code)
        {
            string depth = report.ErrorDepth is { } at ? string.Create(CultureInfo.InvariantCulture, $" at depth {at}") : "";
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  OpenSSL     {code}{depth}: {report.OpenSslError}"));
        }

        string[] refusing = [.. report.Clients.Where(client => client.Answer == ClientAnswer.Refuses).Select(client => client.Client)];
        if (report.Clients.Count > 0)
        {
            output.WriteLine($"  refused by  {(refusing.Length == 0 ? "no client" : string.Join(", ", refusing))}");
        }

        output.WriteLine($"  store       {report.AnchorStore}");
        if (report.ViaProxy is not null)
        {
            output.WriteLine($"  proxy       {report.ViaProxy}");
        }
    }

    private static void WriteChain(TextWriter output, string title, IReadOnlyList<ChainCertificate> certificates)
    {
        foreach (ChainCertificate certificate in certificates)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  {title,-7} {certificate.Depth,3} {certificate.Role,-12} {certificate.Subject}, until {certificate.NotAfter:yyyy-MM-dd} ({certificate.Origin})"));
        }
    }
}
