namespace TlsTrust;

/// <summary>In which form a repaired chain is written, by who takes it.</summary>
public enum BundleForm
{
    /// <summary>PEM in one file, the server's certificate first; a key stays where it was. nginx, Postfix, most others.</summary>
    FullChain,

    /// <summary>
    /// A folder with <c>cert.pem</c>, <c>chain.pem</c>, <c>fullchain.pem</c> and <c>privkey.pem</c>, as certbot names them. Appliances with
    /// a field for each.
    /// </summary>
    Split,

    /// <summary>PEM in one file with the key behind the chain. HAProxy.</summary>
    Combined,

    /// <summary>PKCS#12 with chain and key. IIS, Azure, Windows.</summary>
    Pfx,

    /// <summary>PKCS#7 with the certificates only. Windows' import, Java's keytool, appliances.</summary>
    Pkcs7,

    /// <summary>Java's own key store.</summary>
    Jks,

    /// <summary>PKCS#12 as Java reads it; CA certificates in it are trusted.</summary>
    Pkcs12,
}
