namespace TlsTrust.ErrorTexts;

/// <summary>
/// Looks for all phrases at once in one pass (Aho and Corasick, 1975): time is linear in the text, whatever it holds and however many phrases there are.
/// </summary>
/// <typeparam name="T">What a phrase stands for.</typeparam>
internal sealed class PhraseAutomaton<T>
{
    private readonly int[] classes = new int[128];
    private readonly int width;
    private int[] next = [];
    private readonly List<int> fallback = [];
    private readonly List<List<int>> outputs = [];
    private readonly List<(int Length, bool WordStart, bool WordEnd, T Value)> phrases = [];

    /// <summary>Builds the automaton; phrases are in plain form (<see cref="PlainText"/>), and a whole word is not followed by a letter.</summary>
    internal PhraseAutomaton(IEnumerable<(string Phrase, bool WholeWord, T Value)> entries)
    {
        List<(string Phrase, bool WholeWord, T Value)> all = [.. entries];
        width = 1;
        foreach (char c in all.SelectMany(entry => entry.Phrase))
        {
            if (c >= classes.Length)
            {
                throw new ArgumentException("phrases are plain ASCII", nameof(entries));
            }

            if (classes[c] == 0)
            {
                classes[c] = width++;
            }
        }

        AddState();
        foreach ((string phrase, bool wholeWord, T value) in all)
        {
            int state = 0;
            foreach (char c in phrase)
            {
                int target = next[(state * width) + classes[c]];
                if (target == 0)
                {
                    target = AddState();
                    next[(state * width) + classes[c]] = target;
                }

                state = target;
            }

            outputs[state].Add(phrases.Count);
            phrases.Add((phrase.Length, char.IsLetterOrDigit(phrase[0]), wholeWord && char.IsLetterOrDigit(phrase[^1]), value));
        }

        Link();
    }

    /// <summary>Length of a plain character's memory: a phrase, and the characters before and behind it.</summary>
    private int Window => phrases.Max(phrase => phrase.Length) + 2;

    /// <summary>Every phrase that stands in the text as a whole word, in the order of their ends; where several end together, the longest first.</summary>
    internal List<PhraseHit<T>> Search(string text, int maximum)
    {
        List<PhraseHit<T>> hits = [];
        List<int> waiting = []; // phrases that are found if no letter follows
        (char Char, int Index)[] recent = new (char, int)[Window];
        int count = 0;
        int state = 0;

        void Confirm(char following)
        {
            foreach (int id in waiting)
            {
                (int length, bool _, bool wordEnd, T value) = phrases[id];
                if (wordEnd && char.IsLetterOrDigit(following))
                {
                    continue;
                }

                hits.Add(new PhraseHit<T>(recent[(count - length) % recent.Length].Index, recent[(count - 1) % recent.Length].Index + 1, value));
            }

            waiting.Clear();
        }

        PlainText.Read(text, (c, index) =>
        {
            if (hits.Count >= maximum)
            {
                return;
            }

            if (waiting.Count > 0)
            {
                Confirm(c);
            }

            recent[count % recent.Length] = (c, index);
            count++;
            state = next[(state * width) + (c < classes.Length ? classes[c] : 0)];
            if (outputs[state].Count == 0)
            {
                return;
            }

            foreach (int id in outputs[state])
            {
                (int length, bool wordStart, bool _, T _) = phrases[id];
                if (!wordStart || count == length || !char.IsLetterOrDigit(recent[(count - length - 1) % recent.Length].Char))
                {
                    waiting.Add(id);
                }
            }
        });
        Confirm(' ');
        return hits;
    }

    private int AddState()
    {
        fallback.Add(0);
        outputs.Add([]);
        if (next.Length < outputs.Count * width)
        {
            Array.Resize(ref next, Math.Max(next.Length * 2, 1024 * width));
        }

        return outputs.Count - 1;
    }

    /// <summary>Where a phrase breaks off, the search goes on in the longest other phrase that it has begun.</summary>
    private void Link()
    {
        Queue<int> queue = new(next[..width].Where(state => state != 0));
        while (queue.TryDequeue(out int state))
        {
            outputs[state].AddRange(outputs[fallback[state]]);
            for (int symbol = 0; symbol < width; symbol++)
            {
                int target = next[(state * width) + symbol];
                int other = next[(fallback[state] * width) + symbol];
                if (target == 0)
                {
                    next[(state * width) + symbol] = other;
                }
                else
                {
                    fallback[target] = other;
                    queue.Enqueue(target);
                }
            }
        }
    }
}

/// <summary>A phrase in a text.</summary>
/// <param name="Start">Index of its first character.</param>
/// <param name="End">Index behind its last.</param>
/// <param name="Value">What it stands for.</param>
internal readonly record struct PhraseHit<T>(int Start, int End, T Value);
