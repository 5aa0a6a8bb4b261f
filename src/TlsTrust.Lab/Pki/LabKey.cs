using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace TlsTrust.Lab.Pki;

/// <summary>The kinds of key the lab can make.</summary>
public enum LabKeyKind
{
    /// <summary>ECDSA on NIST P-256: made in a fraction of a millisecond, so the default.</summary>
    EcP256,

    /// <summary>ECDSA on NIST P-384.</summary>
    EcP384,

    /// <summary>RSA, 2048 bits.</summary>
    Rsa2048,

    /// <summary>RSA, 1024 bits: too weak for every current client.</summary>
    Rsa1024,
}

/// <summary>A private key that lives in memory only.</summary>
public sealed class LabKey
{
    private readonly ECDsa? _ec;
    private readonly RSA? _rsa;

    private LabKey(LabKeyKind kind, ECDsa? ec, RSA? rsa)
    {
        Kind = kind;
        _ec = ec;
        _rsa = rsa;
    }

    /// <summary>Which kind of key it is.</summary>
    public LabKeyKind Kind { get; }

    /// <summary>True for RSA keys.</summary>
    public bool IsRsa => _rsa is not null;

    /// <summary>The public half, as certificates carry it.</summary>
    public PublicKey PublicKey => _ec is not null ? new PublicKey(_ec) : new PublicKey(_rsa!);

    /// <summary>Makes a new key.</summary>
    public static LabKey Create(LabKeyKind kind = LabKeyKind.EcP256) => kind switch
    {
        LabKeyKind.EcP256 => new(kind, LabKeys.Ecdsa(ECCurve.NamedCurves.nistP256), null),
        LabKeyKind.EcP384 => new(kind, LabKeys.Ecdsa(ECCurve.NamedCurves.nistP384), null),
        LabKeyKind.Rsa2048 => new(kind, null, LabKeys.Rsa(2048)),
        LabKeyKind.Rsa1024 => new(kind, null, LabKeys.Rsa(1024)),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>A key that is there already.</summary>
    internal static LabKey Of(AsymmetricAlgorithm key) => key switch
    {
        ECDsa ec => new(ec.KeySize == 256 ? LabKeyKind.EcP256 : LabKeyKind.EcP384, ec, null),
        RSA rsa => new(rsa.KeySize == 1024 ? LabKeyKind.Rsa1024 : LabKeyKind.Rsa2048, null, rsa),
        _ => throw new ArgumentOutOfRangeException(nameof(key)),
    };

    /// <summary>Signs as certificates, CRLs and TLS 1.2 are signed: ECDSA in DER form, RSA as PKCS#1 v1.5.</summary>
    public byte[] Sign(byte[] data, HashAlgorithmName hash)
    {
        ArgumentNullException.ThrowIfNull(data);
        return _ec is not null
            ? _ec.SignData(data, hash, DSASignatureFormat.Rfc3279DerSequence)
            : _rsa!.SignData(data, hash, RSASignaturePadding.Pkcs1);
    }

    /// <summary>Signs with RSA-PSS, salt as long as the hash: what TLS 1.3 asks of RSA keys.</summary>
    public byte[] SignPss(byte[] data, HashAlgorithmName hash)
    {
        ArgumentNullException.ThrowIfNull(data);
        return (_rsa ?? throw new InvalidOperationException("RSA-PSS needs an RSA key")).SignData(data, hash, RSASignaturePadding.Pss);
    }

    /// <summary>The certificate joined with this key, for <see cref="System.Net.Security.SslStream"/>.</summary>
    internal X509Certificate2 Join(X509Certificate2 certificate)
    {
        X509Certificate2 joined = _ec is not null ? certificate.CopyWithPrivateKey(_ec) : certificate.CopyWithPrivateKey(_rsa!);
        if (!OperatingSystem.IsWindows())
        {
            return joined;
        }

        // SChannel does not serve with a key that exists in memory only; a round trip through PKCS#12 gives it a home
        // that goes away with the certificate object.
        using (joined)
        {
#pragma warning disable SYSLIB0057 // its successor, X509CertificateLoader, is not in net8.0
            return new X509Certificate2(joined.Export(X509ContentType.Pkcs12));
#pragma warning restore SYSLIB0057
        }
    }

    /// <summary>The private key as PKCS#8 PEM.</summary>
    internal string ToPem() => _ec is not null ? _ec.ExportPkcs8PrivateKeyPem() : _rsa!.ExportPkcs8PrivateKeyPem();

    internal X509SignatureGenerator SignatureGenerator() => _ec is not null
        ? X509SignatureGenerator.CreateForECDsa(_ec)
        : X509SignatureGenerator.CreateForRSA(_rsa!, RSASignaturePadding.Pkcs1);
}
