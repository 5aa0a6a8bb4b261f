namespace TlsTrust.Paths.OpenSsl;

/// <summary>
/// An OpenSSL verification result, as <c>openssl-verification-options(1)</c> and <c>X509_STORE_CTX_get_error(3)</c> describe it.
/// </summary>
/// <param name="Code">X509_V_ERR number; 0 is success.</param>
/// <param name="Depth">Certificate depth of the error.</param>
/// <param name="Text">Text of <c>X509_verify_cert_error_string(3)</c>.</param>
public sealed record OpenSslResult(int Code, int Depth, string Text)
{
    /// <inheritdoc/>
    public override string ToString() => Code == 0 ? Text : $"error {Code} at {Depth} depth lookup: {Text}";
}
