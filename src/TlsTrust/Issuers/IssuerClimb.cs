using System.Globalization;
using TlsTrust.Certificates;
using TlsTrust.Certificates.Keys;
using TlsTrust.Certificates.Names;
using TlsTrust.Certificates.Signatures;
using TlsTrust.Connections.Downloads;
using TlsTrust.Paths;
using TlsTrust.Stores;

namespace TlsTrust.Issuers;

/// <summary>One search upwards from one certificate, with its budget and its record of what was asked.</summary>
internal sealed class IssuerClimb
{
    private readonly IssuerQuery _query;
    private readonly PublicRootSet _publicRoots;
    private readonly List<IssuerSource> _sources;
    private readonly List<StoredCertificate> _downloaded = [];
    private readonly List<IssuerAttempt> _attempts = [];
    private readonly Dictionary<(Certificate Child, Certificate Issuer), SignatureStatus> _checked = [];
    private readonly Dictionary<IssuerSource, HashSet<Certificate>> _found = [];
    private readonly Dictionary<IssuerSource, HashSet<string>> _refused = [];
    private readonly HashSet<string> _fruitful = new(StringComparer.Ordinal);
    private readonly Dictionary<Certificate, IReadOnlyList<FoundIssuer>> _issuers = [];
    private readonly IssuerSource[] _local;
    private IssuerSource? _downloads;
    private int _checks;
    private int _requests;
    private string? _exhausted;

    internal IssuerClimb(IssuerQuery query, IssuerSources sources)
    {
        _query = query;
        _publicRoots = sources.PublicRoots;
        _local =
        [
            IssuerSource.From(IssuerSourceKind.Presented, "what was sent", query.Presented),
            .. sources.Local.Where(IsGiven),
            IssuerSource.From(query.Store),
            .. query.Store.Lost.Count == 0 ? Array.Empty<IssuerSource>()
                : [new(IssuerSourceKind.MachineStore, "lost in the files of the store", () => query.Store.Lost)],
            .. sources.Local.Where(source => !IsGiven(source)),
            IssuerSource.From(sources.PublicRoots),
        ];
        _sources = [.. _local];
    }

    /// <summary>Takes what a URL gave.</summary>
    internal void Add(AiaAnswer answer)
    {
        _requests += answer.Requests;
        _downloaded.AddRange(
            answer.Certificates.Select(certificate =>
                new StoredCertificate(certificate, CertificateOrigin.Download(answer.Url) with { InPkcs7 = answer.IsPkcs7 })));
        _attempts.Add(new(IssuerSourceKind.Download, answer.Url, answer.Detail)
        {
            Requests = answer.Requests,
            IsPrivate = answer.Outcome == FetchOutcome.PrivateAddress,
        });
        if (_downloads is not null)
        {
            _sources.Remove(_downloads);
        }

        StoredCertificate[] all = [.. _downloaded];
        _downloads = new(IssuerSourceKind.Download, "AIA", () => all);
        _sources.Add(_downloads);
        _issuers.Clear();
    }

    // Given files, and what was downloaded before for the same chain, come before the store.
    private static bool IsGiven(IssuerSource source) => source.Kind is IssuerSourceKind.File or IssuerSourceKind.Download;

    internal void Exhausted(string limit) => _exhausted ??= limit;

    /// <summary>All ways up with what is known by now, the best first.</summary>
    internal List<IssuerLead> Run()
    {
        List<IssuerLead> leads = [];
        Climb(_query.Child, [], leads);
        return [.. leads
            .OrderBy(lead => lead.End)
            .ThenBy(lead => lead.Issuers.Count(issuer => !IsValid(issuer.Certificate)))
            .ThenBy(lead => lead.Issuers.Count(issuer => issuer.Kind == IssuerSourceKind.Download))
            .ThenBy(lead => lead.Missing.Count())
            .ThenBy(lead => lead.Issuers.Count)
            .ThenByDescending(lead => lead.Issuers.Min(issuer => issuer.Certificate.NotAfter))];
    }

    internal IssuerSearchResult Result(List<IssuerLead> leads)
    {
        List<IssuerAttempt> attempts = [];
        foreach (IssuerSource source in _local)
        {
            if (_found.TryGetValue(source, out HashSet<Certificate>? issuers))
            {
                int found = issuers.Count;
                string outcome = found > 0 ? $"{found} found"
                    : _refused.TryGetValue(source, out HashSet<string>? reasons) ? string.Join("; ", reasons)
                    : IssuerAttempt.NoName;
                attempts.Add(new(source.Kind, source.Name, outcome) { Found = found });
            }
        }

        attempts.AddRange(_attempts.Select(attempt => attempt with { Found = _fruitful.Contains(attempt.Location) ? 1 : 0 }));
        if (_exhausted is not null)
        {
            attempts.Add(new(IssuerSourceKind.Download, "search", $"ended early: {_exhausted}"));
        }

        return new()
        {
            Child = _query.Child,
            Leads = leads,
            Attempts = attempts,
            BudgetSpent = _exhausted is not null,
            Requests = _requests,
        };
    }

