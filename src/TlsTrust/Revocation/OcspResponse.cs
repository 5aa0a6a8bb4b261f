using System.Formats.Asn1;
using System.Security.Cryptography;
using TlsTrust.Certificates;
using TlsTrust.Certificates.Keys;
using TlsTrust.Certificates.Names;

namespace TlsTrust.Revocation;

/// <summary>What a responder says of one certificate.</summary>
internal enum OcspCertificateStatus
{
    Good,
    Revoked,
    Unknown,
}

/// <summary>One answer inside a response (SingleResponse).</summary>
internal sealed record OcspAnswer
{
    public required string HashOid { get; init; }

    public required ReadOnlyMemory<byte> IssuerNameHash { get; init; }

    public required ReadOnlyMemory<byte> IssuerKeyHash { get; init; }

    public required ReadOnlyMemory<byte> Serial { get; init; }

    public required OcspCertificateStatus Status { get; init; }

    public DateTime? RevokedAt { get; init; }

    public RevocationReason? Reason { get; init; }

    public required DateTime ThisUpdate { get; init; }

    public DateTime? NextUpdate { get; init; }

    /// <summary>True when the answer is about the certificate: by the hashes that the responder chose.</summary>
    public bool IsAbout(Certificate certificate, Certificate issuer)
    {
        HashAlgorithmName? hash = HashOid switch
        {
            "1.3.14.3.2.26" => HashAlgorithmName.SHA1,
            "2.16.840.1.101.3.4.2.1" => HashAlgorithmName.SHA256,
            "2.16.840.1.101.3.4.2.2" => HashAlgorithmName.SHA384,
            "2.16.840.1.101.3.4.2.3" => HashAlgorithmName.SHA512,
            _ => null,
        };
        return hash is { } name
            && Serial.Span.SequenceEqual(Convert.FromHexString(OcspRequest.SerialHex(certificate)))
            && IssuerNameHash.Span.SequenceEqual(Hash(name, certificate.Issuer.RawData.Span))
            && IssuerKeyHash.Span.SequenceEqual(Hash(name, issuer.PublicKey.KeyBits.Span));
    }

    private static byte[] Hash(HashAlgorithmName name, ReadOnlySpan<byte> data)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(name);
        hash.AppendData(data);
        return hash.GetHashAndReset();
    }
}

/// <summary>An OCSP response (RFC 6960 §4.2), read; nothing in it is believed before <see cref="OcspVerifier"/> has checked it.</summary>
internal sealed record OcspResponse
{
    private static readonly Asn1Tag Context0 = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag Context1 = new(TagClass.ContextSpecific, 1, isConstructed: true);
    private static readonly Asn1Tag Context2 = new(TagClass.ContextSpecific, 2, isConstructed: true);

    /// <summary>responseStatus: 0 successful, 1 malformedRequest, 2 internalError, 3 tryLater, 5 sigRequired, 6 unauthorized.</summary>
    public required int Status { get; init; }

    public ReadOnlyMemory<byte> SignedData { get; init; }

    public ReadOnlyMemory<byte> SignatureAlgorithm { get; init; }

    public ReadOnlyMemory<byte> Signature { get; init; }

    /// <summary>responderID byName, DER; empty where it is by key.</summary>
    public ReadOnlyMemory<byte> ResponderName { get; init; }

    /// <summary>responderID byKey: SHA-1 of the responder's key; empty where it is by name.</summary>
    public ReadOnlyMemory<byte> ResponderKeyHash { get; init; }

    public DateTime ProducedAt { get; init; }

    public IReadOnlyList<OcspAnswer> Answers { get; init; } = [];

    public IReadOnlyList<Certificate> Certificates { get; init; } = [];

    /// <summary>Text for a status that is no answer.</summary>
    public string StatusText => Status switch
    {
        0 => "successful",
        1 => "malformedRequest",
        2 => "internalError",
        3 => "tryLater",
        5 => "sigRequired",
        6 => "unauthorized",
        _ => $"status {Status}",
    };

