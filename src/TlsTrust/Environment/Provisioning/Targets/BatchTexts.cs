using TlsTrust.Environment.Provisioning.Writing;

namespace TlsTrust.Environment.Provisioning.Targets;

/// <summary>What starts programs later and elsewhere, without a login shell.</summary>
internal static class BatchTexts
{
    /// <summary>A line for a submit file: pairs in double quotes, a quote in them written twice, blanks in single quotes.</summary>
    public static IEnumerable<string> HTCondor(TargetContext context)
    {
        foreach ((string name, string value) in context.Variables)
        {
            VariableText.Demand(name, value, "a submit file", "\n\r\0");
        }

        string pairs =
            string.Join(' ',
                context.Variables.Select(variable => $"{variable.Key}='" +
                    $"{variable.Value.Replace("'", "''", StringComparison.Ordinal).Replace("\"", "\"\"", StringComparison.Ordinal)}'"));
        return [$"environment = \"{pairs}\""];
    }

    /// <summary>Lines for a job script: sbatch --export divides by commas, export in the script carries anything.</summary>
    public static IEnumerable<string> Slurm(TargetContext context) =>
        context.Variables.Select(variable => VariableText.Bash(variable.Key, variable.Value));

    /// <summary>Lines to stand before the jobs of a crontab; cron takes quotes off and expands nothing.</summary>
    public static IEnumerable<string> Cron(TargetContext context) =>
        context.Variables.Select(variable => CronText.Assignment(variable.Key, variable.Value));
}
