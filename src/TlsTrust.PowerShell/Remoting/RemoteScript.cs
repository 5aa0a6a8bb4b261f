using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace TlsTrust.PowerShell.Remoting;

/// <summary>One run of the script on the other machine: its output and streams as they come, and its end.</summary>
internal sealed class RemoteScript : IDisposable
{
    private readonly System.Management.Automation.PowerShell _shell = System.Management.Automation.PowerShell.Create();
    private readonly PSDataCollection<PSObject> _output = [];
    private long _heard = TickCount;

    public RemoteScript(Runspace runspace, string step, ModuleParcel parcel, string folder)
    {
        _shell.Runspace = runspace;
        _shell.AddScript(ModuleParcel.Script, useLocalScope: true);
        Add("Step", step).Add("Version", parcel.Version).Add("Folder", folder).Add("Files", parcel.Digests);
        _output.DataAdded += (_, _) =>
        {
            Hear();
            foreach (PSObject? item in _output.ReadAll())
            {
                if (item is not null)
                {
                    Output?.Invoke(item);
                }
            }
        };
        Listen(_shell.Streams.Error, record => Error?.Invoke(record));
        Listen(_shell.Streams.Warning, record => Warning?.Invoke(record.Message));
        Listen(_shell.Streams.Verbose, record => Verbose?.Invoke(record.Message));
        Listen(_shell.Streams.Progress, _ => { });
    }

    /// <summary>Takes what the script outputs.</summary>
    public Action<PSObject>? Output { get; init; }

    /// <summary>Takes its errors.</summary>
    public Action<ErrorRecord>? Error { get; init; }

    /// <summary>Takes its warnings.</summary>
    public Action<string>? Warning { get; init; }

    /// <summary>Takes what it tells -Verbose.</summary>
    public Action<string>? Verbose { get; init; }

    private static long TickCount => System.Environment.TickCount64;

    /// <summary>Gives the script one more argument.</summary>
    public RemoteScript Add(string name, object value)
    {
        _shell.AddParameter(name, value);
        return this;
    }

    /// <summary>Runs it to its end, and stops it there where it is to stop or has gone silent.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using PSDataCollection<PSObject> input = [];
        input.Complete();
        Task run = Task.Factory.FromAsync(
            _shell.BeginInvoke(input, _output, new PSInvocationSettings { Host = new SilentHost() }, null, null), _shell.EndInvoke);
        while (!run.IsCompleted)
        {
            TimeSpan left = Patience.Silence - TimeSpan.FromMilliseconds(TickCount - Interlocked.Read(ref _heard));
            bool silent = left <= TimeSpan.Zero;
            if (silent || stop.IsCancellationRequested)
            {
                await StopAsync(run).ConfigureAwait(false);
                stop.ThrowIfCancellationRequested();
                throw new MachineException(MachineFault.NoAnswer, $"It said nothing for {Patience.Silence.TotalMinutes:0} minutes.",
                    "Look at what the machine is doing; then run the same line again.");
            }

            try
            {
                await run.WaitAsync(left, stop).ConfigureAwait(false);
            }
            catch (Exception fault) when (!run.IsCompleted && fault is TimeoutException or OperationCanceledException)
            {
                continue; // the loop looks why
            }
        }

        await run.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _shell.Dispose();
        _output.Dispose();
    }

    private async Task StopAsync(Task run)
    {
        try
        {
            _ = _shell.BeginStop(null, null);
            await run.WaitAsync(Patience.Stopping, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is TimeoutException or RuntimeException or ObjectDisposedException
            or InvalidOperationException)
        {
            // It was to end, and has ended or hangs.
        }
    }

    private void Hear() => Interlocked.Exchange(ref _heard, TickCount);

    private void Listen<T>(PSDataCollection<T> stream, Action<T> take) =>
        stream.DataAdded += (_, _) =>
        {
            Hear();
            foreach (T? record in stream.ReadAll())
            {
                if (record is not null)
                {
                    take(record);
                }
            }
        };
}
