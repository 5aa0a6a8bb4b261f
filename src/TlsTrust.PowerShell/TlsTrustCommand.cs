using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Management.Automation;
using TlsTrust.Stores;
using TlsTrust.Certificates.Names;

namespace TlsTrust.PowerShell;

/// <summary>
/// What every cmdlet of the module is built on: one stop signal, one bridge from the engine's streams to the pipeline thread,
/// one way to report what can't be used.
/// </summary>
public abstract class TlsTrustCommand : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<string, TrustStore?> _ownStores = [];

    /// <summary>Fires on Ctrl+C, on <c>Select-Object -First</c> and when a consumer throws. Every engine call gets it.</summary>
    private protected CancellationToken StopToken => _stop.Token;

    /// <summary>Called by PowerShell on another thread when the user presses Ctrl+C.</summary>
    protected override void StopProcessing() => _stop.Cancel();

    /// <summary>
    /// Called by PowerShell at the end of every pipeline; the only call a cmdlet gets when a consumer downstream has enough.
    /// </summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Ends whatever is still running.</summary>
    /// <param name="disposing">True when called by <see cref="Dispose()"/>.</param>
    protected virtual void Dispose(bool disposing)
    {
        // The source itself is left to the collector: it holds no timer, and Ctrl+C may still arrive on the other thread.
        _stop.Cancel();
    }

    /// <summary>Hands an engine's stream to <paramref name="emit"/> on the pipeline thread, and ends the stream whatever happens.</summary>
    private protected void Drain<T>(IAsyncEnumerable<T> source, Action<T> emit)
    {
        IAsyncEnumerator<T> items = source.GetAsyncEnumerator(StopToken);
        try
        {
            while (items.MoveNextAsync().AsTask().GetAwaiter().GetResult())
            {
                emit(items.Current);
            }
        }
        catch (OperationCanceledException) when (StopToken.IsCancellationRequested)
        {
            // Anything else, and PowerShell would still call EndProcessing.
            throw new PipelineStoppedException();
        }
        finally
        {
            items.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    /// <summary>Waits on the pipeline thread for one answer of the engine.</summary>
    private protected T Await<T>(Task<T> answer)
    {
        try
        {
            return answer.GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (StopToken.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
    }

    /// <summary>Tells -Verbose; what it tells may hold names from outside.</summary>
    private protected new void WriteVerbose(string text) => base.WriteVerbose(VisibleText.Of(text));

    /// <summary>Warns; what it says may hold names from outside.</summary>
    private protected new void WriteWarning(string text) => base.WriteWarning(VisibleText.Of(text));

    /// <summary>Asks whether to go on, or tells -WhatIf; the target's name may be from outside.</summary>
    private protected new bool ShouldProcess(string target, string action) =>
        base.ShouldProcess(VisibleText.Of(target), VisibleText.Of(action));

    /// <summary>Reports one input that can't be used; the rest of the pipeline goes on.</summary>
    private protected void WriteFault(ErrorId id, string message, string recommendation, object? target, Exception? inner = null,
        int line = 0) =>
        WriteError(Fault.Record(id, message, recommendation, target, inner, line));

    /// <summary>Ends the command: for what makes every input impossible.</summary>
    [DoesNotReturn]
    private protected void ThrowFault(ErrorId id, string message, string recommendation, object? target, Exception? inner = null)
    {
        ThrowTerminatingError(Fault.Record(id, message, recommendation, target, inner));
        throw new UnreachableException();
    }

    /// <summary>The same, for what is shared between cmdlets.</summary>
    [DoesNotReturn]
    internal void Stop(ErrorId id, string message, string recommendation, object? target, Exception? inner = null) =>
        ThrowFault(id, message, recommendation, target, inner);

    /// <summary>
    /// The host of a <c>-HostName</c>, as endpoints have theirs: without port or final dot, international names in ASCII.
    /// </summary>
    private protected string? NameToCheck(string? given)
    {
        if (given is null)
        {
            return null;
        }

        Endpoint parsed = Endpoint.Parse(given);
        if (parsed.Error is not null)
        {
            ThrowFault(ErrorId.InvalidEndpoint, $"-HostName: {parsed.Error}", "Give a DNS name or an IP address, without a port.", given);
        }

        return parsed.HostName;
    }

    /// <summary>
    /// The store that a result was judged with, where it is another than <paramref name="current"/> and still there; else null.
    /// </summary>
    /// <param name="name">Its name in the result.</param>
    /// <param name="parts">What it was put together from; empty for one store.</param>
    /// <param name="current">The store in use.</param>
    /// <param name="machine">The machine that the result is of; another machine's path names nothing here.</param>
    private protected TrustStore? OwnStore(string name, IReadOnlyList<string> parts, TrustStore current, string? machine)
    {
        if (machine is not null || (parts.Count == 0 ? name == current.Name : parts.SequenceEqual(current.Parts)))
        {
            return null;
        }

        string key = string.Join('\n', parts.Prepend(name));
        if (!_ownStores.TryGetValue(key, out TrustStore? own))
        {
            _ownStores[key] = own = OpenParts(parts.Count == 0 ? [name] : parts);
        }

        return own;
    }

    private TrustStore? OpenParts(IReadOnlyList<string> parts)
    {
        string[] added = [.. parts.Skip(1).Where(Path.Exists)];
        if (added.Length < parts.Count - 1)
        {
            WriteWarning($"Of the anchors that the result was judged with these are no longer there: " +
                $"{string.Join(", ", parts.Skip(1).Except(added))}");
        }

        TrustStore? first = Path.Exists(parts[0]) ? TrustStores.Open(parts[0]) : null;
        return added.Length == 0 ? first
            : (first ?? SharedParameters.Store(this, null)).With(
                added.SelectMany(file => TrustStores.Open(file).Anchors), added);
    }

    /// <summary>
    /// Reports a result of another machine to a command that would take its paths for this machine's; true where it is one.
    /// </summary>
    private protected bool IsElsewhere(IResult result)
    {
        if (result is not MachineResult { Machine: { } machine })
        {
            return false;
        }

        WriteFault(ErrorId.InvalidInput, $"That is on {machine}: {result}",
            $"Give the session to {machine} as -Session; nothing was done here.", result);
        return true;
    }

    /// <summary>Between two pieces of work without a stream: ends the command when it was stopped.</summary>
    private protected void ThrowIfStopping()
    {
        if (StopToken.IsCancellationRequested)
        {
            // Anything else, and PowerShell would still call EndProcessing.
            throw new PipelineStoppedException();
        }
    }
}
