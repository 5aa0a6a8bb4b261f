namespace TlsTrust.Connections.Handshakes;

/// <summary>What a server showed to a client that named no host (no SNI).</summary>
public sealed record NamelessAnswer
{
    /// <summary>The certificates as DER, in wire order; empty where none came.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Certificates { get; init; } = [];

    /// <summary>Why none came, in words that follow "it"; empty where some did.</summary>
    public string Refusal { get; init; } = "";
}
