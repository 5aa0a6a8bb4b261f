namespace TlsTrust.Environment.Configuration;

/// <summary>Reads the entries out of a configuration file's text. A line it does not understand is passed over: the file
/// belongs to another program, and only what is certain may be judged or edited.</summary>
internal static class ConfigurationReader
{
    /// <summary>Characters of a section or of the path above a setting: each of its settings has them in its key.</summary>
    internal const int MaximumPath = 1024;

    /// <summary>Elements or objects one within the other; what programs read here has five.</summary>
    internal const int MaximumDepth = 64;

    public static IEnumerable<ConfigurationEntry> Read(ConfigurationFormat format, string text) => format switch
    {
        ConfigurationFormat.Ini => IniReader.Read(text),
        ConfigurationFormat.NpmRc => IniReader.Read(text, commentsBehindValues: true),
        ConfigurationFormat.GitConfig => GitConfigReader.Read(text),
        ConfigurationFormat.CurlRc => OptionFileReaders.ReadCurlRc(text),
        ConfigurationFormat.WgetRc => OptionFileReaders.ReadWgetRc(text),
        ConfigurationFormat.YarnRc => OptionFileReaders.ReadYarnRc(text),
        ConfigurationFormat.Properties => OptionFileReaders.ReadProperties(text),
        ConfigurationFormat.Options => OptionFileReaders.ReadOptions(text),
        ConfigurationFormat.Erlang => OptionFileReaders.ReadErlang(text),
        ConfigurationFormat.Yaml => YamlReader.Read(text),
        ConfigurationFormat.Toml => TomlReader.Read(text),
        ConfigurationFormat.Json => JsonReader.Read(text),
        ConfigurationFormat.Xml => XmlAttributeReader.Read(text),
        ConfigurationFormat.Shell => ShellReader.Read(text),
        ConfigurationFormat.Fish => ShellReader.ReadFish(text),
        ConfigurationFormat.PowerShell => ShellReader.ReadPowerShell(text),
        ConfigurationFormat.Environment => ShellReader.ReadEnvironment(text),
        ConfigurationFormat.EnvironmentD => ShellReader.ReadEnvironmentD(text),
        _ => [],
    };

    /// <summary>A path that each of its settings may repeat.</summary>
    internal static string Bounded(string path) => path.Length <= MaximumPath ? path : path[..MaximumPath];
}
