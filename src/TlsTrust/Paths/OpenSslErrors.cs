namespace TlsTrust.Paths;

/// <summary>Texts of <c>X509_verify_cert_error_string(3)</c>, OpenSSL 3.0 (<c>crypto/x509/x509_txt.c</c>).</summary>
public static class OpenSslErrors
{
    /// <summary>The text of an X509_V_ERR number.</summary>
    public static string Text(int code) => code switch
    {
        0 => "ok",
        2 => "unable to get issuer certificate",
        7 => "certificate signature failure",
        9 => "certificate is not yet valid",
        10 => "certificate has expired",
        18 => "self-signed certificate",
        19 => "self-signed certificate in certificate chain",
        20 => "unable to get local issuer certificate",
        21 => "unable to verify the first certificate",
        _ => $"unknown certificate verification error {code}",
    };
}
