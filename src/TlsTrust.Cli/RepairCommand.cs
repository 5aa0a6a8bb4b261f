using System.CommandLine;
using TlsTrust.Bundles;
using TlsTrust.Issuers;
using TlsTrust.Stores;

namespace TlsTrust.Cli;

/// <summary><c>tlstrust repair</c>: writes certificate files as they should be.</summary>
internal static class RepairCommand
{
    private static readonly Option<string?> _destination = new("--destination", "--out", "-o") { Description = "File to write, in place of the one that was read" };
    private static readonly Option<bool> _force = new("--force") { Description = "Overwrite a destination that exists" };
    private static readonly Option<bool> _noBackup = new("--no-backup") { Description = "Keep no copy of the file as it was" };
    private static readonly Option<bool> _keepText = new("--keep-text") { Description = "Keep text outside the blocks" };
    private static readonly Option<bool> _addMissing = new("--add-missing") { Description = "Look for the issuers that a server file lacks, and add them" };
    private static readonly Option<string[]> _searchPath = new("--search-path") { Description = "File or folder with certificates that may be missing", Arity = ArgumentArity.ZeroOrMore };
    private static readonly Option<bool> _noDownload = new("--no-download") { Description = "Leave the URLs in certificates alone" };
    private static readonly Option<bool> _dryRun = new("--dry-run") { Description = "Report the same and write nothing" };

    public static Command Create()
    {
        BundleInputs inputs = new();
        Command command = new("repair", "Writes PEM files as they should be and says what was changed. Exit code: 0 all sound now, 1 something could not be mended.")
        {
            _destination, _force, _noBackup, _keepText, _addMissing, _searchPath, _noDownload, _dryRun,
        };
        inputs.AddTo(command);
        command.SetAction((parsed, cancellation) => RunAsync(inputs, parsed, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(BundleInputs inputs, ParseResult parsed, CancellationToken cancellation)
    {
        if (inputs.Files(parsed) is not { } files)
        {
            return ExitCode.Usage;
        }

        string? destination = parsed.GetValue(_destination) is { } named ? Path.GetFullPath(named) : null;
        if (destination is not null && files.Count != 1)
        {
            Console.Error.WriteLine("tlstrust: --destination takes one file at a time");
            return ExitCode.Usage;
        }

        if (destination is not null && File.Exists(destination) && !parsed.GetValue(_force))
        {
            Console.Error.WriteLine($"tlstrust: '{destination}' exists: name another --destination, or --force to overwrite it");
            return ExitCode.Usage;
        }

        if (parsed.GetValue(_searchPath) is { Length: > 0 } && !parsed.GetValue(_addMissing))
        {
            Console.Error.WriteLine("tlstrust: --search-path says where --add-missing looks; give that too");
            return ExitCode.Usage;
        }

        TrustStore store = TrustStores.Default(ProcessEnvironment.Instance);
        if (inputs.Options(parsed, store) is not { } judged || CertificateInput.Sources(parsed.GetValue(_searchPath) ?? []) is not { } sources)
        {
            return ExitCode.Usage;
        }

        BundleRepairOptions options = judged with { KeepText = parsed.GetValue(_keepText) };
        using AiaClient? aia = parsed.GetValue(_addMissing) && !parsed.GetValue(_noDownload) ? new AiaClient() : null;
        IssuerFinder? finder = parsed.GetValue(_addMissing)
            ? new IssuerFinder(new IssuerSources { Local = [.. sources, .. MachineSources.Of(ProcessEnvironment.Instance)], Aia = aia })
            : null;
        List<PemRepairReport> reports = [];
        bool whole = true;
        foreach (string file in files)
        {
            whole &= await RepairAsync(options, parsed, file, destination, finder, store, reports, cancellation);
        }

        if (parsed.GetValue(inputs.Json))
        {
            Console.Out.WriteLine(Json.Text(reports));
        }
        else
        {
            reports.ForEach(report => BundleInputs.Print(Console.Out, report));
        }

        return whole ? ExitCode.Ok : ExitCode.Untrusted;
    }

    // True when the file is, or would be, sound afterwards.
    private static async Task<bool> RepairAsync(
        BundleRepairOptions options,
        ParseResult parsed,
        string file,
        string? destination,
        IssuerFinder? finder,
        TrustStore store,
        List<PemRepairReport> reports,
        CancellationToken cancellation)
    {
        BundlePlan? plan = null;
        try
        {
            plan = await BundleRepair.PlanAsync(file, options, finder, store, cancellation);
            PemRepairReport report = parsed.GetValue(_dryRun)
                ? BundleRepair.Refused(plan.Report with { Destination = BundleRepair.Elsewhere(file, destination) }, BundleRepair.WhyNot(plan, destination))
                : BundleRepair.Apply(plan, destination, parsed.GetValue(_force), !parsed.GetValue(_noBackup), DateTime.UtcNow);
            reports.Add(report);
            if (report.Refusal is not null)
            {
                Console.Error.WriteLine($"tlstrust: '{file}' is left as it is: {report.Refusal}");
            }

            return report.Refusal is null && BundlePlanner.Plan(file, plan.Content, options).Report.IsSound;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"tlstrust: {fault.Message}");
            if (plan is not null)
            {
                reports.Add(plan.Report with { Destination = destination });
            }

            return false;
        }
    }
}
