using System.Text;
using TlsTrust.Certificates;

namespace TlsTrust.Paths.Rules;

/// <summary>The names of a certificate that name constraints speak about (RFC 5280 §4.2.1.10): the subject, its e-mail attributes where there is no SAN, and the SAN.</summary>
internal static class ConstrainedNames
{
    internal static List<GeneralName> Of(Certificate certificate)
    {
        List<GeneralName> names = [];
        if (!certificate.Subject.IsEmpty)
        {
            names.Add(new GeneralName(GeneralNameKind.Directory, certificate.Subject.RawData));
        }

        if (certificate.SubjectAlternativeName is { } alternative)
        {
            names.AddRange(alternative.Names);
        }

        if (certificate.SubjectAlternativeName is not { EmailAddresses.Count: > 0 })
        {
            names.AddRange(certificate.Subject.RelativeNames.SelectMany(static r => r).Where(static a => a.Oid == AttributeNames.EmailAddress)
                .Select(static a => new GeneralName(GeneralNameKind.Email, Encoding.Latin1.GetBytes(a.Value))));
        }

        return names;
    }
}
