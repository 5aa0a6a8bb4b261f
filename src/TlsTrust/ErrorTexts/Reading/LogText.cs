namespace TlsTrust.ErrorTexts.Reading;

/// <summary>
/// A window over a log of any length, twice side by side: <see cref="Clean"/>, one blank for any white space, no colours of a terminal, no
/// frame of an error view, no escapes of a JSON log; and <see cref="Plain"/>, the same in the form that phrases are compared in. An index
/// means the same place in both. What was read is dropped again, so that memory does not grow with the log.
/// </summary>
internal sealed class LogText
{
    /// <summary>Characters of the window: some hundred times the context that one incident needs.</summary>
    internal const int Capacity = 1 << 17;

    /// <summary>A line is cut here: a log of JSON can be one line of megabytes.</summary>
    internal const int LongestLine = 4096;

    /// <summary>What has no blank is cut here: a certificate in base64, for example.</summary>
    private const int LongestWord = 2 * LongestLine;

    private readonly char[] _clean = new char[Capacity];
    private readonly char[] _plain = new char[Capacity];
    private readonly List<LogLine> _lines = [new LogLine(0, 1)];
    private long _number = 1;

    internal int Length { get; private set; }

    internal ReadOnlySpan<char> Clean => _clean.AsSpan(0, Length);

    internal ReadOnlySpan<char> Plain => _plain.AsSpan(0, Length);

    internal IReadOnlyList<LogLine> Lines => _lines;

    internal bool IsFull => Length >= Capacity - 1;

    /// <summary>True before the first character of a line that is no frame.</summary>
    internal bool InLineHead { get; private set; } = true;

    internal bool AfterBlank { get; private set; } = true;

    internal char Last => Length > 0 ? _clean[Length - 1] : '\n';

    internal int EndOf(int line) => line + 1 < _lines.Count ? _lines[line + 1].Start : Length;

    internal ReadOnlySpan<char> CleanOf(int line) => Clean[_lines[line].Start..EndOf(line)];

    internal void Put(char c, char plain)
    {
        _clean[Length] = c;
        _plain[Length] = plain;
        Length++;
        InLineHead = false;
        AfterBlank = false;
        if (Length - _lines[^1].Start >= LongestWord)
        {
            _lines.Add(new LogLine(Length, _number));
        }
    }

    internal void PutBlank()
    {
        if (AfterBlank || IsFull)
        {
            return;
        }

        _clean[Length] = ' ';
        _plain[Length] = ' ';
        Length++;
        AfterBlank = true;
        if (Length - _lines[^1].Start >= LongestLine)
        {
            _lines.Add(new LogLine(Length, _number));
        }
    }

    /// <summary>Ends a line.</summary>
    /// <param name="counts">False for a break that is none in the file: an escaped one, or a carriage return alone.</param>
    internal void Break(bool counts)
    {
        PutBlank();
        if (counts)
        {
            _number++;
        }

        if (_lines[^1].Start == Length)
        {
            _lines[^1] = new LogLine(Length, _number);
        }
        else
        {
            _clean[Length - 1] = '\n';
            _lines.Add(new LogLine(Length, _number));
        }

        InLineHead = true;
    }

    /// <summary>Forgets what stands before a line; indexes fall by the number of characters returned.</summary>
    internal int DropBefore(int line)
    {
        int count = _lines[line].Start;
        if (count == 0)
        {
            return 0;
        }

        Array.Copy(_clean, count, _clean, 0, Length - count);
        Array.Copy(_plain, count, _plain, 0, Length - count);
        Length -= count;
        _lines.RemoveRange(0, line);
        for (int i = 0; i < _lines.Count; i++)
        {
            _lines[i] = _lines[i] with { Start = _lines[i].Start - count };
        }

        return count;
    }
}
