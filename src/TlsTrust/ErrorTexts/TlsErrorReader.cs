using TlsTrust.ErrorTexts.Catalogue;
using TlsTrust.ErrorTexts.Incidents;
using TlsTrust.ErrorTexts.Reading;

namespace TlsTrust.ErrorTexts;

/// <summary>
/// Reads a text piece by piece and gives each failure as soon as it is whole. Memory does not grow with the text, and time is linear in it.
/// </summary>
public sealed class TlsErrorReader
{
    /// <summary>Characters before a message in which its host may stand; more than the lines of one incident have in most logs.</summary>
    private const int LookBack = 1 << 15;

    private const int RawCapacity = 1 << 16;

    private readonly LogText _text = new();
    private readonly LogScanner _scanner;
    private readonly LineReader _lines;
    private readonly IncidentBuilder _incidents;
    private readonly TlsErrorCatalogue _catalogue = TlsErrorCatalogue.BuiltIn;
    private readonly Phrases _phrases = Phrases.BuiltIn;
    private readonly List<PhraseHit<Phrase>> _hits = [];
    private readonly char[] _raw = new char[RawCapacity];
    private int _rawLength;
    private int _scanned; // phrases that begin before it are found
    private int _line; // the first line that is not decided
    private int _unread; // the first line that no incident was told of
    private long _hotUntil; // lines up to here may belong to the last message

    /// <summary>A reader at the beginning of a text.</summary>
    public TlsErrorReader()
    {
        _scanner = new LogScanner(_text);
        _lines = new LineReader(_catalogue, _phrases);
        _incidents = new IncidentBuilder(_catalogue.Clients);
    }

    /// <summary>Reads a piece of the text; the failures that end in it.</summary>
    public IReadOnlyList<TlsErrorExplanation> Add(ReadOnlySpan<char> piece)
    {
        List<TlsErrorExplanation> found = [];
        while (piece.Length > 0)
        {
            int taken = Math.Min(piece.Length, RawCapacity - _rawLength);
            piece[..taken].CopyTo(_raw.AsSpan(_rawLength));
            _rawLength += taken;
            piece = piece[taken..];
            if (_rawLength == RawCapacity)
            {
                Scan(isLast: false, found);
            }
        }

        return found;
    }

    /// <summary>The text is at its end; the failures that were not given yet.</summary>
    public IReadOnlyList<TlsErrorExplanation> Complete()
    {
        List<TlsErrorExplanation> found = [];
        Scan(isLast: true, found);
        Decide(isLast: true, found);
        _incidents.Complete();
        Emit(all: true, found);
        return found;
    }

    private void Scan(bool isLast, List<TlsErrorExplanation> found)
    {
        int read = 0;
        while (true)
        {
            int now = _scanner.Read(_raw.AsSpan(read, _rawLength - read), isLast);
            read += now;
            if (!_text.IsFull)
            {
                break;
            }

            Decide(isLast: false, found);
        }

        _raw.AsSpan(read, _rawLength - read).CopyTo(_raw);
        _rawLength -= read;
    }

    /// <summary>Looks at all lines but the last ones, in which a phrase may not be whole yet; then makes room.</summary>
    private void Decide(bool isLast, List<TlsErrorExplanation> found)
    {
        int lines = isLast ? _text.Lines.Count : LastWhole();
        int end = lines == _text.Lines.Count ? _text.Length : _text.Lines[lines].Start;
        int known = _hits.Count;
        _phrases.Index.Search(_text.Plain, _scanned, end, _hits);
        Phrases.DropNames(_text.Clean, _hits, known);
        _scanned = end;
        int hit = _hits.FindIndex(one => one.Start >= _text.Lines[_line].Start);
        hit = hit < 0 ? _hits.Count : hit;
        for (; _line < lines; _line++)
        {
            int first = hit;
            int lineEnd = _text.EndOf(_line);
            while (hit < _hits.Count && _hits[hit].Start < lineEnd)
            {
                hit++;
            }

            if (HasMessage(first, hit) && !_phrases.IsQuoted(_text.CleanOf(_line), Hits(first, hit)))
            {
                for (_unread = Math.Max(_unread, Back(_line)); _unread < _line; _unread++)
                {
                    Tell(_unread);
                }

                _hotUntil = _text.Lines[_line].Number + IncidentBuilder.LinesOfOneIncident;
            }

            if (_text.Lines[_line].Number <= _hotUntil)
            {
                Tell(_line);
                _unread = _line + 1;
            }
        }

        Emit(all: false, found);
        if (!isLast)
        {
            Drop();
        }
    }

    /// <summary>The line before which no phrase can go on in what is not read yet.</summary>
    private int LastWhole()
    {
        int line = _text.Lines.Count - 1;
        while (line > _line + 1 && _text.Length - _text.Lines[line].Start < _phrases.Longest + LogText.LongestLine)
        {
            line--;
        }

        return line;
    }

    private bool HasMessage(int first, int end)
    {
        bool fault = false;
        ReadOnlySpan<PhraseHit<Phrase>> line = Hits(first, end);
        for (int i = first; i < end; i++)
        {
            if (_hits[i].Value.Message is not null && _phrases.Counts(_hits[i], line))
            {
                return true;
            }

            fault |= _hits[i].Value.Fault >= 0;
        }

        return fault && _phrases.Loose(line) is not null;
    }

    private ReadOnlySpan<PhraseHit<Phrase>> Hits(int first, int end) =>
        System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_hits)[first..end];

    /// <summary>The first line of the context of another.</summary>
    private int Back(int line)
    {
        long number = _text.Lines[line].Number - IncidentBuilder.LinesOfOneIncident;
        int from = _text.Lines[line].Start - LookBack;
        while (line > 0 && _text.Lines[line - 1].Number >= number && _text.Lines[line - 1].Start >= from)
        {
            line--;
        }

        return line;
    }

    private void Tell(int line)
    {
        int start = _text.Lines[line].Start;
        int end = _text.EndOf(line);
        int first = FirstHit(start);
        int last = FirstHit(end);
        _incidents.Add(_lines.Read(_text, line, Hits(first, last)));
    }

    private int FirstHit(int index)
    {
        int low = 0;
        int high = _hits.Count;
        while (low < high)
        {
            int middle = (low + high) >> 1;
            if (_hits[middle].Start < index)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    private void Emit(bool all, List<TlsErrorExplanation> found)
    {
        foreach (ErrorIncident incident in _incidents.Take(all))
        {
            found.Add(Explanations.Of(incident, _catalogue));
        }
    }

    private void Drop()
    {
        int keep = Math.Min(_line, _unread < _line ? Back(_line) : _line);
        int count = _text.DropBefore(keep);
        _line -= keep;
        _unread = Math.Max(0, _unread - keep);
        _scanned -= count;
        int gone = FirstHit(count);
        _hits.RemoveRange(0, gone);
        for (int i = 0; i < _hits.Count; i++)
        {
            _hits[i] = _hits[i] with { Start = _hits[i].Start - count, End = _hits[i].End - count };
        }
    }
}
