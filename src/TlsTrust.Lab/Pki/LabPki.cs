namespace TlsTrust.Lab.Pki;

/// <summary>The authorities that the scenarios share. Keys are made when first used, so that no one waits for RSA who does not need it.</summary>
public sealed class LabPki
{
    private readonly Lazy<LabAuthority> root;
    private readonly Lazy<LabAuthority> issuing;
    private readonly Lazy<LabAuthority> rsaRoot;
    private readonly Lazy<LabAuthority> rsaIssuing;
    private readonly Lazy<LabAuthority> absentRoot;
    private readonly Lazy<LabAuthority> inspection;
    private readonly Lazy<LabKey> rsaServerKey;

    /// <summary>Makes a PKI whose validities are counted from <paramref name="now"/>.</summary>
    public LabPki(DateTimeOffset now)
    {
        // X.509 knows whole seconds.
        Now = DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds());
        root = new(() => LabAuthority.CreateRoot("CN=Lab Public Root, O=TlsTrust Lab", Now));
        issuing = new(() => Root.IssueAuthority(new CertificateSpec { Subject = "CN=Lab Issuing CA, O=TlsTrust Lab", PathLength = 0 }));
        rsaRoot = new(() => LabAuthority.CreateRoot("CN=Lab Public RSA Root, O=TlsTrust Lab", Now, LabKeyKind.Rsa2048));
        rsaIssuing = new(() => RsaRoot.IssueAuthority(new CertificateSpec { Subject = "CN=Lab RSA Issuing CA, O=TlsTrust Lab", KeyKind = LabKeyKind.Rsa2048, PathLength = 0 }));
        absentRoot = new(() => LabAuthority.CreateRoot("CN=Lab New Public Root, O=TlsTrust Lab", Now));
        inspection = new(() => LabAuthority.CreateRoot("CN=Lab Inspection CA, O=TlsTrust Lab", Now));
        rsaServerKey = new(() => LabKey.Create(LabKeyKind.Rsa2048));
    }

    /// <summary>The lab's time, in whole seconds.</summary>
    public DateTimeOffset Now { get; }

    /// <summary>An ECDSA root: publicly known in the lab, and in its store.</summary>
    public LabAuthority Root => root.Value;

    /// <summary>The usual issuer of server certificates, below <see cref="Root"/>.</summary>
    public LabAuthority Issuing => issuing.Value;

    /// <summary>An RSA root: publicly known in the lab, and in its store.</summary>
    public LabAuthority RsaRoot => rsaRoot.Value;

    /// <summary>An RSA issuer below <see cref="RsaRoot"/>.</summary>
    public LabAuthority RsaIssuing => rsaIssuing.Value;

    /// <summary>A root that is publicly known in the lab, and absent from its store.</summary>
    public LabAuthority AbsentRoot => absentRoot.Value;

    /// <summary>A root that is in the store and not publicly known, as a company's TLS inspection has it.</summary>
    public LabAuthority Inspection => inspection.Value;

    /// <summary>One RSA key for all RSA servers.</summary>
    public LabKey RsaServerKey => rsaServerKey.Value;
}
