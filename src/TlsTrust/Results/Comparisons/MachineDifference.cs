using TlsTrust.Results;

namespace TlsTrust;

/// <summary>The one difference between machines that decides.</summary>
public enum DecidingDifference
{
    /// <summary>There is none: all machines agree.</summary>
    None,

    /// <summary>The machine gave no answer.</summary>
    NoAnswer,

    /// <summary>The machine does not reach it.</summary>
    Network,

    /// <summary>A proxy, or something on the way, answers in its place with a certificate of its own.</summary>
    InterceptingProxy,

    /// <summary>Another server answers there, at another address.</summary>
    Server,

    /// <summary>The machine's clock.</summary>
    Clock,

    /// <summary>A variable or setting that leads to another store.</summary>
    Variable,

    /// <summary>The same store by its place, without the root.</summary>
    MissingRoot,

    /// <summary>A store at another place.</summary>
    Store,

    /// <summary>The program's own version or rules.</summary>
    ProgramVersion,

    /// <summary>Verification is switched off where it "works".</summary>
    VerificationOff,

    /// <summary>The issuer that the server does not send is found by the other machines only.</summary>
    Intermediate,

    /// <summary>The results do not say.</summary>
    Unknown,
}

/// <summary>Why an endpoint or a program works on some machines and not on others: a row for each difference that decides.</summary>
public sealed record MachineDifference : IResult
{
    /// <summary>Version of this shape, for readers of stored JSON.</summary>
    public int SchemaVersion { get; init; } = 1;

    /// <summary>The endpoint; null where none was asked about.</summary>
    public string? Endpoint { get; init => field = ShownText.OfNullable(value); }

    /// <summary>The program; null where the machines' own judgement is compared.</summary>
    public string? Program { get; init => field = ShownText.OfNullable(value); }

    /// <summary>The machines on which it works; empty where on none.</summary>
    public required ResultList<string> Works { get; init; }

    /// <summary>The machines on which it does not, for this one reason; empty where it works on all.</summary>
    public required ResultList<string> Fails { get; init; }

    /// <summary>The one difference that decides.</summary>
    public required DecidingDifference Decides { get; init; }

    /// <summary>What it is, as seen on the first of the machines and on one where it works.</summary>
    public required string Summary { get; init => field = ShownText.Of(value); }

    /// <inheritdoc/>
    public override string ToString() =>
        Fails.Count == 0 ? $"{Program ?? Endpoint}: {Summary}" : $"{Program ?? Endpoint}: not on {string.Join(", ", Fails)}: {Summary}";
}
