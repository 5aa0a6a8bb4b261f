namespace TlsTrust.Tests.Rendering.Readers;

/// <summary>A line of a build's log as the runner of GitHub Actions reads it (its ActionCommand, second form).</summary>
internal static class GitHubRunner
{
    /// <summary>Command, properties and text of a line that is a command; it must be one.</summary>
    public static (string Command, Dictionary<string, string> Properties, string Text) Read(string line)
    {
        string message = line.TrimStart();
        Assert.StartsWith("::", message, StringComparison.Ordinal);
        int end = message.IndexOf("::", 2, StringComparison.Ordinal);
        Assert.True(end > 0, line);
        string head = message[2..end];
        int space = head.IndexOf(' ', StringComparison.Ordinal);
        Dictionary<string, string> properties = [];
        foreach (string pair in space < 0 ? [] : head[(space + 1)..].Trim().Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = pair.Split('=', 2);
            Assert.Equal(2, parts.Length);
            properties[parts[0]] = Plain(parts[1], ("%3A", ":"), ("%2C", ","));
        }

        return (space < 0 ? head : head[..space], properties, Plain(message[(end + 2)..]));
    }

    private static string Plain(string text, params (string From, string To)[] more) =>
        more.Append(("%0D", "\r")).Append(("%0A", "\n")).Append(("%25", "%"))
            .Aggregate(text, (soFar, pair) => soFar.Replace(pair.Item1, pair.Item2, StringComparison.Ordinal));
}

/// <summary>A line of a build's log as the agent of Azure Pipelines reads it: a command may begin anywhere in the line.</summary>
internal static class AzureAgent
{
    /// <inheritdoc cref="GitHubRunner.Read"/>
    public static (string Command, Dictionary<string, string> Properties, string Text) Read(string line)
    {
        int start = line.IndexOf("##vso[", StringComparison.Ordinal);
        Assert.Equal(0, start);
        int end = line.IndexOf(']', start);
        string head = line["##vso[".Length..end];
        int space = head.IndexOf(' ', StringComparison.Ordinal);
        Dictionary<string, string> properties = [];
        foreach (string pair in head[(space + 1)..].Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = pair.Split('=', 2);
            Assert.Equal(2, parts.Length);
            properties[parts[0].Trim()] = Plain(parts[1].Trim());
        }

        string text = line[(end + 1)..];
        Assert.DoesNotContain("##", text, StringComparison.Ordinal);
        return (head[..space], properties, Plain(text));
    }

    private static string Plain(string text) =>
        new[] { ("%3B", ";"), ("%0D", "\r"), ("%0A", "\n"), ("%5D", "]"), ("%AZP25", "%") }
            .Aggregate(text, (soFar, pair) => soFar.Replace(pair.Item1, pair.Item2, StringComparison.Ordinal));
}
