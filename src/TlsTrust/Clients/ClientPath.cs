using TlsTrust.Certificates;
using TlsTrust.Paths;
using TlsTrust.Paths.OpenSsl;
using TlsTrust.Paths.Search;

namespace TlsTrust.Clients;

/// <summary>What one client stumbles over between the server's certificate and its anchors, the name included.</summary>
internal sealed class ClientPath(ClientProfile profile, ClientSearches searches, DecisionNotes notes)
{
    private const string NoListAtHand = "it brings the intermediates of public CAs with it, and no list of them is at hand";

    private readonly ClientEvidence _evidence = searches.Evidence;
    private readonly PathQuery _query = searches.Evidence.Query;

    /// <summary>What this client stumbles over with these anchors; null when it accepts.</summary>
    internal ClientFault? Fault(bool usesPublicRoots)
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
            notes.Add(
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
            notes.Add("whether it takes an anchor that is not self-signed is not known", null, certain: false);
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
                notes.Add("it downloads missing issuers, and downloads were not asked for", profile.FetchesAia?.Source, certain: false);
            }

            return fault;
        }

        ClientFault? completed = FaultOf(plain with { WithDownloads = true, ReadsPkcs7 = profile.ReadsPkcs7?.Value != Habit.No });
        if (completed is null)
        {
            notes.Add("it downloads the missing issuer", profile.FetchesAia?.Source, certain: true);
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

            notes.Add(NoListAtHand, profile.PreloadsIntermediates?.Source, certain: false);
            return fault;
        }

        ClientFault? completed = FaultOf(kind);
        if (completed is null)
        {
            // An intermediate below a public root has to be disclosed, and what is disclosed is preloaded.
            notes.Add("it brings the intermediates of public CAs with it", profile.PreloadsIntermediates?.Source, certain: true);
        }
        else if (!kind.WithPreloaded && completed.Kind == ClientFault.IssuerNotFound)
        {
            notes.Add(NoListAtHand, profile.PreloadsIntermediates?.Source, certain: false);
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

        notes.AddSource(found.Source);
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
                notes.Add($"it does not mind that {usual.Chain[weak.Depth]} is {(weak.Code == 68 ? "weakly signed" : "a small key")}",
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
                    notes.Add($"it does not mind that {rejection.Certificate} is {ClientTolerance.Describe(rejection)}", tolerance!.Source,
                        tolerance.Value == Habit.Yes);
                }

                return null;
            }

            fault ??= ClientFault.Of(partial, [.. broken.Where(pair => pair.Tolerance is null).Select(pair => pair.Rejection)]);
        }

        if (fault is null)
        {
            notes.Add("the search for a path was given up", null, certain: false);
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

        notes.AddSource(profile.Strict!.Source);
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
            notes.Add("whether it tries the other issuer is not known", null, certain: false);
        }
    }

    private ClientFault? NoteAnchor(SearchKind kind)
    {
        Certificate? anchor = searches[kind].Anchor;
        if (kind.PartialChain && anchor is { IsSelfSigned: false })
        {
            notes.Add($"it takes {anchor} as an anchor although it is not self-signed", profile.PartialChain?.Source, certain: true);
        }

        return null;
    }
}
