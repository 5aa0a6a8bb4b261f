using System.Diagnostics;
using System.Globalization;

namespace TlsTrust.Tests;

/// <summary>The processor time of this thread: a machine that is busy with other tests does not make it run faster.</summary>
internal static class ThreadClock
{
    // proc_pid_schedstat(5): nanoseconds on a processor come first.
    private const string Statistics = "/proc/thread-self/schedstat";

    public static TimeSpan Now => File.Exists(Statistics)
        ? TimeSpan.FromMicroseconds(long.Parse(File.ReadAllText(Statistics).Split(' ')[0], CultureInfo.InvariantCulture) / 1000)
        : Stopwatch.GetElapsedTime(0);
}
