using System.Text;
using System.Text.RegularExpressions;

namespace TlsTrust.CertificateFiles.Markers;

/// <summary>A mark by which lines are taken out of force.</summary>
/// <param name="Mark">As it is written.</param>
/// <param name="Where">Whose it is.</param>
internal sealed record CommentMark(string Mark, string Where);

/// <summary>
/// The marks behind which a block does not count: somebody switched it off. Quotation marks, line numbers and the file names of grep are
/// none.
/// </summary>
internal static partial class CommentMarks
{
    private const string Rem = "REM";
    private const int MaxQuoting = 256; // a path and a number; longer ones are text

    /// <summary>The table; help shows it.</summary>
    public static IReadOnlyList<CommentMark> All { get; } =
    [
        new("#", "shells, YAML, Python, most configuration files"),
        new(";", "INI files, zone files, Lisp"),
        new("//", "C, Go, Java, JavaScript"),
        new(Rem, "batch files, BASIC; in small letters too, and with a space behind it"),
        new("!", "X resources, Java properties, Fortran"),
        new("--", "SQL, Lua, Haskell"),
        new("-", "what a diff took out: a minus before every line"),
    ];

    /// <summary>The mark at the start of a line; empty where there is none.</summary>
    /// <param name="text">From the start of the line on, perhaps with lines behind it.</param>
    public static ReadOnlySpan<byte> Of(ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> line = text.TrimStart(" \t"u8);
        if (line.IsEmpty)
        {
            return default;
        }

        switch (line[0])
        {
            case (byte)'#' or (byte)';' or (byte)'!':
                return line[..1];
            case (byte)'/':
                return line.StartsWith("//"u8) ? line[..2] : default;
            case (byte)'R' or (byte)'r':
                return line.Length > Rem.Length && line[Rem.Length] is (byte)' ' or (byte)'\t'
                    && Ascii.EqualsIgnoreCase(line[..Rem.Length], Rem) ? line[..Rem.Length] : default;
            case (byte)'-':
                return Dashes(line);
            default:
                return default;
        }
    }

    /// <summary>The same behind whatever quotes the line: a number, the file name of grep, a mail's angle.</summary>
    public static bool IsOn(ReadOnlySpan<byte> text)
    {
        if (!Of(text).IsEmpty)
        {
            return true;
        }

        int length = text[..Math.Min(text.Length, MaxQuoting)].IndexOfAny((byte)'\n', (byte)'\r');
        string line = Encoding.Latin1.GetString(text[..(length < 0 ? Math.Min(text.Length, MaxQuoting) : length)]);
        int quoted = Quoting().Match(line).Length;
        return quoted > 0 && !Of(text[quoted..]).IsEmpty;
    }

    // Two dashes before a marker with its own five, or one: then every line has it. Six dashes alone are a slip of the hand.
    private static ReadOnlySpan<byte> Dashes(ReadOnlySpan<byte> line)
    {
        int count = line.IndexOfAnyExcept((byte)'-');
        if (count == 2 && line[2] is (byte)' ' or (byte)'\t')
        {
            return line[2..].TrimStart(" \t"u8).StartsWith("-----"u8) ? line[..2] : default;
        }

        if (count is not (6 or 7) || !(line[count..].StartsWith("BEGIN"u8) || line[count..].StartsWith("END"u8)))
        {
            return default;
        }

        ReadOnlySpan<byte> mark = line[..(count - 5)];
        int newline = line.IndexOfAny((byte)'\n', (byte)'\r');
        ReadOnlySpan<byte> next = newline < 0 ? default : line[newline..].TrimStart("\r\n"u8);
        return next.StartsWith(mark) && !next.StartsWith("-----BEGIN"u8) && !next.StartsWith("-----END"u8) ? mark : default;
    }

    [GeneratedRegex(
        @"^(\s*([>|*+]|\d+[:.)|\t-]?(?=\s|\D)|[^\s:#;!]+:(\d+[:-])?))+[+-]?(?=\s*([#;!]|//|REM\s|--))",
            RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Quoting();
}
