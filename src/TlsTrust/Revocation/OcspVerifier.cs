using System.Security.Cryptography;
using TlsTrust.Certificates;
using TlsTrust.Certificates.Keys;
using TlsTrust.Certificates.Names;
using TlsTrust.Certificates.Signatures;

namespace TlsTrust.Revocation;

/// <summary>
/// Decides whether a response may be believed: signed by the issuer or by whom the issuer named, about this certificate, and fresh (RFC
/// 6960 §3.2).
/// </summary>
internal static class OcspVerifier
{
    /// <summary>5 minutes: clocks of responders and clients differ by that much.</summary>
    internal static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(5);

    /// <summary>
    /// 1 day: an answer without nextUpdate says that newer ones are always to be had (RFC 6960 §2.4), so an old one is a replay.
    /// </summary>
    internal static readonly TimeSpan MaxAgeWithoutNextUpdate = TimeSpan.FromDays(1);

    private const string OcspSigningOid = "1.3.6.1.5.5.7.3.9";

    /// <summary>The answer about the certificate, or why there is none that counts.</summary>
    internal static (OcspAnswer? Answer, string Reason) Verify(ReadOnlyMemory<byte> encoded, Certificate certificate, Certificate issuer,
        DateTime at)
    {
        if (OcspResponse.TryRead(encoded) is not { } response)
        {
            return (null, "not an OCSP response");
        }

        if (response.Status != 0)
        {
            return (null, $"the responder answered {response.StatusText}");
        }

        // Where it says both, what it revokes is revoked.
        if (response.Answers.Where(answer => answer.IsAbout(certificate, issuer))
            .MaxBy(answer => answer.Status == OcspCertificateStatus.Revoked) is not { } about)
        {
            return (null, "the response is about another certificate");
        }

        if (SignerFault(response, issuer, at) is { } fault)
        {
            return (null, fault);
        }

        // A revocation does not become untrue with time; what is past only fails to prove "good".
        string? stale = Staleness(about.ThisUpdate, about.NextUpdate, at);
        return stale is not null && about.Status != OcspCertificateStatus.Revoked ? (null, stale) : (about, "");
    }

    /// <summary>Why an answer or CRL of these dates proves nothing now; null when it is fresh.</summary>
    internal static string? Staleness(DateTime thisUpdate, DateTime? nextUpdate, DateTime at) =>
        thisUpdate > at + ClockTolerance ? $"it is dated {thisUpdate:u}, which is in the future"
        : nextUpdate is { } next && next < at - ClockTolerance ? $"it ended on {next:u}"
        : nextUpdate is null && thisUpdate < at - MaxAgeWithoutNextUpdate ? $"it is of {thisUpdate:u} and names no next one"
        : null;

    private static string? SignerFault(OcspResponse response, Certificate issuer, DateTime at)
    {
        if (IsResponder(response, issuer))
        {
            return Check(response, issuer);
        }

        // A delegated responder: certified by the very issuer, for this purpose, and valid now.
        Certificate? responder = response.Certificates.FirstOrDefault(candidate => IsResponder(response, candidate));
        return responder is null ? "the signer of the response is not the issuer and its certificate is not in the response"
            : !responder.Issuer.Equals(issuer.Subject) || responder.VerifySignature(issuer) != SignatureStatus.Valid
                ? "the responder's certificate was not issued by the certificate's issuer"
            : responder.ExtendedKeyUsages?.Contains(OcspSigningOid) != true ? "the responder's certificate does not allow OCSP signing"
            : at < responder.NotBefore || at > responder.NotAfter ? "the responder's certificate is not valid at this time"
            : Check(response, responder);
    }

    private static bool IsResponder(OcspResponse response, Certificate candidate)
    {
        if (!response.ResponderName.IsEmpty)
        {
            return new DistinguishedName(response.ResponderName).Equals(candidate.Subject);
        }

#pragma warning disable CA5350 // RFC 6960 names the responder's key by SHA-1; the signature is what protects
        return response.ResponderKeyHash.Span.SequenceEqual(SHA1.HashData(candidate.PublicKey.KeyBits.Span));
#pragma warning restore CA5350
    }

    private static string? Check(OcspResponse response, Certificate signer) =>
        SignatureChecker.Check(response.SignedData.Span, response.SignatureAlgorithm, response.Signature.Span, signer.PublicKey) switch
        {
            SignatureStatus.Valid => null,
            SignatureStatus.NotCheckable => "the response's signature can't be checked on this platform",
            _ => "the response's signature is wrong",
        };
}
