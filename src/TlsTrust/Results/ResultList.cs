using System.Collections.ObjectModel;
using System.Runtime.CompilerServices;

namespace TlsTrust;

/// <summary>A read-only list whose text is its items, so that a CSV cell or a truncated JSON level shows them and not a type name.</summary>
/// <typeparam name="T">What it holds.</typeparam>
[CollectionBuilder(typeof(ResultList), nameof(ResultList.Create))]
public sealed class ResultList<T> : ReadOnlyCollection<T>
{
    /// <summary>Copies the items.</summary>
    public ResultList(IEnumerable<T> items)
        : base([.. items])
    {
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join("; ", this);
}

/// <summary>Builds <see cref="ResultList{T}"/> for collection expressions.</summary>
public static class ResultList
{
    /// <summary>Copies the items.</summary>
    public static ResultList<T> Create<T>(ReadOnlySpan<T> items) => new(items.ToArray());
}
