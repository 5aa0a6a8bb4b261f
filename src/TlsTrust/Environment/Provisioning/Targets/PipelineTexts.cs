using TlsTrust.Environment.Configuration;
using TlsTrust.Environment.Provisioning.Writing;

namespace TlsTrust.Environment.Provisioning.Targets;

/// <summary>Build servers whose jobs check the files out with the project.</summary>
internal static class PipelineTexts
{
    /// <summary>For .gitlab-ci.yml. CI_PROJECT_DIR is expanded by GitLab itself.</summary>
    public static IEnumerable<string> GitLab(TargetContext context)
    {
        yield return $"# the folder {context.FolderHere} belongs to the project";
        yield return "variables:";
        foreach ((string name, string value) in context.Variables)
        {
            // A dollar that is no variable of ours is written twice.
            string text = value.Replace("$", "$$", StringComparison.Ordinal)
                .Replace("$$CI_PROJECT_DIR", "$CI_PROJECT_DIR", StringComparison.Ordinal);
            yield return $"  {name}: {ConfigurationWriter.Value(ConfigurationFormat.Yaml, text)}";
        }
    }

    /// <summary>For a declarative Jenkinsfile; in double quotes WORKSPACE is expanded.</summary>
    public static IEnumerable<string> Jenkins(TargetContext context)
    {
        yield return "environment {";
        foreach ((string name, string value) in context.Variables)
        {
            VariableText.Demand(name, value, "a Jenkinsfile", "\n\r\0");
            string text = value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
                .Replace("$", "\\$", StringComparison.Ordinal).Replace("\\${WORKSPACE}", "${WORKSPACE}", StringComparison.Ordinal);
            yield return $"    {name} = \"{text}\"";
        }

        yield return "}";
    }
}
