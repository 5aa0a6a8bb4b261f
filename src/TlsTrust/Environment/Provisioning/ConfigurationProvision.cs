using System.Text;
using TlsTrust.Environment.Catalogue;
using TlsTrust.Environment.Configuration;
using TlsTrust.Environment.Machines;

namespace TlsTrust.Environment.Provisioning;

/// <summary>Writes a store's path into the configuration file of a program: a block of ours where the format allows it, else the
/// one value that is already there.</summary>
internal static class ConfigurationProvision
{
    /// <summary>The file for a scope; null when this program has none there.</summary>
    public static string? PathFor(IMachine machine, string file, TrustScope scope) => (file, scope) switch
    {
        ("wgetrc", TrustScope.User) => Path.Combine(machine.Home, ".wgetrc"),
        ("wgetrc", TrustScope.Machine) => machine.Locate("/etc/wgetrc"),
        ("gitconfig", TrustScope.User) => machine.Variable("GIT_CONFIG_GLOBAL") ?? Path.Combine(machine.Home, ".gitconfig"),
        ("gitconfig", TrustScope.Machine) => machine.Locate("/etc/gitconfig"),
        ("npmrc", TrustScope.User) => machine.Variable("npm_config_userconfig") ?? Path.Combine(machine.Home, ".npmrc"),
        ("pipconf", TrustScope.User) => File.Exists(Path.Combine(machine.Home, ".pip", "pip.conf")) ? Path.Combine(machine.Home, ".pip", "pip.conf") : Path.Combine(machine.ConfigurationFolder(), "pip", "pip.conf"),
        ("pipconf", TrustScope.Machine) => machine.Locate("/etc/pip.conf"),
        ("condarc", TrustScope.User) => Path.Combine(machine.Home, ".condarc"),
        ("condarc", TrustScope.Machine) => machine.Locate("/etc/conda/.condarc"),
        ("cargoconfig", TrustScope.User) => machine.Expand("{cargo}/config.toml").FirstOrDefault(),
        ("yarnrcyml", TrustScope.User) => Path.Combine(machine.Home, ".yarnrc.yml"),
        _ => null,
    };

    private static (string Section, string Key, string Line) Setting(string file, string value) => file switch
    {
        "wgetrc" => (string.Empty, "ca_certificate", $"ca_certificate = {value}"),
        "gitconfig" => ("http", "http.sslcainfo", $"\tsslCAInfo = \"{Escaped(value)}\""),
        "npmrc" => (string.Empty, "cafile", $"cafile={value}"),
        "pipconf" => ("global", "global.cert", $"cert = {value}"),
        "condarc" => (string.Empty, "ssl_verify", $"ssl_verify: \"{Escaped(value)}\""),
        "cargoconfig" => ("http", "http.cainfo", $"cainfo = \"{Escaped(value)}\""),
        "yarnrcyml" => (string.Empty, "httpscafilepath", $"httpsCaFilePath: \"{Escaped(value)}\""),
        _ => throw new ArgumentOutOfRangeException(nameof(file), file, "this file is not written"),
    };

    /// <summary>How the content changes; the flag says whether all of ours is one block.</summary>
    public static (Func<byte[]?, byte[]> Change, bool IsBlock) Change(string file, string path, string value, byte[]? now)
    {
        (string section, string key, string line) = Setting(file, value);
        ConfigurationFormat format = ProgramCatalogue.FormatOf(ProgramCatalogue.File(file));

        // A setting of the user's that names another store: one value changes, its line stays. Git lets the last one win, so there a block does.
        bool replaces = file is not ("gitconfig" or "wgetrc") && !MarkedBlock.IsIn(now) && now is not null && Entry(path, format, now, key) is not null;
        if (replaces)
        {
            string written = line[(line.IndexOfAny(['=', ':']) + 1)..].Trim();
            return (content => content is not null && Entry(path, format, content, key) is { } entry
                ? ConfigurationFile.Parse(path, format, content).With([new ConfigurationEdit(entry.ValueStart, entry.ValueLength, written)])
                : MarkedBlock.Put(content, Lines(section, line)), false);
        }

        return (content => Put(path, content, format, section, line), true);
    }

    /// <summary>The content without our block. `git config` writes into the last section of a name, which may be ours: its lines stay, under their header.</summary>
    public static byte[]? TakeOut(string file, byte[]? content)
    {
        (string section, _, string line) = Setting(file, string.Empty);
        string[] others = [.. Others(content, section, line)];
        IEnumerable<string> header = MarkedBlock.Lines(content).Where(text => text == $"[{section}]");
        return MarkedBlock.TakeOut(content, others.Length == 0 ? [] : [.. header, .. others]);
    }

    private static IEnumerable<string> Others(byte[]? content, string section, string line) =>
        MarkedBlock.Lines(content).Where(text => text != $"[{section}]" && Name(text) != Name(line) && Name(text) != $"{section}.{Name(line)}");

    private static string Name(string line) => line[..(line.IndexOfAny(['=', ':']) + 1)].TrimEnd('=', ':').Trim().ToLowerInvariant();

