using TlsTrust.ErrorTexts.Catalogue;
using TlsTrust.ErrorTexts.Hosts;

namespace TlsTrust.ErrorTexts.Incidents;

/// <summary>
/// Puts lines together that are about one failure. Another client, another host, another time or another command begins a new one; so does
/// a message that has nothing in common with what is known.
/// </summary>
internal sealed class IncidentBuilder(IReadOnlyDictionary<string, ErrorClient> clients)
{
    /// <summary>
    /// Lines between a host and the message about it, or between two parts of one message: a stack trace of Java with its causes fits.
    /// </summary>
    internal const int LinesOfOneIncident = 60;

    /// <summary>Seconds between two lines of one incident: programs wait some seconds between one try and the next.</summary>
    private const int SecondsOfOneIncident = 30;

    private const int SecondsOfDay = 24 * 60 * 60;

    /// <summary>Lines that a client writes between one address and the next.</summary>
    private const int LinesBetweenAddresses = 5;

    /// <summary>Lines in which a program names the host behind the message: cargo does so in the second of its causes.</summary>
    private const int LinesOfOneReport = 12;

    /// <summary>Lines in which programs of one language are taken for one: a library and what uses it.</summary>
    private const int LinesOfOneStack = 3;

    private const string PowerShell = "PowerShell";

    private readonly List<ErrorIncident> _closed = [];
    private ErrorIncident _current = new();

    internal void Add(LineFacts line)
    {
        if (line.Number - _current.LastLine > LinesOfOneIncident || IsOtherTime(line.Time))
        {
            Close();
        }

        // PowerShell shows where it was with "+ " in front, as other shells show what they begin.
        if (line.Command is { } command && !(line.IsTrace && _current.HasMessages && IsPowerShell(_current.Client)))
        {
            Close();
            _current.Mark(command);
        }

        if (line.SaysNothing)
        {
            return;
        }

        Client(line);
        Mention(line);
        _current.StoreFile = line.StoreFile ?? _current.StoreFile;
        _current.Path = line.Path ?? _current.Path;
        _current.IsServer |= line.IsServer;
        foreach (FoundMessage message in line.Messages)
        {
            if (_current.HasEnded && message.Message.Generic && line.Client is null && line.Mention is null)
            {
                continue; // the advice that follows a report: "curl failed to verify the legitimacy of the server …"
            }

            if (_current.HasMessages && !_current.TakesIn(message, line.Time is not null))
            {
                ErrorIncident next = _current.Next();
                if (_current.HasEnded && line.Mention is null)
                {
                    next.Mention = null; // the next report of a program is about a host of its own
                }

                Close(next);
            }

            _current.Add(message);
        }

        _current.HasEnded |= line.Ends && _current.HasMessages;
        _current.LastLine = line.Number;
        _current.LastTime = line.Time ?? _current.LastTime;
    }

    internal void Complete() => Close();

    /// <summary>The incidents that are whole, in the order of the text.</summary>
    /// <param name="all">True at the end: nothing can follow that belongs to the last one.</param>
    internal List<ErrorIncident> Take(bool all)
    {
        // The last one may be an address of a host that is named later.
        int count = all || _closed.Count == 0 ? _closed.Count : _closed.Count - 1;
        List<ErrorIncident> taken = _closed[..count];
        _closed.RemoveRange(0, count);
        return taken;
    }

    private void Client(LineFacts line)
    {
        if (line.Client is not { } client)
        {
            return;
        }

        bool isOther = _current.Client is { } known && !AreOne(known, client, line.Number - _current.LastLine) && !IsLastWord(line);
        if (isOther && _current.ClientIsInherited
            && (!_current.HasMessages || (line.Number - _current.LastLine <= 1 && !_current.HasEnded && !line.Begins)))
        {
            _current.Replace(client);
        }
        else if (_current.HasMessages
            && (isOther || (line.Begins && _current.FirstLine < line.Number) || (_current.HasEnded && line.Messages.Count > 0)))
        {
            Close();
        }
        else if (!_current.HasMessages && ((isOther && client.Rank >= ErrorRanks.Language) || line.Begins))
        {
            // What was said before may be another program's: a URL stays, an address in passing does not.
            _current.Replace(client);
            _current.IsServer = false;
            _current.Mention = _current.MentionIsContext ? null : _current.Mention;
        }

        _current.Mark(client);
    }

