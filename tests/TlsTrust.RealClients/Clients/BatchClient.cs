namespace TlsTrust.RealClients.Clients;

/// <summary>A language's own TLS client: one process of it asks all servers, by a program of a few lines in Programs/.</summary>
internal sealed class BatchClient(string name, string row, string program, params string[] arguments) : IRealClient
{
    /// <summary>Servers that one process asks; several run at the same time.</summary>
    private const int Share = 40;

    public string Name => name;

    public string Row => row;

    public bool IsBrowser => false;

    public async Task<IReadOnlyDictionary<string, RealAnswer>> AskAsync(IReadOnlyList<MeasuredServer> servers,
        CancellationToken cancellationToken)
    {
        Dictionary<string, RealAnswer> answers = [];
        foreach ((int _, string output,
            string error) in await Task.WhenAll(servers.Chunk(Share)
                .Select(share => ChildProcess.RunAsync(program, arguments, Lines(share), cancellationToken))))
        {
            Assert.True(output.Length > 0, $"{name}: {error}");
            foreach (string[] fields in output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => line.TrimEnd('\r').Split('\t')))
            {
                answers[fields[0]] = new RealAnswer(fields[1] == "accepts", fields[2]);
            }
        }

        return answers;
    }

    private static string Lines(IEnumerable<MeasuredServer> servers) =>
        string.Concat(servers.Select(server => $"{server.Name}\t{server.HostName}\t{server.Port}\t{server.Anchors}\n"));
}
