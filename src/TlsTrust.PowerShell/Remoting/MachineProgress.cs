using System.Management.Automation;

namespace TlsTrust.PowerShell.Remoting;

/// <summary>How many machines have answered; all of it on the pipeline thread.</summary>
internal sealed class MachineProgress(TlsTrustCommand command, int total)
{
    private int _done;

    /// <summary>One more.</summary>
    public void Done() => Show(ProgressRecordType.Processing, ++_done);

    /// <summary>Takes the bar away.</summary>
    public void End() => Show(ProgressRecordType.Completed, _done);

    private void Show(ProgressRecordType type, int done) =>
        command.WriteProgress(new ProgressRecord(0, command.MyInvocation.MyCommand.Name, $"{done} of {total} machines have answered")
        {
            PercentComplete = 100 * done / Math.Max(1, total),
            RecordType = type,
        });
}
