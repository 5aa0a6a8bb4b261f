using TlsTrust.Certificates;
using TlsTrust.Paths;

namespace TlsTrust.Clients;

/// <summary>What a client stumbles over first.</summary>
/// <param name="Kind">Name of the fault as <c>words</c> of the profiles uses it: a <see cref="PathRule"/>, or why a path ends early.</param>
/// <param name="Depth">Position in the path.</param>
/// <param name="Reason">What was found, for the reader of the verdict.</param>
internal sealed record ClientFault(string Kind, int Depth, string Reason)
{
    internal const string IssuerNotFound = nameof(IssuerNotFound);
    internal const string AnchorNotSelfSigned = nameof(AnchorNotSelfSigned);
    internal const string SelfSigned = nameof(SelfSigned);
    internal const string SelfSignedInChain = nameof(SelfSignedInChain);
    internal const string Protocol = nameof(Protocol);

    /// <summary>The certificate it is about, where known.</summary>
    internal Certificate? Culprit { get; init; }

    /// <summary>OpenSSL's number and text for it.</summary>
    internal OpenSslResult? OpenSsl { get; init; }

    /// <summary>True where another store or another issuer at hand would mend it.</summary>
    internal bool IsAboutAnchors => Kind is IssuerNotFound or AnchorNotSelfSigned or SelfSigned or SelfSignedInChain;

    /// <summary>The fault of a path that is not good enough: why it ends, or the first rule it breaks.</summary>
    /// <param name="partial">The path.</param>
    /// <param name="broken">The broken rules that count for this client.</param>
    /// <param name="asOpenSsl">Of several, the one that OpenSSL's order of checks meets first.</param>
    internal static ClientFault? Of(PartialPath partial, IReadOnlyList<Rejection> broken, bool asOpenSsl)
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
                return new ClientFault(nameof(PathRule.BadSignature), depth, $"the signature on {last} was not made by {last.Issuer}") { Culprit = last };
            case PathEnd.RuleFailed when broken.Count > 0:
                Rejection first = (asOpenSsl ? broken.OrderBy(OpenSslOrder) : broken.OrderBy(rejection => (int)rejection.Rule)).ThenBy(rejection => rejection.Depth).First();
                return new ClientFault(first.Rule.ToString(), first.Depth, first.Message) { Culprit = first.Certificate };
            default:
                return null; // the search gave up: nothing is known
        }
    }

    /// <summary>The order of <c>x509_verify_x509</c> in crypto/x509/x509_vfy.c: the server's key, extensions, strength, then signatures and dates from the top down, name constraints.</summary>
    private static int OpenSslOrder(Rejection rejection)
    {
        const int Group = 100; // more than any depth
        return rejection.Rule switch
        {
            PathRule.WeakKey when rejection.Depth == 0 => 0,
            PathRule.CriticalExtension or PathRule.NotCa or PathRule.WrongUsage or PathRule.PathLength => 1 * Group,
            PathRule.WeakKey or PathRule.WeakSignature => 2 * Group,
            PathRule.Revoked => 3 * Group,
            PathRule.BadSignature or PathRule.NotYetValid or PathRule.Expired => (5 * Group) - rejection.Depth,
            _ => 6 * Group,
        };
    }
}
