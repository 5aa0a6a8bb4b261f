using TlsTrust.Certificates;

namespace TlsTrust.Environment.Provisioning;

/// <summary>What provisioning would do; made without touching anything.</summary>
public sealed class ProvisionPlan
{
    internal ProvisionPlan(ProvisionRequest request)
    {
        Request = request;
    }

    /// <summary>What was asked for.</summary>
    public ProvisionRequest Request { get; }

    /// <summary>The changes, one for each program and setting.</summary>
    public IReadOnlyList<TrustEnvironmentChange> Changes { get; internal set; } = [];

    /// <summary>Lines for a target that is text.</summary>
    public IReadOnlyList<string> Lines { get; internal set; } = [];

    /// <summary>What to tell with <c>-Verbose</c>: sources, what was left aside, programs that can't be provisioned.</summary>
    public IReadOnlyList<string> Notes { get; internal set; } = [];

    /// <summary>What will not have the effect that is wanted.</summary>
    public IReadOnlyList<string> Warnings { get; internal set; } = [];

    /// <summary>The bundle that the variables will name.</summary>
    public string Bundle { get; internal set; } = string.Empty;

    /// <summary>What will be trusted of what was given.</summary>
    public IReadOnlyList<Certificate> Anchors { get; internal set; } = [];

    internal IReadOnlyList<Certificate> Added { get; set; } = [];

    internal IReadOnlyList<Certificate> Roots { get; set; } = [];

    internal Dictionary<string, byte[]> OwnFiles { get; } = new(StringComparer.Ordinal);

    internal string? CaOnlyBundle { get; set; }

    internal string? Directory { get; set; }

    internal string? KeyStore { get; set; }

    internal SortedDictionary<string, string> Variables { get; } = new(StringComparer.Ordinal);

    /// <summary>What the scope's files will set: <see cref="Variables"/>, and what was set there before.</summary>
    internal SortedDictionary<string, string>? Assigned { get; set; }

    internal List<(string Path, Func<byte[]?, byte[]> Change, bool IsBlock, string? Kind)> Files { get; } = [];
}
