using System.Collections.ObjectModel;
using TlsTrust.Results;

namespace TlsTrust;

/// <summary>
/// What stood beside an endpoint in the list it came from: values by column, in the order of the columns. A dictionary, so that
/// <c>$report.Tag.Owner</c> works, in JSON too; its text is its items, so that a CSV cell shows them.
/// </summary>
public sealed class TagSet : ReadOnlyDictionary<string, string>
{
    /// <summary>No list is so wide; an object with more properties is no row of one.</summary>
    public const int MaxCount = 64;

    /// <summary>Longer values are cut: a report of many endpoints holds each.</summary>
    public const int MaxLength = 1024;

    /// <summary>
    /// Takes the first <see cref="MaxCount"/> values, each up to <see cref="MaxLength"/> characters; of two columns of one name the first.
    /// </summary>
    public TagSet(IEnumerable<KeyValuePair<string, string>> values)
        : base(Copy(values))
    {
    }

    /// <summary>Nothing stood beside it.</summary>
    public static new TagSet Empty { get; } = new([]);

    /// <inheritdoc/>
    public override string ToString() => string.Join("; ", this.Select(value => $"{value.Key}={value.Value}"));

    private static Dictionary<string, string> Copy(IEnumerable<KeyValuePair<string, string>> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        Dictionary<string, string> copy = new(StringComparer.OrdinalIgnoreCase);
        foreach ((string key, string value) in values.Take(MaxCount))
        {
            copy.TryAdd(ShownText.Of(key), ShownText.Of(value.Length > MaxLength ? value[..MaxLength] : value));
        }

        return copy;
    }
}
