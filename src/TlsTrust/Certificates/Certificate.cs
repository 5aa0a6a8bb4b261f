using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TlsTrust.Certificates.Der;
using TlsTrust.Certificates.Extensions;
using TlsTrust.Certificates.Keys;
using TlsTrust.Certificates.Names;
using TlsTrust.Certificates.Signatures;

namespace TlsTrust.Certificates;

/// <summary>
/// An X.509 certificate (RFC 5280 §4.1) over its DER bytes. Reading finds the fields and decodes none; each is decoded when
/// first asked for. Faults inside fields do not hinder reading: they are listed in <see cref="Faults"/>. Safe to use from several threads.
/// </summary>
public sealed class Certificate : IEquatable<Certificate>
{
    private readonly ReadOnlyMemory<byte> _der;
    private Fields? _found;

    private Certificate(ReadOnlyMemory<byte> der) => _der = der;

    /// <summary>The DER encoding. The memory that was given to <see cref="TryParse"/>, not a copy.</summary>
    public ReadOnlyMemory<byte> RawData => _der;

    /// <summary>Version as people say it: 1, 2 or 3.</summary>
    public int Version =>
        Found.Layout.Version.IsPresent && _der.Span[Found.Layout.Version.End - 1] is var encoded and <= 2 ? encoded + 1 : 1;

    /// <summary>Serial number, upper-case hexadecimal as OpenSSL prints it.</summary>
    public string SerialNumber => Found.SerialNumber ??= SerialNumberText.Of(Found.Layout.SerialNumber.Content(_der.Span));

    /// <summary>Whose key it is.</summary>
    public DistinguishedName Subject => Found.Subject ??= new DistinguishedName(Slice(Found.Layout.Subject));

    /// <summary>Who signed it.</summary>
    public DistinguishedName Issuer => Found.Issuer ??= new DistinguishedName(Slice(Found.Layout.Issuer));

    /// <summary>
    /// Start of validity, UTC; the earliest <see cref="DateTime"/> where it is before that, the latest where it can't be read.
    /// </summary>
    public DateTime NotBefore => Dates.NotBefore;

    /// <summary>End of validity, UTC; the earliest <see cref="DateTime"/> where it can't be read.</summary>
    public DateTime NotAfter => Dates.NotAfter;

    /// <summary>The key that is certified.</summary>
    public PublicKeyInfo PublicKey => Found.PublicKey ??= new PublicKeyInfo(Slice(Found.Layout.PublicKey));

    /// <summary>How it is signed.</summary>
    public SignatureAlgorithm SignatureAlgorithm =>
        Found.SignatureAlgorithm ??= new SignatureAlgorithm(Slice(Found.Layout.SignatureAlgorithm));

    /// <summary>Issuer and subject are the same name (RFC 5280 §3.2).</summary>
    public bool IsSelfIssued => Issuer.Equals(Subject);

    /// <summary>Self-issued, and signed by its own key: the signature is checked, once.</summary>
    public bool IsSelfSigned =>
        (Found.SelfSigned ??= IsSelfIssued && VerifySignature(this) == SignatureStatus.Valid ? Answer.Yes : Answer.No) == Answer.Yes;

    /// <summary>
    /// Self-issued, and nothing denies that its own key signed it: the signature is good or nobody here can check it, and the key
    /// identifiers agree. It tells a root from an intermediate, and is no reason to trust either.
    /// </summary>
    public bool LooksSelfSigned => IsSelfSigned
        || (IsSelfIssued && VerifySignature(this) == SignatureStatus.NotCheckable && NamesItselfAsIssuer);

    private bool NamesItselfAsIssuer => AuthorityKeyIdentifier?.KeyIdentifier is not { } issuer
        || SubjectKeyIdentifier is not { } own || issuer.Equals(own);

    /// <summary>SHA-256 over the DER encoding, upper-case hexadecimal.</summary>
    public string Sha256 => Found.Sha256 ??= Convert.ToHexString(SHA256.HashData(_der.Span));

    /// <summary>SHA-1 over the DER encoding, upper-case hexadecimal: the thumbprint of Windows.</summary>
    public string Sha1 => Found.Sha1 ??= Convert.ToHexString(SHA1.HashData(_der.Span));

    /// <summary>What is signed.</summary>
    internal ReadOnlySpan<byte> ToBeSigned => Found.Layout.ToBeSigned.Encoded(_der.Span);

    /// <summary>The last answer about the signature; kept and read by <see cref="VerifySignature"/>.</summary>
    internal SignatureCheck? LastCheck
    {
        get => Found.LastCheck;
        set => Found.LastCheck = value;
    }

    /// <summary>The signature, without the octet that counts unused bits.</summary>
    internal ReadOnlySpan<byte> Signature => Found.Layout.Signature.Length > 0 ? Found.Layout.Signature.Content(_der.Span)[1..] : default;

    /// <summary>The signature algorithm as named inside the signed part and outside must be the same bytes (RFC 5280 §4.1.1.2).</summary>
    internal bool SignatureAlgorithmsAgree =>
        Found.Layout.InnerSignatureAlgorithm.Encoded(_der.Span).SequenceEqual(Found.Layout.SignatureAlgorithm.Encoded(_der.Span));

