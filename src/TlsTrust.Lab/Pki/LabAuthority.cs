using System.Security.Cryptography;

namespace TlsTrust.Lab.Pki;

/// <summary>A certificate authority of the lab: its certificate, its key, and the time it takes for now.</summary>
public sealed class LabAuthority
{
    internal LabAuthority(LabCertificate certificate, DateTimeOffset now)
    {
        Certificate = certificate;
        Now = now;
    }

    /// <summary>The CA's certificate and key.</summary>
    public LabCertificate Certificate { get; }

    /// <summary>The time that default validities are counted from.</summary>
    public DateTimeOffset Now { get; }

    /// <summary>Makes a self-signed root that is valid from ten years before <paramref name="now"/> to ten years after.</summary>
    public static LabAuthority CreateRoot(string subject, DateTimeOffset now, LabKeyKind keyKind = LabKeyKind.EcP256) => CreateRoot(
        new CertificateSpec { Subject = subject, KeyKind = keyKind, NotBefore = now.AddYears(-10), NotAfter = now.AddYears(10) },
        now);

    /// <summary>Makes a self-signed root as specified.</summary>
    public static LabAuthority CreateRoot(CertificateSpec spec, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return new(CertificateForge.Issue(spec with { IsCA = spec.IsCA ?? true }, issuer: null, now), now);
    }

    /// <summary>Makes a certificate that is signed by its own key, CA or not: no authority needed.</summary>
    public static LabCertificate CreateSelfSigned(CertificateSpec spec, DateTimeOffset now) =>
        CertificateForge.Issue(spec, issuer: null, now);

    /// <summary>Whoever holds this certificate's key issues, whether or not the certificate says that it may.</summary>
    public static LabAuthority Of(LabCertificate certificate, DateTimeOffset now) => new(certificate, now);

    /// <summary>Issues a certificate; a server's, unless the specification says otherwise.</summary>
    public LabCertificate Issue(CertificateSpec spec) => CertificateForge.Issue(spec, Certificate, Now);

    /// <summary>Issues a server certificate for DNS names.</summary>
    public LabCertificate IssueServer(params string[] dnsNames)
    {
        ArgumentNullException.ThrowIfNull(dnsNames);
        return Issue(new CertificateSpec { Subject = "CN=" + dnsNames[0], DnsNames = dnsNames });
    }

    /// <summary>Issues a subordinate CA.</summary>
    public LabAuthority IssueAuthority(string subject) => IssueAuthority(new CertificateSpec { Subject = subject });

    /// <summary>Issues a subordinate CA as specified.</summary>
    public LabAuthority IssueAuthority(CertificateSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return new(Issue(spec with { IsCA = spec.IsCA ?? true }), Now);
    }

    /// <summary>Issues a certificate for another CA's name and key: a cross-sign.</summary>
    public LabCertificate CrossSign(LabAuthority other, DateTimeOffset? notBefore = null, DateTimeOffset? notAfter = null)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Issue(new CertificateSpec
        {
            Subject = other.Certificate.Subject,
            Key = other.Certificate.Key,
            IsCA = true,
            NotBefore = notBefore,
            NotAfter = notAfter,
        });
    }

    /// <inheritdoc/>
    public override string ToString() => Certificate.Subject;
}
