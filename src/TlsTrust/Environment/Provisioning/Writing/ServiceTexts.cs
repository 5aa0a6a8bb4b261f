namespace TlsTrust.Environment.Provisioning.Writing;

/// <summary>Assignments as systemd takes them (systemd.exec(5), "Environment=").</summary>
internal static class SystemdText
{
    public static string Assignment(string name, string value)
    {
        VariableText.Demand(name, value, "a systemd unit", "\n\r\0");
        string text = value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("%", "%%", StringComparison.Ordinal);
        return $"\"{name}={text}\"";
    }
}

/// <summary>Assignments as cron takes them (crontab(5)): quotes are taken off, nothing is expanded, there are no escapes.</summary>
internal static class CronText
{
    public static string Assignment(string name, string value)
    {
        bool single = value.Contains('"', StringComparison.Ordinal);
        VariableText.Demand(name, value, "a crontab", single ? "\n\r\0'" : "\n\r\0");
        return single ? $"{name}='{value}'" : $"{name}=\"{value}\"";
    }
}