    internal ReadOnlySpan<byte> SerialNumberBytes => Found.Layout.SerialNumber.Content(_der.Span);

    private Validity Dates => Found.Validity ??= Validity.Read(_der.Span, Found.Layout.Validity);

    private Fields Found => _found ??= new Fields(_der.Span);

    /// <summary>
    /// Finds the fields of a certificate. The bytes must be one whole certificate and nothing after it. Fails only where the
    /// outline of the certificate can't be followed; then <paramref name="fault"/> says where.
    /// </summary>
    public static bool TryParse(ReadOnlyMemory<byte> der, [NotNullWhen(true)] out Certificate? certificate, [NotNullWhen(false)]
        out DerFault? fault)
    {
        certificate = CertificateLayout.TryRead(der.Span, out _, out fault) ? new Certificate(der) : null;
        return certificate is not null;
    }

    /// <summary>Reads a certificate.</summary>
    /// <exception cref="MalformedCertificateException">The bytes are not one whole certificate.</exception>
    public static Certificate Parse(ReadOnlyMemory<byte> der) =>
        TryParse(der, out Certificate? certificate, out DerFault? fault) ? certificate : throw new MalformedCertificateException(fault);

    /// <summary>Reads the certificate of a platform object.</summary>
    /// <exception cref="MalformedCertificateException">The platform reads it and we do not.</exception>
    public static Certificate From(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return Parse(certificate.RawData);
    }

    /// <summary>A platform object of the same certificate, without a private key; the caller disposes it.</summary>
    /// <exception cref="CryptographicException">The platform can't read it.</exception>
    public X509Certificate2 ToX509Certificate2() => new(_der.Span);

    /// <summary>PEM form: 64 columns, LF, and LF at the end.</summary>
    public string ToPem() => PemEncoding.WriteString("CERTIFICATE", _der.Span) + "\n";

