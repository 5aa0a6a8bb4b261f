using TlsTrust.Results;

namespace TlsTrust;

/// <summary>How long one phase of a connection took.</summary>
/// <param name="Phase"><c>Resolve</c>, <c>Connect</c>, <c>Proxy</c>, <c>StartTls</c>, <c>Handshake</c>, <c>Reading</c> (further connections
/// that only read certificates), <c>Diagnosis</c>.</param>
/// <param name="Milliseconds">Elapsed time in milliseconds.</param>
public sealed record PhaseTiming(string Phase, double Milliseconds)
{
    /// <summary>What was done.</summary>
    public string Phase { get; init => field = ShownText.Of(value); } = ShownText.Of(Phase);

    /// <inheritdoc/>
    public override string ToString() => $"{Phase} {Milliseconds:0.0} ms";
}
