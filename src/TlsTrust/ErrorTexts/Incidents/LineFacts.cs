using TlsTrust.ErrorTexts.Catalogue;
using TlsTrust.ErrorTexts.Hosts;

namespace TlsTrust.ErrorTexts.Incidents;

/// <summary>What one line says.</summary>
internal sealed class LineFacts
{
    /// <summary>The line of the text.</summary>
    internal required long Number { get; init; }

    internal List<FoundMessage> Messages { get; } = [];

    /// <summary>The program that shows most plainly in this line.</summary>
    internal ErrorClient? Client { get; set; }

    /// <summary>A report begins here.</summary>
    internal bool Begins { get; set; }

    /// <summary>A report ends here.</summary>
    internal bool Ends { get; set; }

    /// <summary>The program that a shell was told to run in this line.</summary>
    internal ErrorClient? Command { get; set; }

    /// <summary>It begins with "+": a shell shows what it runs, or PowerShell where it was.</summary>
    internal bool IsTrace { get; set; }

    /// <summary>It is one property of an object that is shown.</summary>
    internal bool IsProperty { get; set; }

    internal bool IsServer { get; set; }

    internal HostMention? Mention { get; set; }

    internal string? StoreFile { get; set; }

    internal string? Path { get; set; }

    /// <summary>Seconds of the day, where the line begins with a time.</summary>
    internal int? Time { get; set; }

    internal bool SaysNothing =>
        Messages.Count == 0 && Client is null && Command is null && Mention is null && StoreFile is null && Path is null && !IsServer
            && !Begins && !Ends;
}
