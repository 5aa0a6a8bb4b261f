using System.Text;

namespace TlsTrust.Lab.Servers;

/// <summary>The page behind every TLS server of the lab, so that a browser or curl has something to show.</summary>
internal static class HttpPage
{
    private const string Body = "This server belongs to the TlsTrust lab.\n";

    public static ReadOnlyMemory<byte> Response { get; } = Encoding.ASCII.GetBytes(
        $"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {Body.Length}\r\nConnection: close\r\n\r\n{Body}");

    /// <summary>Waits for the client to speak or to go away; a client that speaks gets the page.</summary>
    public static async Task AnswerAsync(Stream tls, CancellationToken cancellationToken)
    {
        byte[] request = new byte[8192];
        if (await tls.ReadAsync(request, cancellationToken) > 0)
        {
            await tls.WriteAsync(Response, cancellationToken);
            await tls.FlushAsync(cancellationToken);
        }
    }
}
