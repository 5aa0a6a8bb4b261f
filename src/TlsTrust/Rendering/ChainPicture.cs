using System.Globalization;
using System.Net;
using System.Text;
using TlsTrust.Certificates.Names;

namespace TlsTrust.Rendering;

/// <summary>Forms in which a chain can be put into a ticket, or given to a server.</summary>
public enum ChainPictureFormat
{
    /// <summary>A diagram in Mermaid's language, which GitHub, GitLab and many wikis draw.</summary>
    Mermaid,

    /// <summary>One drawing.</summary>
    Svg,

    /// <summary>One page with drawing, findings and certificates.</summary>
    Html,

    /// <summary>The file a server should be given: leaf, then each issuer in order.</summary>
    Pem,
}

/// <summary>Pictures of a chain: self-contained, readable in light and dark, names from certificates escaped.</summary>
public static class ChainPicture
{
    /// <summary>Draws a chain.</summary>
    /// <param name="chain">The chain.</param>
    /// <param name="format">The form.</param>
    /// <param name="includeRoot">With <see cref="ChainPictureFormat.Pem"/>: the root too.</param>
    public static string Draw(CertificateChain chain, ChainPictureFormat format, bool includeRoot = false)
    {
        ArgumentNullException.ThrowIfNull(chain);
        return format switch
        {
            ChainPictureFormat.Mermaid => Mermaid(chain),
            ChainPictureFormat.Svg => ChainSvg.Draw(chain, embedded: false),
            ChainPictureFormat.Html => ChainHtml.Draw(chain),
            _ => Pem(chain, includeRoot),
        };
    }

    /// <summary>
    /// The file a server should be given: leaf, then each issuer in order; the root only when asked for, since clients have their own.
    /// </summary>
    public static string Pem(CertificateChain chain, bool includeRoot)
    {
        ArgumentNullException.ThrowIfNull(chain);
        StringBuilder text = new();
        foreach (ChainCertificate certificate in chain.BuiltPath)
        {
            if (certificate.Depth == 0 || !certificate.IsSelfSigned || includeRoot)
            {
                text.Append(certificate.Pem.ReplaceLineEndings("\n").TrimEnd('\n')).Append('\n');
            }
        }

        return text.ToString();
    }

    /// <summary>Cuts a text for a picture and makes control characters, and those that turn the direction of reading, visible.</summary>
    internal static string Plain(string text, int longest)
    {
        StringBuilder plain = new(Math.Min(text.Length, longest));
        foreach (Rune rune in VisibleText.Of(text).EnumerateRunes())
        {
            if (plain.Length >= longest - 1)
            {
                plain.Append('…');
                break;
            }

            // What is no character has no code to show, and no place in XML.
            bool isNone = Rune.GetUnicodeCategory(rune) is UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned;
            plain.Append(isNone ? "\uFFFD" : rune.ToString());
        }

        return plain.ToString();
    }

    /// <summary>For text and attributes of HTML and SVG.</summary>
    internal static string Escape(string text) => WebUtility.HtmlEncode(text).Replace("'", "&#39;", StringComparison.Ordinal);

    private static string Mermaid(CertificateChain chain)
    {
        // The title is YAML: in single quotes, which are doubled inside.
        string title = Plain(chain.Summary, 200).Replace("'", "''", StringComparison.Ordinal);
        StringBuilder text = new($"---\ntitle: '{title}'\n---\nflowchart TD\n");
        List<ChainNode> nodes = [.. ChainNode.PathOf(chain).Reverse()];
        for (int i = 0; i < nodes.Count; i++)
        {
            Node($"c{i}", nodes[i]);
            if (i > 0)
            {
                // A dotted line leads to what was not sent.
                bool gap = nodes[i - 1].Kind is ChainNodeKind.Missing or ChainNodeKind.Hole || nodes[i].Kind == ChainNodeKind.Missing;
                text.Append(CultureInfo.InvariantCulture, $"  c{i - 1} {(gap ? "-.->" : "-->")} c{i}\n");
            }
        }

        IReadOnlyList<ChainNode> unused = ChainNode.UnusedOf(chain);
        for (int i = 0; i < unused.Count; i++)
        {
            Node(string.Create(CultureInfo.InvariantCulture, $"u{i}"), unused[i]);
        }

        // Both colours of each pair are set, so that the diagram is readable on light and dark pages alike.
        text.Append("  classDef ok fill:#e3f4e6,stroke:#1a7f37,color:#0d1117\n");
        text.Append("  classDef missing fill:#fff1d6,stroke:#9a6700,color:#0d1117,stroke-dasharray:5 4\n");
        text.Append("  classDef bad fill:#ffe2e0,stroke:#cf222e,color:#0d1117\n");
        text.Append("  classDef unused fill:#eaeef2,stroke:#6e7781,color:#0d1117,stroke-dasharray:2 3\n");
        return text.ToString();

        void Node(string id, ChainNode node)
        {
            IEnumerable<string> lines = [node.Title, node.Place, node.Validity, .. node.Problems.Select(problem => $"! {problem}")];
            string label = string.Join("<br/>", lines.Where(line => line.Length > 0).Select(line => MermaidText(line)));
            text.Append(CultureInfo.InvariantCulture, $"  {id}[\"{label}\"]:::{Class(node)}\n");
        }

        // Mermaid takes character codes between # and ; where its own signs would end the label or start markup.
        static string MermaidText(string line)
        {
            StringBuilder escaped = new();
            foreach (char letter in Plain(line, 120))
            {
                if (char.IsLetterOrDigit(letter) || letter is ' ' or '.' or ',' or ':' or '-' or '/' or '=' or '!' or '(' or ')'
                    || letter > 127)
                {
                    escaped.Append(letter);
                }
                else
                {
                    escaped.Append(CultureInfo.InvariantCulture, $"#{(int)letter};");
                }
            }

            return escaped.ToString();
        }
    }

    /// <summary>The class of a node in the drawings' style sheets.</summary>
    internal static string Class(ChainNode node) => node.Kind switch
    {
        ChainNodeKind.Missing => "missing",
        ChainNodeKind.Hole or ChainNodeKind.UntrustedRoot => "bad",
        ChainNodeKind.Unused => "unused",
        _ => node.Problems.Count > 0 ? "bad" : "ok",
    };
}
