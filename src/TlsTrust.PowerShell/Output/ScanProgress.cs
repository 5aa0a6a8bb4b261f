using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;

namespace TlsTrust.PowerShell.Output;

/// <summary>
/// How far a long run has come: how many are done, how many of them are not as they should be, how fast it goes. Silent for a handful that
/// is quickly done.
/// </summary>
/// <param name="command">Whose progress it is.</param>
/// <param name="activity">What is going on.</param>
/// <param name="failing">What those are that are not as they should be: <c>not trusted</c>.</param>
internal sealed class ScanProgress(PSCmdlet command, string activity, string failing)
{
    // A handful is done before anybody looks.
    private const int Handful = 8;

    // Whoever waits longer than this wants to know for what, however few they are.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    // Drawing costs more than a test does.
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private TimeSpan _drawn;
    private int _done;
    private int _failing;
    private bool _shown;

    /// <summary>How many there are, where that is known; else 0.</summary>
    public int Total { get; set; }

    /// <summary>Counts one more.</summary>
    public void Add(bool isFailing)
    {
        _done++;
        _failing += isFailing ? 1 : 0;
        if ((_done < Handful && _clock.Elapsed < Patience) || _clock.Elapsed - _drawn < Interval)
        {
            return;
        }

        _drawn = _clock.Elapsed;
        _shown = true;
        command.WriteProgress(new ProgressRecord(0, activity, Status())
        {
            PercentComplete = Total > 0 ? Math.Min(100, 100 * _done / Total) : -1,
        });
    }

    /// <summary>Takes the bar away.</summary>
    public void End()
    {
        if (_shown)
        {
            command.WriteProgress(new ProgressRecord(0, activity, Status()) { RecordType = ProgressRecordType.Completed });
        }
    }

    private string Status() => string.Create(
        CultureInfo.InvariantCulture,
        $"{_done}{(Total > 0 ? $" of {Total}" : "")} done, {_failing} {failing}, " +
        $"{_done / Math.Max(0.001, _clock.Elapsed.TotalSeconds):0} per second");
}
