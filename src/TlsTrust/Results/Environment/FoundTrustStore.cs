using TlsTrust.Results;

namespace TlsTrust;

/// <summary>A trust store that lies around on a machine.</summary>
public sealed record FoundTrustStore : MachineResult
{
    /// <summary>What it is: SystemBundle, SystemDirectory, Certifi, JavaKeyStore, GitBundle, NodeExtra or Provisioned.</summary>
    public required string Kind { get; init => field = ShownText.OfSetting(value); }

    /// <summary>Where it is.</summary>
    public required string Location { get; init => field = ShownText.OfSetting(value); }

    /// <summary>The file behind it, where it is a link; else the same.</summary>
    public required string Target { get; init => field = ShownText.OfSetting(value); }

    /// <summary>Anchors in it, each counted once.</summary>
    public required int AnchorCount { get; init; }

    /// <summary>How many of them are publicly known roots.</summary>
    public required int PublicRootCount { get; init; }

    /// <summary>How good it is.</summary>
    public required TrustStatus Status { get; init; }

    /// <summary>What is wrong; empty when nothing is.</summary>
    public required string Detail { get; init => field = ShownText.OfSetting(value); }

    /// <inheritdoc/>
    public override string Topic() => $"{Kind} {Location}";

    /// <inheritdoc/>
    public override string ToString() => $"{Kind} {Location}";
}
