using System.Globalization;
using System.Text.RegularExpressions;

namespace TlsTrust.Connections.Faults;

/// <summary>What .NET's exceptions tell of OpenSSL's error queue: the only source for an alert that TLS 1.3 encrypted.</summary>
internal static partial class OpenSslAlert
{
    // SSL_AD_REASON_OFFSET in openssl/ssl.h: the reason of a received alert is 1000 plus its number.
    private const int AlertReasonOffset = 1000;

    /// <summary>The alert that an exception or one of its inner exceptions names, or null.</summary>
    public static byte? AlertIn(Exception? error)
    {
        for (; error is not null; error = error.InnerException)
        {
            foreach (Match match in ErrorCode().Matches(error.Message))
            {
                // The reason is in the low 12 bits in OpenSSL 1.1 and 3 alike; library 0x14 is SSL.
                uint code = uint.Parse(match.Groups[1].ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                int reason = (int)(code & 0xFFF);
                bool isSsl = code >> 23 == 0x14 || code >> 24 == 0x14;
                if (isSsl && reason is >= AlertReasonOffset and <= AlertReasonOffset + 255)
                {
                    return (byte)(reason - AlertReasonOffset);
                }
            }
        }

        return null;
    }

    [GeneratedRegex("error:([0-9A-Fa-f]{8}):")]
    private static partial Regex ErrorCode();
}
