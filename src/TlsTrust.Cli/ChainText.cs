using System.Globalization;
using TlsTrust.Diagnosis.Chains;

namespace TlsTrust.Cli;

/// <summary>A chain as text for a terminal or a log: the decision, the tree, the evidence.</summary>
internal static class ChainText
{
    public static void Write(TextWriter output, CertificateChain chain, bool leafFirst)
    {
        output.WriteLine(chain.Summary);
        foreach (string line in ChainTree.Draw(chain, leafFirst).Split('\n'))
        {
            output.WriteLine($"  {line}");
        }

        foreach (Finding finding in chain.Findings)
        {
            output.WriteLine($"  {finding.Severity,-11} {finding.Id}: {finding.Message}");
            if (finding.Remedy.Length > 0)
            {
                output.WriteLine($"              {finding.RemedyFor}: {finding.Remedy}");
            }
        }

        foreach (ChainPath path in chain.Paths)
        {
            output.WriteLine($"  {(path.IsValid ? "valid path  " : "partial path")} {path}");
        }

        output.WriteLine($"  sent        {chain.Difference}");
        if (chain.OpenSslCode is { } code)
        {
            string depth = chain.ErrorDepth is { } at ? string.Create(CultureInfo.InvariantCulture, $" at depth {at}") : "";
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  OpenSSL     {code}{depth}: {chain.OpenSslError}"));
        }

        output.WriteLine($"  store       {chain.AnchorStore}");
    }
}
