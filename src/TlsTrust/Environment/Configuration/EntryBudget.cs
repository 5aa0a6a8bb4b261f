namespace TlsTrust.Environment.Configuration;

/// <summary>Counts what the settings of a file take in memory: a short line under a long section repeats it in its key.</summary>
internal sealed class EntryBudget
{
    /// <summary>
    /// Bytes for the settings of one file: six times the largest file that is read. Twenty thousand settings of fifty characters fit.
    /// </summary>
    private const int MaximumBytes = 6 * ConfigurationFile.MaximumBytes;

    /// <summary>Bytes of a setting without its characters: the record and its strings' heads.</summary>
    private const int BytesOfEntry = 200;

    private int _spent;

    /// <summary>No file of settings has so many.</summary>
    public bool IsSpent => _spent > MaximumBytes;

    /// <summary>Counts one.</summary>
    public ConfigurationEntry Of(ConfigurationEntry entry)
    {
        int characters = entry.Key.Length + entry.Value.Length + (ReferenceEquals(entry.Key, entry.Name) ? 0 : entry.Name.Length);
        _spent += BytesOfEntry + (sizeof(char) * characters);
        return entry;
    }
}
