using System.Globalization;
using TlsTrust.Environment.Provisioning;

namespace TlsTrust.Bundles;

/// <summary>A report in one sentence: after a repair another one than before.</summary>
internal static class BundleSummary
{
    internal static string Of(PemRepairReport report)
    {
        string name = report.Path.Length == 0 ? report.Destination ?? "new file"
            : report is { Written: true, Destination: { } written } ? $"{report.Path} as {written}"
            : report.Path;
        if (report.Refusal is not null)
        {
            return $"{name}: {report.Refusal}";
        }

        int count = report.After.Count;
        string what =
            string.Create(
                CultureInfo.InvariantCulture,
                    $"{(report.Kind == PemBundleKind.Server ? "server file" : "trust bundle")} with {count} " +
                    $"certificate{(count == 1 ? "" : "s")}");
        if (report.IsSound)
        {
            return $"{name}: sound {what}{Worst(report.Notes.Where(n => n.Severity != Severity.Information))}";
        }

        string unread = report.Unrecovered.Count > 0
            ? string.Create(CultureInfo.InvariantCulture, $", {report.Unrecovered.Count} not readable") : "";
        if (!report.Changed)
        {
            return $"{name}: {what}{unread}; nothing that can be mended{Worst(report.Unrecovered.Concat(report.Notes))}";
        }

        // What stays wrong, and what is not there any more, is told beside what is mended: the one sentence must not sound as if all were
        // well.
        string gone = report.LeftOut.Count > 0
            ? string.Create(CultureInfo.InvariantCulture, $" Left out: {report.LeftOut.Count}, {report.LeftOut[0]}") : "";
        string left = Worst(report.Unrecovered.Concat(report.Notes.Where(n => n.Severity == Severity.Error)));
        string mended =
            string.Create(
                CultureInfo.InvariantCulture, $"{report.Changes.Count} {(report.Written ? "mended" : "to mend")}{Worst(report.Changes)}");
        return $"{name}: {what}{unread}; {mended}{gone}{(left.Length > 0 ? " Not mended" : "")}{left}";
    }

    private static string Worst(IEnumerable<PemChange> changes) => changes.OrderByDescending(c => c.Severity).FirstOrDefault() is { } worst
        ? $": {worst}" : "";
}
