using TlsTrust.Results;

namespace TlsTrust;

/// <summary>How a change was checked afterwards.</summary>
public enum ChangeCheck
{
    /// <summary>Not at all: a plan, or nothing that could be asked.</summary>
    NotChecked,

    /// <summary>The variable or file was read back as the program would, and holds what it should.</summary>
    ReadBack,

    /// <summary>The program itself was run and accepted the endpoint.</summary>
    Accepted,

    /// <summary>The program itself was run and refused the endpoint.</summary>
    Refused,

    /// <summary>Read back, and something else was there.</summary>
    Failed,

    /// <summary>Read back, and something that comes before it keeps this program from reading it.</summary>
    Overridden,

    /// <summary>The program itself was run and knows the CA.</summary>
    Trusted,

    /// <summary>Read back, and the program could not be asked, or what it said does not tell.</summary>
    Unverified,
}

/// <summary>One setting that was changed, or would be.</summary>
public sealed record TrustEnvironmentChange : MachineResult
{
    /// <summary>No program of the catalogue: a store that belongs to the system, or to many programs.</summary>
    internal const string SystemProgram = "system";

    /// <summary>Id of the program it is for.</summary>
    public required string Program { get; init => field = ShownText.OfSetting(value); }

    /// <summary>Variable, or key in <see cref="File"/>.</summary>
    public required string Setting { get; init => field = ShownText.OfSetting(value); }

    /// <summary>The file that holds it; null for a variable of the process or the registry.</summary>
    public string? File { get; init => field = ShownText.OfNullableSetting(value); }

    /// <summary>Line in the file, from 1; 0 where it does not apply.</summary>
    public int Line { get; init; }

    /// <summary>Who sees it.</summary>
    public required TrustScope Scope { get; init; }

    /// <summary>What was there; null when it was not set.</summary>
    public string? Before { get; init => field = ShownText.OfNullableSetting(value); }

    /// <summary>
    /// What was there before we first set it: as <see cref="Before"/>, or from the record where an earlier run did, also one that was cut.
    /// </summary>
    public string? Original { get; init => field = ShownText.OfNullableSetting(value); }

    /// <summary>When we first set it, UTC, by that machine's clock; null for what is only planned, and for a target.</summary>
    public DateTime? Since { get; init; }

    /// <summary>What is there now; null when it is not set any more.</summary>
    public string? After { get; init => field = ShownText.OfNullableSetting(value); }

    /// <summary>What that does, and from when on.</summary>
    public required string Effect { get; init => field = ShownText.OfSetting(value); }

    /// <summary>How it was checked.</summary>
    public ChangeCheck Verified { get; init; }

    /// <summary>What the check saw.</summary>
    public string? VerifiedDetail { get; init => field = ShownText.OfNullableSetting(value); }

    /// <summary>True when before and after differ.</summary>
    public bool IsChange => Before != After;

    /// <inheritdoc/>
    public override string Topic() => $"{Program} {Scope} {Setting} {File}";

    /// <inheritdoc/>
    public override string ToString() => $"{Program}: {Setting} {(After is null ? "deleted" : "= " + After)}";
}
