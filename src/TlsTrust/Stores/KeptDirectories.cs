using System.Collections.Concurrent;

namespace TlsTrust.Stores;

/// <summary>
/// What the walks of directories found, for as long as neither a directory nor a file that it names has changed. A walk follows some
/// hundred links, and every call of a cmdlet would pay for it again.
/// </summary>
internal static class KeptDirectories
{
    // A machine has a handful of store directories; beyond this somebody goes through folders that are none.
    private const int MaxKept = 64;

    private static readonly ConcurrentDictionary<string, KeptDirectory> Kept = new(StringComparer.Ordinal);

    /// <summary>What was found, or what a walk finds now. Not to be changed: it is shared.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="reading">How forgiving it is read.</param>
    /// <param name="walk">Reads it, and names each file that it read.</param>
    public static StorePart Read(string directory, StoreReading reading, Func<string, StoreReading, List<FileInfo>, StorePart> walk)
    {
        string key = $"{reading} {directory}";
        DateTime changed = Directory.GetLastWriteTimeUtc(directory); // before the walk: what changes meanwhile is seen the next time
        if (Kept.TryGetValue(key, out KeptDirectory? kept) && kept.IsAsItWas(directory, changed))
        {
            return kept.Found;
        }

        List<FileInfo> files = [];
        StorePart found = walk(directory, reading, files);
        if (Kept.Count >= MaxKept)
        {
            Kept.Clear();
        }

        // What is wrong is looked at anew each time: it may be mended by a permission, which no time tells.
        if (found.Faults.Count == 0)
        {
            Kept[key] = new KeptDirectory(changed, found, files);
        }

        return found;
    }

    private sealed class KeptDirectory(DateTime changed, StorePart found, List<FileInfo> files)
    {
        public StorePart Found => found;

        // Links lead out of the directory, so its own time does not tell of their files.
        public bool IsAsItWas(string directory, DateTime now)
        {
            if (now != changed || !Directory.Exists(directory))
            {
                return false;
            }

            foreach (FileInfo file in files)
            {
                FileInfo current = new(file.FullName);
                if (!current.Exists || current.Length != file.Length || current.LastWriteTimeUtc != file.LastWriteTimeUtc)
                {
                    return false;
                }
            }

            return true;
        }
    }
}
