using System.Diagnostics;
using System.Globalization;
using TlsTrust.Connections.Faults;

namespace TlsTrust.Connections;

/// <summary>Runs the phases of one attempt, each within its own limit and all within the total, and keeps how long they took.</summary>
internal sealed class PhaseClock : IDisposable
{
    private readonly CancellationToken _caller;
    private readonly CancellationTokenSource _total;
    private readonly TimeSpan _totalLimit;
    private readonly List<PhaseTiming> _timings = [];

    public PhaseClock(TimeSpan totalLimit, CancellationToken caller)
    {
        _caller = caller;
        _totalLimit = totalLimit;
        _total = CancellationTokenSource.CreateLinkedTokenSource(caller);
        _total.CancelAfter(totalLimit);
    }

    public IReadOnlyList<PhaseTiming> Timings => _timings;

    /// <summary>Cancelled by the caller and when the total is spent.</summary>
    public CancellationToken Total => _total.Token;

    public void Dispose() => _total.Dispose();

    /// <summary>Runs one phase.</summary>
    /// <param name="phase">Name for the timing; a repeated one is added up.</param>
    /// <param name="limit">Its own limit.</param>
    /// <param name="work">The work; must end soon after its token is cancelled.</param>
    /// <param name="onTimeout">The fault when time is up, from the words "within 5 s".</param>
    public async Task<T> RunAsync<T>(string phase, TimeSpan limit, Func<CancellationToken, Task<T>> work,
        Func<string, ConnectionFault> onTimeout)
    {
        long start = Stopwatch.GetTimestamp();
        using CancellationTokenSource own = CancellationTokenSource.CreateLinkedTokenSource(_total.Token);
        own.CancelAfter(limit);
        try
        {
            T done = await work(own.Token);
            _caller.ThrowIfCancellationRequested();
            return done;
        }
        catch (Exception) when (_caller.IsCancellationRequested)
        {
            throw new OperationCanceledException(_caller);
        }
        catch (Exception error) when (error is not ConnectionFault && own.IsCancellationRequested)
        {
            // Streams end in several ways when their token is cancelled; whatever it is, time was up.
            bool total = _total.IsCancellationRequested;
            throw onTimeout($"within {Seconds(total ? _totalLimit : limit)}{(total ? " in total" : "")}");
        }
        finally
        {
            Add(phase, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
    }

    /// <summary>The timings of one attempt with those of a later one added.</summary>
    public static IReadOnlyList<PhaseTiming> Join(IReadOnlyList<PhaseTiming> first, IReadOnlyList<PhaseTiming> then) =>
    [
        .. first.Concat(then).GroupBy(timing => timing.Phase)
            .Select(phase => new PhaseTiming(phase.Key, phase.Sum(timing => timing.Milliseconds))),
    ];

    private static string Seconds(TimeSpan limit) => limit.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture) + " s";

    private void Add(string phase, double milliseconds)
    {
        int known = _timings.FindIndex(timing => timing.Phase == phase);
        if (known < 0)
        {
            _timings.Add(new PhaseTiming(phase, milliseconds));
        }
        else
        {
            _timings[known] = new PhaseTiming(phase, _timings[known].Milliseconds + milliseconds);
        }
    }
}
