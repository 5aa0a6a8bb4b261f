using System.Net;
using TlsTrust.Connections.Addresses;
using TlsTrust.Connections.Endpoints;
using TlsTrust.ErrorTexts.Catalogue;
using TlsTrust.ErrorTexts.Hosts;

namespace TlsTrust.ErrorTexts.Incidents;

/// <summary>Makes the result of an incident: whose failure, what it can mean, what to run next.</summary>
internal static class Explanations
{
    /// <summary>
    /// Ports above this are taken by clients for one connection (Linux and IANA begin at 32768 and 49152): no listener to test.
    /// </summary>
    private const int FirstEphemeralPort = 32768;

    private static readonly HashSet<int> ImplicitPorts =
        [.. WellKnownService.Schemes.Select(WellKnownService.OfScheme).Where(service => service!.StartTls == StartTlsProtocol.None)
            .Select(service => service!.Port)];

    internal static TlsErrorExplanation Of(ErrorIncident incident, TlsErrorCatalogue catalogue)
    {
        FoundMessage deciding = incident.Deciding;
        TlsErrorMessage message = deciding.Message;
        TlsErrorKind kind = deciding.Kind(incident.IsServer);
        ErrorClient? client = incident.Client;
        string name = client is null
            || (client.Rank < ErrorRanks.Language && message.Client != "any" && Rank(catalogue, message.Client) > client.Rank)
            ? message.Client == "any" ? client?.ShownAs ?? client?.Name ?? "" : message.Client
            : client.ShownAs ?? client.Name;
        client ??= catalogue.Clients.GetValueOrDefault(name);
        Endpoint? endpoint = EndpointOf(incident, client);
        string? path = kind.Side == TlsErrorSide.File || kind.Causes is [Cause.StoreUnusable] ? incident.Path ?? incident.StoreFile
            : incident.Path;
        ResultList<Cause> causes = Rank([.. CausesOf(incident, deciding)], endpoint?.HostName);
        ResultList<FindingId> findings = [.. FindingsOf(incident, deciding)];
        return new TlsErrorExplanation
        {
            Client = name,
            Program = client?.Program ?? ProgramBelow(catalogue, client),
            Message = deciding.Quote,
            MessageId = message.Id,
            Meaning = kind == message.Kind ? message.Meaning : kind.Meaning,
            Remedy = kind.Remedy,
            Side = kind.Side,
            Causes = causes,
            FindingIds = findings,
            Certain = causes.Count + findings.Count == 1 && !message.Generic,
            Endpoint = endpoint?.ToString(),
            HostName = endpoint?.HostName,
            Port = endpoint?.Port,
            StoreFile = incident.StoreFile,
            Path = path,
            NextCommand =
                NextCommands.Of(incident, kind, causes, findings, endpoint, client?.Program ?? ProgramBelow(catalogue, client), path),
            OpenSslCode = message.OpenSsl,
            Line = (int)Math.Min(int.MaxValue, deciding.Line),
            Count = incident.CountOf(deciding),
            Source = message.Source,
        };
    }

    private static int Rank(TlsErrorCatalogue catalogue, string name) => catalogue.Clients.GetValueOrDefault(name)?.Rank ?? 0;

    private static string? ProgramBelow(TlsErrorCatalogue catalogue, ErrorClient? client) =>
        client?.Of.Select(name => catalogue.Clients.GetValueOrDefault(name)).FirstOrDefault(below => below?.Program is not null)?.Program;

    private static Endpoint? EndpointOf(ErrorIncident incident, ErrorClient? client)
    {
        if (incident.Mention is not { } mention || (incident.IsServer && mention.IsAddress && mention.Endpoint.Port >= FirstEphemeralPort))
        {
            return null;
        }

        if (client?.Scheme is not { } scheme || mention.Endpoint.Scheme is not null || mention.Strength == HostMention.Url)
        {
            return mention.Endpoint;
        }

        // What a mail server calls a host is one that speaks SMTP; a port at which TLS begins at once stays what it is.
        bool isPlainPort = WellKnownService.OfScheme(scheme)!.StartTls != StartTlsProtocol.None
            && !ImplicitPorts.Contains(mention.Endpoint.Port);
        return !mention.HasPort ? Endpoint.Parse($"{scheme}://{Bracketed(mention)}")
            : isPlainPort ? Endpoint.Parse($"{scheme}://{Bracketed(mention)}:{mention.Endpoint.Port}")
            : mention.Endpoint;
    }

    private static string Bracketed(HostMention mention) =>
        mention.Endpoint.HostName.Contains(':', StringComparison.Ordinal) ? $"[{mention.Endpoint.HostName}]" : mention.Endpoint.HostName;

    /// <summary>
    /// The causes of the deciding message, then those of others that have nothing in common with it: one message may name several faults.
    /// </summary>
    private static List<Cause> CausesOf(ErrorIncident incident, FoundMessage deciding)
    {
        List<Cause> causes = [.. deciding.Kind(incident.IsServer).Causes];
        if (causes.Count == 0)
        {
            causes.AddRange(incident.Messages.FirstOrDefault(found => found.Message.Kind.Holds)?.Message.Causes ?? []);
        }

        foreach (FoundMessage other in incident.Messages.Where(found => IsPart(found, deciding)))
        {
            IReadOnlyList<Cause> more = other.Kind(incident.IsServer).Causes;
            if (!more.Intersect(causes).Any())
            {
                causes.AddRange(more);
            }
        }

        return causes;
    }

    private static IEnumerable<FindingId> FindingsOf(ErrorIncident incident, FoundMessage deciding) =>
        incident.Messages.Where(found => found == deciding || IsPart(found, deciding))
            .SelectMany(found => found.Kind(incident.IsServer).Findings).Distinct();

    private static bool IsPart(FoundMessage found, FoundMessage deciding) =>
        !found.Message.Generic && found.Message.Vagueness <= Math.Max(1, deciding.Message.Vagueness);

    /// <summary>
    /// Nobody outside can tell a missing intermediate from a private root by the message; but a name that the public name service does not
    /// know can't have a public certificate, and interception needs a public one.
    /// </summary>
    private static ResultList<Cause> Rank(ResultList<Cause> causes, string? host)
    {
        if (host is null || MayBePublic(host) || causes.Count < 2)
        {
            return causes;
        }

        int Order(Cause cause) => cause switch
        {
            Cause.PrivateRoot => 0,
            Cause.Interception or Cause.MissingPublicRoot => 2,
            _ => 1,
        };

        return causes[0] is Cause.MissingIntermediate or Cause.PrivateRoot or Cause.Interception ? [.. causes.OrderBy(Order)] : causes;
    }

    private static bool MayBePublic(string host) =>
        IPAddress.TryParse(host, out IPAddress? address) ? AddressScope.IsGlobal(address) : PublicHost.IsPublicName(host);
}
