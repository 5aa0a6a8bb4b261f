using System.Text;

namespace TlsTrust.Rendering;

/// <summary>A chain as an indented tree of text, with what is missing marked in its place.</summary>
public static class ChainTree
{
    /// <summary>Draws a chain.</summary>
    /// <param name="chain">The chain.</param>
    /// <param name="leafFirst">Leaf at the top; else the root.</param>
    /// <returns>Lines, separated by a line feed, without one at the end.</returns>
    public static string Draw(CertificateChain chain, bool leafFirst = false)
    {
        ArgumentNullException.ThrowIfNull(chain);
        IReadOnlyList<ChainNode> path = ChainNode.PathOf(chain);
        StringBuilder text = new();
        int level = 0;
        foreach (ChainNode node in leafFirst ? path : path.Reverse())
        {
            string indent = level == 0 ? "" : new string(' ', (level - 1) * 3) + "└─ ";
            string below = new(' ', level * 3);
            Line(text, $"{indent}{Mark(node.Kind)}{node.Title}");
            Line(text, $"{below}   {node.Place}{(node.Validity.Length > 0 ? $"; {node.Validity}" : "")}");
            foreach (string problem in node.Problems)
            {
                Line(text, $"{below}   ! {problem}");
            }

            level++;
        }

        foreach (ChainNode node in ChainNode.UnusedOf(chain))
        {
            Line(text, $"~ {node.Title}");
            Line(text, $"   {node.Place}; {node.Validity}");
        }

        return text.ToString().TrimEnd('\n');
    }

    private static string Mark(ChainNodeKind kind) => kind switch
    {
        ChainNodeKind.Missing => "+ ",
        ChainNodeKind.Hole => "? ",
        ChainNodeKind.UntrustedRoot => "x ",
        _ => "",
    };

    private static void Line(StringBuilder text, string line) => text.Append(line).Append('\n');
}
