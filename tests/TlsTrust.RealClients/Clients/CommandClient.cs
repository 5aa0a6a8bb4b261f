namespace TlsTrust.RealClients.Clients;

/// <summary>A command that is run once for each server that it can reach: not every one can be told where a name leads.</summary>
internal sealed class CommandClient(string name, string row, string program, Func<MeasuredServer, string[]> arguments,
    Func<int, string, RealAnswer> read, Func<MeasuredServer, bool>? canReach = null) : IRealClient
{
    private const int Concurrency = 4;

    public string Name => name;

    public string Row => row;

    public bool IsBrowser => false;

    public async Task<IReadOnlyDictionary<string, RealAnswer>> AskAsync(IReadOnlyList<MeasuredServer> servers,
        CancellationToken cancellationToken)
    {
        Dictionary<string, RealAnswer> answers = [];
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(servers.Where(server => canReach?.Invoke(server) != false), parallel, async (server, token) =>
        {
            (int exit, string output, string error) = await ChildProcess.RunAsync(program, arguments(server), "", token);
            lock (answers)
            {
                answers[server.Name] = read(exit, output + error);
            }
        });
        return answers;
    }
}
