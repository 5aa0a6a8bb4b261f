using TlsTrust.Certificates;

namespace TlsTrust.CertificateFiles;

/// <summary>A certificate and where in its file it stands.</summary>
/// <param name="Certificate">The certificate.</param>
/// <param name="Line">Line from 1 on; 0 where the form of the file has no lines.</param>
/// <param name="Alias">The name that a key store has for it, or null.</param>
public sealed record LocatedCertificate(Certificate Certificate, int Line, string? Alias = null)
{
    /// <summary>True when damage had to be undone to read it.</summary>
    public bool WasRepaired { get; init; }

    /// <summary>True for a TRUSTED CERTIFICATE of OpenSSL's whose settings refuse it for servers; it is no anchor for them.</summary>
    public bool RejectsServers { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Line > 0 ? $"line {Line}: {Certificate}" : Certificate.ToString();
}
