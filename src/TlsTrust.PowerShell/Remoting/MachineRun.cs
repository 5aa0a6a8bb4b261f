using System.Management.Automation;
using System.Management.Automation.Remoting;
using System.Management.Automation.Runspaces;

namespace TlsTrust.PowerShell.Remoting;

/// <summary>The call on one machine, from its session to its last row. Whatever goes wrong there is its row and nobody else's.</summary>
/// <param name="machine">Which machine, and what to run.</param>
/// <param name="parcel">The module, where it has to go along.</param>
/// <param name="reply">Takes what is to be done on the pipeline thread.</param>
/// <param name="take">Takes results, on the pipeline thread.</param>
/// <param name="command">The cmdlet that asks.</param>
internal sealed class MachineRun(
    CalledMachine machine, ModuleParcel parcel, Action<Action> reply, Action<MachineResult> take, TlsTrustCommand command)
{
    // A machine that sends more that is nothing of ours than this is not one that runs our module.
    private const int MaxForeign = 100;

    private readonly Dictionary<(Type, string), int> _given = [];
    private Dictionary<(Type, string), int> _again = [];
    private MachineReplies _replies = new(machine.Name);
    private DateTime? _cutRunBegan;
    private int _foreign;

    /// <summary>Runs it; never throws but for the stop.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using RemoteShell shell = new(machine.Session);
        try
        {
            Runspace runspace = await shell.OpenAsync(stop).ConfigureAwait(false);
            try
            {
                await CallAsync(runspace, stop).ConfigureAwait(false);
            }
            catch (Exception fault) when (IsLoss(fault, runspace) && !shell.WasReopened)
            {
                // The commands can be run twice, and rows that have come already don't come again.
                string why = fault.Message;
                reply(() => command.WriteVerbose(_replies.Text($"the connection was lost ({why}); once more")));
                _again = new(_given);
                _cutRunBegan = _replies.StartedThere;
                await CallAsync(await shell.ReopenAsync(stop).ConfigureAwait(false), stop).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            throw;
        }
        catch (MachineException fault)
        {
            Fail(fault.Fault, fault.Message, fault.Remedy);
        }
        catch (Exception fault) when (fault is PSRemotingTransportException or PSRemotingDataStructureException
            or InvalidRunspaceStateException)
        {
            Fail(MachineFault.ConnectionLost, $"The connection was lost: {fault.Message}",
                "Open the session again (New-PSSession), and run the same line: what is done already stays.");
        }
        catch (RuntimeException fault)
        {
            Fail(MachineFault.CommandFailed, fault.ErrorRecord?.ErrorDetails?.Message ?? fault.Message,
                fault.ErrorRecord?.ErrorDetails?.RecommendedAction is { Length: > 0 } action ? action
                    : "Run the command on the machine itself to see more.");
        }
        catch (Exception fault) when (fault is InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            Fail(MachineFault.CommandFailed, fault.Message, "Open the session again (New-PSSession), and run the same line.");
        }
    }

    private static bool IsLoss(Exception fault, Runspace runspace) =>
        fault is PSRemotingTransportException or PSRemotingDataStructureException or InvalidRunspaceStateException
        || (fault is not MachineException and not OperationCanceledException
            && runspace.RunspaceStateInfo.State is RunspaceState.Broken or RunspaceState.Closed);

    private async Task CallAsync(Runspace runspace, CancellationToken stop)
    {
        string state = await InvokeAsync(runspace, parcel.Folder, stop).ConfigureAwait(false);
        if (state == MachineReplies.Missing)
        {
            string place = await BringAsync(runspace, stop).ConfigureAwait(false);
            state = await InvokeAsync(runspace, place, stop).ConfigureAwait(false);
        }

        switch (state)
        {
            case MachineReplies.Done:
                break;
            case MachineReplies.OtherVersion:
                throw new MachineException(MachineFault.OtherVersionLoaded,
                    $"The session has another build of the module loaded ({_replies.Place}), and a process can't unload it.",
                    "Open a new session (New-PSSession) for this.");
            case MachineReplies.Missing:
                throw new MachineException(MachineFault.ModuleNotCopied, "The module was brought along and is not there.",
                    "Check the space and the rights in the user's cache folder there, or install the module there.");
            default:
                throw new MachineException(MachineFault.CommandFailed, "It ended without saying that it was done.",
                    "Run the command on the machine itself to see more.");
        }
    }

    private async Task<string> InvokeAsync(Runspace runspace, string folder, CancellationToken stop)
    {
        _replies = new(machine.Name);
        using RemoteScript script = new(runspace, "Invoke", parcel, folder)
        {
            Output = Take,
            Error = record =>
            {
                ErrorRecord shown = _replies.Error(record);
                reply(() => command.WriteError(shown));
            },
            Warning = text => reply(() => command.WriteWarning(_replies.Text(text))),
            Verbose = text => reply(() => command.WriteVerbose(_replies.Text(text))),
        };
        script.Add("Command", machine.Call.Command).Add("Parameters", machine.Call.Parameters)
            .Add("Certificates", machine.Call.Certificates);
        try
        {
            await script.RunAsync(stop).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is ScriptRequiresException or CommandNotFoundException
            || (fault is RemoteException && !_replies.HasStarted))
        {
            // Nothing of the script ran: the session takes no scripts, or only some commands.
            throw new MachineException(MachineFault.RestrictedSession, $"The session runs no scripts of others: {fault.Message}",
                "Open a session with a configuration that is not restricted (JEA, constrained language).", fault);
        }

        return _replies.State;
    }

    private async Task<string> BringAsync(Runspace runspace, CancellationToken stop)
    {
        reply(() => command.WriteVerbose(_replies.Text($"the module goes along: {parcel.Folder}, {parcel.Archive.Length / 1024} KiB")));
        string? place = null;
        using RemoteScript script = new(runspace, "Receive", parcel, parcel.Folder)
        {
            Output = item => place = item.Properties["Place"]?.Value as string,
        };
        try
        {
            await script.Add("Archive", parcel.Archive).RunAsync(stop).ConfigureAwait(false);
        }
        catch (RemoteException fault)
        {
            throw new MachineException(MachineFault.ModuleNotCopied, $"The module can't be put there: {fault.Message}",
                "Check the space and the rights in the user's cache folder there, or install the module there.", fault);
        }

        // In the cache it is found by its name; where there is no cache, only this run knows the place.
        return place ?? parcel.Folder;
    }

    private void Take(PSObject item)
    {
        if (_replies.IsState(item))
        {
            return;
        }

        if (Read(item) is not { } result)
        {
            if (++_foreign == MaxForeign)
            {
                reply(() => command.WriteWarning(_replies.Text("it sends what is no result of this module, which is left out")));
            }

            return;
        }

        (Type, string) key = (result.GetType(), result.Topic());
        if (_again.TryGetValue(key, out int before) && before > 0)
        {
            _again[key] = before - 1;
            return;
        }

        _given[key] = _given.GetValueOrDefault(key) + 1;
        reply(() => take(OfTheCutRun(result)));
    }

    // What the run that was cut has changed is a change of this call, although the second run finds it done.
    private MachineResult OfTheCutRun(MachineResult result) =>
        result is TrustEnvironmentChange { IsChange: false, Since: { } since } change && since >= _cutRunBegan
            ? change with { Before = change.Original, Effect = "set before the connection was lost" } : result;

    // A fault in reading what a stranger made up must end neither the session's thread nor the rest of the answers.
    private MachineResult? Read(PSObject item)
    {
        try
        {
            return _replies.Result(item);
        }
#pragma warning disable CA1031 // whatever it is, the item is none of ours
        catch (Exception)
#pragma warning restore CA1031
        {
            return null;
        }
    }

    private void Fail(MachineFault fault, string summary, string remedy) =>
        reply(() => take(new MachineFailure
        {
            Machine = machine.Name,
            Command = machine.Call.Command,
            Fault = fault,
            Summary = summary,
            Remedy = remedy,
        }));
}
