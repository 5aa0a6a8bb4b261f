using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace TlsTrust.Certificates.Keys;

/// <summary>
/// Remembers what is dear to compute and never changes. When it is full, it starts anew: no order of use to keep, and no lock.
/// </summary>
/// <param name="capacity">How many values it holds, give or take one for each thread.</param>
internal sealed class BoundedCache<TKey, TValue>(int capacity)
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, TValue> _values = new();

    // The dictionary's own count takes all of its locks.
    private int _count;

    internal bool TryFind(TKey key, [MaybeNullWhen(false)] out TValue value) => _values.TryGetValue(key, out value);

    /// <summary>Keeps a value, unless another thread was first; returns the one that is kept.</summary>
    internal TValue Keep(TKey key, TValue value)
    {
        if (Interlocked.Increment(ref _count) > capacity)
        {
            _values.Clear();
            Interlocked.Exchange(ref _count, 1);
        }

        return _values.GetOrAdd(key, value);
    }
}
