namespace TlsTrust.Rendering.Reports;

/// <summary>Machines against endpoints, and machines against programs: one cell each, where results are of machines.</summary>
internal sealed class MachineMatrix
{
    // A matrix wider than this is read by nobody; the rows above have all.
    private const int MaxColumns = 60;

    // The order in which they stand on the page.
    private static readonly (string Kind, string Heading)[] Parts =
    [
        ("endpoint", "Machines and endpoints"), ("program", "Machines and programs"), ("provision", "Machines and what was set"),
    ];

    private readonly Dictionary<string, SortedDictionary<string, Dictionary<string, Cell>>> _cells = [];
    private readonly Dictionary<string, List<string>> _columns = [];
    private readonly SortedDictionary<string, string> _silent = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Takes an item; what is of no machine stays out.</summary>
    public void Add(ReportItem item)
    {
        if (item.Kind == "machine")
        {
            _silent[item.Machine] = item.Why;
            return;
        }

        if (item.Machine.Length == 0 || !Array.Exists(Parts, part => part.Kind == item.Kind))
        {
            return;
        }

        if (!_cells.TryGetValue(item.Kind, out var rows))
        {
            _cells[item.Kind] = rows = new(StringComparer.OrdinalIgnoreCase);
            _columns[item.Kind] = [];
        }

        if (!_columns[item.Kind].Contains(item.About))
        {
            _columns[item.Kind].Add(item.About);
        }

        if (!rows.TryGetValue(item.Machine, out var row))
        {
            rows[item.Machine] = row = new(StringComparer.Ordinal);
        }

        // Of several results for one cell the worst is shown.
        if (!row.TryGetValue(item.About, out var there) || item.Level < there.Level)
        {
            row[item.About] = new(item.Level, item.Cause.Length > 0 ? item.Cause : item.Verdict, item.Why);
        }
    }

    /// <summary>Writes the tables; nothing where there are no machines.</summary>
    public void Write(Action<string> line)
    {
        foreach ((string kind, string heading) in Parts)
        {
            if (!_cells.TryGetValue(kind, out var rows))
            {
                continue;
            }

            List<string> columns = [.. _columns[kind].Take(MaxColumns)];
            line($"<section class=\"matrix\"><h2>{heading}</h2><table><thead><tr><th scope=\"col\">Machine</th>" +
                string.Concat(columns.Select(column => $"<th scope=\"col\">{InertText.Html(column)}</th>")) + "</tr></thead><tbody>");
            foreach ((string machine, var row) in rows)
            {
                line($"<tr><th scope=\"row\">{InertText.Html(machine)}</th>" + string.Concat(columns.Select(column =>
                    row.TryGetValue(column, out var cell)
                        ? $"<td class=\"{cell.Level}\" title=\"{InertText.Html(cell.Why)}\">{InertText.Html(cell.Word)}</td>"
                        : "<td></td>")) + "</tr>");
            }

            foreach ((string machine, string why) in _silent)
            {
                line($"<tr><th scope=\"row\">{InertText.Html(machine)}</th><td class=\"Unreachable\" colspan=\"{columns.Count}\">" +
                    $"{InertText.Html(why)}</td></tr>");
            }

            line("</tbody></table></section>");
        }
    }

    private sealed record Cell(ReportLevel Level, string Word, string Why);
}
