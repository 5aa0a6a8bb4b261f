using System.Net;
using TlsTrust.Certificates;
using TlsTrust.Connections;
using TlsTrust.Connections.Handshakes;
using TlsTrust.Diagnosis.Findings;

namespace TlsTrust.Diagnosis;

/// <summary>
/// The certificate of a server's default host, which clients that send no SNI are shown. It takes a further connection, and so is asked
/// for only where it tells something: where the certificate is not for the name, or where all chains of a server are wanted.
/// </summary>
internal static class DefaultHost
{
    public static async Task<ConnectionEvidence> AskAsync(ConnectionEvidence seen, ConnectionOptions options,
        CancellationToken cancellation)
    {
        bool isTls = seen.Presented.Count > 0 && (seen.Outcome == Cause.None || ConnectionFindings.WantsOnlyACertificate(seen));
        return isTls && !IPAddress.TryParse(seen.ServerName, out _) && (options.AllChains || IsForAnother(seen))
            ? await TlsConnector.AskWithoutNameAsync(seen, options, cancellation).ConfigureAwait(false) : seen;
    }

    private static bool IsForAnother(ConnectionEvidence seen) =>
        Certificate.TryParse(seen.Presented[0], out Certificate? leaf, out _) && !NameFindings.IsCovered(seen.ServerName, leaf);
}
