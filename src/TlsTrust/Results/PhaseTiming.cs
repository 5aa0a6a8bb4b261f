namespace TlsTrust;

/// <summary>How long one phase of a connection took.</summary>
/// <param name="Phase"><c>Resolve</c>, <c>Connect</c>, <c>Proxy</c>, <c>StartTls</c>, <c>Handshake</c>, <c>Reading</c> (further connections that only read certificates), <c>Diagnosis</c>.</param>
/// <param name="Milliseconds">Elapsed time in milliseconds.</param>
public sealed record PhaseTiming(string Phase, double Milliseconds)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Phase} {Milliseconds:0.0} ms";
}
