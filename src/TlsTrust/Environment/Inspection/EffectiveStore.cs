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

    public void Add(string name, AnchorPart part, bool isSet, bool reportFault)
    {
        Parts.Add(name);
        Anchors.UnionWith(part.Anchors);
        if (isSet)
        {
            Set.UnionWith(part.Anchors);
        }

        if (part.Status != TrustStatus.Ok && reportFault)
        {
            Faults.Add((part.Status, part.Detail));
        }
    }

    public void Clear()
    {
        Parts.Clear();
        Anchors.Clear();
        Set.Clear();
        IsApproximate = false;
        IsKnown = true;
    }
}
