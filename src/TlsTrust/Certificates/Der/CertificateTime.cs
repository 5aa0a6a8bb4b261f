namespace TlsTrust.Certificates.Der;

/// <summary>Time, RFC 5280 §4.1.2.5: UTCTime <c>YYMMDDHHMMSSZ</c> until 2049, GeneralizedTime <c>YYYYMMDDHHMMSSZ</c> from 2050.</summary>
internal static class CertificateTime
{
    /// <summary>The clause about times.</summary>
    internal const string Rule = "RFC 5280 §4.1.2.5";

    /// <summary>The departure that RFC 5280 §4.1.2.5 forbids CAs and tells clients to read.</summary>
    internal const string EarlyGeneralizedTime = "GeneralizedTime is for 2050 and later";

    /// <summary>
    /// Reads a time, clamped to what <see cref="DateTime"/> can hold. Forms that RFC 5280 forbids but that older certificates
    /// carry (no seconds, fractions, offsets from UTC) are read and reported. False when no time can be made out of it.
    /// </summary>
    internal static bool TryRead(byte tag, ReadOnlySpan<byte> content, out DateTime value, out string? departure)
    {
        value = DateTime.MinValue;
        departure = null;
        bool isUtcTime = tag == DerTag.UtcTime;
        int at = isUtcTime ? 2 : 4;
        if ((!isUtcTime && tag != DerTag.GeneralizedTime) || !TryDigits(content, 0, at, out int year))
        {
            return false;
        }

        if (isUtcTime)
        {
            year += year >= 50 ? 1900 : 2000;
        }

        if (!TryDigits(content, at, 2, out int month) || !TryDigits(content, at + 2, 2, out int day)
            || !TryDigits(content, at + 4, 2, out int hour) || !TryDigits(content, at + 6, 2, out int minute))
        {
            return false;
        }

        at += 8;
        if (TryDigits(content, at, 2, out int second))
        {
            at += 2;
        }
        else
        {
            departure = "seconds are missing";
        }

        if (at < content.Length && content[at] is (byte)'.' or (byte)',')
        {
            departure = "fractions of a second are forbidden";
            do
            {
                at++;
            }
            while (at < content.Length && content[at] is >= (byte)'0' and <= (byte)'9');
        }

        if (!TryOffset(content[at..], out int offsetMinutes, ref departure) || month is < 1 or > 12 || hour > 23 || minute > 59
            || second > 59)
        {
            return false;
        }

        // Year 0000 is a valid GeneralizedTime and means "ever since" where it occurs.
        if (year == 0)
        {
            return true;
        }

        if (day < 1 || day > DateTime.DaysInMonth(year, month))
        {
            return false;
        }

        long ticks =
            new DateTime(year, month, day, hour, minute, second, DateTimeKind.Utc).Ticks - (offsetMinutes * TimeSpan.TicksPerMinute);
        value = new DateTime(Math.Clamp(ticks, DateTime.MinValue.Ticks, DateTime.MaxValue.Ticks), DateTimeKind.Utc);
        if (!isUtcTime && year is >= 1950 and < 2050)
        {
            departure ??= EarlyGeneralizedTime;
        }

        return true;
    }

    private static bool TryOffset(ReadOnlySpan<byte> zone, out int minutes, ref string? departure)
    {
        minutes = 0;
        if (zone is [(byte)'Z'])
        {
            return true;
        }

        departure = "the time zone must be Z";
        if (zone.IsEmpty)
        {
            return true;
        }

        if (zone.Length != 5 || zone[0] is not ((byte)'+' or (byte)'-') || !TryDigits(zone, 1, 2, out int hours)
            || !TryDigits(zone, 3, 2, out minutes)
            || hours > 23 || minutes > 59)
        {
            return false;
        }

        minutes = (zone[0] == '-' ? -1 : 1) * ((hours * 60) + minutes);
        return true;
    }

    private static bool TryDigits(ReadOnlySpan<byte> content, int at, int count, out int value)
    {
        value = 0;
        if (content.Length < at + count)
        {
            return false;
        }

        foreach (byte digit in content.Slice(at, count))
        {
            if (digit is < (byte)'0' or > (byte)'9')
            {
                return false;
            }

            value = (value * 10) + (digit - '0');
        }

        return true;
    }
}
