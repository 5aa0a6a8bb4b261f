using TlsTrust.Certificates;
using TlsTrust.Certificates.Der;

namespace TlsTrust.CertificateFiles.Containers;

/// <summary>One thing found in a body.</summary>
/// <param name="Der">Its bytes.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Certificate">The certificate, where it is one.</param>
/// <param name="Fault">Why a certificate is none after all.</param>
internal readonly record struct PemContent(ReadOnlyMemory<byte> Der, PemBlockKind Kind, Certificate? Certificate, DerFault? Fault = null)
{
    /// <summary>Position in the text where it was found on its own within the body; -1 for the body's start.</summary>
    public int Position { get; init; } = -1;

    /// <summary>True where more base64 follows and nothing but a signature can tell that it does not belong to the certificate.</summary>
    public bool EndIsOpen { get; init; }
}
