using System.Globalization;
using System.Text;

namespace TlsTrust.Rendering.Reports;

/// <summary>
/// iCalendar (RFC 5545): an all-day event for the end of each certificate that somebody has to renew, with a reminder before it.
/// </summary>
internal sealed class CalendarReport : TextReport
{
    // RFC 5545 §3.1: no line has more octets.
    private const int LineOctets = 75;

    // A month is what most organisations need to renew a certificate.
    private const int ReminderDays = 30;

    // More names than this say no more in the event's text.
    private const int NamesShown = 50;

    private readonly SortedDictionary<string, Renewal> _renewals = new(StringComparer.Ordinal);

    public CalendarReport(Stream stream, ReportOptions options)
        : base(stream, options, "\r\n")
    {
        Line("BEGIN:VCALENDAR");
        Line("VERSION:2.0");
        Line("PRODID:-//TlsTrust//TlsTrust//EN");
        Line("CALSCALE:GREGORIAN");
        Line("METHOD:PUBLISH");
        Folded($"X-WR-CALNAME:{InertText.Calendar(options.Title)}");
    }

    public override void Finish(bool isComplete)
    {
        foreach (Renewal renewal in _renewals.Values.OrderBy(renewal => renewal.Certificate.NotAfter))
        {
            Event(renewal, isComplete);
        }

        if (_renewals.Count == 0 || !isComplete)
        {
            // The grammar wants a component; and who imports a part of a run has to see that it is one.
            Line("BEGIN:VEVENT");
            Line($"UID:{Stamp(Options.MadeAt)}@tlstrust");
            Line($"DTSTAMP:{Stamp(Options.MadeAt)}");
            Line($"DTSTART;VALUE=DATE:{Date(Options.MadeAt)}");
            Folded($"SUMMARY:{(isComplete ? "TlsTrust: nothing to renew was seen"
                : "TlsTrust: the run was stopped\\, this calendar is incomplete")}");
            Line("TRANSP:TRANSPARENT");
            Line("END:VEVENT");
        }

        Line("END:VCALENDAR");
    }

    protected override void Write(ReportItem item)
    {
        // Roots are not renewed but replaced, by whoever runs the store.
        foreach (ChainCertificate certificate in item.Certificates.Where(certificate =>
            certificate.Depth == 0 || !certificate.IsSelfSigned))
        {
            if (!_renewals.TryGetValue(certificate.Sha256, out Renewal? renewal))
            {
                _renewals[certificate.Sha256] = renewal = new(certificate with { Pem = "" });
            }

            if (!renewal.Names.Contains(item.Name))
            {
                renewal.Count++;
                if (renewal.Names.Count < NamesShown)
                {
                    renewal.Names.Add(item.Name);
                }
            }
        }
    }

    private void Event(Renewal renewal, bool isComplete)
    {
        ChainCertificate certificate = renewal.Certificate;
        string names = string.Join(", ", renewal.Names)
            + (renewal.Count > renewal.Names.Count ? FormattableString.Invariant($" and {renewal.Count - renewal.Names.Count} more") : "");
        Line("BEGIN:VEVENT");
        Line($"UID:{string.Concat(certificate.Sha256.Where(char.IsAsciiHexDigit))}@tlstrust");
        Line($"DTSTAMP:{Stamp(Options.MadeAt)}");
        Line($"DTSTART;VALUE=DATE:{Date(certificate.NotAfter)}");
        Folded($"SUMMARY:{InertText.Calendar($"Certificate ends: {ShortSubject(certificate)}")}");
        Folded("DESCRIPTION:" + string.Join("\\n", new[]
        {
            $"{certificate.Subject} ends on {InertText.Time(certificate.NotAfter)}.",
            $"Issuer: {certificate.Issuer}",
            $"SHA-256: {certificate.Sha256}",
            $"Used by: {names}",
            isComplete ? "" : "The run was stopped: more may use it.",
        }.Where(line => line.Length > 0).Select(InertText.Calendar)));
        Line("TRANSP:TRANSPARENT");
        Line("CLASS:PRIVATE");
        Line("BEGIN:VALARM");
        Line("ACTION:DISPLAY");
        Folded($"DESCRIPTION:{InertText.Calendar($"Renew {ShortSubject(certificate)}")}");
        Line(FormattableString.Invariant($"TRIGGER:-P{ReminderDays}D"));
        Line("END:VALARM");
        Line("END:VEVENT");
    }

    private static string ShortSubject(ChainCertificate certificate) =>
        certificate.Subject.Length > 0 ? Results.ShortName.Of(certificate.Subject) : $"serial {certificate.SerialNumber}";

    private void Folded(string text)
    {
        StringBuilder line = new();
        int octets = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (octets + rune.Utf8SequenceLength > LineOctets)
            {
                line.Append("\r\n ");
                octets = 1;
            }

            line.Append(rune);
            octets += rune.Utf8SequenceLength;
        }

        Line(line.ToString());
    }

    private static string Stamp(DateTime time) => time.ToUniversalTime().ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

    private static string Date(DateTime time) => time.ToUniversalTime().ToString("yyyyMMdd", CultureInfo.InvariantCulture);

    private sealed class Renewal(ChainCertificate certificate)
    {
        public ChainCertificate Certificate => certificate;

        public HashSet<string> Names { get; } = [];

        public int Count { get; set; }
    }
}
