using System.Security.Cryptography;
using System.Text;
using TlsTrust.CertificateFiles.Containers;
using TlsTrust.Certificates;

namespace TlsTrust.CertificateFiles;

/// <summary>
/// Writes PEM that every client reads: ASCII, 64 columns, one newline at the end, no byte order mark (RFC 7468 §3, strict form).
/// </summary>
public static class PemWriter
{
    /// <summary>Certificates, one block after the other, LF line ends.</summary>
    public static string Write(IEnumerable<Certificate> certificates)
    {
        ArgumentNullException.ThrowIfNull(certificates);
        StringBuilder text = new();
        foreach (Certificate certificate in certificates)
        {
            text.Append(PemEncoding.Write(PemLabel.Certificate, certificate.RawData.Span)).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>One block with its newline.</summary>
    internal static string WriteBlock(string label, ReadOnlySpan<byte> content) => PemEncoding.WriteString(label, content) + "\n";
}
