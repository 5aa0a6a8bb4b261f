using TlsTrust.Certificates;
using TlsTrust.Certificates.Extensions;

namespace TlsTrust.Paths;

/// <summary>How well a certificate's authority key identifier fits a candidate issuer (RFC 5280 §4.2.1.1). A hint, never a proof.</summary>
internal static class KeyIdentifierMatch
{
    internal const int Mismatch = 0;
    internal const int Unknown = 1;
    internal const int Match = 2;

    internal static int Rank(Certificate certificate, Certificate issuer)
    {
        if (certificate.AuthorityKeyIdentifier is not { } authority)
        {
            return Unknown;
        }

        if (authority.SerialNumber is { } serial && serial != issuer.SerialNumber)
        {
            return Mismatch;
        }

        return authority.KeyIdentifier is { } wanted && issuer.SubjectKeyIdentifier is { } has ? wanted.Equals(has) ? Match : Mismatch
            : Unknown;
    }
}
