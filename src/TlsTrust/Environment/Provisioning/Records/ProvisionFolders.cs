using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using TlsTrust.Environment.Machines;
using TlsTrust.Environment.Provisioning.Requests;
using TlsTrust.Environment.Provisioning.Targets;

namespace TlsTrust.Environment.Provisioning.Records;

/// <summary>Where what is provisioned lies, and what becomes of the folders of processes that are gone.</summary>
internal static class ProvisionFolders
{
    private const string ProcessPrefix = "process-";
    private const string AliveName = ".alive";
    private const string TimeFormat = "yyyyMMdd'T'HHmmss";

    /// <summary>0.1.0 left no sign of life in its folders. A process of that number may run in another container that shares the home:
    /// what was not touched for so long is left over.</summary>
    private static readonly TimeSpan LongestUnsigned = TimeSpan.FromDays(30);

    // Numbers of processes come again, in containers at every start: nobody inherits what a dead one trusted.
    private static readonly DateTime Started = Process.GetCurrentProcess().StartTime.ToUniversalTime();

    // An open file that nobody else can open as long as this process lives, wherever the other runs.
    private static readonly ConcurrentDictionary<string, FileStream> Alive = new(StringComparer.Ordinal);

    /// <summary>Where what belongs to a scope lies by default.</summary>
    public static string For(IMachine machine, TrustScope scope) => scope switch
    {
        TrustScope.Machine => machine.DataFolder(forMachine: true),
        TrustScope.User => machine.DataFolder(forMachine: false),
        _ => Path.Combine(machine.DataFolder(forMachine: false),
            string.Create(CultureInfo.InvariantCulture,
                $"{ProcessPrefix}{machine.ProcessId}-{Started.ToString(TimeFormat, CultureInfo.InvariantCulture)}")),
    };

    /// <summary>Where what belongs to a request lies by default.</summary>
    public static string For(IMachine machine, ProvisionRequest request) => request.Target is { } target
        ? TargetText.IsContext(target) ? Path.Combine(machine.WorkingDirectory, "tlstrust")
        : Path.Combine(machine.DataFolder(forMachine: false), target.ToString().ToLowerInvariant())
        : For(machine, request.Scope);

    /// <summary>True for a path inside of the folder of a request.</summary>
    public static bool Holds(IMachine machine, ProvisionRequest request, string path) => Holds(machine, For(machine, request), path);

    /// <summary>True for a path inside of the folder of a scope.</summary>
    public static bool Holds(IMachine machine, TrustScope scope, string path) => Holds(machine, For(machine, scope), path);

    private static bool Holds(IMachine machine, string folder, string path) =>
        path.StartsWith(folder + Path.DirectorySeparatorChar, machine.PathComparison());

    /// <summary>Shows that this process lives, and clears away what dead ones left.</summary>
    public static void HoldProcess(IMachine machine, TrustScope scope)
    {
        if (scope != TrustScope.Process)
        {
            return;
        }

        string folder = For(machine, scope);
        Alive.GetOrAdd(folder, static folder =>
            new FileStream(Path.Combine(folder, AliveName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        Sweep(machine);
    }

    /// <summary>Gives the folder of a scope up: it goes, with its lock and its sign of life, once nothing else is in it.</summary>
    public static void LetGo(IMachine machine, TrustScope scope)
    {
        DeleteUnused(For(machine, scope));
        Sweep(machine);
        if (scope == TrustScope.Process)
        {
            DeleteUnused(For(machine, TrustScope.User)); // it held the process's
        }
    }

    private static void DeleteUnused(string folder)
    {
        string alive = Path.Combine(folder, AliveName), held = Path.Combine(folder, ProvisionLock.Name);
        if (!Directory.Exists(folder) || Directory.EnumerateFileSystemEntries(folder).Any(path => path != alive && path != held))
        {
            return;
        }

        try
        {
            // Whoever holds the lock is about to write.
            using (FileStream _ = new(held, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None))
            {
                if (Alive.TryRemove(folder, out FileStream? sign))
                {
                    sign.Dispose();
                }

                File.Delete(alive);
            }

            File.Delete(held);
            Directory.Delete(folder);
        }
        catch (IOException)
        {
            // Another run came in between; its own end clears the folder away.
        }
    }

    /// <summary>
    /// Deletes the folders of processes that are gone. Nothing else names what is in them: their variables went with them.
    /// </summary>
    public static void Sweep(IMachine machine)
    {
        string data = machine.DataFolder(forMachine: false);
        string own = For(machine, TrustScope.Process);
        foreach (string folder in Directory.Exists(data) ? Directory.GetDirectories(data, ProcessPrefix + "*") : [])
        {
            try
            {
                if (folder != own && new DirectoryInfo(folder).LinkTarget is null && IsGone(machine, folder))
                {
                    Directory.Delete(folder, recursive: true);
                }
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                // Its process lives, another run is clearing it away, or it is another user's: the next run looks again.
            }
        }
    }

    private static bool IsGone(IMachine machine, string folder)
    {
        string alive = Path.Combine(folder, AliveName);
        if (File.Exists(alive))
        {
            using FileStream held = new(alive, FileMode.Open, FileAccess.ReadWrite, FileShare.None); // fails while it lives
            return true;
        }

        // A folder that is being made has no sign of life yet; one of 0.1.0 never gets one.
        return machine.UtcNow - Directory.GetLastWriteTimeUtc(folder) > LongestUnsigned && !Runs(Path.GetFileName(folder));
    }

    private static bool Runs(string name)
    {
        string[] parts = name.Split('-');
        if (parts.Length < 2 || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int id))
        {
            return true; // no name of ours
        }

        try
        {
            using Process process = Process.GetProcessById(id);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
