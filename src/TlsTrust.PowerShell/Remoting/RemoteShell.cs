using System.Management.Automation;
using System.Management.Automation.Remoting;
using System.Management.Automation.Runspaces;

namespace TlsTrust.PowerShell.Remoting;

/// <summary>The shell at the other end of a session: the session's own, or, where that is lost, one that is opened as it was.</summary>
internal sealed class RemoteShell(PSSession session) : IDisposable
{
    private static readonly Version OldestShell = new(7, 4);

    private Runspace? _reopened;

    /// <summary>True when the session was lost and has been opened again already.</summary>
    public bool WasReopened => _reopened is not null;

    /// <summary>The shell, opened again where it is closed.</summary>
    /// <exception cref="MachineException">No script of ours can run there.</exception>
    public async Task<Runspace> OpenAsync(CancellationToken stop)
    {
        RequireNewEnough();
        Runspace runspace = _reopened ?? session.Runspace;
        if (runspace.RunspaceStateInfo.State != RunspaceState.Opened)
        {
            runspace = await ReopenAsync(stop).ConfigureAwait(false);
        }

        if (runspace.RunspaceAvailability is RunspaceAvailability.Busy or RunspaceAvailability.RemoteDebug)
        {
            throw new MachineException(MachineFault.Busy, "The session has another command running.",
                "Wait for it, or open a session of its own for this.");
        }

        return runspace;
    }

    /// <summary>Opens the session again as it was opened; it dies with this object.</summary>
    public async Task<Runspace> ReopenAsync(CancellationToken stop)
    {
        string state = $"{session.Runspace.RunspaceStateInfo.State}".ToLowerInvariant();
        if (WasReopened || session.Runspace.OriginalConnectionInfo is not { } way)
        {
            throw new MachineException(WasReopened ? MachineFault.ConnectionLost : MachineFault.NotConnected,
                WasReopened ? "The connection was lost, and lost again." : $"The session is {state}.",
                "Open it again (New-PSSession), and run the same line: what is done already stays.");
        }

        _reopened = RunspaceFactory.CreateRunspace(way, new SilentHost(), TypeTable.LoadDefaultTypeFiles());
        TaskCompletionSource<RunspaceStateInfo> opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _reopened.StateChanged += (_, change) =>
        {
            if (change.RunspaceStateInfo.State is RunspaceState.Opened or RunspaceState.Broken or RunspaceState.Closed)
            {
                opened.TrySetResult(change.RunspaceStateInfo);
            }
        };
        try
        {
            _reopened.OpenAsync();
            RunspaceStateInfo end = await opened.Task.WaitAsync(Patience.Opening, stop).ConfigureAwait(false);
            if (end.State != RunspaceState.Opened)
            {
                throw new MachineException(MachineFault.NotConnected, $"The session is {state}, and can't be opened again: " +
                    $"{end.Reason?.Message ?? "the other side closed it"}",
                    "Check that the machine is up and that New-PSSession reaches it; then run the same line again.", end.Reason);
            }
        }
        catch (Exception fault) when (fault is PSRemotingTransportException or InvalidRunspaceStateException or TimeoutException)
        {
            throw new MachineException(MachineFault.NotConnected, $"The session is {state}, and can't be opened again: {fault.Message}",
                "Check that the machine is up and that New-PSSession reaches it; then run the same line again.", fault);
        }

        return _reopened;
    }

    /// <inheritdoc/>
    public void Dispose() => _reopened?.Dispose();

    /// <summary>Why a session of this version can't have the module; null where it can.</summary>
    /// <param name="text">What the session said of itself when it was opened: nothing has to run there, and nothing is copied.</param>
    internal static MachineException? TooOld(string text)
    {
        // A semantic version has more parts than a version.
        return Version.TryParse(text.Split('-', '+')[0], out Version? version) && version >= OldestShell
            ? null
            : new(MachineFault.ShellTooOld,
                version?.Major <= 5
                    ? $"The session runs Windows PowerShell {text}; the module needs PowerShell 7.4 or later."
                    : $"The session runs PowerShell {text}; the module needs 7.4 or later.",
                version?.Major <= 5
                    ? "Open it with New-PSSession -ConfigurationName PowerShell.7 (there, once: install PowerShell 7 and run " +
                        "Enable-PSRemoting in it), or over SSH with -HostName."
                    : "Install PowerShell 7.4 or later there, and name its configuration (-ConfigurationName PowerShell.7) or its " +
                        "SSH subsystem.");
    }

    private void RequireNewEnough()
    {
        // A lost session may know nothing any more; where it does not say, the script will.
        if (session.Runspace.RunspaceStateInfo.State == RunspaceState.Opened
            && session.ApplicationPrivateData?["PSVersionTable"] is PSPrimitiveDictionary table && table["PSVersion"] is { } said
            && TooOld($"{said}") is { } refusal)
        {
            throw refusal;
        }
    }
}
