using TlsTrust.Certificates;
using TlsTrust.Certificates.Extensions;
using TlsTrust.Certificates.Names;
using TlsTrust.Paths;
using TlsTrust.Paths.OpenSsl;

namespace TlsTrust.Clients;

/// <summary>A certificate that OpenSSL's strict checks refuse.</summary>
/// <param name="Code">X509_V_ERR number.</param>
/// <param name="Depth">Position in the path.</param>
/// <param name="Certificate">The certificate.</param>
/// <param name="Text">OpenSSL's text.</param>
public sealed record StrictFailure(int Code, int Depth, Certificate Certificate, string Text)
{
    /// <inheritdoc/>
    public override string ToString() => $"error {Code} at {Depth} depth: {Text} ({Certificate})";
}

/// <summary>
/// The checks that <c>-x509_strict</c> adds in OpenSSL 3 and that Python makes by default since 3.13 (<c>check_extensions</c> in
/// crypto/x509/x509_vfy.c, in its order). Later releases drop those of criticality (88, 89): what passes here passes there.
/// </summary>
public static class OpenSslStrict
{
    private const string SubjectKeyIdentifierOid = "2.5.29.14";

    /// <summary>
    /// The first failure from the server's certificate upwards; null when there is none. A path of one certificate is not looked at, as
    /// OpenSSL does not.
    /// </summary>
    /// <param name="path">Leaf first, anchor last.</param>
    public static StrictFailure? Check(IReadOnlyList<Certificate> path) => CheckAll(path).FirstOrDefault();

    /// <summary>Every failure, from the server's certificate upwards, in OpenSSL's order.</summary>
    /// <param name="path">Leaf first, anchor last.</param>
    public static IEnumerable<StrictFailure> CheckAll(IReadOnlyList<Certificate> path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (path.Count < 2)
        {
            yield break;
        }

        for (int depth = 0; depth < path.Count; depth++)
        {
            foreach ((int code, string text) in Failures(path[depth], isLeaf: depth == 0, isLast: depth == path.Count - 1))
            {
                yield return new StrictFailure(code, depth, path[depth], text);
            }
        }
    }

    private static IEnumerable<(int Code, string Text)> Failures(Certificate certificate, bool isLeaf, bool isLast)
    {
        bool isCA = certificate.IsCA;
        KeyUsage usage = certificate.KeyUsage ?? KeyUsage.None;

        // Strict or not, OpenSSL handles no critical key identifier, so that its codes 90 and 91 are never the first.
        if (certificate.AuthorityKeyIdentifier is { IsCritical: true }
            || certificate.FindExtension(SubjectKeyIdentifierOid) is { IsCritical: true })
        {
            yield return (34, "unhandled critical extension");
        }

        // Between leaf and anchor the same is asked for without -x509_strict too.
        CaAnswer answer = CaMarks.Read(certificate);
        if (isLeaf ? answer == CaAnswer.Tolerated : isLast && answer != CaAnswer.Yes)
        {
            yield return (79, "invalid CA certificate");
        }

        if (certificate.BasicConstraints is { PathLength: not null })
        {
            if (!isCA)
            {
                yield return (80, "Path length invalid for non-CA cert");
            }

            if (!usage.HasFlag(KeyUsage.KeyCertSign))
            {
                yield return (81, "Path length given without key usage keyCertSign");
            }
        }

        if (certificate.BasicConstraints is { IsCA: true, IsCritical: false })
        {
            yield return (89, "Basic Constraints of CA cert not marked critical");
        }

        if (isCA && certificate.KeyUsage is null)
        {
            yield return (92, "CA cert does not include key usage extension");
        }

        if (!isCA && usage.HasFlag(KeyUsage.KeyCertSign))
        {
            yield return (82, "Key usage keyCertSign invalid for non-CA cert");
        }

        foreach ((int, string) failure in NameFailures(certificate, isCA, usage))
        {
            yield return failure;
        }

        if (!certificate.SignatureAlgorithmsAgree)
        {
            yield return (78, "cert info signature and signature algorithm mismatch");
        }

        foreach ((int, string) failure in KeyIdentifierFailures(certificate, isCA, isLast))
        {
            yield return failure;
        }
    }

    private static IEnumerable<(int Code, string Text)> NameFailures(Certificate certificate, bool isCA, KeyUsage usage)
    {
        SubjectAlternativeName? names = certificate.SubjectAlternativeName;
        if (certificate.Issuer.IsEmpty)
        {
            yield return (83, "Issuer name empty");
        }

        if (certificate.Subject.IsEmpty)
        {
            if (isCA || usage.HasFlag(KeyUsage.CrlSign) || names is null)
            {
                yield return (84, "Subject name empty");
            }

            if (names is { IsCritical: false })
            {
                yield return (88, "Subject empty and Subject Alt Name extension not critical");
            }
        }

        if (names is { Names.Count: 0 })
        {
            yield return (87, "Empty Subject Alternative Name extension");
        }
    }

    private static IEnumerable<(int Code, string Text)> KeyIdentifierFailures(Certificate certificate, bool isCA, bool isLast)
    {
        if (certificate.Version < 3)
        {
            if (certificate.Extensions.Count > 0)
            {
                yield return (93, "Using cert extension requires at least X509v3");
            }

            yield break;
        }

        if (!isLast && certificate.AuthorityKeyIdentifier?.KeyIdentifier is null)
        {
            yield return (85, "Missing Authority Key Identifier");
        }

        if (isCA && certificate.SubjectKeyIdentifier is null)
        {
            yield return (86, "Missing Subject Key Identifier");
        }
    }
}