    /// <summary>Takes our value out of a file that was edited since: what stood there before comes back, or the line goes.</summary>
    public static byte[] PutBack(string file, string path, byte[] now, byte[]? before, byte[] after)
    {
        string key = Setting(file, string.Empty).Key;
        ConfigurationFormat format = ProgramCatalogue.FormatOf(ProgramCatalogue.File(file));
        if (Entry(path, format, now, key) is not { } entry || entry.Value != Entry(path, format, after, key)?.Value)
        {
            return now; // somebody gave it another value
        }

        ConfigurationEdit edit = before is not null && Entry(path, format, before, key) is { } old
            ? new(entry.ValueStart, entry.ValueLength, Encoding.UTF8.GetString(before, old.ValueStart, old.ValueLength))
            : new(entry.Start, entry.Length, entry.Filler);
        return ConfigurationFile.Parse(path, format, now).With([edit]);
    }

    private static byte[] Put(string path, byte[]? content, ConfigurationFormat format, string section, string line)
    {
        string dotted = $"{section}.{line}";
        if (content is null || MarkedBlock.IsIn(content))
        {
            IReadOnlyList<string> old = MarkedBlock.Lines(content);
            string[] ours = content is null || old.Any(text => text.TrimStart().StartsWith('[')) ? Lines(section, line)
                : old.Any(text => text.StartsWith(section + ".", StringComparison.Ordinal)) ? [dotted]
                : [line];
            return MarkedBlock.Put(content, [.. ours, .. Others(content, section, line)]);
        }

        string text = Encoding.Latin1.GetString(content);
        IReadOnlyList<TextLine> lines = TextLine.Split(text);
        if (format == ConfigurationFormat.Yaml && lines.Any(candidate => candidate.Trimmed.StartsWith('{')))
        {
            throw new ProvisioningException(Refusal.NotSupported, $"'{path}' is written in one pair of braces, which takes no further line.", "Write it with one setting a line, or name other programs as -Program.");
        }

        if (section.Length == 0)
        {
            // In a file of sections a key of no section must stand before the first.
            TextLine? first = format is ConfigurationFormat.Ini or ConfigurationFormat.NpmRc ? lines.Cast<TextLine?>().FirstOrDefault(candidate => candidate!.Value.Trimmed.StartsWith('[')) : null;
            return MarkedBlock.Put(content, [line], first?.Start);
        }

        // Git takes a section as often as it comes; INI and TOML only once, so the line goes under the header that is there.
        TextLine? header = format == ConfigurationFormat.GitConfig ? null : lines.Cast<TextLine?>().FirstOrDefault(candidate => IsHeader(candidate!.Value.Trimmed, format, section));
        if (header is { } found)
        {
            return MarkedBlock.Put(content, [line], found.Start + found.LengthWithEnd);
        }

        // TOML may also write a section as dotted keys, or in one line, before the first header.
        foreach (TextLine top in format == ConfigurationFormat.Toml ? lines.TakeWhile(candidate => !candidate.Trimmed.StartsWith('[')) : [])
        {
            if (top.Trimmed.StartsWith(section + ".", StringComparison.Ordinal))
            {
                return MarkedBlock.Put(content, [dotted], top.Start);
            }

            if (top.Trimmed.Split('=')[0].Trim() == section)
            {
                throw new ProvisioningException(Refusal.NotSupported, $"'{path}' has {section} as an inline table, which takes no further line.", $"Write it as [{section}], or name other programs as -Program.");
            }
        }

        return MarkedBlock.Put(content, Lines(section, line));
    }

    // A comment may follow; blanks inside count for TOML only.
    private static bool IsHeader(string line, ConfigurationFormat format, string section) =>
        line.StartsWith('[') && line.IndexOf(']', StringComparison.Ordinal) is > 0 and int end && (format == ConfigurationFormat.Toml ? line[1..end].Trim() : line[1..end]) == section;

    private static string[] Lines(string section, string line) => section.Length == 0 ? [line] : [$"[{section}]", line];

    private static ConfigurationEntry? Entry(string path, ConfigurationFormat format, byte[] content, string key) =>
        ConfigurationFile.Parse(path, format, content).Entries.LastOrDefault(entry => entry.Key == key);

    private static string Escaped(string value) => value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);

    /// <summary>Refuses what the unquoted formats can't carry.</summary>
    public static void DemandCarriable(string file, string value)
    {
        string forbidden = file switch { "wgetrc" => "\n\r\0\"", "npmrc" => "\n\r\0;#\"=", "pipconf" => "\n\r\0%", _ => "\n\r\0" };
        int at = value.IndexOfAny(forbidden.ToCharArray());
        if (at >= 0)
        {
            throw new ProvisioningException(Refusal.PathNotCarriable, $"The path has the character U+{(int)value[at]:X4} in it, which {file} can't carry: {value.Replace('\n', ' ').Replace('\r', ' ')}", "Choose a -Destination without that character.");
        }
    }
}
