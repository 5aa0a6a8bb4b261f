using System.Security.Authentication;

namespace TlsTrust.Connections.Handshakes;

/// <summary>One chain of a server that has several, one for each kind of key.</summary>
public sealed record PresentedChain
{
    /// <summary>The kind of key that was asked for: <c>RSA</c> or <c>ECDSA</c>.</summary>
    public required string KeyKind { get; init; }

    /// <summary>The certificates as DER, in wire order, exactly as sent.</summary>
    public required IReadOnlyList<ReadOnlyMemory<byte>> Certificates { get; init; }

    /// <summary>How they are known, for a person to read.</summary>
    public required string PresentedFrom { get; init; }

    /// <summary>Version over which they were sent.</summary>
    public required SslProtocols Protocol { get; init; }

    /// <summary>The OCSP response stapled for this chain's first certificate, DER; null where none arrived.</summary>
    public ReadOnlyMemory<byte>? StapledOcsp { get; init; }
}
