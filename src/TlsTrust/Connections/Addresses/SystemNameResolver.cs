using System.Net;

namespace TlsTrust.Connections.Addresses;

/// <summary>Asks the operating system (getaddrinfo), in its order of preference (RFC 6724).</summary>
public sealed class SystemNameResolver : INameResolver
{
    /// <summary>
    /// Questions at once. getaddrinfo blocks its thread for as long as the name service is silent (15 s and more), so it gets
    /// threads of its own, and no more than a scan of the default width can use.
    /// </summary>
    private const int MaxConcurrentQuestions = 64;

    private static readonly SemaphoreSlim Slots = new(MaxConcurrentQuestions);

    private SystemNameResolver()
    {
    }

    /// <summary>The resolver of this process.</summary>
    public static SystemNameResolver Instance { get; } = new();

    /// <inheritdoc/>
    public async Task<IReadOnlyList<IPAddress>> ResolveAsync(string hostName, CancellationToken cancellationToken)
    {
        await Slots.WaitAsync(cancellationToken);
        Task<IPAddress[]> question = Task.Factory.StartNew(
            () =>
            {
                try
                {
                    return Dns.GetHostAddresses(hostName);
                }
                finally
                {
                    Slots.Release();
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach,
            TaskScheduler.Default);

        // The question cannot be taken back; when nobody waits any more its answer, or its error, is of no interest.
        _ = question.ContinueWith(static task =>
            _ = task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        return await question.WaitAsync(cancellationToken);
    }
}
