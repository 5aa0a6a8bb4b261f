namespace TlsTrust.ErrorTexts;

/// <summary>Messages of one failed connection: what a text says about it in one place, often three times over.</summary>
internal sealed class ErrorIncident(LineNumbers lines)
{
    private readonly List<PhraseHit<Phrase>> messages = [];
    private ClientMark? client;

    internal HostMention? Mention { get; set; }

    internal string? StoreFile { get; set; }

    /// <summary>The last line that belongs to it.</summary>
    internal int LastLine { get; set; }

    internal bool HasMessages => messages.Count > 0;

    internal int FirstLine => lines.Of(messages[0].Start);

    internal IEnumerable<Cause> Causes => Deciding.Value.Message!.Causes;

    /// <summary>The message that says most: not a generic one where there is another, with the fewest causes, the first.</summary>
    internal PhraseHit<Phrase> Deciding => messages.OrderBy(hit => hit.Value.Message!.Generic).ThenBy(hit => hit.Value.Message!.Causes.Count).First();

    /// <summary>The program that shows most plainly; else the library that the words are of.</summary>
    internal string Client => client?.Name ?? (Deciding.Value.Message!.Client is var writer and not "any" ? writer : "");

    internal int LineOf(PhraseHit<Phrase> hit) => lines.Of(hit.Start);

    internal void Mark(ClientMark mark) => client = client is null || mark.Rank > client.Rank ? mark : client;

    internal void Add(PhraseHit<Phrase> hit) => messages.Add(hit);

    /// <summary>Whether a message can be about the same failure: what it means has something in common with what is known, or it stands on the same line.</summary>
    internal bool TakesIn(PhraseHit<Phrase> hit)
    {
        if (hit.Value.Message!.Generic || !messages.Exists(known => !known.Value.Message!.Generic))
        {
            return true;
        }

        PhraseHit<Phrase> last = messages[^1];
        return lines.Of(last.Start) == lines.Of(hit.Start)
            || messages.Exists(known => !known.Value.Message!.Generic && known.Value.Message!.Causes.Intersect(hit.Value.Message!.Causes).Any());
    }

    /// <summary>What an earlier incident found, in front of what this one found.</summary>
    internal void TakeOver(ErrorIncident earlier)
    {
        messages.InsertRange(0, earlier.messages);
        if (earlier.client is { } mark)
        {
            Mark(mark);
        }
    }

    /// <summary>A second failure at the same place: same host and client, nothing known yet.</summary>
    internal ErrorIncident Next() => new(lines) { Mention = Mention, StoreFile = StoreFile, client = client, LastLine = LastLine };
}

/// <summary>Line numbers of indexes that are asked for in rising or falling order.</summary>
internal sealed class LineNumbers
{
    private readonly List<int> starts = [0];

    internal LineNumbers(string text)
    {
        for (int i = text.IndexOf('\n', StringComparison.Ordinal); i >= 0; i = text.IndexOf('\n', i + 1))
        {
            starts.Add(i + 1);
        }
    }

    /// <summary>The line of an index, from 1.</summary>
    internal int Of(int index)
    {
        int place = starts.BinarySearch(index);
        return place >= 0 ? place + 1 : ~place;
    }
}

/// <summary>Splits what was found in a text into incidents.</summary>
internal static class ErrorIncidents
{
    /// <summary>Lines that a client writes between one address and the next.</summary>
    private const int LinesBetweenAddresses = 5;

    private enum Kind
    {
        // On one line a host and a client are known before the message is read.
        Mention,
        Store,
        Client,
        Message,
    }

