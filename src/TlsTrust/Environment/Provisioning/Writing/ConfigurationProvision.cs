using System.Text;
using TlsTrust.Environment.Catalogue;
using TlsTrust.Environment.Configuration;
using TlsTrust.Environment.Machines;
using TlsTrust.Environment.Provisioning.Requests;

namespace TlsTrust.Environment.Provisioning.Writing;

/// <summary>Writes a store's path into the configuration file of a program: a block of ours where the format allows it, else the
/// one value that is already there. Which files, which places and which setting says the catalogue.</summary>
internal static class ConfigurationProvision
{
    /// <summary>The file for a scope; null when this program has none there.</summary>
    public static string? PathFor(IMachine machine, string file, TrustScope scope)
    {
        FileFacts facts = ProgramCatalogue.File(file);
        if (scope is not (TrustScope.User or TrustScope.Machine) || facts.Write is null)
        {
            return null;
        }

        if (scope == TrustScope.User && facts.Write.Variable && machine.Variable(facts.Variable!) is { } named)
        {
            return machine.Locate(named);
        }

        (bool IsNamed, string Path)[] places =
            [.. Written(machine, facts, scope)
                .Where(place => place.Needs is null || machine.Expand(place.Needs).Any(Directory.Exists))
                .SelectMany(place =>
                    machine.Expand(place.Path).Select(path => (place.Path.StartsWith("{env:", StringComparison.Ordinal), path)))];

        // A place that a variable names is the only one that is read; of several that are there the last wins.
        return places.Where(place => place.IsNamed).Select(place => place.Path).FirstOrDefault()
            ?? places.Where(place => File.Exists(place.Path)).Select(place => place.Path).LastOrDefault()
            ?? places.Select(place => place.Path).LastOrDefault();
    }

    /// <summary>Every place of a scope that may be written.</summary>
    public static IEnumerable<string> Places(IMachine machine, FileFacts facts, TrustScope scope) =>
        Written(machine, facts, scope).SelectMany(place => machine.Expand(place.Path));

    private static IEnumerable<PlaceFacts> Written(IMachine machine, FileFacts facts, TrustScope scope)
    {
        string platform = machine.Platform.ToString().ToLowerInvariant();
        return facts.Places.Where(place =>
            place.Write && place.Scope == (scope == TrustScope.User ? "user" : "machine")
                && (place.Platforms is null || place.Platforms.Contains(platform)));
    }

    /// <summary>How the content changes.</summary>
    /// <param name="file">Id of the file in the catalogue.</param>
    /// <param name="path">Where it is.</param>
    /// <param name="value">What the setting is to say.</param>
    /// <param name="now">What it holds; null when it is not there.</param>
    public static (byte[] Content, PlannedFileKind Kind) Change(string file, string path, string value, byte[]? now)
    {
        WrittenSetting written = new(file, value);
        if (now.AsSpan().Contains((byte)0))
        {
            throw new ProvisioningException(
                Refusal.NotSupported,
                $"'{path}' is no UTF-8 text (Windows PowerShell's > writes UTF-16), and the program that it is for does not read it.",
                "Save it as UTF-8, or name other programs as -Program.");
        }

        // A setting of the user's that names another store: one value changes, its line stays. Git lets the last one win, so there a block
        // does.
        bool replaces = written.Format is not (ConfigurationFormat.GitConfig or ConfigurationFormat.WgetRc) && !MarkedBlock.IsIn(now)
            && now is not null;
        if (replaces && Entry(path, written.Format, now!, written.Key) is { } entry)
        {
            ConfigurationEdit edit = new(entry.ValueStart, entry.ValueLength, ConfigurationWriter.Value(written.Format, value));
            return (ConfigurationFile.Parse(path, written.Format, now!).With([edit]), PlannedFileKind.Value);
        }

        return (Put(path, now, written), PlannedFileKind.Block);
    }

    /// <summary>What the setting says in a content.</summary>
    public static string? Value(string file, string path, byte[] content)
    {
        WrittenSetting written = new(file, string.Empty);
        return Entry(path, written.Format, content, written.Key)?.Value;
    }

    /// <summary>
    /// The content without our block. `git config` writes into the last section of a name, which may be ours: its lines stay, under their
    /// header.
    /// </summary>
    public static byte[]? TakeOut(string file, byte[]? content)
    {
        WrittenSetting written = new(file, string.Empty);
        string[] others = [.. Others(content, written)];
        IEnumerable<string> header = MarkedBlock.Lines(content).Where(text => text == $"[{written.Section}]");
        return MarkedBlock.TakeOut(content, others.Length == 0 ? [] : [.. header, .. others]);
    }

    /// <summary>Takes our value out of a file that was edited since: what stood there before comes back, or the line goes.</summary>
    public static byte[] PutBack(string file, string path, byte[] now, byte[]? before, byte[] after)
    {
        WrittenSetting written = new(file, string.Empty);
        if (Entry(path, written.Format, now, written.Key) is not { } entry
            || entry.Value != Entry(path, written.Format, after, written.Key)?.Value)
        {
            return now; // somebody gave it another value
        }

        ConfigurationEdit edit = before is not null && Entry(path, written.Format, before, written.Key) is { } old
            ? new(entry.ValueStart, entry.ValueLength, Encoding.UTF8.GetString(before, old.ValueStart, old.ValueLength))
            : new(entry.Start, entry.Length, entry.Filler);
        return ConfigurationFile.Parse(path, written.Format, now).With([edit]);
    }

