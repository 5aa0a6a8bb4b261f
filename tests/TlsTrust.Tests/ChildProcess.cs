using System.Diagnostics;
using System.Reflection;
using TlsTrust.Bundles;
using TlsTrust.Bundles.Forms;
using TlsTrust.Environment.Machines;
using TlsTrust.Environment.Provisioning.Requests;
using TlsTrust.Environment.Provisioning;
using TlsTrust.CertificateFiles;

namespace TlsTrust.Tests;

/// <summary>
/// The engine in a process of its own, for tests that kill it, trace it or give it other surroundings: the test executable starts itself
/// again.
/// </summary>
internal static class ChildProcess
{
    private const string Mark = "--child";

    /// <summary>The entry point: a child's task, or xunit's own runner.</summary>
    public static async Task<int> Main(string[] arguments) =>
        arguments is [Mark, .. string[] task] ? await RunAsync(task) : await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(arguments);

    /// <summary>Program and arguments of a child: <c>repair file [--no-backup]</c> or <c>provision file</c>.</summary>
    public static string[] CommandOf(params string[] task) =>
        [System.Environment.ProcessPath!, .. IsHost ? [Assembly.GetExecutingAssembly().Location] : Array.Empty<string>(), Mark, .. task];

    /// <summary>How such a child is started, with its output redirected.</summary>
    public static ProcessStartInfo Start(params string[] task)
    {
        string[] command = CommandOf(task);
        return new(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
    }

    // The process is `dotnet` or the test executable itself, whoever started it.
    /// <summary>Where the runtime is, for a program that is started without the variables of this one.</summary>
    public static string RuntimeRoot =>
        Path.GetFullPath(Path.Combine(System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

    private static bool IsHost => Path.GetFileNameWithoutExtension(System.Environment.ProcessPath) == "dotnet";

    private static async Task<int> RunAsync(string[] task)
    {
        try
        {
            switch (task)
            {
                case ["repair", string path, .. string[] options]:
                    BundlePlan plan =
                        await BundleRepair.PlanAsync(path, new() { At = DateTime.UtcNow, Kind = PemBundleKind.Trust }, finder: null,
                            store: null, CancellationToken.None);
                    PemRepairReport report =
                        BundleRepair.Apply(plan, null, overwrite: false, backup: !options.Contains("--no-backup"), DateTime.UtcNow);
                    Console.WriteLine($"backup: {report.Backup}; refusal: {report.Refusal}");
                    return 0;
                case ["split", string path, string folder, .. string[] killedAt]:
                    BundlePlan split = BundlePlanner.Plan(path, File.ReadAllBytes(path), new() { At = DateTime.UtcNow });
                    FormOptions form = new() { Form = BundleForm.Split, At = DateTime.UtcNow };
                    FormRepair.Apply(split, FormWriter.Write(split, form), folder, overwrite: true, backupAt: null, step =>
                    {
                        Console.WriteLine(step);
                        if (killedAt.Contains(step))
                        {
                            Process.GetCurrentProcess().Kill();
                        }
                    });
                    return 0;
                case ["provision", string ca]:
                    TrustProvisioner provisioner = new(new LocalMachine());
                    provisioner.Apply(provisioner.Plan(new ProvisionRequest
                    {
                        Anchors = [.. AnchorInput.FromPath(ca)],
                        Scope = TrustScope.User,
                        Programs = ["curl", "git"],
                        HashedDirectory = true,
                    }));
                    return 0;
                case ["provision-system", string ca, string root]:
                    TrustProvisioner system = new(new LocalMachine { Root = root });
                    system.Apply(
                        system.Plan(
                            new ProvisionRequest { Anchors = [.. AnchorInput.FromPath(ca)], Scope = TrustScope.Machine,
                                Programs = ["openssl"], IncludeSystemStore = true }));
                    return 0;
                case ["trust", .. string[] trust]:
                    Console.WriteLine(Environment.TrustTasks.Run(trust));
                    return 0;
                case ["reader-memory"]:
                    Hostile.ReaderMemory.Run();
                    return 0;
                case ["private-network"]:
                    await Hostile.PrivateNetwork.RunAsync();
                    return 0;
                default:
                    Console.Error.WriteLine($"no such task: {string.Join(' ', task)}");
                    return 64;
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ProvisioningException)
        {
            Console.Error.WriteLine(fault.Message);
            return 1;
        }
    }
}
