namespace TlsTrust;

/// <summary>How a revocation became known, and with it to which clients.</summary>
public enum RevocationChannel
{
    /// <summary>The server sent the OCSP response itself.</summary>
    Staple,

    /// <summary>The OCSP responder was asked.</summary>
    Responder,

    /// <summary>It is in a list that the certificate names, or that was given.</summary>
    List,
}
