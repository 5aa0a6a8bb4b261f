using TlsTrust.Certificates.Keys;
using TlsTrust.Paths;
using TlsTrust.Paths.Rules;
using TlsTrust.Paths.Search;

namespace TlsTrust.Clients;

/// <summary>Which broken rules a client does not mind.</summary>
internal static class ClientTolerance
{
    /// <summary>Why it does not mind this one; null where it does.</summary>
    internal static Tolerance? Of(ClientProfile profile, ClientEvidence evidence, Rejection rejection, PartialPath partial) =>
        Known(profile, rejection) ?? profile.Tolerates.FirstOrDefault(tolerance =>
            tolerance.Rule == rejection.Rule
            && (tolerance.Clause is null || tolerance.Clause == rejection.Clause)
            && (tolerance.Fault is null || tolerance.Fault == rejection.Fault?.Message)
            && (tolerance.Outside is null || tolerance.Outside == rejection.Outside)
            && !(tolerance.WithoutConstraints && rejection.Certificate.BasicConstraints is not null)
            && (tolerance.Position switch
            {
                TolerancePosition.Issuer => rejection.Depth > 0,
                TolerancePosition.Anchor => rejection.Depth == partial.Certificates.Count - 1 && rejection.Depth > 0,
                _ => true,
            })
            && (tolerance.MinimumRsaBits == 0
                || (rejection.Certificate.PublicKey is { Kind: PublicKeyKind.Rsa } key && key.SizeInBits >= tolerance.MinimumRsaBits))
            && !(tolerance.PrivateAnchorOnly && evidence.PublicRoots?.Contains(partial.Last) != false));

    // A critical extension that this client knows, and no other that it does not.
    private static Tolerance? Known(ClientProfile profile, Rejection rejection) =>
        rejection.Rule == PathRule.CriticalExtension && profile.KnowsExtensions is { } known
        && rejection.Certificate.Extensions
            .Where(static extension => extension.IsCritical && !CriticalExtensionsRule.IsProcessed(extension.Oid))
            .All(extension => known.Value.Contains(extension.Oid))
            ? new Tolerance { Rule = rejection.Rule, Value = Habit.Yes, Source = known.Source } : null;

    /// <summary>What is wrong with the certificate, in words that follow "is".</summary>
    internal static string Describe(Rejection rejection) => rejection.Rule switch
    {
        PathRule.WeakKey => "a small key",
        PathRule.WeakSignature => "weakly signed",
        PathRule.WrongUsage => "for another usage",
        PathRule.Expired => "expired",
        _ => rejection.Message,
    };
}
