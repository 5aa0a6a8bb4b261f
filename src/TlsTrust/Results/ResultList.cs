using System.Collections.ObjectModel;
using System.Runtime.CompilerServices;
using TlsTrust.Results;

namespace TlsTrust;

/// <summary>
/// A read-only list whose text is its items, so that a CSV cell or a truncated JSON level shows them and not a type name.
/// </summary>
/// <typeparam name="T">What it holds.</typeparam>
[CollectionBuilder(typeof(ResultList), nameof(ResultList.Create))]
public sealed class ResultList<T> : ReadOnlyCollection<T>
{
    /// <summary>Copies the items; text crosses the border of results here.</summary>
    public ResultList(IEnumerable<T> items)
        : base(items is IEnumerable<string> words ? (List<T>)(object)words.Select(ShownText.Of).ToList() : [.. items])
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
