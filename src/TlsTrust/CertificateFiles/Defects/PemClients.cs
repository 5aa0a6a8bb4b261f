namespace TlsTrust.CertificateFiles.Defects;

/// <summary>What each client family makes of each kind of defect, and what people call it.</summary>
public static class PemClients
{
    /// <summary>The clients that have trouble with a kind of defect; empty where all measured ones read it.</summary>
    public static ResultList<PemClientEffect> EffectsOf(PemDefectKind kind) => PemDefects.Of(kind).Effects;

    /// <summary>How much a kind of defect matters.</summary>
    public static Severity SeverityOf(PemDefectKind kind) => PemDefects.Of(kind).Severity;

    /// <summary>The family as people know it.</summary>
    public static string NameOf(PemClient client) => client switch
    {
        PemClient.OpenSsl => "OpenSSL (curl, git, Python, Ruby, PHP)",
        PemClient.GnuTls => "GnuTLS (wget, Debian's git)",
        PemClient.Go => "Go",
        PemClient.DotNet => ".NET",
        PemClient.Java => "Java",
        _ => client.ToString(),
    };
}
