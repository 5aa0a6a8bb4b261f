namespace TlsTrust.CertificateFiles.Containers;

/// <summary>What a block holds, judged by its content where there is any, else by its label.</summary>
public enum PemBlockKind
{
    /// <summary>Something else, kept as it is.</summary>
    Other,

    /// <summary>An X.509 certificate.</summary>
    Certificate,

    /// <summary>A PKCS#10 request.</summary>
    CertificateRequest,

    /// <summary>A certificate revocation list.</summary>
    Crl,

    /// <summary>A private key that needs no password.</summary>
    PrivateKey,

    /// <summary>A private key under a password.</summary>
    EncryptedPrivateKey,

    /// <summary>A public key.</summary>
    PublicKey,

    /// <summary>PKCS#7 or CMS; its certificates follow as blocks of their own.</summary>
    Pkcs7,

    /// <summary>A PKCS#12 container.</summary>
    Pkcs12,

    /// <summary>Diffie-Hellman or curve parameters.</summary>
    Parameters,
}
