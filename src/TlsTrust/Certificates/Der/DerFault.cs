namespace TlsTrust.Certificates.Der;

/// <summary>Whether an encoding is broken, or well encoded but against the certificate profile.</summary>
public enum DerFaultKind
{
    /// <summary>Not DER (X.690), or not the ASN.1 type that the field has.</summary>
    Encoding,

    /// <summary>Well encoded, but RFC 5280 forbids it; most clients read on.</summary>
    Profile,

    /// <summary>CAs must not write it, and clients are told to read it, or do.</summary>
    Tolerated,
}

/// <summary>What is wrong with an encoding, and where.</summary>
/// <param name="Offset">Byte offset from the start of the DER document, 0-based.</param>
/// <param name="Field">The field as the ASN.1 module of RFC 5280 names it, for example <c>tbsCertificate.serialNumber</c>.</param>
/// <param name="Rule">The clause that is broken, for example <c>X.690 §10.1</c>.</param>
/// <param name="Message">What was found there.</param>
/// <param name="Kind">Encoding or profile.</param>
public sealed record DerFault(int Offset, string Field, string Rule, string Message, DerFaultKind Kind = DerFaultKind.Encoding)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Field} at byte {Offset}: {Message} ({Rule})";
}

/// <summary>Bytes that are no certificate; <see cref="Fault"/> says where they stop being one.</summary>
public sealed class MalformedCertificateException : FormatException
{
    /// <summary>Takes the fault that made reading impossible.</summary>
    public MalformedCertificateException(DerFault fault)
        : base(fault?.ToString())
    {
        ArgumentNullException.ThrowIfNull(fault);
        Fault = fault;
    }

    /// <summary>The fault that made reading impossible.</summary>
    public DerFault Fault { get; }
}
