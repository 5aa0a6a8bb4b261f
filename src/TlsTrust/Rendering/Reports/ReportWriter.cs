namespace TlsTrust.Rendering.Reports;

/// <summary>What a report is told beside the results.</summary>
public sealed record ReportOptions
{
    /// <summary>Heading of the report.</summary>
    public string Title { get; init; } = "TlsTrust";

    /// <summary>When it was made, UTC.</summary>
    public required DateTime MadeAt { get; init; }

    /// <summary>Columns of the list that the report may show; none of the others leaves the machine.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Version of the program that writes it.</summary>
    public string Version { get; init; } = "0";
}

/// <summary>Writes one report, an item at a time, so that memory does not grow with the results themselves.</summary>
public abstract class ReportWriter : IDisposable
{
    /// <summary>Begins a report.</summary>
    /// <param name="options">What it is told beside the results.</param>
    protected ReportWriter(ReportOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options;
    }

    /// <summary>What the report is told beside the results.</summary>
    protected ReportOptions Options { get; }

    /// <summary>How many items of each level there were.</summary>
    protected ReportCounts Counts { get; } = new();

    /// <summary>Takes an item.</summary>
    /// <param name="item">What to report.</param>
    public void Add(ReportItem item)
    {
        ArgumentNullException.ThrowIfNull(item);
        Counts.Add(item.Level);
        Write(item);
    }

    /// <summary>Ends the report, which is whole then.</summary>
    /// <param name="isComplete">False where the run was stopped before its end; the report says so.</param>
    public abstract void Finish(bool isComplete);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Writes an item, or keeps what the end needs of it.</summary>
    protected abstract void Write(ReportItem item);

    /// <summary>Lets go of what it holds.</summary>
    /// <param name="disposing">True when called by <see cref="Dispose()"/>.</param>
    protected virtual void Dispose(bool disposing)
    {
    }

    /// <summary>The tags of an item that the report may show.</summary>
    protected IEnumerable<KeyValuePair<string, string>> ShownTags(ReportItem item)
    {
        ArgumentNullException.ThrowIfNull(item);
        return Options.Tags.Where(item.Tag.ContainsKey).Select(name => KeyValuePair.Create(name, item.Tag[name]));
    }
}

/// <summary>How many items of each level.</summary>
public sealed class ReportCounts
{
    private readonly int[] _counts = new int[Enum.GetValues<ReportLevel>().Length];

    /// <summary>All of them.</summary>
    public int Total => _counts.Sum();

    /// <summary>Those of one level.</summary>
    public int this[ReportLevel level] => _counts[(int)level];

    /// <summary>Counts one more.</summary>
    public void Add(ReportLevel level) => _counts[(int)level]++;

    /// <summary>In words: <c>12 checked: 2 untrusted, 1 unreachable, 9 fine</c>.</summary>
    public override string ToString() =>
        FormattableString.Invariant($"{Total} checked: ")
        + string.Join(", ",
            Enum.GetValues<ReportLevel>().Where(level => this[level] > 0)
                .Select(level => FormattableString.Invariant($"{this[level]} {Word(level)}")));

    /// <summary>A level as people say it.</summary>
    public static string Word(ReportLevel level) => level switch
    {
        ReportLevel.Untrusted => "untrusted",
        ReportLevel.Unreachable => "unreachable",
        ReportLevel.Unusable => "not usable",
        ReportLevel.Warning => "with warnings",
        _ => "fine",
    };
}
