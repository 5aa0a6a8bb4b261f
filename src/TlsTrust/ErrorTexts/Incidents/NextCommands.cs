using TlsTrust.ErrorTexts.Catalogue;

namespace TlsTrust.ErrorTexts.Incidents;

/// <summary>The command that finds out which of the causes it is. It can be run as it stands.</summary>
internal static class NextCommands
{
    /// <summary>Asks for what the text does not name.</summary>
    private const string Ask = "(Read-Host 'host:port')";

    internal static string Of(
        ErrorIncident incident, TlsErrorKind kind, IReadOnlyList<Cause> causes, IReadOnlyList<FindingId> findings, Endpoint? endpoint,
            string? program, string? path)
    {
        string trust = program is null ? "Get-TrustBundleEnvironment" : $"Get-TrustBundleEnvironment {program}";
        if (kind.Side == TlsErrorSide.File || (causes is [Cause.StoreUnusable] && (path is not null || endpoint is null)))
        {
            return path is null ? trust : $"Test-PemBundle -LiteralPath {Quoted(path)}";
        }

        if (incident.IsServer)
        {
            // The one who writes is the server: its own listener is what can be tested, never the port that a client came from.
            return endpoint is null ? "Test-TlsEndpoint (Read-Host 'host:port of this server')" : $"Test-TlsEndpoint {endpoint}";
        }

        if (endpoint is null)
        {
            return program is not null && causes.Contains(Cause.PrivateRoot) ? trust : $"Test-TlsEndpoint {Ask}";
        }

        string command = $"Test-TlsEndpoint {endpoint}";
        if (causes.Count > 0 && causes[0] == Cause.ProxyAuthenticationRequired)
        {
            command += " -ProxyCredential (Get-Credential)";
        }

        if (findings.Contains(FindingId.RevocationUnknown))
        {
            command += " -Revocation Online";
        }

        return incident.StoreFile is null ? command : $"{command} -TrustStore {Quoted(incident.StoreFile)}";
    }

    private static string Quoted(string path) => $"'{path.Replace("'", "''", StringComparison.Ordinal)}'";
}
