using TlsTrust.Certificates.Names;

namespace TlsTrust.Certificates.Extensions;

/// <summary>Name constraints, RFC 5280 §4.2.1.10: what the names of every certificate below must be.</summary>
public sealed class NameConstraints
{
    /// <summary>How a name offends that no permitted subtree holds.</summary>
    internal const string NotPermitted = "is not permitted by the name constraints";

    private SubtreeSet? _permittedSet;
    private SubtreeSet? _excludedSet;

    internal NameConstraints(IReadOnlyList<GeneralName> permitted, IReadOnlyList<GeneralName> excluded, bool isCritical)
    {
        Permitted = permitted;
        Excluded = excluded;
        IsCritical = isCritical;
    }

    /// <summary>Subtrees that names of their kind must be in.</summary>
    public IReadOnlyList<GeneralName> Permitted { get; }

    /// <summary>Subtrees that no name may be in.</summary>
    public IReadOnlyList<GeneralName> Excluded { get; }

    /// <summary>All of them.</summary>
    internal IEnumerable<GeneralName> Subtrees => Permitted.Concat(Excluded);

    /// <summary>True when marked critical, as RFC 5280 demands.</summary>
    public bool IsCritical { get; }

    /// <summary>Kinds of which some subtree has a minimum or a maximum.</summary>
    internal IReadOnlySet<GeneralNameKind> BoundedKinds { get; init; } = new HashSet<GeneralNameKind>();

    /// <summary>How a name offends against them, in words that follow the name; null when it does not.</summary>
    public string? FindViolation(GeneralName name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return (_excludedSet ??= new SubtreeSet(Excluded)).Find(name, SubtreeReading.Excluding) switch
        {
            SubtreeAnswer.Within => "is excluded by the name constraints",
            SubtreeAnswer.Unreadable => "can't be compared with the excluded subtrees of the name constraints",
            _ => (_permittedSet ??= new SubtreeSet(Permitted)).Find(name, SubtreeReading.Permitting) switch
            {
                SubtreeAnswer.Outside => NotPermitted,
                SubtreeAnswer.Unreadable => "can't be compared with the permitted subtrees of the name constraints",
                _ => null,
            },
        };
    }
}
