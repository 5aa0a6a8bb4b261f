using System.Text.Json;
using TlsTrust.Environment.Configuration;

namespace TlsTrust.Environment.Catalogue;

/// <summary>The embedded catalogue of programs (<c>programs.json</c>, described by <c>programs.schema.json</c>).</summary>
public static class ProgramCatalogue
{
    private static readonly Lazy<CatalogueDocument> Document = new(Load);

    /// <summary>All programs.</summary>
    public static IReadOnlyList<ProgramFacts> Programs => Document.Value.Programs;

    /// <summary>All configuration files.</summary>
    public static IReadOnlyList<FileFacts> Files => Document.Value.Files;

    /// <summary>Every variable that the catalogue knows, for completion.</summary>
    public static IReadOnlyList<string> Variables => [.. Programs
        .SelectMany(program => program.Settings.Where(setting => setting.IsVariable).Select(setting => setting.Name))
        .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>Variables that can be provisioned, for completion.</summary>
    public static IReadOnlyList<string> ProvisionedVariables => [.. Programs
        .SelectMany(program =>
            program.Settings.Where(setting => setting.IsVariable && setting.Provision is not (null or "startFile"))
                .Select(setting => setting.Name))
        .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>The program of that id, or null.</summary>
    public static ProgramFacts? Find(string id) =>
        Programs.FirstOrDefault(program => program.Id.Equals(id, StringComparison.OrdinalIgnoreCase));

    internal static FileFacts File(string id) => Files.First(file => file.Id == id);

    internal static ConfigurationFormat FormatOf(FileFacts file) => Enum.Parse<ConfigurationFormat>(file.Format, ignoreCase: true);

    /// <summary>The embedded text of the catalogue or of its schema.</summary>
    internal static string Resource(string name)
    {
        using Stream stream = typeof(ProgramCatalogue).Assembly.GetManifestResourceStream("TlsTrust.Environment.Catalogue." + name)
            ?? throw new InvalidOperationException($"The assembly was built without {name}.");
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }

    private static CatalogueDocument Load() =>
        JsonSerializer.Deserialize(Resource("programs.json"), CatalogueJson.Default.CatalogueDocument)
            ?? throw new InvalidOperationException("The embedded catalogue is empty.");
}
