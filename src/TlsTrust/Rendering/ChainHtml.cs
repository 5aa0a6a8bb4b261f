using System.Globalization;
using System.Text;

namespace TlsTrust.Rendering;

/// <summary>
/// A chain as one HTML page: the verdict, the drawing, the findings with what to do, the certificates. Nothing is loaded from elsewhere, no
/// script runs.
/// </summary>
internal static class ChainHtml
{
    private const string Style = """
        :root { color-scheme: light dark; --text: #0d1117; --page: #ffffff; --soft: #57606a; --line: #d0d7de; --error: #a40e26; --warning: #7d4e00; --good: #1a7f37 }
        @media (prefers-color-scheme: dark) { :root { --text: #e6edf3; --page: #0d1117; --soft: #b1bac4; --line: #30363d; --error: #ffa198; --warning: #e3b341; --good: #56d364 } }
        body { font: 15px/1.5 ui-sans-serif, system-ui, "Segoe UI", "DejaVu Sans", sans-serif; color: var(--text); background: var(--page); max-width: 62rem; margin: 2rem auto; padding: 0 1rem }
        h1 { font-size: 1.4rem; margin-bottom: .2rem; overflow-wrap: anywhere } h2 { font-size: 1.1rem; margin-top: 2rem }
        .soft { color: var(--soft) } .Error { color: var(--error) } .Warning { color: var(--warning) } .Trusted { color: var(--good) } .Untrusted, .Unreachable { color: var(--error) }
        svg { max-width: 100%; height: auto }
        table { border-collapse: collapse; width: 100% } th, td { text-align: left; vertical-align: top; padding: .35rem .6rem .35rem 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere }
        th:first-child, td:first-child { overflow-wrap: normal; white-space: nowrap }
        ul { margin: .2rem 0; padding-left: 1.2rem } code, pre { font: 12.5px/1.4 ui-monospace, "Cascadia Mono", "DejaVu Sans Mono", monospace } pre { overflow-x: auto }
        """;

    public static string Draw(IReadOnlyList<CertificateChain> chains)
    {
        StringBuilder page = new();
        string title = chains.Count == 1 ? $"{Text(chains[0].Origin)}: {chains[0].Verdict}"
            : string.Create(CultureInfo.InvariantCulture, $"{chains.Count} chains");
        page.Append(CultureInfo.InvariantCulture, $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>{title}</title>
            <style>{Style}</style>
            </head>
            <body>

            """);
        if (chains.Count > 1)
        {
            page.Append("<ul>").Append(string.Concat(chains.Select((chain, i) => string.Create(CultureInfo.InvariantCulture,
                $"<li><a href=\"#c{i}\">{Text(chain.Origin)}</a> <span class=\"{chain.Verdict}\">{chain.Verdict}</span></li>"))))
                .Append("</ul>\n");
        }

        for (int i = 0; i < chains.Count; i++)
        {
            Append(page, chains[i], i);
        }

        page.Append("</body>\n</html>\n");
        return page.ToString().ReplaceLineEndings("\n");
    }

    private static void Append(StringBuilder page, CertificateChain chain, int number)
    {
        page.Append(CultureInfo.InvariantCulture, $"""
            <h1 id="c{number}">{Text(chain.Origin)}</h1>
            <p><strong class="{chain.Verdict}">{chain.Verdict}{(chain.Cause == Cause.None ? "" : $" ({chain.Cause})")}</strong> {Text(chain.Summary)}</p>
            {ChainSvg.Draw(chain, embedded: true)}

            """);
        if (chain.Findings.Count > 0)
        {
            page.Append("<h2>Findings</h2>\n<table>\n<thead><tr><th>What</th><th>Seen</th><th>What to do</th></tr></thead>\n<tbody>\n");
            foreach (Finding finding in chain.Findings)
            {
                page.Append(CultureInfo.InvariantCulture, $"<tr><td><span class=\"{finding.Severity}\">{finding.Severity}</" +
                    $"span><br><code>{finding.Id}</code></td><td>{Text(finding.Message)}");
                if (finding.Evidence.Count > 0)
                {
                    page.Append("<ul class=\"soft\">").Append(string.Concat(finding.Evidence.Select(fact => $"<li>{Text(fact)}</li>")))
                        .Append("</ul>");
                }

                page.Append(CultureInfo.InvariantCulture,
                    $"</td><td>{(finding.Remedy.Length > 0 ? $"{finding.RemedyFor}: {Text(finding.Remedy)}" : "")}</td></tr>\n");
            }

            page.Append("</tbody>\n</table>\n");
        }

        if (chain.BuiltPath.Count > 0)
        {
            page.Append("<h2>Certificates</h2>\n<table>\n<thead><tr><th>Depth</th><th>Subject</th><th>From</th><th>Valid</th></tr></" +
                "thead>\n<tbody>\n");
            foreach (ChainCertificate certificate in chain.BuiltPath.Concat(chain.Difference.Unused))
            {
                bool unused = chain.Difference.Unused.Contains(certificate);
                page.Append(CultureInfo.InvariantCulture, $"""
                    <tr><td>{(unused ? "–" : certificate.Depth)}</td>
                    <td>{Text(certificate.Subject)}<br><span class="soft">{certificate.Role}, {Text(certificate.PublicKey)}, {Text(certificate.SignatureAlgorithm)}<br>SHA-256 <code>{Text(certificate.Sha256)}</code></span>
                    {(certificate.Names.Count > 0 ? $"<br><span class=\"soft\">{Text(string.Join(", ", certificate.Names.Take(20)))}</span>" : "")}</td>
                    <td>{Text(certificate.Origin)}{(unused ? " (not needed)" : "")}</td>
                    <td>{certificate.NotBefore:yyyy-MM-dd} – {certificate.NotAfter:yyyy-MM-dd}</td></tr>

                    """);
            }

            page.Append(CultureInfo.InvariantCulture, $"""
                </tbody>
                </table>
                <h2>What the server should be given</h2>
                <details><summary>Leaf and issuers in order, without the root (PEM)</summary><pre>{Text(ChainPicture.Pem(chain, includeRoot: false), int.MaxValue)}</pre></details>

                """);
        }

        page.Append(CultureInfo.InvariantCulture, $"""
            <p class="soft">Judged for {chain.CheckedAt:yyyy-MM-dd HH:mm} UTC against {Text(chain.AnchorStore)}.{(chain.OpenSslCode is > 0 and { } code ? $" OpenSSL says: {code}, {Text(chain.OpenSslError ?? "")}." : "")} Sent: {Text(chain.Difference.ToString())}.</p>

            """);
    }

    private static string Text(string text, int longest = 4000)
    {
        // Line feeds are kept where a preformatted block needs them.
        return longest == int.MaxValue ? ChainPicture.Escape(text) : ChainPicture.Escape(ChainPicture.Plain(text, longest));
    }
}
