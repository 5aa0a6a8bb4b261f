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
    private static readonly Dictionary<string, ChainPictureFormat> ByExtension = new(StringComparer.OrdinalIgnoreCase)
    {
        [".mmd"] = ChainPictureFormat.Mermaid,
        [".mermaid"] = ChainPictureFormat.Mermaid,
        [".svg"] = ChainPictureFormat.Svg,
        [".html"] = ChainPictureFormat.Html,
        [".htm"] = ChainPictureFormat.Html,
        [".pem"] = ChainPictureFormat.Pem,
        [".crt"] = ChainPictureFormat.Pem,
        [".cer"] = ChainPictureFormat.Pem,
    };

    /// <summary>Endings of file names that say which form is meant.</summary>
    public static IEnumerable<string> Extensions => ByExtension.Keys;

    /// <summary>The form that the ending of a file's name stands for; null where it stands for none.</summary>
    public static ChainPictureFormat? FormatOf(string file) =>
        ByExtension.TryGetValue(Path.GetExtension(file), out ChainPictureFormat format) ? format : null;

    /// <summary>Draws a chain.</summary>
    /// <param name="chain">The chain.</param>
    /// <param name="format">The form.</param>
    /// <param name="includeRoot">With <see cref="ChainPictureFormat.Pem"/>: the root too.</param>
    public static string Draw(CertificateChain chain, ChainPictureFormat format, bool includeRoot = false) =>
        Draw([chain], format, includeRoot);

    /// <summary>Draws chains below each other, in one drawing or page.</summary>
    /// <param name="chains">The chains; of <see cref="ChainPictureFormat.Pem"/> one, since a server has one.</param>
    /// <param name="format">The form.</param>
    /// <param name="includeRoot">With <see cref="ChainPictureFormat.Pem"/>: the root too.</param>
    public static string Draw(IReadOnlyList<CertificateChain> chains, ChainPictureFormat format, bool includeRoot = false)
    {
        ArgumentNullException.ThrowIfNull(chains);
        return format switch
        {
            ChainPictureFormat.Mermaid => ChainMermaid.Draw(chains),
            ChainPictureFormat.Svg => ChainSvg.Draw(chains),
            ChainPictureFormat.Html => ChainHtml.Draw(chains),
            _ => chains.Count == 1 ? Pem(chains[0], includeRoot)
                : throw new ArgumentException("A server has one file, and a file one chain.", nameof(chains)),
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

    /// <summary>The class of a node in the drawings' style sheets.</summary>
    internal static string Class(ChainNode node) => node.Kind switch
    {
        ChainNodeKind.Missing => "missing",
        ChainNodeKind.Hole or ChainNodeKind.UntrustedRoot => "bad",
        ChainNodeKind.Unused => "unused",
        _ => node.Problems.Count > 0 ? "bad" : "ok",
    };
}
