using TlsTrust.CertificateFiles.Containers;
using TlsTrust.Certificates;

namespace TlsTrust.Environment.Provisioning.Writing;

/// <summary>Writes certificates as a PKCS#12 store that Java takes for a trust store. Nothing in it is secret.</summary>
internal static class JavaTrustStoreWriter
{
    // Aliases must differ; the fingerprint does.
    public static byte[] Write(IEnumerable<Certificate> certificates) =>
        Pkcs12Writer.WriteOpen(certificates.Select(certificate => new KeyStoreItem
    {
        Kind = KeyStoreItemKind.Anchor,
        Content = certificate.RawData,
        Name = "tlstrust-" + certificate.Sha256[..32].ToLowerInvariant(),
    }));
}
