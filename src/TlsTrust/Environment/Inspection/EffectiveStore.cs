using TlsTrust.Certificates;

namespace TlsTrust.Environment.Inspection;

/// <summary>What a program ends up with.</summary>
internal sealed class EffectiveStore
{
    /// <summary>What it is made of, for people.</summary>
    public List<string> Parts { get; } = [];

    /// <summary>Why.</summary>
    public List<string> Reasons { get; } = [];

    /// <summary>The anchors.</summary>
    public HashSet<Certificate> Anchors { get; } = [];

    /// <summary>From where the program has each anchor: the first place that gave it.</summary>
    public Dictionary<Certificate, AnchorOrigin> Origins { get; } = [];

    /// <summary>Where the program looks, in its order.</summary>
    public List<LookedAtPlace> Places { get; } = [];

    /// <summary>Anchors that a setting of the user's brought.</summary>
    public HashSet<Certificate> Set { get; } = [];

    /// <summary>True when the roots inside the program are part of it, and the list built in here stands for them.</summary>
    public bool IsApproximate { get; set; }

    /// <summary>False when a part of it can't be known.</summary>
    public bool IsKnown { get; set; } = true;

    /// <summary>Set when the program fails with a message before it asks any server.</summary>
    public string? FailsWith { get; set; }

    /// <summary>How it stands to the default.</summary>
    public StoreEffect Effect { get; set; } = StoreEffect.Default;

    /// <summary>What is wrong, the worst first in the end.</summary>
    public List<(TrustStatus Status, string Detail)> Faults { get; } = [];

    public void Add(string name, AnchorPart part, string? setBy, bool reportFault)
    {
        Parts.Add(name);
        Take(part.Anchors, new AnchorOrigin(name, setBy));
        if (setBy is not null)
        {
            Set.UnionWith(part.Anchors);
        }

        if (part.Status != TrustStatus.Ok && reportFault)
        {
            Faults.Add((part.Status, part.Detail));
        }
    }

    public void Look(string source, string place, AnchorPart part) => Places.Add(new LookedAtPlace
    {
        Source = source,
        Place = place,
        Exists = part.Status is not TrustStatus.Missing,
        AnchorCount = part.Anchors.Count,
        Detail = part.Detail,
    });

    public void Take(IEnumerable<Certificate> anchors, AnchorOrigin origin)
    {
        foreach (Certificate anchor in anchors)
        {
            if (Anchors.Add(anchor))
            {
                Origins[anchor] = origin;
            }
        }
    }

    public void Clear()
    {
        Anchors.Clear();
        Origins.Clear();
        Set.Clear();
    }
}

/// <summary>From where a program has an anchor.</summary>
/// <param name="Place">File, directory, or roots inside the program in words.</param>
/// <param name="SetBy">The setting that names the place, and where it is set; null for a default.</param>
internal sealed record AnchorOrigin(string Place, string? SetBy)
{
    /// <inheritdoc/>
    public override string ToString() => SetBy is null ? Place : $"{SetBy}: {Place}";
}
