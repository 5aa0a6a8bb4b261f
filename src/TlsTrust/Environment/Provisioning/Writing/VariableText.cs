using TlsTrust.Environment.Provisioning.Requests;

namespace TlsTrust.Environment.Provisioning.Writing;

/// <summary>Writes an assignment as each format wants it, and refuses what a format can't carry.</summary>
internal static class VariableText
{
    public static string Bash(string name, string value)
    {
        Demand(name, value, "a shell's start-up file", "\n\r\0");
        return $"export {name}='{value.Replace("'", "'\\''", StringComparison.Ordinal)}'";
    }

    /// <summary>environment.d(5): what is special between double quotes has a backslash before it, and a dollar is written twice.</summary>
    public static string EnvironmentD(string name, string value)
    {
        Demand(name, value, "environment.d", "\n\r\0");
        return value.All(c => char.IsLetterOrDigit(c) || c is '/' or '.' or '-' or '_' or ':' or '=' or ',' or '+' or '@')
            ? $"{name}={value}"
            : $"{name}=\"{string.Concat(value.Select(c => c is '"' or '\\' or '`' ? $"\\{c}" : c == '$' ? "$$" : $"{c}"))}\"";
    }

    /// <summary>/etc/environment: pam_env takes quotes off and cuts at a number sign wherever it stands.</summary>
    public static string PamEnvironment(string name, string value)
    {
        Demand(name, value, "/etc/environment", "\n\r\0$\"'\\`#");
        return $"{name}=\"{value}\"";
    }

    public static string Fish(string name, string value)
    {
        Demand(name, value, "fish", "\n\r\0");
        return $"set -gx {name} '{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";
    }

    public static string For(ProvisionTarget target, string name, string value)
    {
        switch (target)
        {
            case ProvisionTarget.GitHubActions:
                Demand(name, value, "the file of GITHUB_ENV", "\n\r\0");
                if (name is "NODE_OPTIONS" or "CI" || name.StartsWith("GITHUB_", StringComparison.Ordinal)
                    || name.StartsWith("RUNNER_", StringComparison.Ordinal))
                {
                    throw new ProvisioningException(Refusal.NotSupported, $"GITHUB_ENV refuses the variable {name}.",
                        "Set it under env: of the job.");
                }

                return $"{name}={value}";
            case ProvisionTarget.AzurePipelines:
                Demand(name, value, "a logging command", "\0");
                return $"##vso[task.setvariable " +
                    $"variable={name}]" +
                    $"{value.Replace("%", "%AZP25", StringComparison.Ordinal).Replace("\r", "%0D", StringComparison.Ordinal)
                        .Replace("\n", "%0A", StringComparison.Ordinal)}";
            case ProvisionTarget.Dockerfile:
                Demand(name, value, "a Dockerfile", "\n\r\0");
                return $"ENV {name}=\"" +
                    $"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
                        .Replace("$", "\\$", StringComparison.Ordinal)}\"";
            case ProvisionTarget.Bash:
                return Bash(name, value);
            case ProvisionTarget.PowerShell:
                Demand(name, value, "a PowerShell line", "\n\r\0");
                // PowerShell takes the typographic apostrophes for quotes as well.
                return $"$env:{name} = '" +
                    $"{string.Concat(value.Select(c => c is '\'' or '\u2018' or '\u2019' or '\u201A' or '\u201B' ? $"{c}{c}" : $"{c}"))}'";
            default:
                Demand(name, value, "a batch file", "\n\r\0\"");
                return $"set \"{name}={value.Replace("%", "%%", StringComparison.Ordinal)}\"";
        }
    }

    /// <summary>A property list entry of launchd's setenv.</summary>
    public static string Xml(string value) => System.Security.SecurityElement.Escape(value);

    internal static void Demand(string name, string value, string format, string forbidden)
    {
        int at = value.IndexOfAny(forbidden.ToCharArray());
        if (at >= 0)
        {
            throw new ProvisioningException(
                Refusal.PathNotCarriable,
                $"The value for {name} has the character U+{(int)value[at]:X4} in it, which {format} can't carry: " +
                $"{value.Replace('\n', ' ').Replace('\r', ' ').Replace('\0', ' ')}",
                "Choose a -Destination without that character.");
        }
    }
}
