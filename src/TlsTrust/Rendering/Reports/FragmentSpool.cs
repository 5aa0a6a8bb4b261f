using System.Text;

namespace TlsTrust.Rendering.Reports;

/// <summary>
/// Keeps the written parts of a report in a file until they can be put in order, so that ten thousand of them cost no memory.
/// </summary>
/// <typeparam name="TKey">What they are ordered by.</typeparam>
internal sealed class FragmentSpool<TKey> : IDisposable
    where TKey : IComparable<TKey>
{
    private readonly FileStream _file = new(
        Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()),
        new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.None,
            Options = FileOptions.DeleteOnClose });

    private readonly List<(TKey Key, long Start, int Length)> _parts = [];

    /// <summary>How many parts there are.</summary>
    public int Count => _parts.Count;

    /// <summary>Keeps a part.</summary>
    public void Add(TKey key, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        _parts.Add((key, _file.Position, bytes.Length));
        _file.Write(bytes);
    }

    /// <summary>Writes the parts in order; equal ones as they came.</summary>
    public void CopyTo(Stream target)
    {
        _file.Flush();
        byte[] buffer = [];
        foreach ((TKey _, long start, int length) in _parts.OrderBy(part => part.Key))
        {
            if (buffer.Length < length)
            {
                buffer = new byte[length];
            }

            _file.Position = start;
            _file.ReadExactly(buffer, 0, length);
            target.Write(buffer, 0, length);
        }

        _file.Position = _file.Length;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
