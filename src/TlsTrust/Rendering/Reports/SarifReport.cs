using System.Text.Json;

namespace TlsTrust.Rendering.Reports;

/// <summary>SARIF 2.1.0 (OASIS): a result for each finding, the endpoint or file as its location.</summary>
internal sealed class SarifReport : ReportWriter
{
    private const string Home = "https://github.com/TlsTrust/TlsTrust";

    private readonly Utf8JsonWriter _json;
    private readonly SortedSet<string> _rules = new(StringComparer.Ordinal);

    public SarifReport(Stream stream, ReportOptions options)
        : base(options)
    {
        _json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
        _json.WriteStartObject();
        _json.WriteString("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
        _json.WriteString("version", "2.1.0");
        _json.WriteStartArray("runs");
        _json.WriteStartObject();
        _json.WriteString("columnKind", "unicodeCodePoints");
        _json.WriteStartArray("results");
    }

    public override void Finish(bool isComplete)
    {
        _json.WriteEndArray();
        _json.WriteStartObject("tool");
        _json.WriteStartObject("driver");
        _json.WriteString("name", "TlsTrust");
        _json.WriteString("version", Options.Version);
        _json.WriteString("informationUri", Home);
        _json.WriteStartArray("rules");
        foreach (string id in _rules)
        {
            // No name: it would be the id again (§3.49.7). GitHub's code scanning wants the three texts.
            _json.WriteStartObject();
            _json.WriteString("id", id);
            string help = $"{Words(id)}. What it means, how it is known and what helps: Get-Help about_TlsTrust_Causes.";
            Text("shortDescription", $"{Words(id)}.");
            Text("fullDescription", help);
            Text("help", help);
            _json.WriteString("helpUri", $"{Home}/blob/main/en-US/about_TlsTrust_Causes.md");
            _json.WriteEndObject();
        }

        _json.WriteEndArray();
        _json.WriteEndObject();
        _json.WriteEndObject();
        _json.WriteStartArray("invocations");
        _json.WriteStartObject();
        _json.WriteBoolean("executionSuccessful", isComplete);
        _json.WriteString("endTimeUtc", InertText.Time(Options.MadeAt));
        if (!isComplete)
        {
            _json.WriteStartArray("toolExecutionNotifications");
            _json.WriteStartObject();
            _json.WriteString("level", "warning");
            Text("message", "The run was stopped before its end: this is a part of the results.");
            _json.WriteEndObject();
            _json.WriteEndArray();
        }

        _json.WriteEndObject();
        _json.WriteEndArray();
        _json.WriteStartObject("properties");
        _json.WriteString("counts", Counts.ToString());
        _json.WriteEndObject();
        _json.WriteEndObject();
        _json.WriteEndArray();
        _json.WriteEndObject();
        _json.Flush();
    }

    protected override void Write(ReportItem item)
    {
        foreach (ReportFinding finding in item.Findings)
        {
            Result(item, finding.Id, finding.Severity, finding.Line > 0 ? finding.Line : item.Line, finding.Remedy.Length > 0
                ? $"{finding.Message} {finding.RemedyFor}: {finding.Remedy}" : finding.Message);
        }

        if (item.Findings.Count == 0 && item.Level <= ReportLevel.Unusable)
        {
            Result(item, item.Cause.Length > 0 ? item.Cause : item.Verdict, Severity.Error, item.Line, item.Summary);
        }

        _json.Flush();
    }

    protected override void Dispose(bool disposing)
    {
        _json.Dispose();
        base.Dispose(disposing);
    }

    private void Result(ReportItem item, string rule, Severity severity, int line, string text)
    {
        string id = new([.. rule.Where(char.IsAsciiLetterOrDigit)]);
        _rules.Add(id);
        _json.WriteStartObject();
        _json.WriteString("ruleId", id);
        _json.WriteString("level", severity switch { Severity.Error => "error", Severity.Warning => "warning", _ => "note" });
        Text("message", $"{item.Name}: {text}");
        _json.WriteStartArray("locations");
        _json.WriteStartObject();
        if (item.File.Length > 0)
        {
            _json.WriteStartObject("physicalLocation");
            _json.WriteStartObject("artifactLocation");
            _json.WriteString("uri", new Uri(item.File, UriKind.RelativeOrAbsolute) is { IsAbsoluteUri: true } uri ? uri.AbsoluteUri
                : Uri.EscapeDataString(item.File));
            _json.WriteEndObject();
            if (line > 0)
            {
                _json.WriteStartObject("region");
                _json.WriteNumber("startLine", line);
                _json.WriteEndObject();
            }

            _json.WriteEndObject();
        }

        _json.WriteStartArray("logicalLocations");
        _json.WriteStartObject();
        _json.WriteString("fullyQualifiedName", InertText.Plain(item.Name, 1000));
        _json.WriteString("kind", "resource");
        _json.WriteEndObject();
        _json.WriteEndArray();
        _json.WriteEndObject();
        _json.WriteEndArray();
        _json.WriteStartObject("partialFingerprints");
        _json.WriteString("endpointAndFinding/v1", InertText.Plain($"{item.Kind} {item.Name} {item.Address} {id}", 1000));
        _json.WriteEndObject();
        _json.WriteStartObject("properties");
        _json.WriteString("verdict", item.Verdict);
        if (item.DaysLeft is { } days)
        {
            _json.WriteNumber("daysLeft", days);
        }

        foreach ((string name, string value) in ShownTags(item))
        {
            _json.WriteString($"tag.{name}", InertText.Plain(value));
        }

        _json.WriteEndObject();
        _json.WriteEndObject();
    }

    private void Text(string property, string text)
    {
        _json.WriteStartObject(property);
        _json.WriteString("text", InertText.Sarif(text));
        _json.WriteEndObject();
    }

    // "MissingIntermediate": "Missing intermediate".
    private static string Words(string id) =>
        string.Concat(
            id.Select((letter, i) =>
                i > 0 && char.IsUpper(letter) && char.IsLower(id[i - 1]) ? $" {char.ToLowerInvariant(letter)}" : letter.ToString()));
}
