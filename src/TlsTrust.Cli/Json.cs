using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace TlsTrust.Cli;

/// <summary>How results are written as JSON: camel case, names for enum values, one array.</summary>
internal static class Json
{
    private static readonly JsonSerializerOptions _options = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // for terminals and files, never for HTML
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>The value as indented JSON.</summary>
    public static string Text<T>(T value) => JsonSerializer.Serialize(value, _options);
}
