namespace TlsTrust.Clients;

/// <summary>Why a client decides as it does, how that is known, and whether all of it is.</summary>
internal sealed class DecisionNotes
{
    private readonly List<string> _reasons = [];
    private readonly List<string> _sources = [];

    /// <summary>The reasons, in the order in which they came up.</summary>
    internal string Reason => string.Join("; ", _reasons.Distinct());

    /// <summary>Where they are known from.</summary>
    internal string Source => string.Join("; ", _sources.Distinct());

    /// <summary>True where one of the reasons is a guess.</summary>
    internal bool IsUncertain { get; private set; }

    internal void Add(string reason, string? source, bool certain)
    {
        _reasons.Add(reason);
        if (source is not null)
        {
            _sources.Add(source);
        }

        IsUncertain |= !certain;
    }

    internal void AddSource(string source) => _sources.Add(source);

    internal void Forget()
    {
        _reasons.Clear();
        _sources.Clear();
        IsUncertain = false;
    }
}
