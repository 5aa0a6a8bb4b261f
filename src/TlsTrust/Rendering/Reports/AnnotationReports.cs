namespace TlsTrust.Rendering.Reports;

/// <summary>Workflow commands of GitHub Actions: each error and warning becomes an annotation of the run.</summary>
internal sealed class GitHubAnnotations(Stream stream, ReportOptions options) : TextReport(stream, options)
{
    public override void Finish(bool isComplete)
    {
        if (!isComplete)
        {
            Line("::warning title=TlsTrust::The run was stopped before its end%3A this is a part of the results.");
        }

        Line($"::notice title=TlsTrust::{InertText.GitHub(Counts.ToString())}");
    }

    protected override void Write(ReportItem item)
    {
        foreach (Annotation annotation in Annotation.Of(item))
        {
            string file = item.File.Length > 0 ? $"file={InertText.GitHubProperty(item.File)}," +
                $"{(annotation.Line > 0 ? FormattableString.Invariant($"line={annotation.Line},") : "")}" : "";
            Line($"::{(annotation.IsError ? "error" : "warning")} " +
                $"{file}title={InertText.GitHubProperty(annotation.Title)}::{InertText.GitHub(annotation.Text)}");
        }
    }
}

/// <summary>Logging commands of Azure Pipelines: each error and warning becomes an issue of the run.</summary>
internal sealed class AzureAnnotations(Stream stream, ReportOptions options) : TextReport(stream, options)
{
    public override void Finish(bool isComplete)
    {
        if (!isComplete)
        {
            Line("##vso[task.logissue type=warning]The run was stopped before its end: this is a part of the results.");
        }
    }

    protected override void Write(ReportItem item)
    {
        foreach (Annotation annotation in Annotation.Of(item))
        {
            string file = item.File.Length > 0 ? $"sourcepath={InertText.AzureProperty(item.File)};" +
                $"{(annotation.Line > 0 ? FormattableString.Invariant($"linenumber={annotation.Line};") : "")}" : "";
            Line($"##vso[task.logissue " +
                $"type={(annotation.IsError ? "error" : "warning")};" +
                $"{file}code={InertText.AzureProperty(annotation.Id)}]{InertText.Azure($"{annotation.Title}: {annotation.Text}")}");
        }
    }
}

/// <summary>One line that a build shows beside its log.</summary>
internal sealed record Annotation(bool IsError, string Id, string Title, string Text, int Line)
{
    /// <summary>The errors and warnings of an item; a fault without a finding is one too.</summary>
    public static IEnumerable<Annotation> Of(ReportItem item)
    {
        bool isBad = item.Level <= ReportLevel.Unusable;
        Annotation[] found =
        [
            .. item.Findings.Where(finding => finding.Severity != Severity.Information).Select(finding => new Annotation(
                finding.Severity == Severity.Error && isBad,
                finding.Id,
                $"{item.Name}: {finding.Id}",
                finding.Remedy.Length > 0 ? $"{finding.Message} {finding.Remedy}" : finding.Message,
                finding.Line > 0 ? finding.Line : item.Line)),
        ];
        return found.Length > 0 || !isBad ? found
            : [new Annotation(true, item.Cause, $"{item.Name}: {item.Verdict}", item.Summary, item.Line)];
    }
}
