using System.Globalization;
using System.Text;
using System.Xml;

namespace TlsTrust.Rendering.Reports;

/// <summary>
/// JUnit XML as its readers' schemas have it: one suite, a case for each item; what is not trusted is a failure, what was not reached an
/// error.
/// </summary>
internal sealed class JUnitReport : ReportWriter
{
    private static readonly XmlWriterSettings FragmentSettings =
        new() { ConformanceLevel = ConformanceLevel.Fragment, Encoding = new UTF8Encoding(false), NewLineChars = "\n" };

    private readonly Stream _stream;

    // The counts stand before the cases.
    private readonly FragmentSpool<int> _cases = new();
    private TimeSpan _took;

    public JUnitReport(Stream stream, ReportOptions options)
        : base(options) => _stream = stream;

    public override void Finish(bool isComplete)
    {
        using (XmlWriter xml =
            XmlWriter.Create(_stream, new() { Encoding = new UTF8Encoding(false), NewLineChars = "\n", CloseOutput = false }))
        {
            xml.WriteStartElement("testsuites");
            xml.WriteStartElement("testsuite");
            xml.WriteAttributeString("name", InertText.Plain(Options.Title, 200));
            xml.WriteAttributeString("package", "TlsTrust");
            xml.WriteAttributeString("id", "0");
            xml.WriteAttributeString("tests", Number(Counts.Total + (isComplete ? 0 : 1)));
            xml.WriteAttributeString("failures", Number(Counts[ReportLevel.Untrusted]));
            xml.WriteAttributeString("errors",
                Number(Counts[ReportLevel.Unreachable] + Counts[ReportLevel.Unusable] + (isComplete ? 0 : 1)));

            // The schema allows no zone; it is UTC, and the property below says so.
            xml.WriteAttributeString("timestamp",
                Options.MadeAt.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture));
            xml.WriteAttributeString("hostname", "localhost");
            xml.WriteAttributeString("time", Seconds(_took));
            xml.WriteStartElement("properties");
            Property(xml, "madeAt", InertText.Time(Options.MadeAt));
            Property(xml, "complete", isComplete ? "true" : "false");
            xml.WriteEndElement();
            xml.WriteString("\n");
            xml.Flush();
            _cases.CopyTo(_stream);
            if (!isComplete)
            {
                xml.WriteStartElement("testcase");
                xml.WriteAttributeString("name", "the run was stopped before its end");
                xml.WriteAttributeString("classname", "tlstrust.run");
                xml.WriteAttributeString("time", "0");
                xml.WriteStartElement("error");
                xml.WriteAttributeString("message", "this is a part of the results");
                xml.WriteAttributeString("type", "Incomplete");
                xml.WriteEndElement();
                xml.WriteEndElement();
            }

            xml.WriteElementString("system-out", InertText.Plain(Counts.ToString()));
            xml.WriteElementString("system-err", "");
            xml.WriteEndElement();
            xml.WriteEndElement();
        }

        _stream.WriteByte((byte)'\n');
    }

    protected override void Write(ReportItem item)
    {
        _took += item.Took;
        StringBuilder text = new();
        using (XmlWriter xml = XmlWriter.Create(text, FragmentSettings))
        {
            xml.WriteStartElement("testcase");
            xml.WriteAttributeString("name", InertText.Plain(item.Address.Length > 0 ? $"{item.Name} ({item.Address})" : item.Name));
            xml.WriteAttributeString("classname", $"tlstrust.{item.Kind}");
            xml.WriteAttributeString("time", Seconds(item.Took));
            if (item.Level <= ReportLevel.Unusable)
            {
                xml.WriteStartElement(item.Level == ReportLevel.Untrusted ? "failure" : "error");
                xml.WriteAttributeString("message", InertText.Plain(item.Why.Length > 0 ? item.Why : item.Summary));
                xml.WriteAttributeString("type", item.Cause.Length > 0 ? item.Cause : item.Verdict);
                xml.WriteString(Details(item));
                xml.WriteEndElement();
            }

            xml.WriteEndElement();
        }

        _cases.Add(0, text.Append('\n').ToString());
    }

    protected override void Dispose(bool disposing)
    {
        _cases.Dispose();
        base.Dispose(disposing);
    }

    private string Details(ReportItem item)
    {
        List<string> lines = [item.Summary];
        foreach (ReportFinding finding in item.Findings)
        {
            lines.Add($"{finding.Severity} {finding.Id}: {finding.Message}");
            lines.AddRange(finding.Evidence.Select(fact => $"  - {fact}"));
            if (finding.Remedy.Length > 0)
            {
                lines.Add($"  {finding.RemedyFor}: {finding.Remedy}");
            }
        }

        lines.AddRange(ShownTags(item).Select(tag => $"{tag.Key}: {tag.Value}"));
        return string.Join('\n', lines.Select(line => InertText.Plain(line)));
    }

    private static void Property(XmlWriter xml, string name, string value)
    {
        xml.WriteStartElement("property");
        xml.WriteAttributeString("name", name);
        xml.WriteAttributeString("value", value);
        xml.WriteEndElement();
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture);
}
