using System.Buffers.Binary;
using System.Formats.Asn1;
using TlsTrust.Certificates;
using TlsTrust.Certificates.Der;
using TlsTrust.Certificates.Extensions;
using TlsTrust.Connections.Downloads;
using TlsTrust.Issuers;

namespace TlsTrust.Diagnosis.Observations;

/// <summary>Looks for a second clock when the first finds the whole chain out of date.</summary>
internal static class OtherClocks
{
    /// <summary>
    /// Logs' timestamps in a certificate (RFC 6962 §3.2): the real time is that or later, if the CA that signed the certificate is honest.
    /// </summary>
    public static IEnumerable<OtherClock> OfTimestamps(Certificate certificate)
    {
        if (certificate.FindExtension(Oids.SignedCertificateTimestamps) is not { } extension)
        {
            yield break;
        }

        DateTime? latest = null;
        foreach (DateTime time in Timestamps(extension.Value))
        {
            latest = latest > time ? latest : time;
        }

        if (latest is { } found)
        {
            yield return new OtherClock(found, $"a certificate transparency log's timestamp in {certificate}", IsLowerBound: true);
        }
    }

    /// <summary>The clock of the server that hands out a certificate's issuer.</summary>
    public static async Task<OtherClock?> OfIssuerServerAsync(Certificate certificate, AiaClient aia, FetchReach reach,
        CancellationToken cancellation)
    {
        if (certificate.CaIssuersUrls.Count == 0)
        {
            return null;
        }

        string url = certificate.CaIssuersUrls[0];
        AiaAnswer answer = await aia.FetchAsync(url, reach, cancellation);
        return answer.ServerTime is { } time ? new OtherClock(time, $"the server of {url}", IsLowerBound: false) : null;
    }

    // SignedCertificateTimestampList: a length, then each timestamp with its own length, version, 32 bytes of log id and 8 of milliseconds.
    private static List<DateTime> Timestamps(ReadOnlyMemory<byte> value)
    {
        List<DateTime> times = [];
        if (!AsnDecoder.TryReadPrimitiveOctetString(value.Span, AsnEncodingRules.DER, out ReadOnlySpan<byte> list, out _)
            || list.Length < 2)
        {
            return times;
        }

        list = list[2..];
        while (list.Length >= 2 && BinaryPrimitives.ReadUInt16BigEndian(list) is var length && length >= 41 && list.Length >= length + 2)
        {
            long milliseconds = BinaryPrimitives.ReadInt64BigEndian(list[35..]);
            if (milliseconds is > 0 and < 253_402_300_800_000) // up to the year 9999
            {
                times.Add(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).UtcDateTime);
            }

            list = list[(length + 2)..];
        }

        return times;
    }
}
