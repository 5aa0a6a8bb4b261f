using System.Text.Json;
using TlsTrust.Environment.Catalogue;
using TlsTrust.Environment.Probes;

namespace TlsTrust.Tests.Environment;

public sealed class CatalogueTests
{
    [Fact]
    public void The_catalogue_satisfies_its_schema()
    {
        using JsonDocument schema = JsonDocument.Parse(ProgramCatalogue.Resource("programs.schema.json"));
        using JsonDocument catalogue = JsonDocument.Parse(ProgramCatalogue.Resource("programs.json"));
        Assert.Empty(Faults(catalogue.RootElement, schema.RootElement, schema.RootElement, "$"));
    }

    [Theory]
    [InlineData("""{"schema":2,"about":"","files":[],"programs":[]}""")]
    [InlineData("""{"schema":1,"about":"","files":[{"id":"x","format":"no such","places":[]}],"programs":[]}""")]
    [InlineData("""{"schema":1,"about":"","files":[],"programs":[],"more":1}""")]
    public void The_schema_check_sees_what_is_wrong(string text)
    {
        using JsonDocument schema = JsonDocument.Parse(ProgramCatalogue.Resource("programs.schema.json"));
        using JsonDocument wrong = JsonDocument.Parse(text);
        Assert.NotEmpty(Faults(wrong.RootElement, schema.RootElement, schema.RootElement, "$"));
    }

    [Fact]
    public void Every_file_that_is_named_is_described_and_every_id_is_there_once()
    {
        Assert.Equal(ProgramCatalogue.Programs.Count, ProgramCatalogue.Programs.Select(program => program.Id).Distinct().Count());
        HashSet<string> files = [.. ProgramCatalogue.Files.Select(file => file.Id)];
        Assert.All(ProgramCatalogue.Programs.SelectMany(program =>
            program.Settings.Select(setting => setting.File).Concat(program.Insecure.Select(fact => fact.File))).OfType<string>(), file =>
                Assert.Contains(file, files));
        Assert.All(ProgramCatalogue.Files, file => ProgramCatalogue.FormatOf(file));
    }

    [Fact]
    public void Every_fact_says_how_it_is_known()
    {
        Assert.All(ProgramCatalogue.Programs.SelectMany(program => program.Settings), setting => Assert.NotEmpty(setting.Source));
        Assert.All(ProgramCatalogue.Programs.SelectMany(program => program.Insecure), fact => Assert.NotEmpty(fact.Source));
        Assert.Contains(ProgramCatalogue.Programs.SelectMany(program => program.Settings), setting => setting.Evidence == Evidence.Hint);
    }

    [Fact]
    public void What_switches_host_name_checks_off_is_never_provisioned()
    {
        Assert.DoesNotContain("HTTPS_CA_FILE", ProgramCatalogue.ProvisionedVariables);
        Assert.DoesNotContain(ProgramCatalogue.ProvisionedVariables, name =>
            ProgramCatalogue.Programs.Any(program =>
                program.Insecure.Any(fact => fact.Name == name && fact.Match is not ("empty" or "matches"))));
    }

    [Fact]
    public void Every_program_that_can_be_asked_is_in_the_catalogue() =>
        Assert.All(ProgramProbe.Programs, id => Assert.NotNull(ProgramCatalogue.Find(id)));

    // As much of JSON Schema as the file uses.
    private static IEnumerable<string> Faults(JsonElement value, JsonElement schema, JsonElement root, string path)
    {
        if (schema.TryGetProperty("$ref", out JsonElement reference))
        {
            JsonElement target = root;
            foreach (string part in reference.GetString()!.Split('/').Skip(1))
            {
                target = target.GetProperty(part);
            }

            return Faults(value, target, root, path);
        }

        List<string> faults = [];
        if (schema.TryGetProperty("enum", out JsonElement allowed)
            && !allowed.EnumerateArray().Any(item => item.GetRawText() == value.GetRawText()))
        {
            faults.Add($"{path}: {value.GetRawText()} is none of {allowed.GetRawText()}");
        }

        if (schema.TryGetProperty("type", out JsonElement type)
            && type.GetString()
                != value.ValueKind switch { JsonValueKind.Object => "object", JsonValueKind.Array => "array", JsonValueKind.String =>
                    "string", JsonValueKind.True or JsonValueKind.False => "boolean", _ => "number" })
        {
            faults.Add($"{path}: no {type.GetString()}");
            return faults;
        }

        if (value.ValueKind == JsonValueKind.Array && schema.TryGetProperty("items", out JsonElement items))
        {
            faults.AddRange(value.EnumerateArray().SelectMany((item, index) => Faults(item, items, root, $"{path}[{index}]")));
        }

        if (value.ValueKind == JsonValueKind.Object)
        {
            JsonElement properties = schema.TryGetProperty("properties", out JsonElement known) ? known : default;
            foreach (string required in schema.TryGetProperty("required", out JsonElement names)
                ? names.EnumerateArray().Select(name => name.GetString()!) : [])
            {
                if (!value.TryGetProperty(required, out _))
                {
                    faults.Add($"{path}: no {required}");
                }
            }

            foreach (JsonProperty property in value.EnumerateObject())
            {
                if (properties.ValueKind == JsonValueKind.Object && properties.TryGetProperty(property.Name, out JsonElement inner))
                {
                    faults.AddRange(Faults(property.Value, inner, root, $"{path}.{property.Name}"));
                }
                else if (schema.TryGetProperty("additionalProperties", out JsonElement more))
                {
                    faults.AddRange(more.ValueKind == JsonValueKind.False ? [$"{path}: {property.Name} is not known"]
                        : Faults(property.Value, more, root, $"{path}.{property.Name}"));
                }
            }
        }

        return faults;
    }
}
