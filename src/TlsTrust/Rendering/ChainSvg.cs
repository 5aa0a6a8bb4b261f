using System.Globalization;
using System.Text;

namespace TlsTrust.Rendering;

/// <summary>
/// A chain as one SVG drawing: root at the top, what is missing with a dashed edge in its place, what was sent without need at the side.
/// </summary>
internal static class ChainSvg
{
    private const int BoxWidth = 560;
    private const int LineHeight = 19;
    private const int Gap = 34;
    private const int Margin = 16;

    // About what fits into a box at 14 px; longer lines are cut, the page's table has them whole.
    private const int LongestLine = 76;

    /// <summary>
    /// The style of every drawing, in both schemes: one in an <c>img</c> follows the system's, one in a page the page's. A page with many
    /// has it once.
    /// </summary>
    public const string StyleSheet = """
        .tlstrust text { font: 14px ui-sans-serif, system-ui, "Segoe UI", "DejaVu Sans", sans-serif; fill: #0d1117 }
        .tlstrust .title { font-weight: 600 }
        .tlstrust .small { font-size: 13px; fill: #444c56 }
        .tlstrust .problem { font-size: 13px; fill: #a40e26 }
        .tlstrust .page { fill: #ffffff }
        .tlstrust .edge { stroke: #57606a; stroke-width: 1.5; fill: none }
        .tlstrust .edge.gap { stroke-dasharray: 5 4 }
        .tlstrust rect.box { stroke-width: 1.5 }
        .tlstrust .ok rect.box { fill: #e3f4e6; stroke: #1a7f37 }
        .tlstrust .missing rect.box { fill: #fff1d6; stroke: #9a6700; stroke-dasharray: 6 4; stroke-width: 2 }
        .tlstrust .bad rect.box { fill: #ffe2e0; stroke: #cf222e }
        .tlstrust .unused rect.box { fill: #eaeef2; stroke: #6e7781; stroke-dasharray: 2 3 }
        @media (prefers-color-scheme: dark) {
          .tlstrust text { fill: #e6edf3 }
          .tlstrust .small { fill: #b1bac4 }
          .tlstrust .problem { fill: #ffa198 }
          .tlstrust .page { fill: #0d1117 }
          .tlstrust .edge { stroke: #8b949e }
          .tlstrust .ok rect.box { fill: #12261a; stroke: #3fb950 }
          .tlstrust .missing rect.box { fill: #2e2209; stroke: #d29922 }
          .tlstrust .bad rect.box { fill: #351416; stroke: #f85149 }
          .tlstrust .unused rect.box { fill: #1c2128; stroke: #8b949e }
        }
        """;

    /// <summary>Draws chains, one below the other.</summary>
    public static string Draw(IReadOnlyList<CertificateChain> chains)
    {
        if (chains.Count == 1)
        {
            return Draw(chains[0], embedded: false);
        }

        StringBuilder body = new();
        int total = 0, width = BoxWidth + (2 * Margin);
        foreach (CertificateChain chain in chains)
        {
            (string drawing, int height) = Layout(chain, embedded: false, styled: total == 0, at: total);
            body.Append(drawing);
            total += height;
        }

        return string.Create(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" class="tlstrust" role="img" aria-label="{chains.Count} chains" viewBox="0 0 {width} {total}" width="{width}" height="{total}">
            <title>{chains.Count} chains</title>
            {body}</svg>

            """).ReplaceLineEndings("\n");
    }

    /// <summary>Draws a chain.</summary>
    /// <param name="chain">The chain.</param>
    /// <param name="embedded">True inside a page, which has its own background.</param>
    /// <param name="styled">False where the page has the style.</param>
    public static string Draw(CertificateChain chain, bool embedded, bool styled = true) => Layout(chain, embedded, styled, at: 0).Drawing;

    private static (string Drawing, int Height) Layout(CertificateChain chain, bool embedded, bool styled, int at)
    {
        List<(ChainNode Node, List<(string Text, string Style)> Lines)> boxes =
            [.. ChainNode.PathOf(chain).Reverse().Concat(ChainNode.UnusedOf(chain)).Select(node => (node, Lines(node)))];
        StringBuilder body = new();
        int y = Margin;
        if (!embedded)
        {
            foreach (string line in Wrap(ChainPicture.Plain(chain.Summary, 400), LongestLine))
            {
                y += LineHeight;
                body.Append(CultureInfo.InvariantCulture, $"""
                    <text x="{Margin}" y="{y - 4}">{ChainPicture.Escape(line)}</text>

                    """);
            }

            y += Margin / 2;
        }

        ChainNode? above = null;
        foreach ((ChainNode node, List<(string Text, string Style)> lines) in boxes)
        {
            int height = (lines.Count * LineHeight) + 18;
            if (above is not null)
            {
                if (node.Kind != ChainNodeKind.Unused)
                {
                    bool gap = above.Kind is ChainNodeKind.Missing or ChainNodeKind.Hole || node.Kind == ChainNodeKind.Missing;
                    body.Append(CultureInfo.InvariantCulture, $"""
                        <path class="edge{(gap ? " gap" : "")}" d="M {Margin + 40} {y} v {Gap - 2}"/><path class="edge" d="M {Margin + 35} {y + Gap - 9} l 5 7 l 5 -7"/>
                        <text class="small" x="{Margin + 56}" y="{y + (Gap / 2) + 5}">signed</text>

                        """);
                }

                y += Gap;
            }

            body.Append(CultureInfo.InvariantCulture, $"""
                <g class="{ChainPicture.Class(node)}"><rect class="box" x="{Margin}" y="{y}" width="{BoxWidth}" height="{height}" rx="8"/>

                """);
            int line = y + 26;
            foreach ((string text, string style) in lines)
            {
                body.Append(CultureInfo.InvariantCulture, $"""
                    <text class="{style}" x="{Margin + 14}" y="{line}">{ChainPicture.Escape(ChainPicture.Plain(text, LongestLine))}</text>

                    """);
                line += LineHeight;
            }

            body.Append("</g>\n");
            y += height;
            above = node;
        }

        int total = y + Margin, width = BoxWidth + (2 * Margin);
        string label = ChainPicture.Escape(ChainPicture.Plain(chain.Summary, 300));
        string place = at == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" y=\"{at}\"");
        return (string.Create(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" class="tlstrust" role="img" aria-label="{label}" viewBox="0 0 {width} {total}"{place} width="{width}" height="{total}">
            <title>{label}</title>
            {(styled ? $"<style>{StyleSheet}</style>" : "")}
            {(embedded ? "" : $"<rect class=\"page\" width=\"{width}\" height=\"{total}\"/>")}
            {body}</svg>

            """).ReplaceLineEndings("\n"), total);
    }

    private static List<string> Wrap(string text, int width)
    {
        List<string> lines = [""];
        foreach (string word in text.Split(' '))
        {
            if (lines[^1].Length + 1 + word.Length > width && lines[^1].Length > 0)
            {
                lines.Add("");
            }

            lines[^1] += (lines[^1].Length > 0 ? " " : "") + (word.Length > width ? word[..(width - 1)] + "…" : word);
        }

        return lines;
    }

    private static List<(string Text, string Style)> Lines(ChainNode node)
    {
        List<(string, string)> lines = [(node.Title, "title"), (node.Place, "small")];
        if (node.Validity.Length > 0)
        {
            lines.Add((node.Validity, "small"));
        }

        lines.AddRange(node.Problems.Select(problem => ($"! {problem}", "problem")));
        return lines;
    }
}
