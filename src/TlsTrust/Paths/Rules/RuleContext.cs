using TlsTrust.Certificates;
using TlsTrust.Certificates.Der;
using TlsTrust.Certificates.Names;

namespace TlsTrust.Paths.Rules;

/// <summary>What a certificate is asked to be.</summary>
internal enum PathPosition
{
    /// <summary>The certificate that the path is for.</summary>
    Leaf,

    /// <summary>A CA certificate that is no anchor.</summary>
    Intermediate,

    /// <summary>The anchor that ends the path.</summary>
    Anchor,
}

/// <summary>One certificate in one position, and where rules put what they find.</summary>
internal sealed class RuleContext(PathQuery query, Certificate certificate, PathPosition position, int depth = 0)
{
    private static readonly List<Rejection> Nothing = [];
    private List<Rejection>? _found;

    internal PathQuery Query => query;

    internal Certificate Certificate => certificate;

    internal PathPosition Position => position;

    internal bool IsLeaf => position == PathPosition.Leaf;

    /// <summary>
    /// Whether the certificate profile is demanded: of whatever is to answer to a name, which is what the profile is about.
    /// </summary>
    internal bool DemandsProfile => query.Policy == PathPolicy.Strict && (query.HostName is not null || query.DemandProfile);

    internal IReadOnlyList<Rejection> Rejections => _found ?? Nothing;

    internal bool HasErrors { get; private set; }

    /// <summary>What every mainstream client refuses.</summary>
    internal void Error(PathRule rule, string message, string clause, DerFault? fault = null, GeneralNameKind? outside = null) =>
        Add(new Rejection(rule, depth, certificate, message, clause, IsError: true) { Fault = fault, Outside = outside });

    /// <summary>
    /// What the strict policy refuses where a name is asked for: departures from the profile of RFC 5280 §4 and of the Baseline
    /// Requirements.
    /// </summary>
    internal void ErrorIfProfile(PathRule rule, string message, string clause) => Add(rule, message, clause, DemandsProfile);

    /// <summary>What the strict policy refuses always: encodings, and names that can't be read.</summary>
    internal void ErrorIfStrict(PathRule rule, string message, string clause) =>
        Add(rule, message, clause, query.Policy == PathPolicy.Strict);

    /// <summary>What no client refuses, and what is worth knowing.</summary>
    internal void Warn(PathRule rule, string message, string clause) => Add(rule, message, clause, isError: false);

    private void Add(PathRule rule, string message, string clause, bool isError) =>
        Add(new Rejection(rule, depth, certificate, message, clause, isError));

    private void Add(Rejection rejection)
    {
        (_found ??= []).Add(rejection);
        HasErrors |= rejection.IsError;
    }
}
