using System.Globalization;
using System.Text;

namespace TlsTrust.Rendering.Reports;

/// <summary>Prometheus' text format. A family stands in one piece, so what belongs to the others waits until the end.</summary>
internal sealed class PrometheusReport : TextReport
{
    private readonly Family _trusted =
        new("tlstrust_trusted", "1 where the verdict is good, 0 where it is not; verdict and cause are labels.");
    private readonly Family _days =
        new("tlstrust_certificate_daysleft",
            "Days from the time of judgement to the end of a certificate's validity, by its position: 0 is the server's own.");
    private readonly Family _end =
        new("tlstrust_certificate_not_after_timestamp_seconds", "End of a certificate's validity, in seconds since 1970.");
    private readonly Family _took = new("tlstrust_duration_seconds", "How long the check took.");

    public PrometheusReport(Stream stream, ReportOptions options)
        : base(stream, options)
    {
    }

    public override void Finish(bool isComplete)
    {
        foreach (Family family in new[] { _trusted, _days, _end, _took })
        {
            if (family.Samples.Count > 0)
            {
                Heading(family.Name, family.Help);
                foreach (string sample in family.Samples)
                {
                    Line($"{family.Name}{sample}");
                }
            }
        }

        Heading("tlstrust_run_complete", "1 where the run came to its end, 0 where this is a part of it.");
        Line($"tlstrust_run_complete {(isComplete ? 1 : 0)}");
        Heading("tlstrust_run_timestamp_seconds", "When this was written, in seconds since 1970.");
        Line(FormattableString.Invariant(
            $"tlstrust_run_timestamp_seconds {new DateTimeOffset(Options.MadeAt.ToUniversalTime()).ToUnixTimeSeconds()}"));
    }

    protected override void Write(ReportItem item)
    {
        List<(string, string)> common = [("kind", item.Kind), ("name", item.Name)];
        if (item.Address.Length > 0)
        {
            common.Add(("address", item.Address));
        }

        common.AddRange(ShownTags(item).Select(tag => ($"tag_{LabelName(tag.Key)}", tag.Value)).DistinctBy(tag => tag.Item1));
        _trusted.Add([.. common, ("verdict", item.Verdict), ("cause", item.Cause)], item.Level >= ReportLevel.Warning ? "1" : "0");
        if (item.Took > TimeSpan.Zero)
        {
            _took.Add(common, item.Took.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture));
        }

        for (int position = 0; position < item.Certificates.Count; position++)
        {
            ChainCertificate certificate = item.Certificates[position];
            List<(string, string)> labels =
            [
                .. common,
                ("position", position.ToString(CultureInfo.InvariantCulture)),
                ("subject", certificate.Subject),
                ("issuer", certificate.Issuer),
                ("sha256", certificate.Sha256),
            ];
            if (item.At is { } at)
            {
                _days.Add(labels, (certificate.NotAfter - at).TotalDays.ToString("0.##", CultureInfo.InvariantCulture));
            }

            _end.Add(labels,
                new DateTimeOffset(certificate.NotAfter.ToUniversalTime()).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        }
    }

    private void Heading(string name, string help)
    {
        Line($"# HELP {name} {help}");
        Line($"# TYPE {name} gauge");
    }

    private static string LabelName(string name) =>
        string.Concat(name.Select(letter => char.IsAsciiLetterOrDigit(letter) ? char.ToLowerInvariant(letter) : '_'));

    private sealed class Family(string name, string help)
    {
        // The same labels twice make the whole file invalid.
        private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

        public string Name => name;

        public string Help => help;

        public List<string> Samples { get; } = [];

        public void Add(IEnumerable<(string Name, string Value)> labels, string value)
        {
            StringBuilder text = new("{");
            text.AppendJoin(',', labels.Select(label => $"{label.Name}=\"{InertText.PrometheusLabel(label.Value)}\"")).Append('}');
            if (_seen.Add(text.ToString()))
            {
                Samples.Add($"{text} {value}");
            }
        }
    }
}
