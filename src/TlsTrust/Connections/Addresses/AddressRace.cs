using System.Net;
using System.Net.Sockets;
using TlsTrust.Connections.Faults;

namespace TlsTrust.Connections.Addresses;

/// <summary>A socket that was opened, and to which address.</summary>
internal sealed record OpenSocket(Stream Stream, IPAddress Address);

/// <summary>Connects to the first of several addresses that answers, as RFC 8305 §5 staggers them.</summary>
internal static class AddressRace
{
    /// <summary>RFC 8305 §8: a "Connection Attempt Delay" of 250 ms keeps a dead address from costing its whole time limit.</summary>
    public static readonly TimeSpan Stagger = TimeSpan.FromMilliseconds(250);

    /// <summary>Connects.</summary>
    /// <param name="addresses">At least one, in order of preference.</param>
    /// <param name="dialer">Who opens sockets.</param>
    /// <param name="limit">For each address.</param>
    /// <param name="cancellationToken">Ends all attempts.</param>
    /// <returns>The open connection.</returns>
    /// <exception cref="ConnectionFault">No address answered; all are named.</exception>
    public static async Task<OpenSocket> ConnectAsync(
        IReadOnlyList<IPEndPoint> addresses, ISocketDialer dialer, TimeSpan limit, CancellationToken cancellationToken)
    {
        using CancellationTokenSource rest = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        List<Task<Stream>> running = [];
        Dictionary<Task<Stream>, IPEndPoint> addressOf = [];
        List<ConnectionFault> faults = [];
        int next = 0;
        Task<Stream>? winner = null;
        try
        {
            while (winner is null && (next < addresses.Count || running.Count > 0))
            {
                if (next < addresses.Count)
                {
                    Task<Stream> attempt = DialAsync(addresses[next], dialer, limit, rest.Token);
                    running.Add(attempt);
                    addressOf.Add(attempt, addresses[next]);
                    next++;
                }

                Task<Stream>? ended =
                    await FirstToEndAsync(running, next < addresses.Count ? Stagger : Timeout.InfiniteTimeSpan, rest.Token);
                if (ended is null)
                {
                    continue;
                }

                running.Remove(ended);
                try
                {
                    _ = await ended;
                    winner = ended;
                }
                catch (ConnectionFault fault)
                {
                    faults.Add(fault);
                }
            }

            if (winner is not null)
            {
                return new(await winner, addressOf[winner].Address);
            }
        }
        finally
        {
            await rest.CancelAsync();
            foreach (Task<Stream> late in running)
            {
                _ = late.ContinueWith(DisposeLate, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously,
                    TaskScheduler.Default);
            }
        }

        throw Combine(faults);
    }

    private static void DisposeLate(Task<Stream> attempt)
    {
        if (attempt.IsCompletedSuccessfully)
        {
            attempt.Result.Dispose();
        }
        else
        {
            _ = attempt.Exception;
        }
    }

    private static async Task<Task<Stream>?> FirstToEndAsync(List<Task<Stream>> running, TimeSpan patience,
        CancellationToken cancellationToken)
    {
        if (running.Count == 1 && patience == Timeout.InfiniteTimeSpan)
        {
            await Task.WhenAny(running[0]).WaitAsync(cancellationToken);
            return running[0];
        }

        using CancellationTokenSource delayEnd = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task delay = Task.Delay(patience, delayEnd.Token);
        Task first = await Task.WhenAny([.. running, delay]);
        await delayEnd.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        return first as Task<Stream>;
    }

    private static async Task<Stream> DialAsync(IPEndPoint address, ISocketDialer dialer, TimeSpan limit,
        CancellationToken cancellationToken)
    {
        using CancellationTokenSource own = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        own.CancelAfter(limit);
        try
        {
            return await dialer.DialAsync(address, own.Token);
        }
        catch (SocketException error) when (!cancellationToken.IsCancellationRequested && !own.IsCancellationRequested)
        {
            throw SocketFaults.OfConnect(address, error);
        }
        catch (IOException error) when (!own.IsCancellationRequested)
        {
            throw new ConnectionFault(Cause.NetworkUnreachable, $"{address} could not be connected to: {error.Message}");
        }
        catch (Exception) when (own.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new ConnectionFault(Cause.ConnectionTimedOut, $"{address} did not answer within {limit.TotalSeconds:0.###} s.");
        }
    }

    /// <summary>One fault out of several: the one that shows most of the server decides the cause, all are told.</summary>
    private static ConnectionFault Combine(List<ConnectionFault> faults)
    {
        ConnectionFault decisive = faults.MinBy(fault => fault.Cause switch
        {
            Cause.ConnectionRefused => 0,
            Cause.ConnectionReset => 1,
            Cause.ConnectionTimedOut => 2,
            _ => 3,
        })!;
        return faults.Count == 1 ? decisive : new ConnectionFault(decisive.Cause, string.Join(" ", faults.Select(fault => fault.Message)));
    }
}
