using TlsTrust.Results;

namespace TlsTrust;

/// <summary>How good a program's trust store is.</summary>
public enum TrustStatus
{
    /// <summary>Nothing is wrong with it.</summary>
    Ok,

    /// <summary>Nothing is known about what the program really has: its roots are inside it.</summary>
    Unknown,

    /// <summary>Something is set that this program, on this platform, does not read.</summary>
    Ignored,

    /// <summary>Two settings disagree.</summary>
    Conflict,

    /// <summary>A hashed directory has names that lead nowhere or to another certificate.</summary>
    StaleLinks,

    /// <summary>The public roots are not trusted any more.</summary>
    PublicRootsLost,

    /// <summary>What was added is an intermediate, which this program takes for no anchor.</summary>
    OnlyIntermediate,

    /// <summary>A directory without hashed names: OpenSSL looks into none of its files.</summary>
    NotHashed,

    /// <summary>A file that this program can't parse, or not whole.</summary>
    Malformed,

    /// <summary>A file without a certificate, or a variable set to nothing.</summary>
    Empty,

    /// <summary>A file this user may not read.</summary>
    Unreadable,

    /// <summary>A path that does not exist.</summary>
    Missing,
}

/// <summary>How what is in effect stands to the default.</summary>
public enum StoreEffect
{
    /// <summary>Nothing is set.</summary>
    Default,

    /// <summary>Added to the default.</summary>
    Adds,

    /// <summary>Part of the default gave way, and part of it stays.</summary>
    ReplacesPart,

    /// <summary>Nothing of the default stays.</summary>
    Replaces,
}

/// <summary>What one program trusts, and why.</summary>
public sealed record ProgramTrust : MachineResult
{
    /// <summary>Id of the program in the catalogue.</summary>
    public required string Program { get; init => field = ShownText.OfSetting(value); }

    /// <summary>Its name.</summary>
    public required string ProgramName { get; init => field = ShownText.OfSetting(value); }

    /// <summary>Whose view this is.</summary>
    public required TrustScope Scope { get; init; }

    /// <summary>The file that shows that it is installed; null when it is not on the PATH.</summary>
    public string? Executable { get; init => field = ShownText.OfNullableSetting(value); }

    /// <summary>True when it is on the PATH.</summary>
    public bool Installed => Executable is not null;

    /// <summary>The store in effect: files, directories, or what is built in.</summary>
    public required string Store { get; init => field = ShownText.OfSetting(value); }

    /// <summary>Why: the variable and where it is set, the file and line, or the default.</summary>
    public required string Reason { get; init => field = ShownText.OfSetting(value); }

    /// <summary>Whether that replaces or adds.</summary>
    public required StoreEffect Effect { get; init; }

    /// <summary>How many anchors it loads, each counted once; null when that can't be known.</summary>
    public required int? AnchorCount { get; init; }

    /// <summary>How good the store is.</summary>
    public required TrustStatus Status { get; init; }

    /// <summary>What is wrong, with path and line; empty when nothing is.</summary>
    public required string Detail { get; init => field = ShownText.OfSetting(value); }

    /// <summary>Every place at which it looks, in its order, and whether each is there.</summary>
    public ResultList<LookedAtPlace> Places { get; init; } = [];

    /// <summary>Where it finds no anchor: what else on this machine would serve, the best first, with count and date.</summary>
    public ResultList<string> Alternatives { get; init; } = [];

    /// <summary>The command to run next, as it stands; empty when there is nothing to do.</summary>
    public string Recommendation { get; init => field = ShownText.OfSetting(value); } = string.Empty;

    /// <summary>Ways in which its verification is switched off.</summary>
    public ResultList<InsecureSetting> Insecure { get; init; } = [];

    /// <summary>How the facts about this program are known: run, sourced or only a hint.</summary>
    public required Evidence Evidence { get; init; }

    /// <summary>The endpoint that was asked about; null without one.</summary>
    public string? Endpoint { get; init => field = ShownText.OfNullableSetting(value); }

    /// <summary>Whether the program, with its store and its rules, would accept the endpoint; null when not asked or not known.</summary>
    public bool? Accepts { get; init; }

    /// <summary>Why it would not, or what stands in the way of knowing.</summary>
    public string? AcceptsDetail { get; init => field = ShownText.OfNullableSetting(value); }

    /// <summary>What it says of its version; asked with an endpoint only. Null where it was not asked, or does not say.</summary>
    public string? Version { get; init => field = ShownText.OfNullableSetting(value); }

    /// <summary>By whose rules that was judged; null where it was not asked, or nobody has described them.</summary>
    public string? Rules { get; init => field = ShownText.OfNullableSetting(value); }

    /// <inheritdoc/>
    public override string Topic() => $"{Program} {Scope} {Endpoint}";

    /// <inheritdoc/>
    public override string ToString() => $"{Program}: {Store} ({Status})";
}
