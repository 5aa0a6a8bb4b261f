namespace TlsTrust.CertificateFiles.Text;

/// <summary>
/// Divides a file into parts of bytes and of UTF-16, of either order: Windows PowerShell writes UTF-16, other programs append ASCII to it,
/// and the other way round, at even and at odd places. No place tells by itself where a part ends, so the whole division is taken in which
/// the least is odd: each oddity has its cost, and the cheapest way through the bytes wins.
/// </summary>
internal ref struct EncodingRegions
{
    // A change of encoding is little surprise between lines, less before a block, and much within a line: eight letters' worth, so that
    // neither binary nor words of Chinese look like the other thing. Two letters before a block ("> ") are no reason to wait for it.
    private const int ChangeBeforeBlock = 8;
    private const int ChangeBetweenLines = 10;
    private const int ChangeWithinLine = 24;

    private const int NulByte = 6;
    private const int NulUnit = 2 * NulByte; // as two bytes: padding is no reason for UTF-16
    private const int OddByte = 1; // in text of bytes: FE, FF and controls, which are half of a letter in many scripts
    private const int Control = 6;
    private const int NoCharacter = 8;
    private const int HalfAMark = 16; // as a character together with the byte before it
    private const int TwoLetters = 3; // as one character: Chinese has such, and a few of them are not in a row
    private const int LineEndAndLetter = 8;
    private const int TwoLineEnds = 20; // one character of Punjabi or Malayalam, and far more often an empty line
    private const int OtherScript = 1;
    private const int FewestUnits = 2; // a line end that was appended

    private readonly ReadOnlySpan<byte> _data;
    private readonly Way[] _ways = new Way[3]; // at the position
    private readonly Way[] _next = new Way[3]; // one byte on
    private readonly Way[] _second = new Way[3]; // two bytes on
    private int _position;

    private EncodingRegions(ReadOnlySpan<byte> data) => _data = data;

    /// <summary>The parts, in their order; they cover all but the marks of UTF-16.</summary>
    public static List<EncodingRegion> Of(ReadOnlySpan<byte> data) => new EncodingRegions(data).Divide();

    private List<EncodingRegion> Divide()
    {
        Array.Fill(_ways, Way.None);
        Array.Fill(_next, Way.None);
        Array.Fill(_second, Way.None);
        _ways[0] = new Way(0, 0, false, null);
        while (_position < _data.Length)
        {
            if (IsPlain())
            {
                int plain = PlainEnd();
                if (plain > _position)
                {
                    Go(plain);
                    continue;
                }
            }

            Change();
            Advance();
        }

        int best = 0;
        for (int i = 1; i < _ways.Length; i++)
        {
            best = _ways[i].Cost < _ways[best].Cost ? i : best;
        }

        return Trace(_ways[best].Own((CharacterUnits)best));
    }

    // Whether all others would have to begin anew here.
    private readonly bool IsPlain()
    {
        long least = _ways[0].Cost + ChangeWithinLine;
        return _ways[1].Cost >= least && _ways[2].Cost >= least && _next[1].Cost >= least && _next[2].Cost >= least;
    }

    // Up to where UTF-16 could begin.
    private readonly int PlainEnd()
    {
        int position = _position;
        while (_data[position..].IndexOfAny((byte)0, (byte)0xFE, (byte)0xFF) is var at and >= 0)
        {
            position += at;
            if (_data[position] == 0 ? Letters(position - 1, CharacterUnits.LittleEndian) >= FewestUnits
                || Letters(position, CharacterUnits.BigEndian) >= FewestUnits : MarkAt(position) != CharacterUnits.Bytes)
            {
                return Math.Max(_position, _data[position] == 0 ? position - 1 : position);
            }

            position++;
        }

        return _data.Length;
    }

    private void Go(int position)
    {
        Way bytes = _ways[0];
        Array.Fill(_ways, Way.None);
        Array.Fill(_next, Way.None);
        _ways[0] = bytes;
        _position = position;
    }

    // From each encoding to each other one, here.
    private readonly void Change()
    {
        Way bytes = _ways[0];
        Way little = _ways[1];
        Way big = _ways[2];
        for (int to = 0; to < _ways.Length; to++)
        {
            for (int from = 0; from < _ways.Length; from++)
            {
                ref Way before = ref from == 0 ? ref bytes : ref from == 1 ? ref little : ref big;
                if (from != to && before.Cost + ChangeBeforeBlock < _ways[to].Cost
                    && before.Cost + CostOfChange((CharacterUnits)from, (CharacterUnits)to) is var cost && cost < _ways[to].Cost)
                {
                    _ways[to] = new Way(cost, _position, false, before.Own((CharacterUnits)from));
                    _ways[from] = _ways[from].Cost == before.Cost ? before : _ways[from];
                }
            }
        }
    }

    private void Advance()
    {
        _next[0] = _ways[0].At(_ways[0].Cost + CostOfByte(_data[_position]));
        if (_position + 1 < _data.Length)
        {
            _second[1] = _ways[1].At(_ways[1].Cost + CostOfUnit(CharacterUnits.LittleEndian));
            _second[2] = _ways[2].At(_ways[2].Cost + CostOfUnit(CharacterUnits.BigEndian));
            int marked = (int)MarkAt(_position);
            for (int from = 0; marked > 0 && from < _ways.Length; from++)
            {
                if (_ways[from].Cost <= _second[marked].Cost)
                {
                    _second[marked] = new Way(_ways[from].Cost, _position + 2, true, _ways[from].Own((CharacterUnits)from));
                }
            }
        }

        _next.CopyTo(_ways, 0);
        _second.CopyTo(_next, 0);
        Array.Fill(_second, Way.None);
        _position++;
    }

    private readonly List<EncodingRegion> Trace(Part last)
    {
        List<EncodingRegion> regions = [];
        int end = _data.Length;
        for (Part? part = last; part is not null; part = part.Before)
        {
            if (end > part.Start)
            {
                regions.Add(new EncodingRegion(part.Units, part.Start, end, part.HasMark));
            }

            end = part.HasMark ? part.Start - 2 : part.Start;
        }

        regions.Reverse();
        return regions;
    }

    private readonly int CostOfChange(CharacterUnits from, CharacterUnits to)
    {
        if (IsBlock(to) || (to == CharacterUnits.Bytes && _data[_position..].StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF])))
        {
            return ChangeBeforeBlock;
        }

        int before = from == CharacterUnits.Bytes ? Character(_position - 1, from) : Character(_position - 2, from);
        bool cutOff = to == CharacterUnits.Bytes && _position == _data.Length - 1; // half a character is left
        return _position == 0 || cutOff || IsLineEnd(before) || IsLineEnd(Character(_position, to)) ? ChangeBetweenLines
            : ChangeWithinLine;
    }

    private static int CostOfByte(byte value) => value switch
    {
        0 => NulByte,
        0xFE or 0xFF => OddByte,
        _ => value >= 0x20 || IsLetter(value) ? 0 : OddByte,
    };

    private readonly int CostOfUnit(CharacterUnits units)
    {
        int c = Character(_position, units);
        byte first = _data[_position];
        byte second = _data[_position + 1];
        if (second >= 0xFE && MarkAt(_position + 1) != CharacterUnits.Bytes)
        {
            return HalfAMark;
        }

        return c switch
        {
            0 => NulUnit,
            < 0x80 => IsLetter(c) ? 0 : Control,
            0xFEFF => 0,
            (>= 0xD800 and <= 0xF8FF) or >= 0xFFFE => NoCharacter,
            _ when IsLineEnd(first) && IsLineEnd(second) => TwoLineEnds,
            _ when IsLetter(first) && IsLetter(second) => IsLineEnd(first) || IsLineEnd(second) ? LineEndAndLetter : TwoLetters,
            _ => c is < 0x700 or >= 0x3000 ? 0 : OtherScript,
        };
    }

    private readonly CharacterUnits MarkAt(int position)
    {
        ReadOnlySpan<byte> rest = _data[position..];
        return rest.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) && Letters(position + 2, CharacterUnits.LittleEndian) > 0
                ? CharacterUnits.LittleEndian
            : rest.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]) && Letters(position + 2, CharacterUnits.BigEndian) > 0
                ? CharacterUnits.BigEndian
            : CharacterUnits.Bytes;
    }

    // How many ASCII characters in UTF-16 stand there, counted to a few.
    private readonly int Letters(int position, CharacterUnits units)
    {
        int count = 0;
        while (count < FewestUnits && IsLetter(Character(position + (2 * count), units)))
        {
            count++;
        }

        return count;
    }

    private readonly bool IsBlock(CharacterUnits units)
    {
        ReadOnlySpan<byte> begin = "-----BEGIN "u8;
        int size = units == CharacterUnits.Bytes ? 1 : 2;
        for (int i = 0; i < begin.Length; i++)
        {
            if (Character(_position + (i * size), units) != begin[i])
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsLetter(int c) => c is (>= 0x09 and <= 0x0D) or 0x1B or (>= 0x20 and <= 0x7E);

    private static bool IsLineEnd(int c) => c is '\n' or '\r';

    // -1 where there is none.
    private readonly int Character(int position, CharacterUnits units)
    {
        if (position < 0 || position + (units == CharacterUnits.Bytes ? 0 : 1) >= _data.Length)
        {
            return -1;
        }

        return units switch
        {
            CharacterUnits.LittleEndian => (_data[position + 1] << 8) | _data[position],
            CharacterUnits.BigEndian => (_data[position] << 8) | _data[position + 1],
            _ => _data[position],
        };
    }

    // The cheapest way to a position in one encoding, and since where it is in it.
    private struct Way(long cost, int start, bool hasMark, Part? before)
    {
        private readonly int _start = start;
        private readonly bool _hasMark = hasMark;
        private readonly Part? _before = before;
        private Part? _own;

        public static Way None => new(long.MaxValue / 2, 0, false, null);

        public long Cost { get; private set; } = cost;

        public readonly Way At(long cost)
        {
            Way way = this;
            way.Cost = cost;
            return way;
        }

        // Made only where another part may follow it.
        public Part Own(CharacterUnits units) => _own ??= new Part(units, _start, _hasMark, _before);
    }

    private sealed record Part(CharacterUnits Units, int Start, bool HasMark, Part? Before);
}
