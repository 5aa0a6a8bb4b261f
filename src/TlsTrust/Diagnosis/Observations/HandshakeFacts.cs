namespace TlsTrust.Diagnosis.Observations;

/// <summary>How the handshake went, as far as it decides which clients connect.</summary>
internal sealed record HandshakeFacts
{
    /// <summary>The negotiated protocol, for example <c>TLS 1.2</c>; null where there was none.</summary>
    public string? Protocol { get; init; }

    /// <summary>The cipher suite by its IANA name; null where it is not known.</summary>
    public string? CipherSuite { get; init; }

    /// <summary>The port of the server; null where no server was asked.</summary>
    public int? Port { get; init; }

    /// <summary>Whether the server stapled an OCSP response; null where that is not known.</summary>
    public bool? IsStapled { get; init; }

    /// <summary>True when it ended on this side, without an alert of the server: what can't be read may be why.</summary>
    public bool GaveUp { get; init; }

    /// <summary>Why no client could finish it; null where some can.</summary>
    public string? Impossible { get; init; }
}
