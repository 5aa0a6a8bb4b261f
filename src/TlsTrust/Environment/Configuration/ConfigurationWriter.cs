using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace TlsTrust.Environment.Configuration;

/// <summary>Writes one setting as a format wants it: what it writes, <see cref="ConfigurationReader"/> reads back unchanged.</summary>
internal static class ConfigurationWriter
{
    /// <summary>Characters a value must not have, by format: those without a way to write them.</summary>
    public static string Forbidden(ConfigurationFormat format) => format switch
    {
        ConfigurationFormat.WgetRc or ConfigurationFormat.CurlRc => "\n\r\0\"",
        ConfigurationFormat.NpmRc => "\n\r\0;#\"=",
        ConfigurationFormat.Ini => "\n\r\0%", // configparser interpolates
        ConfigurationFormat.Yaml or ConfigurationFormat.Toml or ConfigurationFormat.Json => "\0",
        _ => "\n\r\0",
    };

    /// <summary>The whole line.</summary>
    public static string Line(ConfigurationFormat format, string name, string value) => format switch
    {
        ConfigurationFormat.GitConfig => $"\t{name} = {Value(format, value)}",
        ConfigurationFormat.NpmRc or ConfigurationFormat.Properties => $"{name}={Value(format, value)}",
        ConfigurationFormat.Yaml => $"{name}: {Value(format, value)}",
        _ => $"{name} = {Value(format, value)}",
    };

    /// <summary>The value, quoted and escaped where the format has a way for it.</summary>
    public static string Value(ConfigurationFormat format, string value) => format switch
    {
        ConfigurationFormat.GitConfig => $"\"{Escaped(value, git: true)}\"",
        ConfigurationFormat.Yaml or ConfigurationFormat.Toml => $"\"{Escaped(value, git: false)}\"",
        ConfigurationFormat.Json => $"\"{JsonEncodedText.Encode(value, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"",
        _ => value,
    };

    // TOML's basic strings and YAML's double-quoted ones have these in common; git has no escape for other characters and needs none.
    private static string Escaped(string value, bool git)
    {
        StringBuilder text = new();
        foreach (char c in value)
        {
            text.Append(c switch
            {
                '\\' => @"\\",
                '"' => "\\\"",
                '\n' => @"\n",
                '\t' => @"\t",
                '\r' when !git => @"\r",
                _ when !git && char.IsControl(c) => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}"),
                _ => c,
            });
        }

        return text.ToString();
    }
}