    private bool IsPowerShell(ErrorClient? client) =>
        client is not null && (client.Name == PowerShell || Stack(client).Contains(PowerShell));

    /// <summary>True where a program closes with the words that its library has just said.</summary>
    private bool IsLastWord(LineFacts line) =>
        line.Ends && !_current.HasEnded && line.Number - _current.LastLine <= 1
        && line.Messages.Exists(message => _current.Messages.Any(known => known.Message.Id == message.Message.Id));

    private void Mention(LineFacts line)
    {
        if (line.Mention is not { } mention)
        {
            return;
        }

        bool isFar = _current.HasMessages && _current.Mention is null && line.Messages.Count == 0
            && line.Number - _current.LastLine > (line.Client is null && !line.IsProperty ? 1 : LinesOfOneReport);
        if ((_current.HasEnded && _current.LastLine < line.Number) || isFar)
        {
            Close(Context());
        }

        bool isContext = line.Messages.Count == 0 && line.Client is null;
        if (_current.Mention is null || _current.Mention.FitsWith(mention))
        {
            _current.Mention = _current.Mention?.Join(mention) ?? mention;
            _current.MentionIsContext = isContext && mention.Strength == HostMention.Bare;
        }
        else if (!_current.HasMessages || (_current.MentionIsContext && !isContext))
        {
            _current.Mention = mention;
            _current.MentionIsContext = isContext && mention.Strength == HostMention.Bare;
        }
        else if (line.Messages.Count > 0 || mention.Strength > HostMention.Bare)
        {
            // Another host: another failure of the same program, if one follows.
            Close(Context());
            _current.Mention = mention;
        }
    }

    /// <summary>An incident of the same program of which nothing is known yet.</summary>
    private ErrorIncident Context()
    {
        ErrorIncident next = new() { LastLine = _current.LastLine, LastTime = _current.LastTime, IsServer = _current.IsServer };
        next.Inherit(_current);
        return next;
    }

    private bool IsOtherTime(int? time)
    {
        if (time is not { } now || _current.LastTime is not { } last)
        {
            return false;
        }

        int apart = Math.Abs(now - last);
        return Math.Min(apart, SecondsOfDay - apart) > SecondsOfOneIncident;
    }

    /// <summary>
    /// True for a program and the language or library that it is made with; what is below a language shows in any program.
    /// </summary>
    private bool AreOne(ErrorClient one, ErrorClient other, long lines)
    {
        if (one.Name == other.Name || one.Rank < ErrorRanks.Language || other.Rank < ErrorRanks.Language)
        {
            return true;
        }

        HashSet<string> left = Stack(one);
        HashSet<string> right = Stack(other);
        return left.Contains(other.Name) || right.Contains(one.Name)
            || (lines <= LinesOfOneStack && left.Overlaps(right.Where(name => clients[name].Rank == ErrorRanks.Language)));
    }

    private HashSet<string> Stack(ErrorClient client)
    {
        HashSet<string> stack = new(StringComparer.Ordinal);
        Queue<ErrorClient> queue = new([client]);
        while (queue.TryDequeue(out ErrorClient? next))
        {
            foreach (string name in next.Of.Where(stack.Add))
            {
                if (clients.TryGetValue(name, out ErrorClient? below))
                {
                    queue.Enqueue(below);
                }
            }
        }

        return stack;
    }

    private void Close(ErrorIncident? next = null)
    {
        if (_current.HasMessages)
        {
            Join(_current);
        }

        _current = next ?? new ErrorIncident { LastLine = _current.LastLine };
    }

    /// <summary>
    /// A client that tries one address after the other complains about each, and then about the host: these are one incident.
    /// </summary>
    private void Join(ErrorIncident incident)
    {
        while (incident.Mention is { IsAddress: false, HasPort: true } named && _closed.Count > 0
            && _closed[^1].Mention is { IsAddress: true } address && address.FitsWith(named)
            && incident.FirstLine - _closed[^1].LastLine <= LinesBetweenAddresses
            && _closed[^1].Causes.Intersect(incident.Causes).Any())
        {
            incident.TakeOver(_closed[^1]);
            _closed.RemoveAt(_closed.Count - 1);
        }

        _closed.Add(incident);
    }
}

/// <summary>Ranks of clients that decide something (<see cref="ErrorClient.Rank"/>).</summary>
internal static class ErrorRanks
{
    /// <summary>From here up a mark tells programs apart.</summary>
    internal const int Language = 4;
}
