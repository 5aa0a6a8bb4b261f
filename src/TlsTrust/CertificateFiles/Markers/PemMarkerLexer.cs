using System.Buffers;
using TlsTrust.CertificateFiles.Containers;

namespace TlsTrust.CertificateFiles.Markers;

/// <summary>
/// Finds BEGIN and END markers in text, however they were mangled. Every position is looked at a bounded number of times.
/// </summary>
internal ref struct PemMarkerLexer
{
    // Where a marker may start: a hyphen; the lead bytes of the dashes in UTF-8 and Windows-1252; an escape; or the word itself, its dashes
    // lost.
    private static readonly SearchValues<byte> Starts =
        SearchValues.Create([(byte)'-', 0xE2, 0xEF, 0x96, 0x97, (byte)'&', (byte)'\\', (byte)'%', (byte)'=']);

    private readonly ReadOnlySpan<byte> _text;
    private readonly MarkerText _parts;
    private int _nextBegin = -1;
    private int _nextEnd = -1;
    private int _nextDash = -1;

    public PemMarkerLexer(ReadOnlySpan<byte> text)
    {
        _text = text;
        _parts = new MarkerText(text);
    }

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

            DashRun run = _parts.ReadDashes(dash);
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

        if (!_parts.TryWord(word, out bool isEnd, out int labelStart, out MarkerFlaws flaws)
            || !_parts.TryLabel(labelStart, out string label, out int labelEnd, out MarkerFlaws labelFlaws)
            || !PemLabel.IsKnown(label))
        {
            return false;
        }

        DashRun right = _parts.ReadDashes(labelEnd);
        if (!afterMarker && right.Count == 0)
        {
            // A bare "BEGIN CERTIFICATE" is a marker only if it has the line for itself.
            int rest = _parts.SkipInlineSpace(labelEnd);
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
        int word = _parts.SkipInlineSpace(left.End);
        if (!_parts.TryWord(word, out bool isEnd, out int labelStart, out MarkerFlaws flaws))
        {
            return false;
        }

        bool plain = _parts.TryLabel(labelStart, out string label, out int labelEnd, out MarkerFlaws labelFlaws);
        bool known = plain && PemLabel.IsKnown(label);
        if (!known && flaws == MarkerFlaws.None && left is { Count: MarkerText.DashesInMarker, Flaws: MarkerFlaws.None } && word == left.End
            && _parts.TryExactLabel(labelStart, out string exact, out int exactEnd))
        {
            // RFC 7468 §3 allows any printable label, and whose it is can't be known.
            marker = Complete(isEnd, start, exact, exactEnd, _parts.ReadDashes(exactEnd), MarkerFlaws.None);
            return true;
        }

        if (!plain)
        {
            return false;
        }

        flaws |= labelFlaws | left.Flaws | (word > left.End ? MarkerFlaws.Spacing : MarkerFlaws.None);
        DashRun right = _parts.ReadDashes(labelEnd);
        if ((left.Count < 2 || right.Count == 0 || (flaws & MarkerFlaws.Case) != 0) && !PemLabel.IsKnown(label))
        {
            return false;
        }

        // Word processors make one dash of two or three hyphens: their count then says nothing.
        if (left.Count != MarkerText.DashesInMarker && (left.Flaws & MarkerFlaws.Typographic) == 0)
        {
            flaws |= MarkerFlaws.DashCount;
        }

        marker = Complete(isEnd, start, label, labelEnd, right, flaws);
        return true;
    }

    private readonly PemMarker Complete(bool isEnd, int start, string label, int labelEnd, DashRun right, MarkerFlaws flaws)
    {
        int end = right.Count == 0 ? labelEnd : right.End;
        flaws |= right.Flaws;
        bool typographic = (right.Flaws & MarkerFlaws.Typographic) != 0;
        int next = _parts.SkipInlineSpace(end);
        if (right.Count > 0 && _parts.TryWord(next, out _, out int nextLabel, out _) && _parts.TryLabel(nextLabel, out _, out _, out _))
        {
            // The dashes belong to two markers.
            flaws |= MarkerFlaws.Glued;
            if (right.Count != 2 * MarkerText.DashesInMarker)
            {
                flaws |= MarkerFlaws.DashCount;
            }

            end = right.Count > MarkerText.DashesInMarker
                ? _parts.AfterDashes(labelEnd,
                    right.Count >= 2 * MarkerText.DashesInMarker ? MarkerText.DashesInMarker : right.Count - right.Count / 2) : next;
        }
        else if (right.Count != MarkerText.DashesInMarker && !typographic)
        {
            flaws |= MarkerFlaws.DashCount;
        }

        return new PemMarker(isEnd, start, end, label, flaws);
    }
}
