using TlsTrust.Certificates;
using TlsTrust.Certificates.Der;
using TlsTrust.Certificates.Keys;
using TlsTrust.Paths;
using TlsTrust.Paths.Rules;
using TlsTrust.Paths.Search;

namespace TlsTrust.Clients;

/// <summary>What only one client minds about a path that keeps the rules, and how that is known.</summary>
internal static class ClientOwnRules
{
    /// <summary>The first of it; null where it minds nothing.</summary>
    internal static (ClientFault Fault, string Source)? Find(ClientProfile profile, ClientEvidence evidence, CertificatePath path)
    {
        Certificate leaf = evidence.Query.Leaf;
        if (path.Certificates.Count == 1 && profile.LeafAsAnchor is { Value: Habit.No } leafAsAnchor)
        {
            return (new ClientFault(leaf.IsSelfSigned ? ClientFault.LeafAsAnchor : ClientFault.IssuerNotFound, 0,
                "it takes no server's certificate as an anchor") { Culprit = leaf }, leafAsAnchor.Source);
        }

        if (profile.ServerRules is { } rules && FindServerFault(rules, evidence, path) is { } refused)
        {
            return (refused, rules.Source);
        }

        if (profile.InheritsFeatures is { Value: Habit.Yes } inherits && FindLackedFeature(path.Certificates) is { } lacked)
        {
            return (lacked, inherits.Source);
        }

        if (FindUnknownKey(profile, path.Certificates) is { } unread)
        {
            return unread;
        }

        if (FindOtherName(profile, path.Certificates) is { } other)
        {
            return other;
        }

        if (profile.AnchorNeedsConstraints is { Value: Habit.Yes } needs && path.Certificates.Count > 1
            && path.Anchor is { Version: 3, BasicConstraints: null })
        {
            return (new ClientFault(nameof(PathRule.NotCa), path.Certificates.Count - 1,
                $"{path.Anchor} is of version 3 and has no basic constraints") { Culprit = path.Anchor }, needs.Source);
        }

        if (profile.CountsSelfIssued is { Value: Habit.Yes } counts && FindLongPath(path.Certificates) is { } tooLong)
        {
            return (tooLong, counts.Source);
        }

        if (profile.LacksExtensions is { } lacks && path.Certificates.FirstOrDefault(c =>
            c.Extensions.Any(extension => extension.IsCritical && lacks.Value.Contains(extension.Oid))
                && !(c.Equals(path.Anchor) && profile.Tolerates.Any(static t =>
                    t is { Rule: PathRule.CriticalExtension, Position: TolerancePosition.Anchor }))) is { } extended)
        {
            string oid = extended.Extensions.First(extension => extension.IsCritical && lacks.Value.Contains(extension.Oid)).Oid;
            return (new ClientFault(nameof(PathRule.CriticalExtension), 0,
                $"it does not know the critical extension {oid} of {extended}") { Culprit = extended }, lacks.Source);
        }

        if (FindUnknownSignature(profile, path.Certificates) is { } unknown)
        {
            return unknown;
        }

        if (path.Certificates.Count > 1 && leaf.IsCA && profile.TakesCaAsServer is { Value: Habit.No } caAsServer)
        {
            return (new ClientFault(ClientFault.CaAsServer, 0, $"{leaf} is a CA's certificate and not a server's") { Culprit = leaf },
                caAsServer.Source);
        }

        if (profile.TakesAnyUsage is { Value: Habit.No } any
            && path.Certificates.SkipLast(1)
                .FirstOrDefault(c => c.ExtendedKeyUsages is { } usages && !usages.Contains(Oids.ServerAuthentication)) is { } unspecific)
        {
            return (new ClientFault(nameof(PathRule.WrongUsage), 0,
                $"{unspecific} is for any usage, and not for servers by name") { Culprit = unspecific }, any.Source);
        }

        return FindUnknownConstraint(profile, path.Certificates);
    }

    /// <summary>A signature that the client can't check, since it knows no such key.</summary>
    internal static (ClientFault Fault, string Source)? FindUnknownKey(ClientProfile profile, IReadOnlyList<Certificate> path) =>
        profile.LacksKeys is { } keys && path.Skip(1).FirstOrDefault(c => keys.Value.Contains(c.PublicKey.Kind)) is { } issuer
            ? (new ClientFault(ClientFault.IssuerKeyKind, 1, $"it knows no {issuer.PublicKey}, the key of {issuer}") { Culprit = issuer },
                keys.Source)
        : profile.KnowsCurves is { } curves && path.Skip(1).FirstOrDefault(c =>
            c.PublicKey is { Kind: PublicKeyKind.EllipticCurve, CurveOid: { } curve } && !curves.Value.Contains(curve)) is { } curved
            ? (new ClientFault(ClientFault.IssuerCurve, 1, $"it knows no {curved.PublicKey}, the key of {curved}") { Culprit = curved },
                curves.Source)
        : profile.LacksRestrictedKeys is { Value: Habit.Yes } lacks
            && path.Skip(1).FirstOrDefault(c => c.PublicKey.AlgorithmOid == Oids.RsaPss) is { } restricted
            ? (new ClientFault(ClientFault.IssuerKeyKind, 1, $"it knows no keys for RSASSA-PSS only, as {restricted} has")
            {
                Culprit = restricted,
            }, lacks.Source) : null;