    /// <summary>Reads a response; null when the bytes are none.</summary>
    public static OcspResponse? TryRead(ReadOnlyMemory<byte> encoded)
    {
        try
        {
            AsnReader outer = new(encoded, AsnEncodingRules.BER);
            AsnReader response = outer.ReadSequence();
            outer.ThrowIfNotEmpty();
            int status = (int)response.ReadEnumeratedValue<ResponseStatus>();
            if (status != 0 || !response.HasData)
            {
                return new() { Status = status == 0 ? -1 : status };
            }

            AsnReader bytes = response.ReadSequence(Context0).ReadSequence();
            return bytes.ReadObjectIdentifier() != "1.3.6.1.5.5.7.48.1.1"
                ? null
                : ReadBasic(bytes.ReadOctetString());
        }
        catch (Exception fault) when (fault is AsnContentException or OverflowException or ArgumentException)
        {
            return null;
        }
    }

    private static OcspResponse ReadBasic(ReadOnlyMemory<byte> encoded)
    {
        AsnReader basic = new AsnReader(encoded, AsnEncodingRules.BER).ReadSequence();
        ReadOnlyMemory<byte> tbs = basic.ReadEncodedValue();
        ReadOnlyMemory<byte> algorithm = basic.ReadEncodedValue();
        byte[] signature = basic.ReadBitString(out _);
        List<Certificate> certificates = [];
        if (basic.HasData)
        {
            AsnReader list = basic.ReadSequence(Context0).ReadSequence();

            // One delegated responder is what occurs; more than a few are not worth a signature check each.
            while (list.HasData && certificates.Count < 8)
            {
                if (Certificate.TryParse(list.ReadEncodedValue(), out Certificate? certificate, out _))
                {
                    certificates.Add(certificate);
                }
            }
        }

        AsnReader data = new AsnReader(tbs, AsnEncodingRules.BER).ReadSequence();
        if (data.PeekTag().HasSameClassAndValue(Context0))
        {
            data.ReadEncodedValue();
        }

        ReadOnlyMemory<byte> name = default, key = default;
        if (data.PeekTag().HasSameClassAndValue(Context1))
        {
            name = data.ReadSequence(Context1).ReadEncodedValue();
        }
        else
        {
            key = data.ReadSequence(Context2).ReadOctetString();
        }

        DateTime produced = data.ReadGeneralizedTime().UtcDateTime;
        List<OcspAnswer> answers = [];
        AsnReader responses = data.ReadSequence();
        while (responses.HasData && answers.Count < 64)
        {
            answers.Add(ReadAnswer(responses.ReadSequence()));
        }

        return new()
        {
            Status = 0,
            SignedData = tbs,
            SignatureAlgorithm = algorithm,
            Signature = signature,
            ResponderName = name,
            ResponderKeyHash = key,
            ProducedAt = produced,
            Answers = answers,
            Certificates = certificates,
        };
    }

    private static OcspAnswer ReadAnswer(AsnReader single)
    {
        AsnReader id = single.ReadSequence();
        string hash = id.ReadSequence().ReadObjectIdentifier();
        byte[] issuerName = id.ReadOctetString();
        byte[] issuerKey = id.ReadOctetString();
        ReadOnlyMemory<byte> serial = id.ReadIntegerBytes();
        Asn1Tag tag = single.PeekTag();
        OcspCertificateStatus status = OcspCertificateStatus.Unknown;
        DateTime? revokedAt = null;
        RevocationReason? reason = null;
        if (tag.TagClass == TagClass.ContextSpecific && tag.TagValue == 1)
        {
            status = OcspCertificateStatus.Revoked;
            AsnReader info = single.ReadSequence(Context1);
            revokedAt = info.ReadGeneralizedTime().UtcDateTime;
            if (info.HasData)
            {
                reason = info.ReadSequence(Context0).ReadEnumeratedValue<RevocationReason>();
            }
        }
        else
        {
            status = tag.TagValue == 0 ? OcspCertificateStatus.Good : OcspCertificateStatus.Unknown;
            single.ReadEncodedValue();
        }

        DateTime thisUpdate = single.ReadGeneralizedTime().UtcDateTime;
        DateTime? nextUpdate = single.HasData && single.PeekTag().HasSameClassAndValue(Context0)
            ? single.ReadSequence(Context0).ReadGeneralizedTime().UtcDateTime
            : null;
        return new()
        {
            HashOid = hash,
            IssuerNameHash = issuerName,
            IssuerKeyHash = issuerKey,
            Serial = serial,
            Status = status,
            RevokedAt = revokedAt,
            Reason = reason,
            ThisUpdate = thisUpdate,
            NextUpdate = nextUpdate,
        };
    }

    private enum ResponseStatus
    {
        Successful,
    }
}
