using TlsTrust.CertificateFiles.Defects;

namespace TlsTrust.Environment.Inspection;

/// <summary>What the readers of the catalogue make of a damaged PEM file: the families that <see cref="PemClients"/> knows, and
/// the programs that differ from their family.</summary>
internal static class ReaderProfile
{
    /// <summary>Readers that load one block after the other and stop at the first bad one.</summary>
    public static bool KeepsWhatCameBefore(string reader) => reader is "node" or "dotnet";

    public static PemOutcome Outcome(string reader, PemDefectKind kind)
    {
        // Seen with rustls-pemfile, Deno and Bun: the first marker with a byte order mark before it is not seen, without a word.
        if (kind == PemDefectKind.Utf8Bom && reader is "rustls" or "bun")
        {
            return PemOutcome.CertificateLost;
        }

        // OpenSSL's own label; npm hands each block to OpenSSL.
        if (kind is PemDefectKind.TrustedCertificateLabel or PemDefectKind.TrustSettings)
        {
            return reader is "openssl" or "strict" or "npm" ? PemOutcome.Loaded : PemOutcome.CertificateLost;
        }

        // .NET reads SSL_CERT_FILE through OpenSSL, block by block, and not with the reader that ImportFromPemFile uses.
        PemClient family = reader switch
        {
            "gnutls" => PemClient.GnuTls,
            "go" or "rustls" => PemClient.Go,
            _ => PemClient.OpenSsl,
        };
        PemOutcome outcome = PemClients.EffectsOf(kind).FirstOrDefault(effect => effect.Client == family)?.Outcome ?? PemOutcome.Loaded;

        // npm splits the file at its END lines, so that a bad block costs no more than itself.
        return reader == "npm" && outcome == PemOutcome.FileLost ? PemOutcome.CertificateLost : outcome;
    }
}
