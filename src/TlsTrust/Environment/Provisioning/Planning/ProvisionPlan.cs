using TlsTrust.Certificates;
using TlsTrust.Environment.Provisioning.Records;
using TlsTrust.Environment.Provisioning.Requests;
using TlsTrust.Environment.Provisioning.Writing;

namespace TlsTrust.Environment.Provisioning.Planning;

/// <summary>What provisioning would do, whole; made without touching anything and never changed. What is applied is this plan.</summary>
public sealed record ProvisionPlan
{
    /// <summary>A sentence with more names than this is not read.</summary>
    private const int MostNames = 3;

    /// <summary>What was asked for.</summary>
    public required ProvisionRequest Request { get; init; }

    /// <summary>The changes, one for each program and setting.</summary>
    public required IReadOnlyList<TrustEnvironmentChange> Changes { get; init; }

    /// <summary>Every file that is written, in the order in which it is: the bundles first, then what names them.</summary>
    public required IReadOnlyList<PlannedFile> Files { get; init; }

    /// <summary>Variables that are set outside of files: of the process, or in the registry.</summary>
    public required IReadOnlyList<PlannedVariable> Variables { get; init; }

    /// <summary>Lines for a target that is text.</summary>
    public IReadOnlyList<string> Lines { get; init; } = [];

    /// <summary>What to tell with <c>-Verbose</c>: sources, what was left aside, programs that can't be provisioned.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>What will not have the effect that is wanted, and who newly trusts what was trusted elsewhere.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The bundle that the variables will name.</summary>
    public required string Bundle { get; init; }

    /// <summary>What will be trusted of what was given.</summary>
    public required IReadOnlyList<Certificate> Anchors { get; init; }

    /// <summary>Anchors of stores that give way, which come along so that nothing that worked is refused.</summary>
    public IReadOnlyList<KeptAnchor> Kept { get; init; } = [];

    /// <summary>What the plan is done to, in one sentence: scope or target, settings, and every file that changes.</summary>
    public string Target
    {
        get
        {
            string where = Request.Target is { } text ? $"{text}"
                : $"{Request.Scope} scope: {string.Join(", ", Changes.Select(change => change.Setting).Distinct())}";
            string[] files =
                [.. Files.Where(file => file.IsChange).Select(file => file.Path), .. Directory is null ? [] : new[] { Directory }];
            string[] steps = [.. SystemStores.SelectMany(store => store.Steps)];
            where += steps.Length == 0 ? string.Empty : $"; system stores: {string.Join(", ", steps)}";
            return files.Length == 0 ? $"{where}; no file changes" : $"{where}; writes {string.Join(", ", files)}";
        }
    }

    /// <summary>What the plan does, in one sentence: what is trusted, the first by name and the rest counted.</summary>
    public string Action
    {
        get
        {
            if (Anchors.Count == 0)
            {
                return $"Use the public roots of {RootSource}";
            }

            string[] names = [.. Anchors.Select(anchor => anchor.Subject.ToString()).Distinct()];
            string rest = names.Length > MostNames ? $" and {names.Length - MostNames} more" : string.Empty;
            return $"Trust {string.Join(", ", names.Take(MostNames))}{rest}";
        }
    }

    /// <summary>Programs that will not read what is set for them, because something else comes first.</summary>
    public IReadOnlyCollection<string> Overridden { get; init; } = [];

    /// <summary>What is put into system stores.</summary>
    public IReadOnlyList<PlannedSystemStore> SystemStores { get; init; } = [];

    internal string RootSource { get; init; } = string.Empty;

    internal IReadOnlyList<Certificate> Added { get; init; } = [];

    internal IReadOnlyList<Certificate> Roots { get; init; } = [];

    internal string? Directory { get; init; }

    /// <summary>The record of a scope as it was when the plan was made; null without one.</summary>
    internal byte[]? RecordBefore { get; init; }

    /// <summary>The record as the plan leaves it; null for a target.</summary>
    internal ProvisionRecord? Record { get; init; }
}

/// <summary>What a plan puts into a system store.</summary>
/// <param name="Store">Id of the store.</param>
/// <param name="Anchors">The CAs that it does not have yet.</param>
/// <param name="Steps">Every file and command.</param>
public sealed record PlannedSystemStore(string Store, IReadOnlyList<Certificate> Anchors, IReadOnlyList<string> Steps)
{
    /// <summary>The store's bytes now, where they can be put back as they are.</summary>
    internal byte[]? Content { get; init; }
}

/// <summary>A variable that a plan sets outside of files.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Before">What it is; null when it is not set.</param>
/// <param name="After">What it will be.</param>
public sealed record PlannedVariable(string Name, string? Before, string After);
