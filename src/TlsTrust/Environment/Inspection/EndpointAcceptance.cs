using System.Collections.Concurrent;
using TlsTrust.Certificates;
using TlsTrust.Clients;
using TlsTrust.Connections;
using TlsTrust.Connections.Handshakes;
using TlsTrust.Environment.Catalogue;
using TlsTrust.Environment.Machines;
using TlsTrust.Paths;
using TlsTrust.Paths.OpenSsl;
using TlsTrust.Paths.Search;

namespace TlsTrust.Environment.Inspection;

/// <summary>Joins what programs trust with what an endpoint sends: would this program accept it?</summary>
public sealed class EndpointAcceptance
{
    private readonly IMachine _machine;
    private readonly TrustInspector _inspector;
    private readonly ConnectionOptions _options;
    private readonly ProgramVersions _versions;
    private readonly ConcurrentDictionary<string, ConnectionEvidence> _evidence = new(StringComparer.Ordinal);

    /// <summary>Predictions for one machine; each endpoint is connected to once.</summary>
    public EndpointAcceptance(IMachine machine, TrustInspector inspector, ConnectionOptions? options = null)
    {
        _machine = machine;
        _inspector = inspector;
        _versions = new ProgramVersions(machine);
        _options = options ?? new ConnectionOptions();
    }

    /// <summary>What the programs trust, and whether each would accept the endpoint.</summary>
    /// <param name="endpoint">Where to.</param>
    /// <param name="programs">Which programs; all when null.</param>
    /// <param name="scope">Whose view.</param>
    /// <param name="installedOnly">Only programs that are on the PATH.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async IAsyncEnumerable<ProgramTrust> PredictAsync(Endpoint endpoint, IReadOnlyCollection<ProgramFacts>? programs,
        TrustScope scope, bool installedOnly, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        string key = endpoint.ToString();
        if (!_evidence.TryGetValue(key, out ConnectionEvidence? evidence))
        {
            evidence = await TlsConnector.ConnectAsync(endpoint, _options, cancellationToken);
            _evidence[key] = evidence;
        }

        _versions.Ask((programs ?? ProgramCatalogue.Programs).Select(program => (program, _inspector.Executable(program))));
        foreach (ProgramTrust trust in _inspector.Inspect(programs, scope, installedOnly))
        {
            cancellationToken.ThrowIfCancellationRequested();
            ProgramFacts program = ProgramCatalogue.Find(trust.Program)!;
            (bool? accepts, string? detail) = Judge(program, trust, evidence, scope);
            yield return trust with
            {
                Endpoint = key,
                Accepts = accepts,
                AcceptsDetail = detail,
                Rules = trust.Executable is null ? null : _inspector.ClientOf(program, trust.Executable),
                Version = _versions.Of(program, trust.Executable),
            };
        }
    }

    private (bool?, string?) Judge(ProgramFacts program, ProgramTrust trust, ConnectionEvidence evidence, TrustScope scope)
    {
        Uri url = UrlOf(evidence);
        if (_inspector.RefusedSettings(program, scope, url) is { } refused)
        {
            return (false, refused);
        }

        // The one case where a bad chain is accepted: nobody looks.
        if (evidence.Presented.Count > 0 && _inspector.SwitchedOffBy(program, scope, url) is { } off)
        {
            return (true, $"its verification is switched off by {off}");
        }

        EffectiveStore store = _inspector.Effective(program, scope, trust.Executable, url);
        if (program.Unpredictable is not null && !(program.UnlessSet && store.Effect != StoreEffect.Default))
        {
            return (null, program.Unpredictable);
        }

        if (store.FailsWith is not null)
        {
            return (false, store.FailsWith);
        }

        if (evidence.Presented.Count == 0)
        {
            return (null, evidence.Detail.Length > 0 ? evidence.Detail : "the server sent no certificate");
        }

        if (program.Reader == "none")
        {
            return (null, "its store is not read by TlsTrust");
        }

        List<Certificate> presented = [];
        foreach (ReadOnlyMemory<byte> der in evidence.Presented)
        {
            if (Certificate.TryParse(der, out Certificate? certificate, out _))
            {
                presented.Add(certificate!);
            }
        }

        if (presented.Count == 0)
        {
            return (false, "the server's certificate can't be parsed");
        }

        PathQuery query = new()
        {
            Leaf = presented[0],
            Presented = presented,
            Anchors = new CertificateIndex(store.Anchors),
            HostName = evidence.ServerName,
            At = _machine.UtcNow,
            PartialChain = program.PartialChain,
        };
        (bool? accepts, string? detail) = _inspector.ClientOf(program, trust.Executable) is { } client ? Decide(client, query)
            : Search(query);
        return accepts == false && !store.IsKnown ? (null, "its default store was not found") : (accepts, detail);
    }

    private static (bool?, string?) Decide(string client, PathQuery query)
    {
        ClientVerdict verdict = ClientProfiles.Decide(new ClientEvidence { Query = query, AnchorsOf = AnchorScope.EveryClient }, client);
        return verdict.Answer switch
        {
            ClientAnswer.Accepts => (true, null),
            ClientAnswer.Refuses => (false, verdict.Message),
            _ => (null, verdict.Reason),
        };
    }

    // A program whose own ways nobody has described: what is right is taken for what it does.
    private static (bool?, string?) Search(PathQuery query)
    {
        PathSearchResult result = PathSearch.Search(query);
        return result.Path is not null ? (true, null)
            : (false, result.OpenSsl.Code != 0 ? result.OpenSsl.Text
                : result.Partial.SelectMany(partial => partial.Rejections).FirstOrDefault(rejection => rejection.IsError)?.Message);
    }

    private static Uri UrlOf(ConnectionEvidence evidence)
    {
        string host = evidence.Endpoint.HostName;
        return new UriBuilder("https", host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host, evidence.Endpoint.Port).Uri;
    }
}
