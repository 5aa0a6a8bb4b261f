using TlsTrust.Results;

namespace TlsTrust;

/// <summary>A place where verification of certificates is switched off.</summary>
public sealed record InsecureSetting : MachineResult
{
    /// <summary>Id of the program in the catalogue.</summary>
    public required string Program { get; init => field = ShownText.OfSetting(value); }

    /// <summary>Name of the program.</summary>
    public required string ProgramName { get; init => field = ShownText.OfSetting(value); }

    /// <summary>Variable, or key in the file.</summary>
    public required string Setting { get; init => field = ShownText.OfSetting(value); }

    /// <summary>What it is set to.</summary>
    public required string Value { get; init => field = ShownText.OfSetting(value); }

    /// <summary>Who sees it.</summary>
    public required TrustScope Scope { get; init; }

    /// <summary>The file it stands in; null for a variable of the process or the registry.</summary>
    public string? File { get; init => field = ShownText.OfNullableSetting(value); }

    /// <summary>Line in the file, from 1; 0 without one.</summary>
    public int Line { get; init; }

    /// <summary>What is off: verification, hostName, listedHosts, proxyVerification, revocation or plainHttp.</summary>
    public required string TurnsOff { get; init => field = ShownText.OfSetting(value); }

    /// <summary>How the fact is known: run, sourced or only a hint.</summary>
    public required Evidence Evidence { get; init; }

    /// <summary>Where the fact is known from, and what else to know.</summary>
    public required string Source { get; init => field = ShownText.OfSetting(value); }

    /// <summary>The command that undoes it.</summary>
    public required string Undo { get; init => field = ShownText.OfSetting(value); }

    /// <inheritdoc/>
    public override string Topic() => $"{Program} {Scope} {Setting} {File} {Line}";

    /// <inheritdoc/>
    public override string ToString() => $"{Program}: {Setting}={Value} ({(File is null ? $"{Scope} variable" : $"{File}:{Line}")})";
}
