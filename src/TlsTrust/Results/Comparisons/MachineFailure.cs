using TlsTrust.Results;

namespace TlsTrust;

/// <summary>Why a machine gave no answer.</summary>
public enum MachineFault
{
    /// <summary>Its session is closed, and opening it again failed.</summary>
    NotConnected,

    /// <summary>The connection broke, and broke again after it had been opened anew.</summary>
    ConnectionLost,

    /// <summary>Its session has another command running.</summary>
    Busy,

    /// <summary>Windows PowerShell, or a PowerShell that is too old for the module; nothing was copied.</summary>
    ShellTooOld,

    /// <summary>The session allows no scripts; nothing was copied.</summary>
    RestrictedSession,

    /// <summary>The session has another version of the module loaded, which a process can't unload.</summary>
    OtherVersionLoaded,

    /// <summary>The module could not be brought along.</summary>
    ModuleNotCopied,

    /// <summary>The command ended with an error there.</summary>
    CommandFailed,

    /// <summary>It said nothing for too long.</summary>
    NoAnswer,
}

/// <summary>The row of a machine that gave no answer, or not all of it.</summary>
public sealed record MachineFailure : MachineResult
{
    /// <summary>The cmdlet that was to run there.</summary>
    public required string Command { get; init => field = ShownText.Of(value); }

    /// <summary>Why there is no answer.</summary>
    public required MachineFault Fault { get; init; }

    /// <summary>One sentence that a ticket could hold.</summary>
    public required string Summary { get; init => field = ShownText.Of(value); }

    /// <summary>What to do.</summary>
    public required string Remedy { get; init => field = ShownText.Of(value); }

    /// <inheritdoc/>
    public override string Topic() => Command;

    /// <inheritdoc/>
    public override string ToString() => $"{Machine}: {Fault}: {Summary}";
}
