using System.Globalization;

namespace TlsTrust.Fuzz;

/// <summary>
/// The suite, or the process of one reader: <c>--reader NAME SECONDS SEED guided|blind FILE</c>. Nothing here may touch the engine before
/// it is instrumented and has a map to count in.
/// </summary>
internal static class Program
{
    public static async Task<int> Main(string[] arguments)
    {
        Instrumented.Engine();
        using EdgeMap edges = new();
        return arguments switch
        {
            ["--reader", string name, string seconds, string seed, string manner, string shared] =>
                GuidedRun.Run(name, TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture)),
                    int.Parse(seed, CultureInfo.InvariantCulture), isGuided: manner == "guided", shared, edges),
            _ => await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(arguments),
        };
    }
}
