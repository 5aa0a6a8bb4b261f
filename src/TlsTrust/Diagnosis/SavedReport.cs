using System.Globalization;
using System.Net;
using System.Net.Security;
using TlsTrust.Certificates;
using TlsTrust.Connections.Handshakes;
using TlsTrust.Diagnosis.Observations;
using TlsTrust.Issuers;

namespace TlsTrust.Diagnosis;

/// <summary>Gets the evidence out of an earlier report, which keeps every certificate in PEM form.</summary>
internal static class SavedReport
{
    /// <summary>The connection, as far as the report tells of it.</summary>
    public static ConnectionEvidence Connection(EndpointReport saved, string? hostName) => new()
    {
        Endpoint = Endpoint.Parse(saved.Endpoint) with { Tag = saved.Tag },
        ServerName = hostName ?? saved.HostName,
        ResolvedAddresses = [.. saved.ResolvedAddresses.Select(Address).OfType<IPAddress>()],
        RemoteAddress = saved.RemoteAddress is null ? null : Address(saved.RemoteAddress),
        ViaProxy = saved.ViaProxy,
        Outcome = saved.Verdict == Verdict.Unreachable ? saved.Cause : Cause.None,
        Detail = saved.Summary,
        Presented = [.. saved.Presented.Select(Der).OfType<ReadOnlyMemory<byte>>()],
        PresentedFrom = saved.PresentedFrom ?? "",
        WithoutServerName = saved.WithoutServerName is { } shown && (hostName ?? saved.HostName) == saved.HostName && Der(shown) is { } der
            ? new NamelessAnswer { Certificates = [der] } : null,
        Protocol = ProtocolName.Named(saved.Protocol),
        CipherSuite = Enum.TryParse(saved.CipherSuite, out TlsCipherSuite suite) ? suite : null,
        Alpn = saved.ApplicationProtocol,
        ClientCertificateRequested = saved.ClientCertificateRequested,
        ClientCertificateIssuers = saved.ClientCertificateIssuers,
        ClientCertificateGiven = saved is { Verdict: Verdict.Unreachable, Cause: Cause.ClientCertificateRequired },
    };

    /// <summary>What was seen on the wire or heard from others then, and can't be seen in certificates now.</summary>
    public static IEnumerable<Finding> KeptFindings(EndpointReport saved) => saved.Findings.Where(finding =>
        finding.Id is (>= FindingId.NameNotResolved and <= FindingId.ClientCertificateRequired)
            or FindingId.Revoked or FindingId.RevocationUnknown or FindingId.AddressesDisagree or FindingId.NodesDisagree
                or FindingId.LegacyProtocol
                or FindingId.InsecureSetting
        || (finding.Id == FindingId.Malformed && saved.Presented.Count == 0));

    /// <summary>The certificates that were found then: they may complete the path, and are no anchors.</summary>
    public static IssuerSource Held(EndpointReport saved) => IssuerSource.From(
        IssuerSourceKind.File,
        string.Create(CultureInfo.InvariantCulture, $"the report of {saved.CheckedAt:yyyy-MM-dd HH:mm} UTC"),
        saved.BuiltPath.Append(saved.MissingIssuer).OfType<ChainCertificate>().Select(Der).OfType<ReadOnlyMemory<byte>>()
            .Select(der => Certificate.TryParse(der, out Certificate? certificate, out _) ? certificate : null).OfType<Certificate>());

    private static IPAddress? Address(string text) => IPAddress.TryParse(text, out IPAddress? address) ? address : null;

    private static ReadOnlyMemory<byte>? Der(ChainCertificate certificate) =>
        PemBytes.Of(certificate.Pem) is { } der ? (ReadOnlyMemory<byte>?)der : null;
}
