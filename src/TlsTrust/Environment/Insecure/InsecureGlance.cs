using System.Text.Json;
using TlsTrust.Environment.Catalogue;

namespace TlsTrust.Environment.Insecure;

/// <summary>
/// Whether a process's variables switch anything off, by a glance at the catalogue's text. Most machines have nothing of the kind, and the
/// first answer of a shell then needs no catalogue, whose reading costs more than the handshake.
/// </summary>
internal static class InsecureGlance
{
    /// <summary>True when a variable may switch something off; false is certain.</summary>
    public static bool IsNeeded(IReadOnlyDictionary<string, string> variables)
    {
        using JsonDocument document = JsonDocument.Parse(ProgramCatalogue.Resource("programs.json"));
        foreach (JsonElement program in document.RootElement.GetProperty("programs").EnumerateArray())
        {
            foreach (JsonElement fact in program.GetProperty("insecure").EnumerateArray())
            {
                if (fact.GetProperty("place").ValueEquals("variable") && Counts(fact, variables))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static bool Counts(JsonElement json, IReadOnlyDictionary<string, string> variables)
    {
        if (json.GetProperty("match").ValueEquals("gitPairs"))
        {
            return variables.ContainsKey("GIT_CONFIG_COUNT");
        }

        string name = json.GetProperty("name").GetString()!;
        return variables.TryGetValue(name, out string? value) && InsecureMatch.Matches(Fact(name, json), value);
    }

    // As far as a match looks at it.
    private static InsecureFacts Fact(string name, JsonElement json)
    {
        List<string> values = [];
        if (json.TryGetProperty("values", out JsonElement given))
        {
            foreach (JsonElement value in given.EnumerateArray())
            {
                values.Add(value.GetString()!);
            }
        }

        return new()
        {
            Name = name,
            Place = "variable",
            Match = json.GetProperty("match").GetString()!,
            Values = values,
            TurnsOff = "",
            Evidence = Evidence.Run,
            Source = "",
        };
    }
}
