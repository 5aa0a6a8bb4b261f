using TlsTrust.Certificates;
using TlsTrust.Certificates.Der;
using TlsTrust.Certificates.Extensions;
using TlsTrust.Certificates.Keys;
using TlsTrust.Certificates.Names;
using TlsTrust.Paths;
using TlsTrust.Paths.OpenSsl;
using TlsTrust.Paths.Search;

namespace TlsTrust.Clients;

/// <summary>One profile applied to the evidence.</summary>
internal sealed class ClientDecision(ClientProfile profile, ClientSearches searches)
{
    private const string NoListAtHand = "it brings the intermediates of public CAs with it, and no list of them is at hand";

    private readonly ClientEvidence _evidence = searches.Evidence;
    private readonly PathQuery _query = searches.Evidence.Query;
    private readonly List<string> _reasons = [];
    private readonly List<string> _sources = [];
    private bool _isUncertain;

    internal ClientVerdict Decide()
    {
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

        ClientVerdict verdict = DecideChain();
        if (verdict.Answer != ClientAnswer.Accepts)
        {
            return verdict;
        }

        if (profile.HearsOfRevocation is { } hears && _evidence.Revoked.Any(hears.Value.Contains))
        {
            return Refusal(
                new ClientFault(nameof(PathRule.Revoked), 0, $"{_query.Leaf} is revoked") { Culprit = _query.Leaf,
                    OpenSsl = new OpenSslResult(23, 0, OpenSslErrors.Text(23)) }, hears.Source);
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
        ClientFault? withPublic = Fault(usesPublicRoots: true);
        if (withPublic is null)
        {
            _reasons.Add($"its own roots ({profile.OwnStore}) include the public ones");
            return Verdict(_isUncertain ? ClientAnswer.Unknown : ClientAnswer.Accepts);
        }

        if (!withPublic.IsAboutAnchors)
        {
            return Refusal(withPublic);
        }

        Forget();
        bool machineAccepts = Fault(usesPublicRoots: false) is null;
        Forget();
        if (machineAccepts || _evidence.PublicRoots is null)
        {
            _reasons.Add($"it has roots of its own, so that this machine's store does not decide: {profile.OwnStore}");
            return Verdict(ClientAnswer.Unknown);
        }

        return Judge(usesPublicRoots: true);
    }

    private ClientVerdict Judge(bool usesPublicRoots)
    {
        ClientFault? fault = Fault(usesPublicRoots);
        if (fault is null)
        {
            return Verdict(_isUncertain ? ClientAnswer.Unknown : ClientAnswer.Accepts);
        }

        // What nobody knows may mend a chain that ends early; it mends no other fault.
        return _isUncertain && fault.IsAboutAnchors ? Verdict(ClientAnswer.Unknown) : Refusal(fault);
    }

    /// <summary>What this client stumbles over with these anchors; null when it accepts.</summary>
    private ClientFault? Fault(bool usesPublicRoots)
    {
        Habit named = ClientNames.Match(profile, _query.Leaf, _query.HostName, out bool byCommonName);
        ClientFault? wrongName = named == Habit.No ? NameFault() : null;
        if (wrongName is not null && profile.ChecksNameFirst)
        {
            return wrongName;
        }

        ClientFault? fault = PathFault(usesPublicRoots);
        if (wrongName is not null && (fault is null || profile.NameBefore.Contains(fault.Kind)))
        {
            return wrongName;
        }

        if (fault is null && byCommonName)
        {
            Note(
                named == Habit.Yes ? "the common name stands in for a missing subject alternative name"
                    : "only the common name covers the host, and whether that counts is not known",
                profile.CommonName?.Source,
                certain: named == Habit.Yes);
        }

        return fault;
    }

    private ClientFault NameFault()
    {
        string names = string.Join(", ", HostNameMatcher.NamesThatWouldWork(_query.Leaf));
        return new ClientFault(nameof(PathRule.NameMismatch), 0,
            $"the certificate is for {(names.Length > 0 ? names : "no name at all")}, not for {_query.HostName}") { Culprit = _query.Leaf };
    }

    private ClientFault? PathFault(bool usesPublicRoots)
    {
        bool downloads = profile.FetchesAia?.Value == Habit.Yes;
        bool preloads = profile.PreloadsIntermediates?.Value == Habit.Yes;
        SearchKind plain =
            new(profile.Builder, usesPublicRoots, profile.PartialChain?.Value == Habit.Yes, false, false, profile.SecurityLevel?.Value
                ?? OpenSslVerification.UsualLevel);
        ClientFault? fault = FaultOf(plain);
        if (fault is { Kind: ClientFault.AnchorNotSelfSigned } && profile.PartialChain is null)
        {
            Note("whether it takes an anchor that is not self-signed is not known", null, certain: false);
        }

        if (fault is not { Kind: ClientFault.IssuerNotFound })
        {
            return fault ?? NoteAnchor(plain);
        }

        if (preloads)
        {
            return FaultWithPreloaded(plain, fault);
        }

        if (!downloads)
        {
            return fault;
        }

        if (_evidence.Downloaded is null)
        {
            if (_query.Presented.Append(_query.Leaf).Any(certificate => certificate.CaIssuersUrls.Count > 0))
            {
                Note("it downloads missing issuers, and downloads were not asked for", profile.FetchesAia?.Source, certain: false);
            }

            return fault;
        }

        ClientFault? completed = FaultOf(plain with { WithDownloads = true, ReadsPkcs7 = profile.ReadsPkcs7?.Value != Habit.No });
        if (completed is null)
        {
            Note("it downloads the missing issuer", profile.FetchesAia?.Source, certain: true);
        }

        return completed;
    }

    private ClientFault? FaultWithPreloaded(SearchKind plain, ClientFault fault)
    {
        SearchKind kind =
            plain with { WithPreloaded = _evidence.KnownIntermediates is not null, WithDownloads = _evidence.KnownIntermediates is null
                && plain.UsesPublicRoots };
        if (!kind.WithPreloaded && !kind.WithDownloads)
        {
            if (_evidence.PublicRoots is { } known && !_query.Anchors.Certificates.Any(known.Contains))
            {
                return fault; // what is preloaded is below public roots
            }

            Note(NoListAtHand, profile.PreloadsIntermediates?.Source, certain: false);
            return fault;
        }

        ClientFault? completed = FaultOf(kind);
        if (completed is null)
        {
            // An intermediate below a public root has to be disclosed, and what is disclosed is preloaded.
            Note("it brings the intermediates of public CAs with it", profile.PreloadsIntermediates?.Source, certain: true);
        }
        else if (!kind.WithPreloaded && completed.Kind == ClientFault.IssuerNotFound)
        {
            Note(NoListAtHand, profile.PreloadsIntermediates?.Source, certain: false);
        }

        return completed;
    }

    private ClientFault? FaultOf(SearchKind kind)
    {
        ClientSearch search = searches[kind];
        if (search.OpenSsl is { } answer)
        {
            return OpenSslFault(kind, answer, search.Chain);
        }

        if (search.Result is null)
        {
            return search.Fault;
        }

        if (search.Result.Path is not null)
        {
            NoteBacktracking(kind);
        }

        return search.Result.Path is { } path ? Noted(ClientOwnRules.Find(profile, _evidence, path)) : RuleFault(search.Result);
    }

    private ClientFault? Noted((ClientFault Fault, string Source)? own)
    {
        if (own is not { } found)
        {
            return null;
        }

        _sources.Add(found.Source);
        return found.Fault;
    }

    private ClientFault? OpenSslFault(SearchKind kind, OpenSslResult answer, IReadOnlyList<Certificate> chain)
    {
        if (profile.SecurityLevel is { } level)
        {
            // Which certificate a stricter level would mind; and whether this client minds it where its level is not known.
            ClientSearch usual = searches[kind with { SecurityLevel = OpenSslVerification.UsualLevel }];
            bool isLenient = answer.Code == 0 || (level.OrLower is { } lower && searches[kind with { SecurityLevel = lower }].IsAccepted);
            if (usual.OpenSsl is { Code: 66 or 67 or 68 } weak && isLenient)
            {
                Note($"it does not mind that {usual.Chain[weak.Depth]} is {(weak.Code == 68 ? "weakly signed" : "a small key")}",
                    level.Source, certain: level.OrLower is null);
                return null;
            }
        }

        ClientFault? fault = answer.Code == 0 ? Noted(ClientOwnRules.FindUnknownKey(profile, chain)) : ClientFault.Of(answer, chain);
        bool isComplete = fault is not ({ IsAboutAnchors: true } or { OpenSsl.Code: 22 or 66 });
        return (profile.Strict?.Value == Habit.Yes && isComplete ? StrictFault(chain) : null) ?? fault;
    }

    private ClientFault? RuleFault(PathSearchResult search)
    {
        ClientFault? fault = null;
        foreach (PartialPath partial in search.Partial)
        {
            List<(Rejection Rejection, Tolerance? Tolerance)> broken =
                [.. partial.Rejections.Where(rejection => rejection.IsError)
                    .Select(rejection => (rejection, ClientTolerance.Of(profile, _evidence, rejection, partial)))];
            if (partial.End == PathEnd.RuleFailed && broken.TrueForAll(pair => pair.Tolerance is not null))
            {
                foreach ((Rejection rejection, Tolerance? tolerance) in broken)
                {
                    Note($"it does not mind that {rejection.Certificate} is {ClientTolerance.Describe(rejection)}", tolerance!.Source,
                        tolerance.Value == Habit.Yes);
                }

                return null;
            }

            fault ??= ClientFault.Of(partial, [.. broken.Where(pair => pair.Tolerance is null).Select(pair => pair.Rejection)]);
        }

        if (fault is null)
        {
            Note("the search for a path was given up", null, certain: false);
            fault = new ClientFault(ClientFault.IssuerNotFound, 0, "no path was found");
        }

        return fault;
    }

    private ClientFault? StrictFault(IReadOnlyList<Certificate> chain)
    {
        if (OpenSslStrict.Check(chain) is not { } failure)
        {
            return null;
        }

        _sources.Add(profile.Strict!.Source);
        return new ClientFault(nameof(PathRule.StrictX509), failure.Depth, $"strict checks: {failure.Text} ({failure.Certificate})")
        {
            Culprit = failure.Certificate,
            OpenSsl = new OpenSslResult(failure.Code, failure.Depth, failure.Text),
        };
    }

    /// <summary>
    /// Where the path only exists because another issuer was tried, a client of which nobody knows whether it does so stays unknown.
    /// </summary>
    private void NoteBacktracking(SearchKind kind)
    {
        if (profile is { Builder: PathBuilder.Search, Backtracks: null }
            && !searches[kind with { Builder = PathBuilder.OpenSsl }].IsAccepted)
        {
            Note("whether it tries the other issuer is not known", null, certain: false);
        }
    }

    private ClientFault? NoteAnchor(SearchKind kind)
    {
        Certificate? anchor = searches[kind].Anchor;
        if (kind.PartialChain && anchor is { IsSelfSigned: false })
        {
            Note($"it takes {anchor} as an anchor although it is not self-signed", profile.PartialChain?.Source, certain: true);
        }

        return null;
    }

    private void Note(string reason, string? source, bool certain)
    {
        _reasons.Add(reason);
        if (source is not null)
        {
            _sources.Add(source);
        }

        _isUncertain |= !certain;
    }

    private void Forget()
    {
        _reasons.Clear();
        _sources.Clear();
        _isUncertain = false;
    }

    private ClientVerdict Refusal(ClientFault fault, string? source = null)
    {
        string? words = ClientWords.For(profile, fault, _query);
        _reasons.Add(fault.Reason);
        if (source is not null)
        {
            _sources.Add(source);
        }

        // Without its words nobody has seen it refuse: that is no verdict.
        return words is null ? Verdict(ClientAnswer.Unknown) : Verdict(ClientAnswer.Refuses) with { Message = words, Rule = fault.Kind };
    }

    private ClientVerdict Verdict(ClientAnswer answer) => new()
    {
        Client = profile.Name,
        Answer = answer,
        Reason = string.Join("; ", _reasons.Distinct()),
        Source = string.Join("; ", _sources.Distinct()),
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