    /// <summary>Refuses what the format can't carry.</summary>
    public static void DemandCarriable(string file, string value)
    {
        ConfigurationFormat format = ProgramCatalogue.FormatOf(ProgramCatalogue.File(file));
        int at = value.IndexOfAny(ConfigurationWriter.Forbidden(format).ToCharArray());
        if (at >= 0)
        {
            string shown = value.Replace('\n', ' ').Replace('\r', ' ');
            throw new ProvisioningException(
                Refusal.PathNotCarriable,
                $"The path has the character U+{(int)value[at]:X4} in it, which {file} can't carry: {shown}",
                "Choose a -Destination without that character.");
        }
    }

    private static IEnumerable<string> Others(byte[]? content, WrittenSetting written) =>
        MarkedBlock.Lines(content)
            .Where(text =>
                text != $"[{written.Section}]" && Name(text) != Name(written.Line)
                    && Name(text) != $"{written.Section}.{Name(written.Line)}");

    private static string Name(string line) => line[..(line.IndexOfAny(['=', ':']) + 1)].TrimEnd('=', ':').Trim().ToLowerInvariant();

    private static byte[] Put(string path, byte[]? content, WrittenSetting written)
    {
        string section = written.Section;
        string dotted = $"{section}.{written.Line}";
        if (content is null || MarkedBlock.IsIn(content))
        {
            IReadOnlyList<string> old = MarkedBlock.Lines(content);
            string[] ours = content is null || old.Any(text => text.TrimStart().StartsWith('[')) ? written.Lines
                : old.Any(text => text.StartsWith(section + ".", StringComparison.Ordinal)) ? [dotted]
                : [written.Line];
            return MarkedBlock.Put(content, [.. ours, .. Others(content, written)]);
        }

        IEnumerable<TextLine> lines = TextLine.Split(Encoding.Latin1.GetString(content));
        if (written.Format == ConfigurationFormat.Yaml && lines.Any(candidate => candidate.Trimmed.StartsWith('{')))
        {
            throw new ProvisioningException(
                Refusal.NotSupported,
                $"'{path}' is written in one pair of braces, which takes no further line.",
                "Write it with one setting a line, or name other programs as -Program.");
        }

        if (section.Length == 0)
        {
            // In a file of sections a key of no section must stand before the first.
            TextLine? first = written.Format is ConfigurationFormat.Ini or ConfigurationFormat.NpmRc
                ? lines.Cast<TextLine?>().FirstOrDefault(candidate => candidate!.Value.Trimmed.StartsWith('['))
                : null;
            return MarkedBlock.Put(content, [written.Line], first?.Start);
        }

        // Git takes a section as often as it comes; INI and TOML only once, so the line goes under the header that is there.
        TextLine? header = written.Format == ConfigurationFormat.GitConfig ? null
            : lines.Cast<TextLine?>().FirstOrDefault(candidate => IsHeader(candidate!.Value.Trimmed, written.Format, section));
        if (header is { } found)
        {
            return MarkedBlock.Put(content, [written.Line], found.Start + found.LengthWithEnd);
        }

        // TOML may also write a section as dotted keys, or in one line, before the first header.
        foreach (TextLine top in written.Format == ConfigurationFormat.Toml
            ? lines.TakeWhile(candidate => !candidate.Trimmed.StartsWith('[')) : [])
        {
            if (top.Trimmed.StartsWith(section + ".", StringComparison.Ordinal))
            {
                return MarkedBlock.Put(content, [dotted], top.Start);
            }

            if (top.Trimmed.Split('=')[0].Trim() == section)
            {
                throw new ProvisioningException(
                    Refusal.NotSupported,
                    $"'{path}' has {section} as an inline table, which takes no further line.",
                    $"Write it as [{section}], or name other programs as -Program.");
            }
        }

        return MarkedBlock.Put(content, written.Lines);
    }

    // A comment may follow; blanks inside count for TOML only.
    private static bool IsHeader(string line, ConfigurationFormat format, string section) =>
        line.StartsWith('[') && line.IndexOf(']', StringComparison.Ordinal) is > 0 and int end
        && (format == ConfigurationFormat.Toml ? line[1..end].Trim() : line[1..end]) == section;

    private static ConfigurationEntry? Entry(string path, ConfigurationFormat format, byte[] content, string key) =>
        ConfigurationFile.Parse(path, format, content).Entries.LastOrDefault(entry => entry.Key == key);

    /// <summary>One setting as it is written.</summary>
    private sealed class WrittenSetting
    {
        public WrittenSetting(string file, string value)
        {
            FileFacts facts = ProgramCatalogue.File(file);
            WriteFacts write = facts.Write ?? throw new ArgumentOutOfRangeException(nameof(file), file, "this file is not written");
            Format = ProgramCatalogue.FormatOf(facts);
            Section = write.Section;
            Key = write.Key;
            Line = ConfigurationWriter.Line(Format, write.Name, value);
        }

        public ConfigurationFormat Format { get; }

        public string Section { get; }

        public string Key { get; }

        public string Line { get; }

        public string[] Lines => Section.Length == 0 ? [Line] : [$"[{Section}]", Line];
    }
}
