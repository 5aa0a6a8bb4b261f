using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using TlsTrust.Certificates.Names;

namespace TlsTrust.PowerShell.Remoting;

/// <summary>
/// <c>-Session</c>: runs the cmdlet that has it in the shells of other machines, with their stores, proxies and clocks, and streams the
/// results back. A cmdlet gathers its input, then drains <see cref="RunAsync"/>; nothing of this is the cmdlet's own.
/// </summary>
internal sealed class Fleet
{
    private readonly TlsTrustCommand _command;
    private readonly PSSession[] _sessions;
    private readonly int _throttle;
    private readonly HashSet<string> _gathered = new(StringComparer.OrdinalIgnoreCase);
    private readonly CarriedParameters _parameters = new();

    private Fleet(TlsTrustCommand command, PSSession[] sessions, int throttle)
    {
        _command = command;
        _sessions = [.. sessions.DistinctBy(session => session.InstanceId)];
        _throttle = throttle;
    }

    /// <summary>The machines, where any are given; null where the command runs here.</summary>
    /// <param name="command">The cmdlet.</param>
    /// <param name="sessions">What <c>-Session</c> has.</param>
    /// <param name="throttle">How many machines at a time.</param>
    /// <param name="gathered">The parameters whose values the cmdlet gathers.</param>
    public static Fleet? Of(TlsTrustCommand command, PSSession[] sessions, int throttle, params string[] gathered)
    {
        if (sessions.Length == 0)
        {
            return null;
        }

        Fleet fleet = new(command, sessions, throttle);
        fleet._gathered.UnionWith(gathered);
        if (fleet._parameters.Bind(command.MyInvocation.BoundParameters, fleet._gathered) is { } secret)
        {
            command.Stop(ErrorId.InvalidCombination, $"-{secret} does not go to other machines: passwords and keys stay here.",
                $"Leave -{secret} out with -Session, or run the command on the machine itself.", null);
        }

        return fleet;
    }

    /// <summary>True where there is something to work on.</summary>
    public bool HasInput => _parameters.HasInput;

    /// <summary>Takes what arrived for a parameter.</summary>
    public void Gather(string parameter, IEnumerable<object> values) => _parameters.Gather(parameter, values);

    /// <summary>Takes certificates of this machine by their content.</summary>
    public void GatherCertificates(string parameter, IEnumerable<byte[]> certificates) =>
        _parameters.GatherCertificates(parameter, certificates);

    /// <summary>
    /// Asks for each machine where the cmdlet asks, then runs on all, so many at a time. What comes out is to be done on the pipeline
    /// thread, in the order in which it came.
    /// </summary>
    /// <param name="take">Takes a result.</param>
    /// <param name="action">What a confirmation says is done there; null for what changes nothing.</param>
    /// <param name="stop">Ends it on all machines.</param>
    public async IAsyncEnumerable<Action> RunAsync(
        Action<MachineResult> take, string? action, [EnumeratorCancellation] CancellationToken stop)
    {
        List<CalledMachine> machines = [.. Agreed(action)];
        Channel<Action> replies = Channel.CreateUnbounded<Action>(new UnboundedChannelOptions { SingleReader = true });
        using CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        MachineProgress progress = new(_command, machines.Count);
        Task all = Task.Run(() => RunAllAsync(machines, take, replies.Writer, progress, ending.Token), CancellationToken.None);
        try
        {
            await foreach (Action reply in replies.Reader.ReadAllAsync(stop))
            {
                yield return reply;
            }

            await all;
        }
        finally
        {
            // Select-Object -First comes here too: nothing goes on over there for nobody.
            await ending.CancelAsync();
            await Task.WhenAny(all, Task.Delay(Patience.Stopping, CancellationToken.None));
        }
    }

    private async Task RunAllAsync(List<CalledMachine> machines, Action<MachineResult> take, ChannelWriter<Action> replies,
        MachineProgress progress, CancellationToken stop)
    {
        try
        {
            ParallelOptions options = new() { MaxDegreeOfParallelism = _throttle, CancellationToken = stop };
            await Parallel.ForEachAsync(machines, options, async (machine, token) =>
            {
                await new MachineRun(machine, ModuleParcel.Here, reply => replies.TryWrite(reply), take, _command).RunAsync(token);
                replies.TryWrite(progress.Done);
            });
            replies.TryWrite(progress.End);
            replies.TryComplete();
        }
#pragma warning disable CA1031 // whatever it is, it is thrown again on the pipeline thread
        catch (Exception fault)
#pragma warning restore CA1031
        {
            replies.TryComplete(fault);
        }
    }

    // The question is asked here, where somebody answers; there, nobody would.
    private IEnumerable<CalledMachine> Agreed(string? action)
    {
        string name = _command.MyInvocation.MyCommand.Name;
        Dictionary<string, MachineCall> calls = [];
        foreach ((PSSession session, string machine) in MachineNames.Of(_sessions).Where(machine => _parameters.IsFor(machine.Name)))
        {
            ShouldProcessReason reason = ShouldProcessReason.None;
            bool agreed = action is null || _command.ShouldProcess(
                VisibleText.Of($"{action} on {machine}"), VisibleText.Of($"{action} on {machine}?"), name, out reason);
            if (agreed || reason == ShouldProcessReason.WhatIf)
            {
                yield return new(machine, session, Call(machine, agreed));
            }
        }

        MachineCall Call(string machine, bool agreed)
        {
            // One text for all, where it is the same for all.
            string key = _parameters.IsSameForAll ? $"{agreed}" : $"{agreed} {machine}";
            if (!calls.TryGetValue(key, out MachineCall? call))
            {
                List<(string, bool)> more = action is null ? [] : agreed ? [("Confirm", false)] : [("Confirm", false), ("WhatIf", true)];
                if (_command.MyInvocation.BoundParameters.ContainsKey("Verbose"))
                {
                    more.Add(("Verbose", true));
                }

                calls[key] = call = new(name, _parameters.ToXml(machine, [.. more]), _parameters.Certificates);
            }

            return call;
        }
    }
}
