using TlsTrust.Certificates;
using TlsTrust.Certificates.Extensions;
using TlsTrust.Certificates.Keys;
using TlsTrust.Paths;
using TlsTrust.Paths.OpenSsl;

namespace TlsTrust.Clients;

/// <summary>One profile applied to the evidence: what stops the client before, in and after the judging of the chain.</summary>
internal sealed class ClientDecision(ClientProfile profile, ClientSearches searches)
{
    private readonly ClientEvidence _evidence = searches.Evidence;
    private readonly PathQuery _query = searches.Evidence.Query;
    private readonly DecisionNotes _notes = new();
    private ClientPath? _path;

    private ClientPath Path => _path ??= new(profile, searches, _notes);

    internal ClientVerdict Decide()
    {
        if (_evidence.BlockedPort is { } port && profile.BlocksPorts is { } blocks && !blocks.Except.Contains(port))
        {
            return Refusal(new ClientFault(ClientFault.Port, 0, $"it opens no connection to port {port}, whatever listens there"),
                blocks.Source);
        }

        if (_evidence.Unreadable is { } unreadable && profile.ParsesAll is { Value: Habit.Yes } parses)
        {
            return Refusal(new ClientFault(ClientFault.Unreadable, 0, $"it gives up over a certificate that it can't parse: {unreadable}"),
                parses.Source);
        }

        if (profile.LacksKeys is { } keys && keys.Value.Contains(_query.Leaf.PublicKey.Kind))
        {
            return Refusal(
                new ClientFault(ClientFault.KeyKind, 0,
                    $"it knows no {_query.Leaf.PublicKey}, the key of {_query.Leaf}, so that there is no handshake"), keys.Source);
        }

        if (profile.NameLimits is { BesideEmpty: true } limits && _query.Leaf.SubjectAlternativeName?.DnsNames.Contains("") == true)
        {
            return Refusal(new ClientFault(ClientFault.EmptyName, 0, $"it can't read the empty name in {_query.Leaf}"), limits.Source);
        }

        if (profile.SentLimits?.Find(_query.Presented) is { } excess)
        {
            return Refusal(excess, profile.SentLimits.Source);
        }

        IEnumerable<Certificate> parsed = profile.ParsesAll is { Value: Habit.Yes } ? _query.Presented.Prepend(_query.Leaf) : [_query.Leaf];
        if (ClientOddities.Find(profile.Oddities, parsed) is { } odd)
        {
            return Refusal(odd, profile.Oddities!.Source);
        }

        ClientVerdict verdict = DecideChain();
        if (verdict.Answer != ClientAnswer.Accepts)
        {
            return verdict;
        }

        if (ClientOddities.Find(profile.OddityAfterPath, [_query.Leaf]) is { } late)
        {
            return Refusal(late, profile.OddityAfterPath!.Source);
        }

        if (profile.HearsOfRevocation is { } hears && _evidence.Revoked.Any(hears.Value.Contains))
        {
            return Refusal(
                new ClientFault(nameof(PathRule.Revoked), 0, $"{_query.Leaf} is revoked") { Culprit = _query.Leaf,
                    OpenSsl = new OpenSslResult(23, 0, OpenSslErrors.Text(23)) }, hears.Source);
        }

        if (_evidence.IsStapled == false && _query.Leaf.MustBeStapled && profile.DemandsStaple is { Value: Habit.Yes } demands)
        {
            return Refusal(
                new ClientFault(ClientFault.StapleMissing, 0,
                    $"{_query.Leaf} demands a stapled OCSP response, and the server staples none") { Culprit = _query.Leaf },
                demands.Source);
        }

        if (profile.ChecksHandshakeUsage is { } habit && SignsAgainstUsage(habit))
        {
            ClientFault fault =
                new(ClientFault.HandshakeUsage, 0, $"the key of {_query.Leaf} signs the handshake, and its key usage does not allow that");
            return habit.Value == Habit.Yes ? Refusal(fault, habit.Source)
                : verdict with { Answer = habit.Value == Habit.Unknown ? ClientAnswer.Unknown
                    : verdict.Answer, Reason = fault.Reason, Source = habit.Source };
        }

        // One suite was seen, and servers choose as they like: this one may have another for a client that lacks it.
        return profile.LacksSuites is { } lacks && _evidence.CipherSuite is { } suite && lacks.Has(suite)
            ? verdict with { Answer = ClientAnswer.Unknown,
                Reason = $"it does not offer {suite}, which the server chose, and whether the server takes another is not known",
                    Source = lacks.Source }
            : verdict;
    }

