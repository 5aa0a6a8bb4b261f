using System.CommandLine;
using TlsTrust.Bundles;
using TlsTrust.Stores;

namespace TlsTrust.Cli;

/// <summary><c>tlstrust lint</c>: what is wrong with certificate files, and which clients it breaks.</summary>
internal static class LintCommand
{
    public static Command Create()
    {
        BundleInputs inputs = new();
        Command command = new("lint", "Says what is wrong with PEM files, line by line, and which clients it breaks; changes nothing. Exit code: 0 all sound, 1 something defective.");
        inputs.AddTo(command);
        command.SetAction((parsed, cancellation) => RunAsync(inputs, parsed, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(BundleInputs inputs, ParseResult parsed, CancellationToken cancellation)
    {
        if (inputs.Files(parsed) is not { } files || inputs.Options(parsed, TrustStores.Default(ProcessEnvironment.Instance)) is not { } options)
        {
            return ExitCode.Usage;
        }

        List<PemRepairReport> reports = [];
        foreach (string file in files)
        {
            try
            {
                reports.Add((await BundleRepair.PlanAsync(file, options, finder: null, store: null, cancellation)).Report);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                Console.Error.WriteLine($"tlstrust: {fault.Message}");
            }
        }

        if (parsed.GetValue(inputs.Json))
        {
            Console.Out.WriteLine(Json.Text(reports));
        }
        else
        {
            reports.ForEach(report => BundleInputs.Print(Console.Out, report));
        }

        return reports.Count == files.Count && reports.TrueForAll(report => report.IsSound) ? ExitCode.Ok : ExitCode.Untrusted;
    }
}
