using System.Runtime.CompilerServices;
using System.Threading.Channels;
using TlsTrust.Revocation;

namespace TlsTrust.Diagnosis;

/// <summary>Tests endpoints as they come, several at a time: the one way from "host:port" to a report.</summary>
public static class EndpointTester
{
    /// <summary>
    /// Tests a stream of endpoints. Reports come as they are ready; at most <see cref="EndpointTestOptions.ThrottleLimit"/> endpoints are
    /// under way, and no further one is taken until a report was taken.
    /// </summary>
    /// <param name="endpoints">What to test; none may carry an <see cref="Endpoint.Error"/>.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Ends everything at once, as disposing the enumerator does.</param>
    /// <returns>One report for each endpoint, with <see cref="EndpointTestOptions.AllAddresses"/> one for each address.</returns>
    /// <exception cref="OperationCanceledException">The caller cancelled. What a network or a server does is in the report.</exception>
    public static async IAsyncEnumerable<EndpointReport> TestAsync(
        IAsyncEnumerable<Endpoint> endpoints, EndpointTestOptions options, [EnumeratorCancellation]
            CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(options);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using EndpointRun run = new(options);

        // A worker holds its place until its report was taken, so that a slow reader slows the scan and memory stays flat.
        Channel<EndpointReport> reports = Channel.CreateBounded<EndpointReport>(1);
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = options.ThrottleLimit, CancellationToken = stop.Token };
        Task all = Task.Run(
            async () =>
            {
                try
                {
                    if (options.Ordered)
                    {
                        await InOrderAsync(endpoints, run, options.ThrottleLimit, reports.Writer, stop.Token);
                        reports.Writer.Complete();
                        return;
                    }

                    await Parallel.ForEachAsync(endpoints, parallel, async (endpoint, token) =>
                    {
                        foreach (EndpointReport report in await run.TestAsync(endpoint, token))
                        {
                            await reports.Writer.WriteAsync(report, token);
                        }
                    });
                    reports.Writer.Complete();
                }
#pragma warning disable CA1031 // handed to the reader, whose thread it belongs to
                catch (Exception fault)
#pragma warning restore CA1031
                {
                    reports.Writer.Complete(fault);
                }
            },
            CancellationToken.None);
        try
        {
            await foreach (EndpointReport report in reports.Reader.ReadAllAsync(cancellationToken))
            {
                yield return report;
            }
        }
        finally
        {
            await stop.CancelAsync();
            await all;
        }
    }

    /// <summary>Tests the endpoints of a list.</summary>
    /// <inheritdoc cref="TestAsync(IAsyncEnumerable{Endpoint}, EndpointTestOptions, CancellationToken)"/>
    public static IAsyncEnumerable<EndpointReport> TestAsync(
        IEnumerable<Endpoint> endpoints, EndpointTestOptions options, CancellationToken cancellationToken = default) =>
        TestAsync(Stream(endpoints), options, cancellationToken);

    /// <summary>
    /// Judges an earlier report again, for another store, name or time, from what it holds. Nothing is connected to and nothing is fetched.
    /// </summary>
    /// <param name="saved">A report; one that came back from a file or a job will do.</param>
    /// <param name="options">How; what concerns connections and downloads is not looked at.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<EndpointReport> JudgeAgainAsync(EndpointReport saved, EndpointTestOptions options,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(saved);
        ArgumentNullException.ThrowIfNull(options);
        using EndpointRun run =
            new(options with { NoDownload = true, Revocation = RevocationMode.None,
                AtHand = [.. options.AtHand, SavedReport.Held(saved)] });
        EndpointReport judged = await run.JudgeAgainAsync(saved, cancellationToken);
        return judged with
        {
            PresentedFrom = saved.PresentedFrom,
            RevocationStatus = saved.RevocationStatus,
            Timings = saved.Timings,
        };
    }

    // As many are under way as may be, and the first to have begun is the first to be handed on: no more than that many wait for it.
    private static async Task InOrderAsync(
        IAsyncEnumerable<Endpoint> endpoints, EndpointRun run, int limit, ChannelWriter<EndpointReport> writer,
            CancellationToken cancellationToken)
    {
        Queue<Task<IReadOnlyList<EndpointReport>>> underWay = new();
        await foreach (Endpoint endpoint in endpoints.WithCancellation(cancellationToken))
        {
            underWay.Enqueue(
                Task.Run(async () =>
                    (IReadOnlyList<EndpointReport>)[.. await run.TestAsync(endpoint, cancellationToken)], cancellationToken));

            // What is done is handed on at once, and where all places are taken the first is waited for.
            while (underWay.Count >= limit || (underWay.TryPeek(out Task<IReadOnlyList<EndpointReport>>? first) && first.IsCompleted))
            {
                await HandOnAsync();
            }
        }

        while (underWay.Count > 0)
        {
            await HandOnAsync();
        }

        async Task HandOnAsync()
        {
            foreach (EndpointReport report in await underWay.Dequeue())
            {
                await writer.WriteAsync(report, cancellationToken);
            }
        }
    }

#pragma warning disable CS1998 // an adapter: nothing to wait for
    private static async IAsyncEnumerable<Endpoint> Stream(IEnumerable<Endpoint> endpoints)
#pragma warning restore CS1998
    {
        foreach (Endpoint endpoint in endpoints)
        {
            yield return endpoint;
        }
    }
}
