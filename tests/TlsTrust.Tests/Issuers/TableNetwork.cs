using System.Collections.Concurrent;
using System.Net;
using TlsTrust.Connections.Addresses;

namespace TlsTrust.Tests.Issuers;

/// <summary>Answers for names from a table; for any other name with <see cref="Others"/>, where that is set.</summary>
internal sealed class TableResolver : Dictionary<string, string[]>, INameResolver
{
    public int Questions { get; private set; }

    public string? Others { get; init; }

    public Task<IReadOnlyList<IPAddress>> ResolveAsync(string hostName, CancellationToken cancellationToken)
    {
        Questions++;
        return Task.FromResult<IReadOnlyList<IPAddress>>(
            [.. (TryGetValue(hostName, out string[]? known) ? known : [Others!]).Select(IPAddress.Parse)]);
    }
}

/// <summary>Notes whom it should connect to, and connects to <see cref="Target"/>.</summary>
internal sealed class TableDialer : ISocketDialer
{
    public ConcurrentQueue<string> Dialled { get; } = new();

    public IPEndPoint? Target { get; init; }

    public Task<Stream> DialAsync(IPEndPoint address, CancellationToken cancellationToken)
    {
        Dialled.Enqueue(address.ToString());
        return SystemSocketDialer.Instance.DialAsync(Target
            ?? throw new InvalidOperationException("nothing may be dialled here"), cancellationToken);
    }
}
