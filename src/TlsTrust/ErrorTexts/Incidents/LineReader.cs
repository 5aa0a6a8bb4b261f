using System.Globalization;
using TlsTrust.ErrorTexts.Catalogue;
using TlsTrust.ErrorTexts.Hosts;
using TlsTrust.ErrorTexts.Reading;

namespace TlsTrust.ErrorTexts.Incidents;

/// <summary>Turns a line and the phrases found in it into what it says.</summary>
internal sealed class LineReader(TlsErrorCatalogue catalogue, Phrases phrases)
{
    private const int LongestQuote = 300;

    /// <summary>Characters behind a line that a host's port may stand in: Node.js writes it in the next line.</summary>
    private const int Overhang = 200;

    /// <summary>A time stands at the beginning of a line, behind a date and the brackets of a log.</summary>
    private const int TimeWithin = 40;

    private readonly Dictionary<string, ErrorClient> _commands = catalogue.Clients.Values
        .SelectMany(client => client.Commands.Select(command => (command, client)))
        .ToDictionary(pair => pair.command, pair => pair.client, StringComparer.OrdinalIgnoreCase);

    private readonly List<HostMention> _mentions = [];

    /// <summary>Reads one line.</summary>
    /// <param name="text">The window.</param>
    /// <param name="line">Index of the line in it.</param>
    /// <param name="hits">The phrases that begin in the line.</param>
    internal LineFacts Read(LogText text, int line, ReadOnlySpan<PhraseHit<Phrase>> hits)
    {
        int start = text.Lines[line].Start;
        int end = text.EndOf(line);
        LineFacts facts = new() { Number = text.Lines[line].Number };
        if (start == end)
        {
            return facts;
        }

        ReadOnlySpan<char> clean = text.Clean[start..Math.Min(text.Length, end + Overhang)];
        int length = end - start;
        facts.Time = TimeOf(clean[..length]);
        facts.Command = CommandOf(clean[..length]);
        facts.IsTrace = clean[0] == '+';
        facts.IsProperty = IsProperty(clean[..length]);
        Messages(text, line, hits, facts);
        Clients(hits, facts);
        Hosts(clean, length, start, hits, facts);
        Files(clean[..length], start, hits, facts);
        return facts;
    }

    private void Messages(LogText text, int line, ReadOnlySpan<PhraseHit<Phrase>> hits, LineFacts facts)
    {
        if (hits.Length == 0 || phrases.IsQuoted(text.CleanOf(line), hits))
        {
            return;
        }

        int covered = -1;
        for (int i = 0; i < hits.Length; i++)
        {
            // "self-signed certificate" inside "self-signed certificate in certificate chain" is no message of its own; of one beginning
            // the longest comes last.
            if (hits[i].Value.Message is not { } message || hits[i].End <= covered || IsOutdone(hits, i) || !phrases.Counts(hits[i], hits))
            {
                continue;
            }

            covered = hits[i].End;
            facts.Messages.Add(new FoundMessage(message, Quote(text, line, hits[i]), facts.Number));
        }

        if (facts.Messages.TrueForAll(found => found.Message.Generic) && phrases.Loose(hits) is { } loose
            && (facts.Messages.Count == 0 || !loose.Value.Message!.Generic) && !IsWithin(hits, loose))
        {
            facts.Messages.Add(new FoundMessage(loose.Value.Message!, Quote(text, line, loose), facts.Number));
        }
    }

