using TlsTrust.ErrorTexts.Catalogue;
using TlsTrust.ErrorTexts.Hosts;

namespace TlsTrust.ErrorTexts.Incidents;

/// <summary>Messages of one failed connection: what a text says about it in one place, often three times over.</summary>
internal sealed class ErrorIncident
{
    /// <summary>Messages that are kept: a program that repeats itself more often says nothing new.</summary>
    private const int MaximumMessages = 64;

    private readonly List<FoundMessage> _messages = [];

    internal HostMention? Mention { get; set; }

    /// <summary>The host is of a line that says no more: it may be that of something else.</summary>
    internal bool MentionIsContext { get; set; }

    internal string? StoreFile { get; set; }

    internal string? Path { get; set; }

    internal bool IsServer { get; set; }

    /// <summary>The program has said its last word about it.</summary>
    internal bool HasEnded { get; set; }

    internal ErrorClient? Client { get; private set; }

    /// <summary>No line of it shows the client yet: it is that of the incident before.</summary>
    internal bool ClientIsInherited { get; private set; }

    /// <summary>The last line that belongs to it.</summary>
    internal long LastLine { get; set; }

    internal int? LastTime { get; set; }

    internal bool HasMessages => _messages.Count > 0;

    internal long FirstLine => _messages[0].Line;

    internal IEnumerable<FoundMessage> Messages => _messages;

    /// <summary>
    /// Words before codes, codes before what only says that it failed. Of these the first in the text, unless one on its line or about the
    /// same says it more exactly. What has no cause, or tells of the network, gives way: TLS was reached where a certificate is spoken of.
    /// </summary>
    internal FoundMessage Deciding
    {
        get
        {
            FoundMessage first = Ordered().First();
            return Ordered()
                .Where(found => found.Message.Vagueness == first.Message.Vagueness && !GivesWay(found)
                    && (found.Line == first.Line || found.Message.Causes.Intersect(first.Message.Causes).Any()))
                .OrderBy(found => found.Message.Causes.Count)
                .FirstOrDefault(first);
        }
    }

    internal IEnumerable<Cause> Causes => Deciding.Kind(IsServer).Causes;

    /// <summary>How often the deciding message stands in it.</summary>
    internal int CountOf(FoundMessage message) => _messages.Count(found => found.Message.Id == message.Message.Id);

    internal void Mark(ErrorClient client)
    {
        Client = Client is null || client.Rank > Client.Rank || (ClientIsInherited && client.Rank == Client.Rank) ? client : Client;
        ClientIsInherited &= Client != client;
    }

    internal void Replace(ErrorClient client)
    {
        Client = client;
        ClientIsInherited = false;
    }

    internal void Inherit(ErrorIncident before)
    {
        Client = before.Client;
        ClientIsInherited = Client is not null;
    }

    internal void Add(FoundMessage message)
    {
        if (_messages.Count < MaximumMessages)
        {
            _messages.Add(message);
        }
    }

    /// <summary>
    /// Whether a message can be about the same failure: what it means has something in common with what is known, or it stands on the same
    /// line or the next.
    /// </summary>
    internal bool TakesIn(FoundMessage message, bool lineHasTime)
    {
        if (HasEnded)
        {
            return false;
        }

        if (message.Message.Generic || message.Message.Causes.Count == 0
            || !_messages.Exists(known => !known.Message.Generic && known.Message.Causes.Count > 0))
        {
            return true;
        }

        long distance = message.Line - _messages[^1].Line;

        // Programs list what they found line by line, Subversion with a line of advice between.
        return distance == 0 || (distance <= (Client is null ? 1 : 2) && !lineHasTime)
            || _messages.Exists(known => !known.Message.Generic && HaveInCommon(known.Message, message.Message));
    }

    /// <summary>What an earlier incident found, in front of what this one found.</summary>
    internal void TakeOver(ErrorIncident earlier)
    {
        _messages.InsertRange(0, earlier._messages);
        if (earlier.Client is { } mark)
        {
            Mark(mark);
        }
    }

    /// <summary>A second failure at the same place: same host and client, nothing known yet.</summary>
    internal ErrorIncident Next()
    {
        ErrorIncident next =
            new() { Mention = Mention, StoreFile = StoreFile, IsServer = IsServer, LastLine = LastLine, LastTime = LastTime };
        next.Inherit(this);
        return next;
    }

    private static bool HaveInCommon(TlsErrorMessage one, TlsErrorMessage other) =>
        one.Id == other.Id || one.Causes.Intersect(other.Causes).Any() || one.FindingIds.Intersect(other.FindingIds).Any();

    private IOrderedEnumerable<FoundMessage> Ordered() => _messages.OrderBy(GivesWay).ThenBy(found => found.Message.Vagueness);

    private bool GivesWay(FoundMessage found) =>
        (found.Message.Causes.Count == 0 || found.Message.Side == TlsErrorSide.Network)
        && _messages.Exists(other =>
            !other.Message.Generic && other.Message.Causes.Count > 0 && other.Message.Side != TlsErrorSide.Network);
}
