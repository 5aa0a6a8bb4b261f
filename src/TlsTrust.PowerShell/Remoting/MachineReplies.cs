using System.Globalization;
using System.Management.Automation;
using TlsTrust.Certificates.Names;

namespace TlsTrust.PowerShell.Remoting;

/// <summary>
/// Reads what a machine sends. It is a stranger's text until it is read: results are built property by property from plain values,
/// each through the border of results, and the machine's name is ours, not what it says.
/// </summary>
internal sealed class MachineReplies(string machine)
{
    /// <summary>The command has run to its end.</summary>
    public const string Done = "Done";

    /// <summary>The module's files are not there.</summary>
    public const string Missing = "Missing";

    /// <summary>Another build of the module is loaded.</summary>
    public const string OtherVersion = "OtherVersion";

    private const string Started = "Started";

    // Longer texts of a stream are no message.
    private const int MaxText = 4096;

    private readonly DateTime _asked = DateTime.UtcNow;
    private TimeSpan? _offset;
    private string? _library;

    /// <summary>What the script said last of how far it is.</summary>
    public string State { get; private set; } = "";

    /// <summary>The place or version that belongs to it.</summary>
    public string Place { get; private set; } = "";

    /// <summary>True when the script has begun.</summary>
    public bool HasStarted { get; private set; }

    /// <summary>When it began, UTC, by the clock of that machine; null before, and where it does not say.</summary>
    public DateTime? StartedThere { get; private set; }

    /// <summary>True for what the script says of itself.</summary>
    public bool IsState(PSObject item)
    {
        if (item.BaseObject is not PSCustomObject || item.Properties["State"]?.Value is not string state)
        {
            return false;
        }

        State = state;
        Place = Text(item.Properties["Place"]?.Value as string ?? "");
        if (state == Started && !HasStarted)
        {
            HasStarted = true;
            _library = item.Properties["Library"]?.Value as string;
            StartedThere = item.Properties["Now"]?.Value is long ticks && ticks > 0 && ticks <= DateTime.MaxValue.Ticks
                ? new DateTime(ticks, DateTimeKind.Utc) : null;
            _offset = StartedThere is { } there ? Offset(there, DateTime.UtcNow) : null;
        }

        return true;
    }

    /// <summary>The result in it, with this machine's name; null for anything else.</summary>
    public MachineResult? Result(PSObject item) => Rehydration.Restore(item) switch
    {
        // One of a list here: the remedy of each would drown the table.
        EndpointReport report => report with { Machine = machine, ClockOffset = _offset, TlsLibrary = _library, AskedAlone = false },
        MachineFailure => null, // a machine does not fail by saying so
        MachineResult result => result with { Machine = machine },
        _ => null,
    };

    /// <summary>A text of the machine, with its name before it.</summary>
    public string Text(string text) => VisibleText.Of($"{machine}: {(text.Length > MaxText ? text[..MaxText] + "…" : text)}");

    /// <summary>An error of the machine as one of this module, with the machine as its target.</summary>
    public ErrorRecord Error(ErrorRecord record)
    {
        string id = record.FullyQualifiedErrorId.Split(',')[0];
        string? action = record.ErrorDetails?.RecommendedAction;
        return Fault.Record(
            Enum.TryParse(id, out ErrorId known) && Enum.IsDefined(known) && !char.IsAsciiDigit(id[0]) ? known : ErrorId.MachineError,
            Text(record.ErrorDetails?.Message ?? record.Exception.Message),
            string.IsNullOrWhiteSpace(action) ? string.Create(CultureInfo.InvariantCulture, $"Run it on {machine} itself to see more.")
                : Text(action), machine);
    }

    // What the way there and back takes is no difference of clocks.
    private TimeSpan? Offset(DateTime there, DateTime received)
    {
        TimeSpan way = received - _asked;
        TimeSpan offset = there - (_asked + (way / 2));
        return offset.Duration() > way + TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(Math.Round(offset.TotalSeconds)) : null;
    }
}
