using TlsTrust.Connections.Wire;

namespace TlsTrust.Connections.Faults;

/// <summary>The fault of a server that answered a ClientHello with something else.</summary>
internal static class NotTls
{
    /// <summary>A banner may come in pieces; this much longer is waited for its first line.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    public static async Task<ConnectionFault> FaultAsync(Stream stream, ReadOnlyMemory<byte> opening, CancellationToken cancellationToken)
    {
        byte[] bytes = new byte[RecordingStream.OpeningLength];
        opening.Span[..Math.Min(opening.Length, bytes.Length)].CopyTo(bytes);
        int filled = Math.Min(opening.Length, bytes.Length);
        using CancellationTokenSource wait = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        wait.CancelAfter(Patience);
        try
        {
            while (filled < bytes.Length && bytes.AsSpan(0, filled).IndexOf((byte)'\n') < 0)
            {
                int count = await stream.ReadAsync(bytes.AsMemory(filled), wait.Token);
                if (count == 0)
                {
                    break;
                }

                filled += count;
            }
        }
        catch (Exception error)
            when ((error is OperationCanceledException or IOException or ObjectDisposedException)
                && !cancellationToken.IsCancellationRequested)
        {
            // What came is what there is to show.
        }

        ReadOnlySpan<byte> said = bytes.AsSpan(0, filled);
        string spoke = PlaintextProtocol.Describe(said);
        string? scheme = PlaintextProtocol.SchemeFor(PlaintextProtocol.ProtocolOf(said));
        string hint = scheme is null ? "" : $" Ask it as {scheme}://, if it offers TLS within its protocol.";
        return new ConnectionFault(Cause.NotTls, $"The server does not speak TLS here: it said {spoke}.{hint}") { Spoke = spoke,
            ServerTime = PlaintextProtocol.TimeIn(said) };
    }
}
