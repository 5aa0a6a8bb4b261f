using System.Globalization;
using System.Text;

namespace TlsTrust.Rendering;

/// <summary>Chains as a diagram in Mermaid's language; several are parts of one diagram.</summary>
internal static class ChainMermaid
{
    public static string Draw(IReadOnlyList<CertificateChain> chains)
    {
        // The title is YAML: in single quotes, which are doubled inside.
        string title = ChainPicture.Plain(
            chains.Count == 1 ? chains[0].Summary : string.Create(CultureInfo.InvariantCulture, $"{chains.Count} chains"), 200)
            .Replace("'", "''", StringComparison.Ordinal);
        StringBuilder text = new($"---\ntitle: '{title}'\n---\nflowchart TD\n");
        for (int i = 0; i < chains.Count; i++)
        {
            if (chains.Count == 1)
            {
                Append(text, chains[i], "");
                continue;
            }

            string prefix = string.Create(CultureInfo.InvariantCulture, $"p{i}");
            text.Append(CultureInfo.InvariantCulture, $"  subgraph {prefix}[\"{Text(chains[i].ToString())}\"]\n");
            Append(text, chains[i], prefix);
            text.Append("  end\n");
        }

        // Both colours of each pair are set, so that the diagram is readable on light and dark pages alike.
        text.Append("  classDef ok fill:#e3f4e6,stroke:#1a7f37,color:#0d1117\n");
        text.Append("  classDef missing fill:#fff1d6,stroke:#9a6700,color:#0d1117,stroke-dasharray:5 4\n");
        text.Append("  classDef bad fill:#ffe2e0,stroke:#cf222e,color:#0d1117\n");
        text.Append("  classDef unused fill:#eaeef2,stroke:#6e7781,color:#0d1117,stroke-dasharray:2 3\n");
        return text.ToString();
    }

    private static void Append(StringBuilder text, CertificateChain chain, string prefix)
    {
        List<ChainNode> nodes = [.. ChainNode.PathOf(chain).Reverse()];
        for (int i = 0; i < nodes.Count; i++)
        {
            Node($"{prefix}c{i}", nodes[i]);
            if (i > 0)
            {
                // A dotted line leads to what was not sent.
                bool gap = nodes[i - 1].Kind is ChainNodeKind.Missing or ChainNodeKind.Hole || nodes[i].Kind == ChainNodeKind.Missing;
                text.Append(CultureInfo.InvariantCulture, $"  {prefix}c{i - 1} {(gap ? "-.->" : "-->")} {prefix}c{i}\n");
            }
        }

        IReadOnlyList<ChainNode> unused = ChainNode.UnusedOf(chain);
        for (int i = 0; i < unused.Count; i++)
        {
            Node(string.Create(CultureInfo.InvariantCulture, $"{prefix}u{i}"), unused[i]);
        }

        void Node(string id, ChainNode node)
        {
            IEnumerable<string> lines = [node.Title, node.Place, node.Validity, .. node.Problems.Select(problem => $"! {problem}")];
            string label = string.Join("<br/>", lines.Where(line => line.Length > 0).Select(line => Text(line)));
            text.Append(CultureInfo.InvariantCulture, $"  {id}[\"{label}\"]:::{ChainPicture.Class(node)}\n");
        }
    }

    // Mermaid takes character codes between # and ; where its own signs would end the label or start markup.
    private static string Text(string line)
    {
        StringBuilder escaped = new();
        foreach (char letter in ChainPicture.Plain(line, 120))
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