    private bool IsValid(Certificate certificate) => certificate.NotBefore <= _query.At && _query.At <= certificate.NotAfter;

    private void Climb(Certificate child, List<FoundIssuer> below, List<IssuerLead> leads)
    {
        if (leads.Count >= IssuerFinder.MaxLeads || below.Count >= IssuerFinder.MaxDepth)
        {
            Exhausted(leads.Count >= IssuerFinder.MaxLeads ? $"more than {IssuerFinder.MaxLeads} ways up"
                : $"more than {IssuerFinder.MaxDepth} certificates above each other");
            return;
        }

        if (child.IsSelfSigned)
        {
            if (below.Count > 0)
            {
                leads.Add(new() { Issuers = [.. below], End = EndOf(child) });
            }

            return;
        }

        bool any = false;
        foreach (FoundIssuer issuer in IssuersOf(child))
        {
            // Subject and key are what a loop is made of; another certificate for the same CA changes nothing.
            if (IsSameCa(issuer.Certificate, _query.Child) || below.Exists(known => IsSameCa(known.Certificate, issuer.Certificate)))
            {
                continue;
            }

            any = true;
            below.Add(issuer);
            Climb(issuer.Certificate, below, leads);
            below.RemoveAt(below.Count - 1);
        }

        if (!any && below.Count > 0)
        {
            leads.Add(new() { Issuers = [.. below], End = LeadsTo.Unknown });
        }
    }

    private static bool IsSameCa(Certificate one, Certificate other) =>
        one.PublicKey.Equals(other.PublicKey) && one.Subject.Equals(other.Subject);

    private LeadsTo EndOf(Certificate root) =>
        _query.Store.Index.Contains(root) ? LeadsTo.StoreAnchor
        : _publicRoots.ByKey(root) is not null ? LeadsTo.PublicRoot
        : LeadsTo.PrivateRoot;

    private IReadOnlyList<FoundIssuer> IssuersOf(Certificate child)
    {
        if (_issuers.TryGetValue(child, out IReadOnlyList<FoundIssuer>? known))
        {
            return known;
        }

        List<FoundIssuer> issuers = [];
        HashSet<Certificate> seen = [];
        foreach (IssuerSource source in _sources)
        {
            if (!_found.TryGetValue(source, out HashSet<Certificate>? found))
            {
                _found[source] = found = [];
            }

            foreach (StoredCertificate candidate in source.Named(child))
            {
                if (candidate.Certificate.Equals(child) || seen.Contains(candidate.Certificate))
                {
                    continue;
                }

                if (Refusal(child, candidate.Certificate) is { } reason)
                {
                    Refuse(source, reason);
                    continue;
                }

                seen.Add(candidate.Certificate);
                found.Add(candidate.Certificate);
                if (source.Kind == IssuerSourceKind.Download)
                {
                    _fruitful.Add(candidate.Location);
                }

                issuers.Add(new(candidate.Certificate, source.Kind, candidate.Origin));
            }
        }

        _issuers[child] = issuers;
        return issuers;
    }

    private string? Refusal(Certificate child, Certificate candidate)
    {
        if (!IssuerFinder.MaySign(candidate))
        {
            return "a certificate of that name may not sign certificates";
        }

        if (!_checked.TryGetValue((child, candidate), out SignatureStatus status))
        {
            if (_checks >= IssuerFinder.MaxSignatureChecks)
            {
                Exhausted(string.Create(CultureInfo.InvariantCulture, $"more than {IssuerFinder.MaxSignatureChecks} signature checks"));
                return "not checked, the limit was reached";
            }

            _checks++;
            status = child.VerifySignature(candidate);
            _checked[(child, candidate)] = status;
        }

        return status switch
        {
            SignatureStatus.Valid => null,
            SignatureStatus.NotCheckable => "a certificate of that name, whose signature can't be checked on this platform",
            _ => "a certificate of that name, with another key",
        };
    }

    private void Refuse(IssuerSource source, string reason)
    {
        if (!_refused.TryGetValue(source, out HashSet<string>? reasons))
        {
            _refused[source] = reasons = new(StringComparer.Ordinal);
        }

        reasons.Add(reason);
    }
}