    internal static IEnumerable<ErrorIncident> Split(string text, List<PhraseHit<Phrase>> hits, TlsErrorCatalogue catalogue)
    {
        LineNumbers lines = new(text);
        List<PhraseHit<Phrase>> messages = WithoutContained(hits.Where(hit => hit.Value.Message is not null));
        List<HostMention> mentions = HostMentions.Find(
            text,
            hits.Where(hit => hit.Value.HostFollows || hit.Value.HostPrecedes).Select(hit => (hit.Value.HostFollows ? hit.End : hit.Start, hit.Value.HostFollows)),
            catalogue.IsDocumentation,
            TlsErrorResolver.MaximumFinds);

        IEnumerable<(int Line, Kind Kind, int Index, HostMention? Mention, PhraseHit<Phrase> Hit)> events = mentions
            .Select(mention => (lines.Of(mention.Index), Kind.Mention, mention.Index, (HostMention?)mention, default(PhraseHit<Phrase>)))
            .Concat(messages.Select(hit => (lines.Of(hit.Start), Kind.Message, hit.Start, (HostMention?)null, hit)))
            .Concat(hits.Where(hit => hit.Value.Client is not null).Select(hit => (lines.Of(hit.Start), Kind.Client, hit.Start, (HostMention?)null, hit)))
            .Concat(hits.Where(hit => hit.Value.StoreFollows).Select(hit => (lines.Of(hit.Start), Kind.Store, hit.Start, (HostMention?)null, hit)))
            .OrderBy(item => item.Item1).ThenBy(item => item.Item2).ThenBy(item => item.Item3);

        ErrorIncident current = new(lines);
        foreach ((int line, Kind kind, int _, HostMention? mention, PhraseHit<Phrase> hit) in events)
        {
            if (line - current.LastLine > TlsErrorResolver.LinesOfOneIncident)
            {
                if (current.HasMessages)
                {
                    yield return current;
                }

                current = new ErrorIncident(lines);
            }

            switch (kind)
            {
                case Kind.Mention when current.Mention is null || current.Mention.FitsWith(mention!):
                    current.Mention = current.Mention?.Join(mention!) ?? mention;
                    break;
                case Kind.Mention when current.HasMessages:
                    yield return current;
                    current = new ErrorIncident(lines) { Mention = mention };
                    break;
                case Kind.Mention:
                    current.Mention = mention;
                    break;
                case Kind.Store:
                    current.StoreFile = StoreFile(text, hit.End) ?? current.StoreFile;
                    break;
                case Kind.Client:
                    current.Mark(hit.Value.Client!);
                    break;
                default:
                    if (!current.TakesIn(hit))
                    {
                        yield return current;
                        current = current.Next();
                    }

                    current.Add(hit);
                    break;
            }

            current.LastLine = line;
        }

        if (current.HasMessages)
        {
            yield return current;
        }
    }

    /// <summary>
    /// A client that tries one address after the other complains about each, and then about the host: these are one incident.
    /// </summary>
    internal static List<ErrorIncident> Join(IEnumerable<ErrorIncident> incidents)
    {
        List<ErrorIncident> joined = [];
        foreach (ErrorIncident incident in incidents)
        {
            while (incident.Mention is { IsAddress: false, HasPort: true } named && joined.Count > 0
                && joined[^1].Mention is { IsAddress: true } address && address.FitsWith(named)
                && incident.FirstLine - joined[^1].LastLine <= LinesBetweenAddresses
                && joined[^1].Causes.Intersect(incident.Causes).Any())
            {
                incident.TakeOver(joined[^1]);
                joined.RemoveAt(joined.Count - 1);
            }

            joined.Add(incident);
        }

        return joined;
    }

    /// <summary>"self-signed certificate" inside "self-signed certificate in certificate chain" is no message of its own.</summary>
    private static List<PhraseHit<Phrase>> WithoutContained(IEnumerable<PhraseHit<Phrase>> hits)
    {
        List<PhraseHit<Phrase>> kept = [];
        foreach (PhraseHit<Phrase> hit in hits)
        {
            while (kept.Count > 0 && kept[^1].Start >= hit.Start && kept[^1].End <= hit.End)
            {
                kept.RemoveAt(kept.Count - 1);
            }

            if (kept.Count == 0 || kept[^1].Start > hit.Start || kept[^1].End < hit.End)
            {
                kept.Add(hit);
            }
        }

        return kept;
    }

    /// <summary>"CAfile: /x.pem CRLfile: none", " CAfile: /x.pem".</summary>
    private static string? StoreFile(string text, int index)
    {
        int end = text.AsSpan(index).IndexOfAny('\r', '\n');
        end = end < 0 ? text.Length : index + end;
        end = Math.Min(end, index + 1024); // PATH_MAX would be 4096; no message is that long
        int next = text.IndexOf(" CRLfile", index, end - index, StringComparison.Ordinal);
        string file = text[index..(next >= 0 ? next : end)].Trim().TrimEnd('\'', '"', ')');
        return file.Length == 0 || file.Equals("none", StringComparison.OrdinalIgnoreCase) ? null : file;
    }
}