    /// <summary>
    /// True for words that are part of a message which says only that it failed: "is not trusted" in "cert untrusted or revoked".
    /// </summary>
    private static bool IsWithin(ReadOnlySpan<PhraseHit<Phrase>> hits, PhraseHit<Phrase> words)
    {
        foreach (PhraseHit<Phrase> hit in hits)
        {
            if (hit.Value.Message is not null && hit.Start <= words.Start && hit.End >= words.End)
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsOutdone(ReadOnlySpan<PhraseHit<Phrase>> hits, int index)
    {
        for (int i = index + 1; i < hits.Length && hits[i].Start == hits[index].Start; i++)
        {
            if (hits[i].Value.Message is not null && hits[i].End > hits[index].End)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// The words; those that begin with a quotation mark are the tail of a sentence: "The certificate of 'x' has expired."
    /// </summary>
    private static string Quote(LogText text, int line, PhraseHit<Phrase> hit)
    {
        int start = hit.Start;
        if (!char.IsLetterOrDigit(text.Clean[start]) || hit.Value.Message!.IsLoose)
        {
            start = Math.Max(text.Lines[line].Start, start - (LongestQuote / 2));
        }

        int end = hit.Value.Message!.IsLoose ? Math.Min(text.EndOf(line), start + LongestQuote) : Math.Min(hit.End, start + LongestQuote);
        return text.Clean[start..end].ToString().Replace('\n', ' ').Trim();
    }

    private static void Clients(ReadOnlySpan<PhraseHit<Phrase>> hits, LineFacts facts)
    {
        foreach (PhraseHit<Phrase> hit in hits)
        {
            if (hit.Value.Frame == Frame.Server)
            {
                facts.IsServer = true;
            }

            if (hit.Value.Client is not { } client)
            {
                continue;
            }

            facts.Client = facts.Client is null || client.Rank > facts.Client.Rank ? client : facts.Client;
            facts.Begins |= hit.Value.Begins;
            facts.Ends |= hit.Value.Ends;
        }
    }

    private void Hosts(ReadOnlySpan<char> clean, int length, int start, ReadOnlySpan<PhraseHit<Phrase>> hits, LineFacts facts)
    {
        _mentions.Clear();
        HostMentions.Find(clean, length, _mentions);
        int message = length;
        int vague = -1;
        foreach (PhraseHit<Phrase> hit in hits)
        {
            HostMention? framed = hit.Value.Frame switch
            {
                Frame.HostFollows => HostMentions.After(clean, hit.End - start),
                Frame.HostPrecedes => HostMentions.Before(clean, hit.Start - start),
                _ => null,
            };
            if (framed is not null)
            {
                _mentions.Add(framed);
            }

            if (hit.Value.Message is { Generic: false } && hit.Start - start < message)
            {
                message = hit.Start - start;
            }

            vague = hit.Value.Message is { Generic: true } ? hit.Start - start : vague;
        }

        message = message == length && vague >= 0 ? vague : message;
        if (WholeLines.Upstream(clean[..length]) is { } upstream)
        {
            _mentions.Add(upstream);
        }

        if (_mentions.Count == 0 && WholeLines.Alone(clean[..length]) is { } alone)
        {
            _mentions.Add(alone);
        }

        HostMention? best = null;
        foreach (HostMention mention in _mentions)
        {
            // A client that frames it means it: getcomposer.org and nodejs.org also serve what is installed.
            if ((mention.Strength < HostMention.Framed && catalogue.IsDocumentation(mention.Endpoint.HostName))
                || mention.IsUnspecified || IsPeer(mention, start, hits))
            {
                continue;
            }

            best = best is null || Rank(mention, message) > Rank(best, message) ? Joined(mention, best) : Joined(best, mention);
        }

        facts.Mention = best;
    }

    private static HostMention Joined(HostMention better, HostMention? other) =>
        other is not null && better.Strength != HostMention.Upstream && better.FitsWith(other) ? better.Join(other) : better;

    /// <summary>What is framed before what is a URL; what stands before the message before what comes after it; the nearest.</summary>
    private static int Rank(HostMention mention, int message) =>
        (mention.Strength * 100_000) + (mention.Index <= message ? 50_000 + mention.Index : -mention.Index);

    /// <summary>The other side's address in the words of a server.</summary>
    private static bool IsPeer(HostMention mention, int start, ReadOnlySpan<PhraseHit<Phrase>> hits)
    {
        foreach (PhraseHit<Phrase> hit in hits)
        {
            int distance = mention.Index - (hit.End - start);
            if (hit.Value.Frame == Frame.PeerFollows && distance is >= -1 and <= 2)
            {
                return true;
            }
        }

        return false;
    }

    private static void Files(ReadOnlySpan<char> clean, int start, ReadOnlySpan<PhraseHit<Phrase>> hits, LineFacts facts)
    {
        bool aboutFile = false;
        foreach (PhraseHit<Phrase> hit in hits)
        {
            if (hit.Value.Frame == Frame.StoreFollows)
            {
                facts.StoreFile ??= FilePaths.After(clean, hit.End - start, mustLookLikeOne: true);
            }
            else if (hit.Value.Frame == Frame.FileFollows)
            {
                facts.Path ??= FilePaths.After(clean, hit.End - start, mustLookLikeOne: true);
            }

            aboutFile |= hit.Value.Message is { Side: TlsErrorSide.File };
        }

        if (aboutFile)
        {
            facts.Path ??= facts.StoreFile ?? FilePaths.InLine(clean);
        }
    }

    /// <summary>
    /// "$ curl …", "PS C:\> curl …", "ann@host:~$ curl …", "+ curl …", "##[command]curl …", "RUN curl …": a shell was told to run a known
    /// program.
    /// </summary>
    private ErrorClient? CommandOf(ReadOnlySpan<char> line)
    {
        int at = PromptEnd(line);
        if (at < 0)
        {
            return null;
        }

        ReadOnlySpan<char> rest = line[at..];
        while (rest.Length > 0)
        {
            int blank = rest.IndexOf(' ');
            ReadOnlySpan<char> word = (blank < 0 ? rest : rest[..blank]).Trim("\n\"'&");
            rest = blank < 0 ? [] : rest[(blank + 1)..];
            if (word.Length == 0 || word is "sudo" or "env" or "time" or "exec" || word.Contains('='))
            {
                continue;
            }

            word = word[(word.LastIndexOfAny('/', '\\') + 1)..];
            word = word.EndsWith(".exe", StringComparison.OrdinalIgnoreCase) || word.EndsWith(".cmd", StringComparison.OrdinalIgnoreCase)
                ? word[..^4] : word;
            return _commands.GetValueOrDefault(word.ToString());
        }

        return null;
    }

    /// <summary>"hostname: 'example.org'", as JavaScript and Ruby show what an error holds.</summary>
    private static bool IsProperty(ReadOnlySpan<char> line)
    {
        int colon = line.IndexOf(':');
        return colon > 0 && colon + 2 < line.Length && line[colon + 1] == ' ' && line[..colon].IndexOfAnyExceptInRange('A', 'z') < 0
            && (PlainText.Plain(line[colon + 2]) is '\'' or '{' or '[' || line[(colon + 2)..].StartsWith("Map(", StringComparison.Ordinal));
    }

    private static int PromptEnd(ReadOnlySpan<char> line)
    {
        const int LongestPrompt = 120;
        if (line.Length < 4)
        {
            return -1;
        }

        if (line[0] is '$' or '#' or '+' or '%' or '❯' && line[1] == ' ')
        {
            return 2;
        }

        ReadOnlySpan<char> head = line[..Math.Min(line.Length, LongestPrompt)];
        int group = head.IndexOf("##[group]Run ", StringComparison.Ordinal);
        if (group >= 0)
        {
            return group + "##[group]Run ".Length;
        }

        int command = head.IndexOf("##[command]", StringComparison.Ordinal);
        if (command >= 0)
        {
            return command + "##[command]".Length;
        }

        int run = head.IndexOf(" RUN ", StringComparison.Ordinal);
        if (run >= 0 && head[..run].Contains(']'))
        {
            return run + " RUN ".Length;
        }

        if (line.StartsWith("PS ", StringComparison.Ordinal) || (char.IsAsciiLetter(line[0]) && line[1] == ':' && line[2] == '\\'))
        {
            int end = head.IndexOf('>');
            return end > 0 ? end + 1 : -1;
        }

        // ann@host:~/src$ curl …; [ann@host src]$ curl …
        int dollar = head.IndexOfAny("$#");
        int atSign = dollar < 0 ? -1 : head[..dollar].IndexOf('@');
        return dollar > 0 && atSign > 0 && atSign < 40 && dollar + 1 < line.Length && line[dollar + 1] == ' '
            && !head[..atSign].Contains(' ') ? dollar + 2 : -1;
    }

    private static int? TimeOf(ReadOnlySpan<char> line)
    {
        ReadOnlySpan<char> head = line[..Math.Min(line.Length, TimeWithin)];
        for (int i = head.IndexOf(':'); i >= 0 && i + 2 < head.Length;)
        {
            if (i >= 2 && Number(head[(i - 2)..i], 23, out int hours) && Number(head[(i + 1)..(i + 3)], 59, out int minutes)
                && (i == 2 || !char.IsAsciiLetterOrDigit(head[i - 3]) || head[i - 3] == 'T'))
            {
                if (i + 5 < head.Length && head[i + 3] == ':' && Number(head[(i + 4)..(i + 6)], 60, out int seconds))
                {
                    return (hours * 3600) + (minutes * 60) + seconds;
                }

                if (i == 2)
                {
                    return (hours * 3600) + (minutes * 60);
                }
            }

            int next = head[(i + 1)..].IndexOf(':');
            i = next < 0 ? -1 : i + 1 + next;
        }

        return null;
    }

    private static bool Number(ReadOnlySpan<char> digits, int most, out int value) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value <= most;
}
