namespace TlsTrust.Connections.Faults;

/// <summary>Limits of the TLS on this side that a server meets: whose they are, and who shares them.</summary>
internal static class OwnLimit
{
    private static readonly (string Words, string Meaning)[] Known =
    [
        ("excessive message size", "The server's Certificate message is longer than the 102,400 bytes that OpenSSL takes, and Go, " +
            "Java and GnuTLS take less than it has too"),
        ("dh key too small", "The server's Diffie-Hellman group is too small for OpenSSL at its usual security level; other clients " +
            "do not offer such groups at all"),
        ("ee key too small", "The server's key is too small for OpenSSL at its usual security level"),
        ("wrong signature type", "The server signs the handshake in a way that OpenSSL did not offer"),
        ("legacy sigalg disallowed or unsupported", "The server signs the handshake with an algorithm that OpenSSL 3 no longer takes"),
        ("unsafe legacy renegotiation disabled",
            "The server lacks secure renegotiation (RFC 5746), without which OpenSSL 3 ends the handshake"),
        ("0x80090029", "This system's cryptography does not have what the handshake needs (NTE_NOT_SUPPORTED)"),
        ("0x80090302", "This system's TLS lacks a function that the connection needs (SEC_E_UNSUPPORTED_FUNCTION)"),
        ("0x80090304", "This system's TLS gave up and does not say why (SEC_E_INTERNAL_ERROR)"),
        ("0x80090331", "This system's TLS and the server have no version or cipher suite in common (SEC_E_ALGORITHM_MISMATCH)"),
        ("bad ecpoint", "The server's key share is no point of its curve"),
    ];

    /// <summary>A sentence that does not blame the server for what this side does not take.</summary>
    /// <param name="words">What the platform said.</param>
    public static string Describe(string words)
    {
        string? meaning = Known.FirstOrDefault(known => words.Contains(known.Words, StringComparison.OrdinalIgnoreCase)).Meaning;
        return meaning is null ? $"The handshake failed on this side: {words}" : $"{meaning}; the handshake ended on this side: {words}";
    }
}
