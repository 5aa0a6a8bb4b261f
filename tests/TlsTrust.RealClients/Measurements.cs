using System.Text.Encodings.Web;
using System.Text.Json;

namespace TlsTrust.RealClients;

/// <summary>What every client was seen to do, as it is kept in measured.json: the versions, and the answer of each by server.</summary>
internal sealed record Measurements
{
    private static readonly JsonSerializerOptions Options =
        new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Versions by client.</summary>
    public required SortedDictionary<string, string> Versions { get; init; }

    /// <summary>By server and client: empty where it accepts, else its words.</summary>
    public required SortedDictionary<string, SortedDictionary<string, string>> Answers { get; init; }

    internal static Measurements Read() => JsonSerializer.Deserialize<Measurements>(File.ReadAllBytes(InSource("measured.json")), Options)!;

    /// <summary>Pairs that disagree, by "client at server", and why that stays.</summary>
    internal static SortedDictionary<string, string> KnownDisagreements() =>
        JsonSerializer.Deserialize<SortedDictionary<string, string>>(File.ReadAllBytes(InSource("disagreements.json")), Options)!;

    internal void Write() => File.WriteAllText(InSource("measured.json"), JsonSerializer.Serialize(this, Options) + "\n");

    /// <summary>In the checkout, since what is recorded is meant to be kept.</summary>
    private static string InSource(string file)
    {
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            string path = Path.Combine(folder, "tests", "TlsTrust.RealClients", file);
            if (File.Exists(path))
            {
                return path;
            }
        }

        throw new FileNotFoundException("the suite runs in a checkout", file);
    }
}
