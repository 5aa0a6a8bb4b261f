using TlsTrust.Environment.Catalogue;
using TlsTrust.Environment.Configuration;

namespace TlsTrust.Environment.Machines;

/// <summary>A configuration file that is there.</summary>
/// <param name="Facts">What it is.</param>
/// <param name="Path">Where it is.</param>
/// <param name="Scope">Who reads it.</param>
internal sealed record FoundFile(FileFacts Facts, string Path, TrustScope Scope);

/// <summary>Which configuration files a machine has. Files are read once for each view of the machine.</summary>
internal sealed class ConfigurationPlaces(IMachine machine)
{
    /// <summary>git itself stops at ten.</summary>
    private const int MaximumIncludes = 10;

    private readonly Dictionary<string, ConfigurationFile?> _read = new(StringComparer.Ordinal);

    /// <summary>Files that are there and can't be read, with the reason.</summary>
    public Dictionary<string, string> Unreadable { get; } = new(StringComparer.Ordinal);

    /// <summary>The places of a file that exist, weakest scope first: what is read later wins.</summary>
    public IEnumerable<FoundFile> Find(FileFacts facts)
    {
        HashSet<string> seen = new(machine.PathComparer());
        string platform = machine.Platform.ToString().ToLowerInvariant();
        foreach (PlaceFacts place in facts.Places.Where(place => place.Platforms is null || place.Platforms.Contains(platform)))
        {
            TrustScope scope = place.Scope switch { "machine" => TrustScope.Machine, "user" => TrustScope.User, _ => TrustScope.Project };
            foreach (string path in machine.Expand(place.Path).Where(machine.HasFile).Where(seen.Add))
            {
                foreach (FoundFile found in WithIncludes(new FoundFile(facts, path, scope), 0, seen))
                {
                    yield return found;
                }

                if (facts.FirstOnly)
                {
                    yield break;
                }
            }
        }

        if (facts.Folders is not null && machine.Variable(facts.Folders) is { } scanned)
        {
            foreach (string folder in scanned.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Select(machine.Locate))
            {
                foreach (string ini in machine.Expand(Path.Combine(folder, "*.ini")).Where(seen.Add))
                {
                    yield return new FoundFile(facts, ini, TrustScope.Process);
                }
            }
        }

        if (facts.Variable is not null && Lookup(facts.Variable) is { } named)
        {
            foreach (string path in named.Split(facts.IsList ? Path.PathSeparator : '\0').Select(machine.Locate))
            {
                // PHPRC may name the folder.
                string file = facts.Folders is not null && Directory.Exists(path) ? Path.Combine(path, "php.ini") : path;
                if (machine.HasFile(file) && seen.Add(file))
                {
                    yield return new FoundFile(facts, file, TrustScope.Process);
                }
            }
        }
    }

    /// <summary>The file's entries, or null when it can't be read (the reason is in <see cref="Unreadable"/>).</summary>
    public ConfigurationFile? Read(FoundFile file)
    {
        if (!_read.TryGetValue(file.Path, out ConfigurationFile? read))
        {
            try
            {
                ConfigurationFormat format = ProgramCatalogue.FormatOf(file.Facts);
                read = machine.PlannedContent(file.Path) is { } planned ? ConfigurationFile.Parse(file.Path, format, planned)
                    : ConfigurationFile.Read(file.Path, format);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                Unreadable[file.Path] = fault.Message;
            }

            _read[file.Path] = read;
        }

        return read;
    }

    /// <summary>npm's variables come in both cases.</summary>
    private string? Lookup(string name) =>
        machine.Variable(name) ?? (name.StartsWith("npm_", StringComparison.Ordinal) ? machine.Variable(name.ToUpperInvariant()) : null);

    private IEnumerable<FoundFile> WithIncludes(FoundFile file, int depth, HashSet<string> seen)
    {
        yield return file;
        if (!file.Facts.Includes || depth >= MaximumIncludes || Read(file) is not { } read)
        {
            yield break;
        }

        foreach (ConfigurationEntry entry in read.Entries.Where(entry =>
            entry.Key == "include.path"
                || (entry.Key.StartsWith("includeif.", StringComparison.Ordinal) && entry.Key.EndsWith(".path", StringComparison.Ordinal))))
        {
            string path = entry.Value.StartsWith("~/", StringComparison.Ordinal) ? Path.Combine(machine.Home, entry.Value[2..])
                : Path.IsPathRooted(entry.Value) ? machine.Locate(entry.Value)
                : Path.Combine(Path.GetDirectoryName(file.Path)!, entry.Value);
            if (File.Exists(path) && seen.Add(path))
            {
                foreach (FoundFile included in WithIncludes(file with { Path = path }, depth + 1, seen))
                {
                    yield return included;
                }
            }
        }
    }
}
