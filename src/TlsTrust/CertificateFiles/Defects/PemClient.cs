namespace TlsTrust.CertificateFiles.Defects;

/// <summary>Programs that read PEM with the same code, and so fail alike.</summary>
public enum PemClient
{
    /// <summary>curl, git, Python, Ruby, PHP, Node.js and all else that hands the file to OpenSSL.</summary>
    OpenSsl,

    /// <summary>wget, Debian's git, apt.</summary>
    GnuTls,

    /// <summary>kubectl, terraform, docker, gh: <c>encoding/pem</c>.</summary>
    Go,

    /// <summary>PowerShell, <c>X509Certificate2Collection.ImportFromPemFile</c>.</summary>
    DotNet,

    /// <summary>keytool, <c>CertificateFactory</c>.</summary>
    Java,
}

/// <summary>What a client makes of a defect.</summary>
public enum PemOutcome
{
    /// <summary>It reads the file as if nothing were wrong.</summary>
    Loaded,

    /// <summary>It loses the certificate concerned, mostly without a word.</summary>
    CertificateLost,

    /// <summary>It loses this certificate or all after it, or refuses the whole file.</summary>
    FileLost,
}

/// <summary>One client family and what it makes of a defect.</summary>
public sealed record PemClientEffect(PemClient Client, PemOutcome Outcome)
{
    /// <inheritdoc/>
    public override string ToString() =>
        $"{PemClients.NameOf(Client)}: {(Outcome == PemOutcome.FileLost ? "file lost" : "certificate lost")}";
}
