using System.Text;

namespace TlsTrust.Issuers;

/// <summary>What was found, as a file.</summary>
public static class IssuerMatches
{
    /// <summary>The certificates in PEM form, nearest to the leaf first, each once, each with its names above it.</summary>
    public static string Pem(IEnumerable<IssuerMatch> matches)
    {
        StringBuilder text = new();
        foreach (ChainCertificate certificate in matches.OrderBy(match => match.Depth).Select(match => match.Certificate)
            .OfType<ChainCertificate>().DistinctBy(certificate => certificate.Sha256))
        {
            // A name may hold anything, line feeds too; a comment is one line of plain characters.
            text.Append("# ").Append([.. certificate.Subject.Where(letter => letter is >= ' ' and <= '~')]).Append('\n');
            text.Append(certificate.Pem.ReplaceLineEndings("\n").TrimEnd('\n')).Append('\n');
        }

        return text.ToString();
    }
}
