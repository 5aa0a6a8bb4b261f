using TlsTrust.ErrorTexts.Reading;

namespace TlsTrust.ErrorTexts.Catalogue;

/// <summary>All phrases of the catalogue in one index.</summary>
internal sealed class Phrases
{
    /// <summary>The term that makes a line a sentence about what might be: no failure.</summary>
    internal const string Supposed = "supposed";

    /// <summary>"error -188", "code: -1202": the letters of a number.</summary>
    private const int LongestOfNumber = 5;

    private const int LengthOfCode = 8;

    /// <summary>The term that makes a line one about a failure.</summary>
    internal const string Failed = "failed";

    /// <summary>The term of files that may hold certificates: such a path says nothing about numbers in its line.</summary>
    private const string CertificateFile = "certificate-file";

    /// <summary>The term that makes a line one about messages: advice, a manual, a list of changes.</summary>
    internal const string Quoted = "quoted";

    private static readonly Lazy<Phrases> MadeOnce = new(static () => new Phrases(TlsErrorCatalogue.BuiltIn));
    private readonly Dictionary<string, int> _terms;
    private readonly TlsErrorCatalogue _catalogue;
    private readonly int _quoted;
    private readonly int _about; // the terms that make a line one about TLS

    private Phrases(TlsErrorCatalogue catalogue)
    {
        _catalogue = catalogue;
        _terms = catalogue.Words.Terms.Keys.Select((name, bit) => (name, Mask: 1 << bit))
            .ToDictionary(term => term.name, term => term.Mask, StringComparer.Ordinal);
        _about = catalogue.Words.Faults.Where(fault => fault.Of != CertificateFile).Select(fault => _terms[fault.Of])
            .Aggregate(0, (all, term) => all | term);
        _quoted = _terms[Quoted];
        FramesFile frames = catalogue.Frames;
        Index = new PhraseIndex<Phrase>(
        [
            .. catalogue.Messages.SelectMany(message =>
                message.Text.SelectMany(text =>
                    Entries([text], true, new Phrase { Message = message, IsNumber = message.IsCode && IsNumber(text) }))),
            .. catalogue.Clients.Values.SelectMany(client => Entries(client.Marks, false, new Phrase { Client = client })),
            .. catalogue.Clients.Values.SelectMany(client => Entries(client.Begins, false, new Phrase { Client = client, Begins = true })),
            .. catalogue.Clients.Values.SelectMany(client => Entries(client.Ends, false, new Phrase { Client = client, Ends = true })),
            .. Entries(frames.HostAfter, false, new Phrase { Frame = Frame.HostFollows }),
            .. Entries(frames.HostBefore, false, new Phrase { Frame = Frame.HostPrecedes }),
            .. Entries(frames.PeerAfter, false, new Phrase { Frame = Frame.PeerFollows }),
            .. Entries(frames.StoreAfter, false, new Phrase { Frame = Frame.StoreFollows }),
            .. Entries(frames.FileAfter, false, new Phrase { Frame = Frame.FileFollows }),
            .. Entries(catalogue.Servers, false, new Phrase { Frame = Frame.Server }),
            .. catalogue.Words.Terms.SelectMany(term => Entries(term.Value, false, new Phrase { Term = _terms[term.Key] })),
            .. catalogue.Words.Faults.SelectMany((fault, index) => Entries(fault.Words, false, new Phrase { Fault = index })),
        ]);
        Longest = Index.Longest;
    }

    internal static Phrases BuiltIn => MadeOnce.Value;

    internal PhraseIndex<Phrase> Index { get; }

    internal int Longest { get; }

    /// <summary>Takes away the phrases that are parts of names, from an index on.</summary>
    /// <param name="clean">The text in which they were found.</param>
    /// <param name="hits">The phrases.</param>
    /// <param name="from">The first that may be one.</param>
    internal static void DropNames(ReadOnlySpan<char> clean, List<PhraseHit<Phrase>> hits, int from)
    {
        int kept = from;
        for (int i = from; i < hits.Count; i++)
        {
            if (!IsPartOfName(clean, hits[i]))
            {
                hits[kept++] = hits[i];
            }
        }

        hits.RemoveRange(kept, hits.Count - kept);
    }

    private static bool IsPartOfName(ReadOnlySpan<char> clean, PhraseHit<Phrase> hit)
    {
        Phrase phrase = hit.Value;
        bool isWord = phrase.Term != 0 || phrase.Fault >= 0;
        return phrase.Message is null && !isWord
            ? phrase.Frame is Frame.None or Frame.PeerFollows && Identifiers.GoesBefore(clean, hit.Start)
            : Identifiers.Hold(clean, hit.Start, hit.End) || (isWord && Identifiers.IsMember(clean, hit.Start))
                || (phrase.Message is { IsThing: true } && Identifiers.IsThing(clean, hit.Start));
    }

    /// <summary>Whether a line only shows what it says: it is about messages, or source code, or a test that passed.</summary>
    internal bool IsQuoted(ReadOnlySpan<char> clean, ReadOnlySpan<PhraseHit<Phrase>> line)
    {
        foreach (PhraseHit<Phrase> hit in line)
        {
            if ((hit.Value.Term & _quoted) != 0)
            {
                return true;
            }
        }

        return QuotedLine.Is(clean);
    }

    /// <summary>Whether a message counts in its line.</summary>
    internal bool Counts(PhraseHit<Phrase> message, ReadOnlySpan<PhraseHit<Phrase>> line)
    {
        if (!message.Value.IsNumber)
        {
            return true;
        }

        foreach (PhraseHit<Phrase> hit in line)
        {
            if (hit.Value.Client is not null || (hit.Value.Term & _about) != 0 || (hit.Value.Message is not null && !hit.Value.IsNumber))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What a line says by its words: the thing that failed, how, and that it did.</summary>
    /// <param name="hits">All phrases of the line.</param>
    internal PhraseHit<Phrase>? Loose(ReadOnlySpan<PhraseHit<Phrase>> hits)
    {
        int seen = 0;
        foreach (PhraseHit<Phrase> hit in hits)
        {
            seen |= hit.Value.Term;
        }

        if ((seen & _terms[Failed]) == 0 || (seen & _terms[Supposed]) != 0)
        {
            return null;
        }

        foreach (PhraseHit<Phrase> hit in hits)
        {
            if (hit.Value.Fault >= 0 && (seen & _terms[_catalogue.Words.Faults[hit.Value.Fault].Of]) != 0)
            {
                return new PhraseHit<Phrase>(hit.Start, hit.End, new Phrase { Message = _catalogue.LooseMessages[hit.Value.Fault] });
            }
        }

        return null;
    }

    /// <summary>True where neither a word stands in it nor a code of eight digits, which is long enough to be no accident.</summary>
    private static bool IsNumber(string text)
    {
        int letters = 0;
        int run = 0;
        foreach (char c in text)
        {
            letters = char.IsLetter(c) ? letters + 1 : 0;
            run = char.IsLetterOrDigit(c) ? run + 1 : 0;
            if (letters > LongestOfNumber || run >= LengthOfCode)
            {
                return false;
            }
        }

        return true;
    }

    private static IEnumerable<(string, bool, Phrase)> Entries(IReadOnlyList<string> words, bool whole, Phrase phrase) =>
        words.Select(text => (PlainText.Plain(text), whole, phrase));
}
