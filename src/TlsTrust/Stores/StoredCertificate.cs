using TlsTrust.Certificates;

namespace TlsTrust.Stores;

/// <summary>A certificate and where it is stored.</summary>
/// <param name="Certificate">The certificate.</param>
/// <param name="Origin">Where it is stored.</param>
public sealed record StoredCertificate(Certificate Certificate, CertificateOrigin Origin)
{
    /// <summary>For people: <c>/etc/ssl/certs/ca-certificates.crt, line 23</c>, <c>CurrentUser\Root</c>, <c>cacerts, alias x</c>.</summary>
    public string Location => Origin.ToString();

    /// <inheritdoc/>
    public override string ToString() => $"{Certificate.Subject} ({Location})";
}