    // Only RSA key exchange, which TLS 1.3 does not have, goes without a signature of the server's key.
    private bool SignsAgainstUsage(SourcedUsage habit) =>
        _query.Leaf.KeyUsage is { } usage && (usage & KeyUsage.DigitalSignature) == 0
        && _evidence.CipherSuite is { } suite && !suite.StartsWith("TLS_RSA_", StringComparison.Ordinal)
        && (!habit.CurvesBeforeTls13Only
            || (_query.Leaf.PublicKey.Kind == PublicKeyKind.EllipticCurve && _evidence.Protocol is { } spoken
                && ProtocolRank(spoken) < ProtocolRank("TLS 1.3")));

    private ClientVerdict DecideChain()
    {
        if (profile.MinimumProtocol is { } minimum && _evidence.Protocol is { } spoken
            && ProtocolRank(spoken) < ProtocolRank(minimum.Value))
        {
            return Refusal(new ClientFault(ClientFault.Protocol, 0, $"the server speaks {spoken} only"), minimum.Source);
        }

        bool storeAtHand = _evidence.AnchorsOf == AnchorScope.EveryClient || profile.Store.ToString() == _evidence.AnchorsOf.ToString();
        if (storeAtHand)
        {
            return Judge(usesPublicRoots: false);
        }

        // Its own store holds, as far as is known, the public roots and what somebody added to it.
        ClientFault? withPublic = Path.Fault(usesPublicRoots: true);
        if (withPublic is null)
        {
            _notes.Add($"its own roots ({profile.OwnStore}) include the public ones", null, certain: true);
            return Verdict(_notes.IsUncertain ? ClientAnswer.Unknown : ClientAnswer.Accepts);
        }

        if (!withPublic.IsAboutAnchors)
        {
            return Refusal(withPublic);
        }

        _notes.Forget();
        bool machineAccepts = Path.Fault(usesPublicRoots: false) is null;
        _notes.Forget();
        if (machineAccepts || _evidence.PublicRoots is null)
        {
            _notes.Add($"it has roots of its own, so that this machine's store does not decide: {profile.OwnStore}", null, certain: true);
            return Verdict(ClientAnswer.Unknown);
        }

        return Judge(usesPublicRoots: true);
    }

    private ClientVerdict Judge(bool usesPublicRoots)
    {
        ClientFault? fault = Path.Fault(usesPublicRoots);
        if (fault is null)
        {
            return Verdict(_notes.IsUncertain ? ClientAnswer.Unknown : ClientAnswer.Accepts);
        }

        // What nobody knows may mend a chain that ends early; it mends no other fault.
        return _notes.IsUncertain && fault.IsAboutAnchors ? Verdict(ClientAnswer.Unknown) : Refusal(fault);
    }

    private ClientVerdict Refusal(ClientFault fault, string? source = null)
    {
        string? words = ClientWords.For(profile, fault, _query);
        _notes.Add(fault.Reason, source, certain: true);

        // Without its words nobody has seen it refuse: that is no verdict.
        return words is null ? Verdict(ClientAnswer.Unknown) : Verdict(ClientAnswer.Refuses) with { Message = words, Rule = fault.Kind };
    }

    private ClientVerdict Verdict(ClientAnswer answer) => new()
    {
        Client = profile.Name,
        Answer = answer,
        Reason = _notes.Reason,
        Source = _notes.Source,
    };

    private static int ProtocolRank(string protocol) => protocol switch
    {
        "SSL 2.0" => 0,
        "SSL 3.0" => 1,
        "TLS 1.0" => 2,
        "TLS 1.1" => 3,
        "TLS 1.2" => 4,
        _ => 5,
    };
}
