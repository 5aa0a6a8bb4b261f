using System.Management.Automation;
using System.Threading.Channels;

namespace TlsTrust.PowerShell.Output;

/// <summary>
/// Stands between a pipeline, which pushes one record at a time, and the engine, which pulls as many as it can work on. Results come
/// back on the pipeline thread, while records still arrive; a full queue holds the pipeline up, so that memory stays flat.
/// </summary>
/// <typeparam name="TRecord">What goes in.</typeparam>
/// <typeparam name="TResult">What comes out, in the order in which it is done.</typeparam>
internal sealed class RecordPump<TRecord, TResult>
{
    // The engine takes records out as soon as it has room, so the queues only have to bridge the time between two of its turns.
    private const int QueueLength = 16;

    private readonly Channel<TRecord> _records = Channel.CreateBounded<TRecord>(
        new BoundedChannelOptions(QueueLength) { SingleReader = true, SingleWriter = true });

    private readonly Channel<TResult> _results = Channel.CreateBounded<TResult>(
        new BoundedChannelOptions(QueueLength) { SingleReader = true, SingleWriter = true });

    private readonly CancellationToken _stop;
    private Task<bool>? _room;
    private Task<bool>? _result;

    /// <summary>Starts the engine on threads of its own.</summary>
    /// <param name="engine">Turns a stream of records into a stream of results.</param>
    /// <param name="stop">Ends it.</param>
    public RecordPump(Func<IAsyncEnumerable<TRecord>, CancellationToken, IAsyncEnumerable<TResult>> engine, CancellationToken stop)
    {
        _stop = stop;
        _ = Task.Run(() => RunAsync(engine), CancellationToken.None);
    }

    /// <summary>Queues a record, and emits results that are done; waits where the queue is full.</summary>
    public void Add(TRecord record, Action<TResult> emit)
    {
        while (EmitDone(emit) && !_records.Writer.TryWrite(record))
        {
            _room = _room is null or { IsCompleted: true } ? _records.Writer.WaitToWriteAsync(_stop).AsTask() : _room;
            _result = _result is null or { IsCompleted: true } ? _results.Reader.WaitToReadAsync(_stop).AsTask() : _result;
            Task.WhenAny(_room, _result).GetAwaiter().GetResult();
        }
    }

    /// <summary>Says that no record will follow, and emits what is still to come.</summary>
    public void Complete(Action<TResult> emit)
    {
        _records.Writer.TryComplete();
        while (EmitDone(emit))
        {
            _result = _result is null or { IsCompleted: true } ? _results.Reader.WaitToReadAsync(_stop).AsTask() : _result;
            Task.WhenAny(_result).GetAwaiter().GetResult();
        }
    }

    /// <summary>Emits what is done by now; false when nothing will ever follow. A fault of the engine surfaces here.</summary>
    private bool EmitDone(Action<TResult> emit)
    {
        while (true)
        {
            if (_stop.IsCancellationRequested)
            {
                // Anything else, and PowerShell would still call EndProcessing.
                throw new PipelineStoppedException();
            }

            if (!_results.Reader.TryRead(out TResult? done))
            {
                break;
            }

            emit(done);
        }

        if (_results.Reader.Completion.IsCompleted)
        {
            _results.Reader.Completion.GetAwaiter().GetResult();
            return false;
        }

        return true;
    }

    private async Task RunAsync(Func<IAsyncEnumerable<TRecord>, CancellationToken, IAsyncEnumerable<TResult>> engine)
    {
        try
        {
            await foreach (TResult done in engine(_records.Reader.ReadAllAsync(_stop), _stop).WithCancellation(_stop))
            {
                await _results.Writer.WriteAsync(done, _stop);
            }

            _results.Writer.TryComplete();
        }
#pragma warning disable CA1031 // whatever it is, it is thrown again on the pipeline thread
        catch (Exception fault)
#pragma warning restore CA1031
        {
            _results.Writer.TryComplete(fault);
        }
    }
}
