using TlsTrust.Environment.Machines;
using TlsTrust.Environment.Provisioning.Writing;

namespace TlsTrust.Environment.Provisioning.Records;

/// <summary>One provisioner of a folder at a time. The lock is the open file, so that a killed process leaves none behind.</summary>
internal sealed class ProvisionLock : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60); // another run writes a few hundred files at most
    private static readonly TimeSpan LongestDenied = TimeSpan.FromSeconds(1); // a right that is missing stays missing
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    /// <summary>The name of the file.</summary>
    public const string Name = ".lock";

    private readonly FileStream _held;

    private ProvisionLock(FileStream held) => _held = held;

    /// <summary>The lock of a scope, whose folder is made as it has to be.</summary>
    public static ProvisionLock Take(IMachine machine, TrustScope scope)
    {
        RecordGuard.DemandOwn(machine, scope);
        RecordGuard.Make(machine, scope);
        return Take(ProvisionFolders.For(machine, scope));
    }

    /// <summary>The lock of a folder.</summary>
    public static ProvisionLock Take(string folder)
    {
        Directory.CreateDirectory(folder);
        SafePlace.Demand(Path.Combine(folder, Name));
        for (TimeSpan waited = TimeSpan.Zero; ; waited += Pause)
        {
            try
            {
                return new ProvisionLock(
                    new FileStream(Path.Combine(folder, Name), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (DirectoryNotFoundException) when (waited < Longest)
            {
                Directory.CreateDirectory(folder); // a removal took the folder away in between
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                // On Windows a lock that is being deleted looks like a denied access for a moment.
                if (waited >= (fault is IOException ? Longest : LongestDenied))
                {
                    throw fault is IOException
                        ? new IOException($"Another run has held '{folder}' for {Longest.TotalSeconds} seconds: {fault.Message}", fault)
                        : new UnauthorizedAccessException($"The lock in '{folder}' can't be opened: {fault.Message}", fault);
                }

                Thread.Sleep(Pause);
            }
        }
    }

    public void Dispose() => _held.Dispose();
}
