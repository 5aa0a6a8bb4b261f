using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace TlsTrust.Lab.Pki;

/// <summary>
/// Turns a specification into a signed certificate: the BCL encodes it, and what the BCL would not issue is rewritten and signed anew.
/// </summary>
internal static class CertificateForge
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    public static LabCertificate Issue(CertificateSpec spec, LabCertificate? issuer, DateTimeOffset now)
    {
        LabKey key = spec.Key ?? LabKey.Create(spec.KeyKind);
        LabKey signer = issuer?.Key ?? key;
        bool isCA = spec.IsCA == true;

        CertificateRequest request = new(Name(spec.Subject), key.PublicKey, spec.Digest);
        AddExtensions(request, spec, key, issuer, isCA);
        using X509Certificate2 issued = request.Create(
            Name(issuer?.Subject ?? spec.Subject),
            new LabSignature(signer),
            spec.NotBefore ?? (isCA ? now.AddYears(-2) : now.AddDays(-30)),
            spec.NotAfter ?? (isCA ? now.AddYears(5) : now.AddDays(90)),
            (spec.SerialNumber ?? RandomSerialNumber()).Span);

        byte[] der = issued.RawData;
        if (spec.Rewrite is not null || spec.BreakSignature)
        {
            der = SignAnew(der, spec, signer);
        }

        return new LabCertificate(der, key, spec.Subject);
    }

    // "CN=…, O=…" is RFC 4514's order, the reverse of the encoding's: organisation first, as in certificates of real CAs.
    private static X500DistinguishedName Name(string text) =>
        new(text, X500DistinguishedNameFlags.Reversed | X500DistinguishedNameFlags.UseUTF8Encoding);

    private static void AddExtensions(CertificateRequest request, CertificateSpec spec, LabKey key, LabCertificate? issuer, bool isCA)
    {
        var extensions = request.CertificateExtensions;
        if (spec.IsCA is not null)
        {
            extensions.Add(new X509BasicConstraintsExtension(isCA, spec.PathLength is not null, spec.PathLength ?? 0, critical: true));
        }

        X509KeyUsageFlags usage = spec.KeyUsage ?? (isCA
            ? X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign
            : X509KeyUsageFlags.DigitalSignature | (key.IsRsa ? X509KeyUsageFlags.KeyEncipherment : X509KeyUsageFlags.None));
        if (usage != X509KeyUsageFlags.None)
        {
            extensions.Add(new X509KeyUsageExtension(usage, critical: true));
        }

        IReadOnlyList<string> purposes = spec.ExtendedKeyUsages ?? (isCA ? [] : [ServerAuthentication]);
        if (purposes.Count > 0)
        {
            OidCollection oids = [];
            foreach (string purpose in purposes)
            {
                oids.Add(new Oid(purpose));
            }

            extensions.Add(new X509EnhancedKeyUsageExtension(oids, critical: false));
        }

        if (spec.DnsNames.Count + spec.IpAddresses.Count > 0)
        {
            SubjectAlternativeNameBuilder names = new();
            foreach (string name in spec.DnsNames)
            {
                names.AddDnsName(name);
            }

            foreach (string address in spec.IpAddresses)
            {
                names.AddIpAddress(IPAddress.Parse(address));
            }

            // RFC 5280 §4.2.1.6: critical where the subject is empty.
            extensions.Add(names.Build(critical: spec.Subject.Length == 0));
        }

        if (spec.SubjectKeyIdentifier)
        {
            extensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        }

        if (spec.AuthorityKeyIdentifier && issuer is not null)
        {
            X509SubjectKeyIdentifierExtension issuerKey = new(issuer.Key.PublicKey, critical: false);
            extensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(issuerKey));
        }

        if (spec.CaIssuersUrls.Count + spec.OcspUrls.Count > 0)
        {
            extensions.Add(new X509AuthorityInformationAccessExtension(spec.OcspUrls, spec.CaIssuersUrls));
        }

        if (spec.CrlUrls.Count > 0)
        {
            extensions.Add(CertificateRevocationListBuilder.BuildCrlDistributionPointExtension(spec.CrlUrls));
        }

        if (spec.PermittedDns.Count + spec.ExcludedDns.Count > 0)
        {
            extensions.Add(NameConstraints(spec.PermittedDns, spec.ExcludedDns));
        }

        foreach (X509Extension extension in spec.Extensions)
        {
            extensions.Add(extension);
        }
    }

    // NameConstraints ::= SEQUENCE { permittedSubtrees [0], excludedSubtrees [1] }, RFC 5280 §4.2.1.10; the BCL has no encoder for it.
    private static X509Extension NameConstraints(IReadOnlyList<string> permitted, IReadOnlyList<string> excluded)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            WriteSubtrees(writer, 0, permitted);
            WriteSubtrees(writer, 1, excluded);
        }

        return new X509Extension("2.5.29.30", writer.Encode(), critical: true);
    }

    private static void WriteSubtrees(AsnWriter writer, int tag, IReadOnlyList<string> dnsNames)
    {
        if (dnsNames.Count == 0)
        {
            return;
        }

        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, tag)))
        {
            foreach (string name in dnsNames)
            {
                using (writer.PushSequence())
                {
                    writer.WriteCharacterString(UniversalTagNumber.IA5String, name, new Asn1Tag(TagClass.ContextSpecific, 2));
                }
            }
        }
    }

    private static byte[] SignAnew(byte[] der, CertificateSpec spec, LabKey signer)
    {
        AsnReader certificate = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
        byte[] tbs = certificate.ReadEncodedValue().ToArray();
        ReadOnlyMemory<byte> algorithm = certificate.ReadEncodedValue();

        tbs = spec.Rewrite?.Invoke(tbs) ?? tbs;
        byte[] signature = signer.Sign(tbs, spec.Digest);
        if (spec.BreakSignature)
        {
            // The last byte belongs to a number (s of ECDSA, or the RSA block): the encoding stays sound, the value does not.
            signature[^1] ^= 0x01;
        }

        // By hand, since a forged TBSCertificate may be no DER any more.
        return DerBytes.Wrap(0x30, [.. tbs, .. algorithm.Span, .. BitString(signature)]);
    }

    private static byte[] BitString(byte[] bits)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        writer.WriteBitString(bits);
        return writer.Encode();
    }

    private static ReadOnlyMemory<byte> RandomSerialNumber()
    {
        byte[] serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)((serial[0] & 0x3F) | 0x40); // positive, and never shorter than 16 bytes
        return serial;
    }
}
