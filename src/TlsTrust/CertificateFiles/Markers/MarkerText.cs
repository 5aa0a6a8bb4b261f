using System.Text;
using TlsTrust.CertificateFiles.Containers;
using TlsTrust.CertificateFiles.Text;

namespace TlsTrust.CertificateFiles.Markers;

/// <summary>Dashes in a row, of whatever kind.</summary>
/// <param name="Count">How many.</param>
/// <param name="End">Behind the last.</param>
/// <param name="Flaws">What is wrong with them.</param>
internal readonly record struct DashRun(int Count, int End, MarkerFlaws Flaws);

/// <summary>Reads what a marker is made of, where one may stand: its dashes, its word and its label, and what is wrong with each.</summary>
internal readonly ref struct MarkerText
{
    /// <summary>On each side (RFC 7468).</summary>
    public const int DashesInMarker = 5;

    private const int MaxLabelLength = 64; // the longest label registered or met is 31 characters

    private readonly ReadOnlySpan<byte> _text;

    public MarkerText(ReadOnlySpan<byte> text) => _text = text;

    public bool TryWord(int at, out bool isEnd, out int after, out MarkerFlaws flaws)
    {
        flaws = MarkerFlaws.None;
        ReadOnlySpan<byte> rest = _text[Math.Min(at, _text.Length)..];
        isEnd = StartsWith(rest, "END"u8, ref flaws);
        bool isBegin = !isEnd && StartsWith(rest, "BEGIN"u8, ref flaws);
        after = at + (isEnd ? 3 : 5);
        return isEnd || isBegin;
    }

    private static bool StartsWith(ReadOnlySpan<byte> text, ReadOnlySpan<byte> word, ref MarkerFlaws flaws)
    {
        if (text.Length < word.Length)
        {
            return false;
        }

        for (int i = 0; i < word.Length; i++)
        {
            if ((text[i] & 0xDF) != word[i])
            {
                return false;
            }
        }

        if (!text.StartsWith(word))
        {
            flaws |= MarkerFlaws.Case;
        }

        return true;
    }

    /// <summary>Reads the label up to its closing dashes or the end of the line.</summary>
    public bool TryLabel(int start, out string label, out int end, out MarkerFlaws flaws)
    {
        flaws = MarkerFlaws.None;
        Span<char> name = stackalloc char[MaxLabelLength];
        int length = 0;
        int spaces = 0;
        bool separated = false;
        int position = start;
        end = start;
        while (position < _text.Length && length + spaces < MaxLabelLength - 1)
        {
            int space = InlineSpaceLength(position, insideMarker: true);
            if (space > 0)
            {
                bool plain = space == 1 && _text[position] == ' ';
                if (!plain || spaces > 0)
                {
                    flaws |= MarkerFlaws.Spacing;
                }

                spaces++;
                separated |= length == 0;
                position += space;
                continue;
            }

            byte c = _text[position];
            if (c == '-' && !IsHyphenOfLabel(position, length))
            {
                break;
            }

            if (c is >= (byte)'a' and <= (byte)'z')
            {
                flaws |= MarkerFlaws.Case;
                c -= 32;
            }

            if (c is not ((>= (byte)'A' and <= (byte)'Z') or (>= (byte)'0' and <= (byte)'9') or (byte)'.' or (byte)'#' or (byte)'_'
                or (byte)'-'))
            {
                break;
            }

            if (spaces > 0 && length > 0)
            {
                name[length++] = ' ';
            }

            spaces = 0;
            name[length++] = (char)c;
            position++;
            end = position;
        }

        if (spaces > 0 && position < _text.Length && ReadDashes(position).Count > 0)
        {
            flaws |= MarkerFlaws.Spacing;
            end = position;
        }

        label = PemLabel.Intern(name[..length]);
        if (length == 0)
        {
            return false;
        }

        if (!separated)
        {
            flaws |= MarkerFlaws.Spacing;
            return PemLabel.IsKnown(label);
        }

        return true;
    }

    // A single hyphen between two characters of a label is part of it (EXPECTED-BLOCK).
    private bool IsHyphenOfLabel(int position, int length) =>
        length > 0 && position + 1 < _text.Length && char.IsAsciiLetterOrDigit((char)_text[position - 1])
            && char.IsAsciiLetterOrDigit((char)_text[position + 1]);

    public DashRun ReadDashes(int start)
    {
        int position = start;
        int end = start;
        int count = 0;
        MarkerFlaws flaws = MarkerFlaws.None;
        while (position < _text.Length)
        {
            int dash = DashLength(position);
            if (dash > 0)
            {
                if (dash > 1 || _text[position] != '-')
                {
                    flaws |= MarkerFlaws.Typographic;
                }

                if (count > 0 && position > end)
                {
                    flaws |= MarkerFlaws.Spacing;
                }

                count++;
                position += dash;
                end = position;
                continue;
            }

            // "- - - - -", and not "-- -----": there the first two comment out.
            if (count > 0 && position == end && _text[position] == ' ' && position + 1 < _text.Length
                && DashLength(position + 1) is var next and > 0
                && (count != 2 || start + 2 != position || position + 1 + next >= _text.Length || DashLength(position + 1 + next) == 0))
            {
                position++;
                continue;
            }

            break;
        }

        return new DashRun(count, end, flaws);
    }

    public int AfterDashes(int position, int count)
    {
        position = SkipInlineSpace(position);
        while (count > 0 && position < _text.Length)
        {
            int dash = DashLength(position);
            position += Math.Max(1, dash);
            count -= dash > 0 ? 1 : 0;
        }

        return position;
    }

    private int DashLength(int position) => PemDash.Length(_text, position);

    public int SkipInlineSpace(int position)
    {
        while (position < _text.Length)
        {
            int space = InlineSpaceLength(position, insideMarker: false);
            if (space == 0)
            {
                break;
            }

            position += space;
        }

        return position;
    }

    private int InlineSpaceLength(int position, bool insideMarker)
    {
        ReadOnlySpan<byte> rest = _text[position..];
        int space = PemSpace.InlineLength(rest);
        if (space > 0 || !insideMarker)
        {
            return space;
        }

        return rest[0] == '+' ? 1 : rest.StartsWith("%20"u8) ? 3 : rest.StartsWith("=20"u8) ? 3 : rest.StartsWith("\\u0020"u8)
            || rest.StartsWith("&nbsp;"u8) ? 6 : rest.StartsWith("&#32;"u8) ? 5 : 0;
    }

    // Up to the five dashes on the same line, as it stands.
    public bool TryExactLabel(int labelStart, out string label, out int labelEnd)
    {
        label = "";
        labelEnd = labelStart;
        ReadOnlySpan<byte> rest = _text[Math.Min(labelStart, _text.Length)..];
        rest = rest[..Math.Min(rest.Length, MaxLabelLength + DashesInMarker)];
        int length = rest.IndexOf("-----"u8);
        if (length < 2 || rest[0] != ' ' || rest[..length].IndexOfAnyExceptInRange((byte)' ', (byte)'~') >= 0 || rest[1] == ' '
            || rest[length - 1] == ' ')
        {
            return false;
        }

        label = PemLabel.Intern(Encoding.ASCII.GetString(rest[1..length]));
        labelEnd = labelStart + length;
        return true;
    }
}
