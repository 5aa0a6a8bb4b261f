namespace TlsTrust.Lab.Pki;

/// <summary>
/// The authorities that the scenarios share. Keys are made when first used, so that no one waits for RSA who does not need it.
/// </summary>
public sealed class LabPki
{
    private readonly Lazy<LabAuthority> _root;
    private readonly Lazy<LabAuthority> _issuing;
    private readonly Lazy<LabAuthority> _rsaRoot;
    private readonly Lazy<LabAuthority> _rsaIssuing;
    private readonly Lazy<LabAuthority> _absentRoot;
    private readonly Lazy<LabAuthority> _inspection;
    private readonly Lazy<LabKey> _rsaServerKey;

    /// <summary>Makes a PKI whose validities are counted from <paramref name="now"/>.</summary>
    public LabPki(DateTimeOffset now)
    {
        // X.509 knows whole seconds.
        Now = DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds());
        _root = new(() => LabAuthority.CreateRoot("CN=Lab Public Root, O=TlsTrust Lab", Now));
        _issuing = new(() => Root.IssueAuthority(new CertificateSpec { Subject = "CN=Lab Issuing CA, O=TlsTrust Lab", PathLength = 0 }));
        _rsaRoot = new(() => LabAuthority.CreateRoot("CN=Lab Public RSA Root, O=TlsTrust Lab", Now, LabKeyKind.Rsa2048));
        _rsaIssuing =
            new(() => RsaRoot.IssueAuthority(
                new CertificateSpec { Subject = "CN=Lab RSA Issuing CA, O=TlsTrust Lab", KeyKind = LabKeyKind.Rsa2048, PathLength = 0 }));
        _absentRoot = new(() => LabAuthority.CreateRoot("CN=Lab New Public Root, O=TlsTrust Lab", Now));
        _inspection = new(() => LabAuthority.CreateRoot("CN=Lab Inspection CA, O=TlsTrust Lab", Now));
        _rsaServerKey = new(() => LabKey.Create(LabKeyKind.Rsa2048));
    }

    /// <summary>The lab's time, in whole seconds.</summary>
    public DateTimeOffset Now { get; }

    /// <summary>An ECDSA root: publicly known in the lab, and in its store.</summary>
    public LabAuthority Root => _root.Value;

    /// <summary>The usual issuer of server certificates, below <see cref="Root"/>.</summary>
    public LabAuthority Issuing => _issuing.Value;

    /// <summary>An RSA root: publicly known in the lab, and in its store as soon as a scenario uses it.</summary>
    public LabAuthority RsaRoot => _rsaRoot.Value;

    /// <summary>An RSA issuer below <see cref="RsaRoot"/>.</summary>
    public LabAuthority RsaIssuing => _rsaIssuing.Value;

    /// <summary>A root that is publicly known in the lab, and absent from its store.</summary>
    public LabAuthority AbsentRoot => _absentRoot.Value;

    /// <summary>A root that is in the store and not publicly known, as a company's TLS inspection has it.</summary>
    public LabAuthority Inspection => _inspection.Value;

    /// <summary>One RSA key for all RSA servers.</summary>
    public LabKey RsaServerKey => _rsaServerKey.Value;
}
