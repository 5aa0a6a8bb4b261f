using System.Buffers;
using System.Text;
using TlsTrust.CertificateFiles.Containers;
using TlsTrust.CertificateFiles.Text;

namespace TlsTrust.CertificateFiles.Markers;

/// <summary>
/// Finds BEGIN and END markers in text, however they were mangled. Every position is looked at a bounded number of times.
/// </summary>
internal ref struct PemMarkerLexer
{
    private const int MaxLabelLength = 64; // the longest label registered or met is 31 characters
    private const int DashesInMarker = 5;

    // Where a marker may start: a hyphen; the lead bytes of the dashes in UTF-8 and Windows-1252; an escape; or the word itself, its dashes
    // lost.
    private static readonly SearchValues<byte> Starts =
        SearchValues.Create([(byte)'-', 0xE2, 0xEF, 0x96, 0x97, (byte)'&', (byte)'\\', (byte)'%', (byte)'=']);

    private readonly ReadOnlySpan<byte> _text;
    private int _nextBegin = -1;
    private int _nextEnd = -1;
    private int _nextDash = -1;

    public PemMarkerLexer(ReadOnlySpan<byte> text) => _text = text;

    /// <summary>The first marker at or after a position, or false.</summary>
    public bool TryNext(int from, out PemMarker marker)
    {
        int position = from;
        int mayStartWithoutDashes = from;
        while (true)
        {
            int dash = NextDash(position);
            int word = NextWord(position);
            if (word < dash)
            {
                if (TryMarkerAtWord(word, word == mayStartWithoutDashes && word > 0
                    && _text[word - 1] is not ((byte)'\n' or (byte)'\r'), out marker))
                {
                    return true;
                }

                position = word + 1;
                continue;
            }

            if (dash >= _text.Length)
            {
                marker = default;
                return false;
            }

            DashRun run = ReadDashes(dash);
            if (run.Count == 0)
            {
                position = dash + 1;
                continue;
            }

            if (TryMarkerAfterDashes(dash, run, out marker))
            {
                return true;
            }

            position = run.End;
        }
    }

    // What was found once is not looked for again: a text without dashes must not be searched to its end for every word in it.
    private int NextDash(int from)
    {
        if (_nextDash < from)
        {
            int at = from < _text.Length ? _text[from..].IndexOfAny(Starts) : -1;
            _nextDash = at < 0 ? _text.Length : from + at;
        }

        return _nextDash;
    }

    // The word BEGIN or END followed by a space, at the start of a line or where the last marker ended.
    private int NextWord(int from)
    {
        if (_nextBegin < from)
        {
            int at = from < _text.Length ? _text[from..].IndexOf("BEGIN "u8) : -1;
            _nextBegin = at < 0 ? _text.Length : from + at;
        }

        if (_nextEnd < from)
        {
            int at = from < _text.Length ? _text[from..].IndexOf("END "u8) : -1;
            _nextEnd = at < 0 ? _text.Length : from + at;
        }

        return Math.Min(_nextBegin, _nextEnd);
    }

    private readonly bool TryMarkerAtWord(int word, bool afterMarker, out PemMarker marker)
    {
        marker = default;
        bool atLineStart = word == 0 || _text[word - 1] is (byte)'\n' or (byte)'\r' or (byte)' ' or (byte)'\t' or (byte)'"' or (byte)'>';
        if (!afterMarker && !atLineStart)
        {
            return false;
        }

        if (!TryWord(word, out bool isEnd, out int labelStart, out MarkerFlaws flaws)
            || !TryLabel(labelStart, out string label, out int labelEnd, out MarkerFlaws labelFlaws)
            || !PemLabel.IsKnown(label))
        {
            return false;
        }

        DashRun right = ReadDashes(labelEnd);
        if (!afterMarker && right.Count == 0)
        {
            // A bare "BEGIN CERTIFICATE" is a marker only if it has the line for itself.
            int rest = SkipInlineSpace(labelEnd);
            if (rest < _text.Length && _text[rest] is not ((byte)'\n' or (byte)'\r'))
            {
                return false;
            }
        }

        marker = Complete(isEnd, word, label, labelEnd, right,
            flaws | labelFlaws | (afterMarker ? MarkerFlaws.None : MarkerFlaws.DashCount));
        return true;
    }

    private readonly bool TryMarkerAfterDashes(int start, DashRun left, out PemMarker marker)
    {
        marker = default;
        int word = SkipInlineSpace(left.End);
        if (!TryWord(word, out bool isEnd, out int labelStart, out MarkerFlaws flaws))
        {
            return false;
        }

        bool plain = TryLabel(labelStart, out string label, out int labelEnd, out MarkerFlaws labelFlaws);
        bool known = plain && PemLabel.IsKnown(label);
        if (!known && flaws == MarkerFlaws.None && left is { Count: DashesInMarker, Flaws: MarkerFlaws.None } && word == left.End
            && TryExactLabel(labelStart, out string exact, out int exactEnd))
        {
            // RFC 7468 §3 allows any printable label, and whose it is can't be known.
            marker = Complete(isEnd, start, exact, exactEnd, ReadDashes(exactEnd), MarkerFlaws.None);
            return true;
        }

        if (!plain)
        {
            return false;
        }

        flaws |= labelFlaws | left.Flaws | (word > left.End ? MarkerFlaws.Spacing : MarkerFlaws.None);
        DashRun right = ReadDashes(labelEnd);
        if ((left.Count < 2 || right.Count == 0 || (flaws & MarkerFlaws.Case) != 0) && !PemLabel.IsKnown(label))
        {
            return false;
        }

        // Word processors make one dash of two or three hyphens: their count then says nothing.
        if (left.Count != DashesInMarker && (left.Flaws & MarkerFlaws.Typographic) == 0)
        {
            flaws |= MarkerFlaws.DashCount;
        }

        marker = Complete(isEnd, start, label, labelEnd, right, flaws);
        return true;
    }

    // Up to the five dashes on the same line, as it stands.
    private readonly bool TryExactLabel(int labelStart, out string label, out int labelEnd)
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

    private readonly PemMarker Complete(bool isEnd, int start, string label, int labelEnd, DashRun right, MarkerFlaws flaws)
    {
        int end = right.Count == 0 ? labelEnd : right.End;
        flaws |= right.Flaws;
        bool typographic = (right.Flaws & MarkerFlaws.Typographic) != 0;
        int next = SkipInlineSpace(end);
        if (right.Count > 0 && TryWord(next, out _, out int nextLabel, out _) && TryLabel(nextLabel, out _, out _, out _))
        {
            // The dashes belong to two markers.
            flaws |= MarkerFlaws.Glued;
            if (right.Count != 2 * DashesInMarker)
            {
                flaws |= MarkerFlaws.DashCount;
            }

            end = right.Count > DashesInMarker
                ? AfterDashes(labelEnd, right.Count >= 2 * DashesInMarker ? DashesInMarker : right.Count - right.Count / 2) : next;
        }
        else if (right.Count != DashesInMarker && !typographic)
        {
            flaws |= MarkerFlaws.DashCount;
        }

        return new PemMarker(isEnd, start, end, label, flaws);
    }

    private readonly bool TryWord(int at, out bool isEnd, out int after, out MarkerFlaws flaws)
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
    private readonly bool TryLabel(int start, out string label, out int end, out MarkerFlaws flaws)
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
    private readonly bool IsHyphenOfLabel(int position, int length) =>
        length > 0 && position + 1 < _text.Length && char.IsAsciiLetterOrDigit((char)_text[position - 1])
            && char.IsAsciiLetterOrDigit((char)_text[position + 1]);

    private readonly DashRun ReadDashes(int start)
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

    private readonly int AfterDashes(int position, int count)
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

    private readonly int DashLength(int position) => PemDash.Length(_text, position);

    private readonly int SkipInlineSpace(int position)
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

    private readonly int InlineSpaceLength(int position, bool insideMarker)
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

    private readonly record struct DashRun(int Count, int End, MarkerFlaws Flaws);
}