    private static (ClientFault Fault, string Source)? FindOtherName(ClientProfile profile, IReadOnlyList<Certificate> path)
    {
        for (int depth = 0; depth < path.Count - 1 && profile.ComparesNames is not null; depth++)
        {
            if (!profile.ComparesNames.AreSame(path[depth].Issuer, path[depth + 1].Subject))
            {
                return (new ClientFault(ClientFault.IssuerSpelling, depth,
                    $"it compares names {(profile.ComparesNames.Value == NameComparison.Bytes ? "byte for byte" : "letter by letter")}, " +
                    $"and {path[depth]} names its issuer in another way than {path[depth + 1]} is called") { Culprit = path[depth] },
                    profile.ComparesNames.Source);
            }
        }

        return null;
    }

    private static ClientFault? FindLongPath(IReadOnlyList<Certificate> path)
    {
        for (int depth = 1; depth < path.Count; depth++)
        {
            if (path[depth].BasicConstraints?.PathLength is { } allowed && depth - 1 > allowed)
            {
                return new ClientFault(nameof(PathRule.PathLength), depth,
                    $"path length {allowed} of {path[depth]}, and it counts self-issued CAs too") { Culprit = path[depth] };
            }
        }

        return null;
    }

    // The anchor's own signature is nobody's concern.
    private static (ClientFault Fault, string Source)? FindUnknownSignature(ClientProfile profile, IReadOnlyList<Certificate> path)
    {
        for (int depth = 0; depth < path.Count - 1 && profile.LacksSignatures is not null; depth++)
        {
            if (OddityOf(path[depth].SignatureAlgorithm) is { } oddity && profile.LacksSignatures.Value.Contains(oddity))
            {
                string what = oddity == SignatureOddity.Sha224 ? "SHA-224" : "PSS with such a salt or mask";
                return (new ClientFault(ClientFault.SignatureKind, depth, $"it checks no {what}, by which {path[depth]} is signed")
                {
                    Culprit = path[depth],
                }, profile.LacksSignatures.Source);
            }
        }

        return null;
    }

    private static SignatureOddity? OddityOf(SignatureAlgorithm algorithm) =>
        algorithm.Hash.Name == "SHA224" ? SignatureOddity.Sha224
        : algorithm.Pss is { } pss && (pss.MaskHash != pss.Hash || pss.SaltLength != LengthOf(pss.Hash.Name)) ? SignatureOddity.UnusualPss
        : null;

    private static int LengthOf(string? hash) => hash switch
    {
        "SHA256" => 32,
        "SHA384" => 48,
        "SHA512" => 64,
        _ => 20,
    };

    private static ClientFault? FindLackedFeature(IReadOnlyList<Certificate> path)
    {
        for (int depth = 0; depth < path.Count - 1; depth++)
        {
            if (TlsFeatureRule.FindFault(path[depth], path[depth + 1]) is { } fault)
            {
                return new ClientFault(ClientFault.FeatureMissing, depth, $"{path[depth]}: {fault}") { Culprit = path[depth] };
            }
        }

        return null;
    }

    private static ClientFault? FindServerFault(SourcedServerRules rules, ClientEvidence evidence, CertificatePath path)
    {
        Certificate leaf = evidence.Query.Leaf;
        if (leaf.ExtendedKeyUsages?.Contains(Oids.ServerAuthentication) != true)
        {
            return new ClientFault(nameof(PathRule.WrongUsage), 0,
                $"{leaf} does not name servers in its extended key usage") { Culprit = leaf };
        }

        int most = evidence.PublicRoots?.Contains(path.Anchor) == true ? rules.MaximumDaysPublic : rules.MaximumDays;
        double days = (leaf.NotAfter - leaf.NotBefore).TotalDays;
        return days > most
            ? new ClientFault(ClientFault.Lifetime, 0, $"{leaf} is valid for {days:0} days, and it takes {most} at most")
            {
                Culprit = leaf,
            }
            : null;
    }

    private static (ClientFault Fault, string Source)? FindUnknownConstraint(ClientProfile profile, IReadOnlyList<Certificate> path)
    {
        for (int depth = 0; depth < path.Count && profile.UnknownConstraints is not null; depth++)
        {
            if (path[depth].NameConstraints is { } constraints && (constraints.IsCritical || profile.UnknownConstraints.Always)
                && constraints.Subtrees.FirstOrDefault(subtree => profile.UnknownConstraints.Kinds.Contains(subtree.Kind)) is { } unknown)
            {
                return (new ClientFault(nameof(PathRule.CriticalExtension), depth,
                    $"it does not know the name constraint {unknown} of {path[depth]}" +
                    $"{(constraints.IsCritical ? ", which is critical" : "")}")
                    {
                        Culprit = path[depth],
                    }, profile.UnknownConstraints.Source);
            }
        }

        return null;
    }
}
