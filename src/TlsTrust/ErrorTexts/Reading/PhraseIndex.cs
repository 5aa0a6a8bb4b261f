namespace TlsTrust.ErrorTexts.Reading;

/// <summary>
/// Looks for all phrases at once in one pass. A phrase begins where a word does, so that only there its first characters are looked up, and
/// most places are passed by a bit map; the rest of a phrase is found by halving the sorted list. No place costs more than the longest
/// phrase.
/// </summary>
/// <typeparam name="T">What a phrase stands for.</typeparam>
internal sealed class PhraseIndex<T>
{
    /// <summary>Characters of the key; a phrase has at least so many.</summary>
    private const int KeyLength = 3;

    /// <summary>The same in Chinese, Japanese and Korean, where two characters are a word.</summary>
    private const int IdeographicKeyLength = 2;

    private const int MapBits = 16;

    private readonly (string Phrase, bool WholeWord, T Value)[] _entries;
    private readonly Dictionary<ulong, (int From, int To)> _ranges = [];
    private readonly ulong[] _map = new ulong[(1 << MapBits) / 64];
    private readonly bool[] _startsPhrase = new bool[128];

    /// <summary>
    /// Builds the index; phrases are in plain form (<see cref="PlainText"/>), and a whole word is not followed by a letter.
    /// </summary>
    internal PhraseIndex(IEnumerable<(string Phrase, bool WholeWord, T Value)> entries)
    {
        _entries = [.. entries];
        Array.Sort(_entries, static (left, right) => string.CompareOrdinal(left.Phrase, right.Phrase));
        for (int i = 0; i < _entries.Length;)
        {
            string phrase = _entries[i].Phrase;
            int length = phrase.Length == 0 ? KeyLength : KeyLengthOf(phrase[0]);
            if (phrase.Length < length)
            {
                throw new ArgumentException($"'{phrase}' is shorter than {length} characters", nameof(entries));
            }

            ulong key = Key(phrase, length);
            int end = i + 1;
            while (end < _entries.Length && _entries[end].Phrase.StartsWith(phrase[..length], StringComparison.Ordinal))
            {
                end++;
            }

            _ranges.Add(key, (i, end));
            uint bit = Bit(key);
            _map[bit >> 6] |= 1UL << (int)(bit & 63);
            if (phrase[0] < 128)
            {
                _startsPhrase[phrase[0]] = true;
            }

            i = end;
        }
    }

    /// <summary>Length of the longest phrase.</summary>
    internal int Longest => _entries.Max(entry => entry.Phrase.Length);

    /// <summary>
    /// Adds every phrase that begins between two indexes and stands there as a whole word, in the order of beginnings; of one beginning,
    /// the shortest first.
    /// </summary>
    internal void Search(ReadOnlySpan<char> plain, int from, int to, List<PhraseHit<T>> hits)
    {
        bool inWord = from > 0 && PlainText.IsWord(plain[from - 1]);
        for (int i = from; i < to; i++)
        {
            char c = plain[i];
            bool isWord = PlainText.IsWord(c);
            bool begins = !isWord || !inWord;
            inWord = isWord;
            if (!begins || (c < 128 && !_startsPhrase[c]))
            {
                continue;
            }

            int length = KeyLengthOf(c);
            if (i + length > plain.Length || (c == '-' && i > 0 && PlainText.IsWord(plain[i - 1])))
            {
                continue; // the hyphen inside a word or a date is no sign of a negative number
            }

            ulong key = Key(plain[i..], length);
            uint bit = Bit(key);
            if ((_map[bit >> 6] & (1UL << (int)(bit & 63))) != 0 && _ranges.TryGetValue(key, out (int From, int To) range))
            {
                Collect(plain, i, length, range.From, range.To, hits);
            }
        }
    }

    private void Collect(ReadOnlySpan<char> plain, int start, int length, int low, int high, List<PhraseHit<T>> hits)
    {
        for (int depth = length; low < high; depth++)
        {
            int index = start + depth;
            while (low < high && _entries[low].Phrase.Length == depth)
            {
                bool ends = !_entries[low].WholeWord || index >= plain.Length || !PlainText.IsWord(plain[index - 1])
                    || !PlainText.IsWord(plain[index]);
                if (ends)
                {
                    hits.Add(new PhraseHit<T>(start, index, _entries[low].Value));
                }

                low++;
            }

            if (index >= plain.Length)
            {
                return;
            }

            char c = plain[index];
            low = Bound(low, high, depth, c);
            high = c == char.MaxValue ? high : Bound(low, high, depth, (char)(c + 1));
        }
    }

    /// <summary>The first entry of a range whose character at a depth is not below <paramref name="c"/>.</summary>
    private int Bound(int low, int high, int depth, char c)
    {
        while (low < high)
        {
            int middle = (low + high) >> 1;
            if (_entries[middle].Phrase[depth] < c)
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

    private static int KeyLengthOf(char first) => first < '\u1100' ? KeyLength : IdeographicKeyLength;

    private static ulong Key(ReadOnlySpan<char> text, int length) =>
        text[0] | ((ulong)text[1] << 16) | (length == IdeographicKeyLength ? 0 : (ulong)text[2] << 32);

    private static uint Bit(ulong key) => (uint)((key * 0x9E3779B97F4A7C15UL) >> (64 - MapBits));
}

/// <summary>A phrase in a text.</summary>
/// <param name="Start">Index of its first character.</param>
/// <param name="End">Index behind its last.</param>
/// <param name="Value">What it stands for.</param>
internal readonly record struct PhraseHit<T>(int Start, int End, T Value);
