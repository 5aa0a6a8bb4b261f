using System.Management.Automation;
using System.Runtime.CompilerServices;
using TlsTrust.PowerShell.Output;

namespace TlsTrust.Tests.PowerShell;

public sealed class RecordPumpTests
{
    [Fact]
    public void Every_record_comes_out_once_and_results_come_while_records_still_go_in()
    {
        List<int> results = [];
        int beforeTheEnd = 0;
        RecordPump<int, int> pump = new(Double, TestContext.Current.CancellationToken);
        for (int i = 0; i < 2000; i++)
        {
            pump.Add(i, results.Add);
            beforeTheEnd = results.Count;
        }

        pump.Complete(results.Add);
        Assert.Equal(Enumerable.Range(0, 2000).Select(i => 2 * i), results);
        Assert.InRange(beforeTheEnd, 1900, 2000);
    }

    [Fact]
    public void A_full_queue_holds_the_pipeline_up_until_a_result_is_taken()
    {
        int taken = 0;
        RecordPump<int, int> pump = new(Double, TestContext.Current.CancellationToken);
        for (int i = 0; i < 500; i++)
        {
            pump.Add(i, _ => taken++);

            // Two queues of 16, one record in the engine's hands and one result in its.
            Assert.InRange(i - taken, 0, 40);
        }
    }

    [Fact]
    public void Stopping_ends_a_pipeline_that_waits_for_a_silent_engine_with_the_exception_PowerShell_knows()
    {
        using CancellationTokenSource stop = new(TimeSpan.FromMilliseconds(50));
        RecordPump<int, int> pump = new(Silent, stop.Token);
        Assert.Throws<PipelineStoppedException>(() =>
        {
            for (int i = 0; i < 4000; i++)
            {
                pump.Add(i, _ => { });
            }
        });
        Assert.Throws<PipelineStoppedException>(() => pump.Complete(_ => { }));
    }

    [Fact]
    public void A_fault_of_the_engine_surfaces_on_the_pipeline_thread()
    {
        RecordPump<int, int> pump = new(Faulty, TestContext.Current.CancellationToken);
        Assert.Throws<InvalidOperationException>(() =>
        {
            pump.Add(1, _ => { });
            pump.Complete(_ => { });
        });
    }

    [Fact]
    public void A_consumer_that_throws_is_not_called_again()
    {
        int calls = 0;
        RecordPump<int, int> pump = new(Double, TestContext.Current.CancellationToken);
        Assert.Throws<InvalidDataException>(() =>
        {
            pump.Add(1, Refuse);
            pump.Complete(Refuse);
        });
        Assert.Equal(1, calls);

        void Refuse(int result)
        {
            calls++;
            throw new InvalidDataException();
        }
    }

    private static async IAsyncEnumerable<int> Double(IAsyncEnumerable<int> records, [EnumeratorCancellation] CancellationToken stop)
    {
        await foreach (int record in records.WithCancellation(stop))
        {
            yield return 2 * record;
        }
    }

    private static async IAsyncEnumerable<int> Silent(IAsyncEnumerable<int> records, [EnumeratorCancellation] CancellationToken stop)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, stop);
        yield return 0;
    }

    private static async IAsyncEnumerable<int> Faulty(IAsyncEnumerable<int> records, [EnumeratorCancellation] CancellationToken stop)
    {
        await Task.Yield();
        throw new InvalidOperationException("broken");
#pragma warning disable CS0162 // what makes it a stream
        yield return 0;
#pragma warning restore CS0162
    }
}
