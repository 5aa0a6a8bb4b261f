using System.Text.Encodings.Web;
using System.Text.Json;
using TlsTrust.Environment.Configuration;

namespace TlsTrust.Environment.Provisioning.Targets;

/// <summary>Compose and development containers: the files are mounted from beside the project.</summary>
internal static class ContainerTexts
{
    private static readonly JsonSerializerOptions Indented =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A file to merge with <c>docker compose -f</c>; a dollar is written twice there.</summary>
    public static IEnumerable<string> Compose(TargetContext context)
    {
        yield return "# docker compose -f compose.yaml -f this: put the service's own name in place of app";
        yield return "services:";
        yield return "  app:";
        yield return "    volumes:";
        yield return $"      - ./{context.FolderHere}:{context.Folder}:ro";
        yield return "    environment:";
        foreach ((string name, string value) in context.Variables)
        {
            yield return $"      {name}: " +
                $"{ConfigurationWriter.Value(ConfigurationFormat.Yaml, value.Replace("$", "$$", StringComparison.Ordinal))}";
        }
    }

    /// <summary>Properties for devcontainer.json.</summary>
    public static IEnumerable<string> DevContainer(TargetContext context)
    {
        Dictionary<string, object> document = new()
        {
            ["mounts"] = new[] { $"source=${{localWorkspaceFolder}}/{context.FolderHere},target={context.Folder},type=bind,readonly" },
            ["containerEnv"] = context.Variables,
        };
        return JsonSerializer.Serialize(document, Indented).ReplaceLineEndings("\n").Split('\n');
    }
}
