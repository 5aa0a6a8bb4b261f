using System.Text;
using TlsTrust.Environment.Configuration;

namespace TlsTrust.Tests.Environment;

/// <summary>
/// What is written into a configuration file is what is read back from it, whatever the value and whatever stands around it.
/// </summary>
public sealed class ConfigurationRoundTripTests(ITestOutputHelper output)
{
    private const string Around = "# mine\n";

    private static readonly string[] Pieces =
        ["C:\\", "\\", "\\\\", "\\n", "/", "a b", "\"", "'", "#", ";", "=", ":", "%", "ü", "日本", "\t", "\u0001", "\\u00fc", "$HOME", "{",
            "}", "[", "]", "- ", " #", "x", "temp", "new", "\n", ","];

    [Theory]
    [InlineData(ConfigurationFormat.GitConfig, "[http]\n", "http.name")]
    [InlineData(ConfigurationFormat.Toml, "[http]\n", "http.name")]
    [InlineData(ConfigurationFormat.Yaml, "", "name")]
    [InlineData(ConfigurationFormat.Ini, "[http]\n", "http.name")]
    [InlineData(ConfigurationFormat.NpmRc, "", "name")]
    [InlineData(ConfigurationFormat.WgetRc, "", "name")]
    [InlineData(ConfigurationFormat.Properties, "", "name")]
    public void A_value_that_is_written_is_read_back(ConfigurationFormat format, string header, string key)
    {
        Random random = new(17);
        int run = 0;
        for (int i = 0; i < 3000; i++)
        {
            string value = string.Concat(Enumerable.Range(0, random.Next(1, 6)).Select(_ => Pieces[random.Next(Pieces.Length)])).Trim();

            // Without quotes a format can't carry what looks like its own syntax; those paths are refused before anything is written.
            bool unquoted = format is ConfigurationFormat.Ini or ConfigurationFormat.NpmRc or ConfigurationFormat.WgetRc
                or ConfigurationFormat.Properties;
            if (value.Length == 0 || value.IndexOfAny(ConfigurationWriter.Forbidden(format).ToCharArray()) >= 0
                || (unquoted && !(value.StartsWith('/') || value.StartsWith("C:\\", StringComparison.Ordinal))))
            {
                continue;
            }

            string text = Around + header + ConfigurationWriter.Line(format, "name", value) + "\n" + Around;
            ConfigurationFile file = ConfigurationFile.Parse("made", format, Encoding.UTF8.GetBytes(text));
            ConfigurationEntry entry = Assert.Single(file.Entries, entry => entry.Key == key);
            Assert.True(value == entry.Value, $"{format}: wrote {value}, read {entry.Value}, as {text}");

            // And one value in place of another changes nothing else.
            byte[] edited =
                file.With([new ConfigurationEdit(entry.ValueStart, entry.ValueLength, ConfigurationWriter.Value(format, "/other.pem"))]);
            Assert.Equal(Around + header + ConfigurationWriter.Line(format, "name", "/other.pem") + "\n" + Around,
                Encoding.UTF8.GetString(edited));
            run++;
        }

        output.WriteLine($"{run} values");
        Assert.True(run > 50);
    }

    [Theory]
    [InlineData(ConfigurationFormat.Toml, """name = "C:\\temp\\new.pem" # mine""", @"C:\temp\new.pem")]
    [InlineData(ConfigurationFormat.Toml, @"name = 'C:\temp\new.pem'", @"C:\temp\new.pem")]
    [InlineData(ConfigurationFormat.Toml, "name = \"/\\u00fc/\\U0001F512.pem\"", "/ü/🔒.pem")]
    [InlineData(ConfigurationFormat.Yaml, @"name: ""C:\\temp\\new.pem"" # mine", @"C:\temp\new.pem")]
    [InlineData(ConfigurationFormat.Yaml, "name: 'it''s.pem'", "it's.pem")]
    [InlineData(ConfigurationFormat.Yaml, "name: \"a\\\"b.pem\"", "a\"b.pem")]
    [InlineData(ConfigurationFormat.Json, """{"name": "C:\\temp\\new.pem"}""", @"C:\temp\new.pem")]
    [InlineData(ConfigurationFormat.GitConfig, "name = \"C:\\\\temp\\\\new.pem\"", @"C:\temp\new.pem")]
    public void What_others_wrote_is_read_as_they_meant_it(ConfigurationFormat format, string line, string expected)
    {
        ConfigurationFile file =
            ConfigurationFile.Parse("made", format,
                Encoding.UTF8.GetBytes(format == ConfigurationFormat.GitConfig ? "[x]\n" + line : line));
        Assert.Equal(expected, Assert.Single(file.Entries).Value);
    }
}