    /// <inheritdoc/>
    public bool Equals(Certificate? other) =>
        other is not null && (ReferenceEquals(this, other) || _der.Span.SequenceEqual(other._der.Span));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Certificate);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        // The end is the signature: no two certificates share it.
        HashCode hash = default;
        hash.AddBytes(_der.Span[^Math.Min(16, _der.Length)..]);
        return hash.ToHashCode();
    }

    /// <summary>Whether another one has the very same extensions: constraints, usages, identifiers, addresses.</summary>
    internal bool HasSameExtensionsAs(Certificate other)
    {
        DerElement own = Found.Layout.Extensions;
        DerElement its = other.Found.Layout.Extensions;
        return own.IsPresent == its.IsPresent && (!own.IsPresent || own.Encoded(_der.Span).SequenceEqual(its.Encoded(other._der.Span)));
    }

    /// <summary>All extensions, in encoded order; of one that occurs twice, the first.</summary>
    public IReadOnlyList<CertificateExtension> Extensions => Decoded.All;

    /// <summary>Subject key identifier; null where absent.</summary>
    public KeyIdentifier? SubjectKeyIdentifier => Decoded.SubjectKeyIdentifier;

    /// <summary>Authority key identifier; null where absent.</summary>
    public AuthorityKeyIdentifier? AuthorityKeyIdentifier => Decoded.AuthorityKeyIdentifier;

    /// <summary>Subject alternative name; null where absent.</summary>
    public SubjectAlternativeName? SubjectAlternativeName => Decoded.SubjectAlternativeName;

    /// <summary>Basic constraints; null where absent.</summary>
    public BasicConstraints? BasicConstraints => Decoded.BasicConstraints;

    /// <summary>Key usage; null where absent.</summary>
    public KeyUsage? KeyUsage => Decoded.KeyUsage;

    /// <summary>Object identifiers of the extended key usage; null where absent.</summary>
    public IReadOnlyList<string>? ExtendedKeyUsages => Decoded.ExtendedKeyUsages;

    /// <summary>Name constraints; null where absent.</summary>
    public NameConstraints? NameConstraints => Decoded.NameConstraints;

    /// <summary>Object identifiers of the certificate policies; null where absent.</summary>
    public IReadOnlyList<string>? Policies => Decoded.Policies;

    /// <summary>Policy mappings; empty where absent.</summary>
    public IReadOnlyList<PolicyMapping> PolicyMappings => Decoded.PolicyMappings;

    /// <summary>Policy constraints and inhibitAnyPolicy; null where both are absent.</summary>
    public PolicyConstraints? PolicyConstraints => Decoded.PolicyConstraints;

    /// <summary>Where the issuer's certificate is to be had (RFC 5280 §4.2.2.1), as written.</summary>
    public IReadOnlyList<string> CaIssuersUrls => Decoded.CaIssuersUrls;

    /// <summary>OCSP responders, as written.</summary>
    public IReadOnlyList<string> OcspUrls => Decoded.OcspUrls;

    /// <summary>CRL distribution points, as written.</summary>
    public IReadOnlyList<string> CrlUrls => DistributionPoint.UrlsOf(DistributionPoints);

    /// <summary>Where delta CRLs are to be had (RFC 5280 §4.2.1.15), as written.</summary>
    public IReadOnlyList<string> FreshestCrlUrls => DistributionPoint.UrlsIn(FindExtension(Oids.FreshestCrl));

    internal IReadOnlyList<DistributionPoint> DistributionPoints => Decoded.DistributionPoints;

    /// <summary>What it demands of the server that shows it; empty for nothing.</summary>
    internal IReadOnlyList<int> TlsFeatures => Decoded.TlsFeatures;

    /// <summary>True when its server must staple an OCSP response (RFC 7633).</summary>
    internal bool MustBeStapled => TlsFeatures.Contains(TlsFeature.StatusRequest);

    /// <summary>True when basic constraints say CA.</summary>
    public bool IsCA => BasicConstraints is { IsCA: true };

    /// <summary>
    /// Everything that is wrong with the encoding or against the profile of RFC 5280, located. Computed when first asked for.
    /// </summary>
    public IReadOnlyList<DerFault> Faults => Found.Faults ??= CertificateProfile.Check(this, Found.Layout, Decoded.Faults);

    private ExtensionSet Decoded =>
        Found.Extensions ??= Found.Layout.Extensions.IsPresent ? ExtensionSet.Read(_der, Found.Layout.Extensions) : ExtensionSet.Empty;

    /// <summary>An extension by its object identifier; null where absent.</summary>
    public CertificateExtension? FindExtension(string oid)
    {
        foreach (CertificateExtension extension in Decoded.All)
        {
            if (extension.Oid == oid)
            {
                return extension;
            }
        }

        return null;
    }

    /// <summary>Checks this certificate's signature with the key of another (RFC 5280 §6.1.3 (a)(1)).</summary>
    /// <param name="issuer">Whose key should have made it; names are not compared.</param>
    public SignatureStatus VerifySignature(Certificate issuer)
    {
        ArgumentNullException.ThrowIfNull(issuer);
        if (!SignatureAlgorithmsAgree)
        {
            return SignatureStatus.Invalid;
        }

        // One chain is searched for several clients, each time with the same question.
        if (LastCheck is { } last && last.Key.Equals(issuer.PublicKey))
        {
            return last.Status;
        }

        // The same few intermediates come with most servers; a leaf hardly ever comes twice.
        SignatureStatus status = IsCA
            ? KnownSignatures.Check(this, issuer.PublicKey)
            : SignatureChecker.Check(ToBeSigned, SignatureAlgorithm, Signature, issuer.PublicKey);
        LastCheck = new SignatureCheck(issuer.PublicKey, status);
        return status;
    }

    /// <summary>The subject, or the serial number where it is empty.</summary>
    public override string ToString() => Subject.IsEmpty ? $"serial {SerialNumber}" : Subject.ToString();

    private ReadOnlyMemory<byte> Slice(in DerElement element) => _der[element.Offset..element.End];

    /// <summary>
    /// Where the fields are, and those that were decoded. Made when a certificate is first looked into: of a bundle with thousands
    /// few ever are, and this is nine tenths of what one occupies beside its bytes.
    /// </summary>
    private sealed class Fields
    {
        internal readonly CertificateLayout Layout;
        internal DistinguishedName? Subject;
        internal DistinguishedName? Issuer;
        internal PublicKeyInfo? PublicKey;
        internal SignatureAlgorithm? SignatureAlgorithm;
        internal string? SerialNumber;
        internal string? Sha256;
        internal string? Sha1;
        internal Validity? Validity;
        internal Answer? SelfSigned;
        internal ExtensionSet? Extensions;
        internal IReadOnlyList<DerFault>? Faults;
        internal SignatureCheck? LastCheck;

        internal Fields(ReadOnlySpan<byte> document) => CertificateLayout.TryRead(document, out Layout, out _);
    }

    /// <summary>A bool that is read and written in one piece.</summary>
    private sealed class Answer
    {
        internal static readonly Answer Yes = new();
        internal static readonly Answer No = new();
    }

    /// <summary>Both dates, decoded together.</summary>
    private sealed record Validity(DateTime NotBefore, DateTime NotAfter)
    {
        internal static Validity Read(ReadOnlySpan<byte> document, in DerElement sequence)
        {
            DerReader dates = new DerReader(document).Enter(sequence);
            DateTime notBefore = dates.TryRead(out DerElement first)
                && CertificateTime.TryRead(first.Tag, first.Content(document), out DateTime start, out _) ? start : Latest;
            DateTime notAfter = dates.TryRead(out DerElement second)
                && CertificateTime.TryRead(second.Tag, second.Content(document), out DateTime end, out _) ? end : Earliest;
            return new Validity(notBefore, notAfter);
        }

        private static readonly DateTime Latest = DateTime.SpecifyKind(DateTime.MaxValue, DateTimeKind.Utc);
        private static readonly DateTime Earliest = DateTime.SpecifyKind(DateTime.MinValue, DateTimeKind.Utc);
    }
}
