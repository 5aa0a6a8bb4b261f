using TlsTrust.Certificates;

namespace TlsTrust.RealClients;

/// <summary>A server that every client is sent to.</summary>
/// <param name="Name">Of the scenario or the chain.</param>
/// <param name="HostName">The name that is asked for and checked; all lead to 127.0.0.1.</param>
/// <param name="Port">Its port.</param>
/// <param name="Anchors">A PEM file with all that the client trusts.</param>
/// <param name="Judge">What the engine reports.</param>
internal sealed record MeasuredServer(string Name, string HostName, int Port, string Anchors,
    Func<CancellationToken, Task<EndpointReport>> Judge)
{
    public override string ToString() => $"{Name} ({HostName}:{Port})";
}

/// <summary>What a real client did.</summary>
/// <param name="Accepts">Whether it took the server's certificate and handshake.</param>
/// <param name="Words">What it said; empty when it accepted.</param>
internal sealed record RealAnswer(bool Accepts, string Words)
{
    public override string ToString() => Accepts ? "accepts" : $"refuses: {Words}";
}

/// <summary>A program that is sent to servers.</summary>
internal interface IRealClient
{
    /// <summary>Its name and version.</summary>
    public string Name { get; }

    /// <summary>The row of the report that it is compared with.</summary>
    public string Row { get; }

    /// <summary>A browser takes long to start: only the full run sends it.</summary>
    public bool IsBrowser { get; }

    /// <summary>Answers by the names of the servers; one that is missing gave no answer.</summary>
    public Task<IReadOnlyDictionary<string, RealAnswer>> AskAsync(IReadOnlyList<MeasuredServer> servers,
        CancellationToken cancellationToken);
}
