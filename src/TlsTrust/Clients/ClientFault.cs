using TlsTrust.Certificates;
using TlsTrust.Paths;
using TlsTrust.Paths.OpenSsl;
using TlsTrust.Paths.Search;

namespace TlsTrust.Clients;

/// <summary>What a client stumbles over first.</summary>
/// <param name="Kind">Name of the fault as <c>words</c> of the profiles uses it: a <see cref="PathRule"/>, or why a path ends
/// early.</param>
/// <param name="Depth">Position in the path.</param>
/// <param name="Reason">What was found, for the reader of the verdict.</param>
internal sealed record ClientFault(string Kind, int Depth, string Reason)
{
    internal const string IssuerNotFound = nameof(IssuerNotFound);
    internal const string AnchorNotSelfSigned = nameof(AnchorNotSelfSigned);
    internal const string SelfSigned = nameof(SelfSigned);
    internal const string SelfSignedInChain = nameof(SelfSignedInChain);
    internal const string Protocol = nameof(Protocol);
    internal const string HandshakeUsage = nameof(HandshakeUsage);
    internal const string Unreadable = nameof(Unreadable);
    internal const string LeafAsAnchor = nameof(LeafAsAnchor);
    internal const string Lifetime = nameof(Lifetime);
    internal const string KeyKind = nameof(KeyKind);
    internal const string IssuerKeyKind = nameof(IssuerKeyKind);
    internal const string IssuerCurve = nameof(IssuerCurve);
    internal const string IssuerSpelling = nameof(IssuerSpelling);
    internal const string TooMany = nameof(TooMany);
    internal const string TooLong = nameof(TooLong);
    internal const string SignatureKind = nameof(SignatureKind);
    internal const string EmptyName = nameof(EmptyName);
    internal const string CaAsServer = nameof(CaAsServer);
    internal const string Port = nameof(Port);
    internal const string StapleMissing = nameof(StapleMissing);
    internal const string FeatureMissing = nameof(FeatureMissing);

    /// <summary>The certificate it is about, where known.</summary>
    internal Certificate? Culprit { get; init; }

    /// <summary>OpenSSL's number and text for it.</summary>
    internal OpenSslResult? OpenSsl { get; init; }

    /// <summary>True where another store or another issuer at hand would mend it.</summary>
    internal bool IsAboutAnchors => Kind is IssuerNotFound or AnchorNotSelfSigned or SelfSigned or SelfSignedInChain;

    /// <summary>The fault of a path that is not good enough: why it ends, or the first rule it breaks.</summary>
    /// <param name="partial">The path.</param>
    /// <param name="broken">The broken rules that count for this client.</param>
    internal static ClientFault? Of(PartialPath partial, IReadOnlyList<Rejection> broken)
    {
        Certificate last = partial.Last;
        int depth = partial.Certificates.Count - 1;
        switch (partial.End)
        {
            case PathEnd.IssuerNotFound:
                return new ClientFault(IssuerNotFound, depth, $"the issuer of {last}, {last.Issuer}, is not at hand") { Culprit = last };
            case PathEnd.AnchorNotSelfSigned:
                return new ClientFault(AnchorNotSelfSigned, depth, $"{last} is in the store and not self-signed") { Culprit = last };
            case PathEnd.SelfSignedNotAnAnchor when depth == 0:
                return new ClientFault(SelfSigned, 0, $"{last} is self-signed and not in the store") { Culprit = last };
            case PathEnd.SelfSignedNotAnAnchor:
                return new ClientFault(SelfSignedInChain, depth, $"{last} is not in the store") { Culprit = last };
            case PathEnd.IssuerKeyMismatch:
                return new ClientFault(nameof(PathRule.BadSignature), depth,
                    $"the signature on {last} was not made by {last.Issuer}") { Culprit = last };
            case PathEnd.RuleFailed when broken.Count > 0:
                Rejection first = broken.OrderBy(rejection => (int)rejection.Rule).ThenBy(rejection => rejection.Depth).First();
                return new ClientFault(first.Rule.ToString(), first.Depth, first.Message) { Culprit = first.Certificate };
            default:
                return null; // the search gave up: nothing is known
        }
    }

    /// <summary>What OpenSSL stumbles over first.</summary>
    /// <param name="answer">Its error.</param>
    /// <param name="chain">The chain that it is about.</param>
    internal static ClientFault Of(OpenSslResult answer, IReadOnlyList<Certificate> chain)
    {
        Certificate culprit = chain[answer.Depth];
        (string kind, string reason) = answer.Code switch
        {
            2 => (AnchorNotSelfSigned, $"{culprit} is in the store and not self-signed, and its issuer is not there"),
            18 => (SelfSigned, $"{culprit} is self-signed and not in the store"),
            19 => (SelfSignedInChain, $"{culprit} is not in the store"),
            20 => (IssuerNotFound, $"the issuer of {culprit}, {culprit.Issuer}, is not at hand"),
            _ => (RuleOf(answer.Code).ToString(), $"{culprit}: {answer.Text}"),
        };
        return new ClientFault(kind, answer.Depth, reason) { Culprit = culprit, OpenSsl = answer };
    }

    private static PathRule RuleOf(int code) => code switch
    {
        7 => PathRule.BadSignature,
        9 => PathRule.NotYetValid,
        10 => PathRule.Expired,
        22 or 25 => PathRule.PathLength,
        23 => PathRule.Revoked,
        26 => PathRule.WrongUsage,
        34 or 40 => PathRule.CriticalExtension,
        66 or 67 or 94 => PathRule.WeakKey,
        68 => PathRule.WeakSignature,
        79 => PathRule.NotCa,
        _ => PathRule.NameConstraint, // 1 (too many of them), 47, 48, 51, 53
    };
}
