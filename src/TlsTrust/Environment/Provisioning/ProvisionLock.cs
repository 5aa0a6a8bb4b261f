namespace TlsTrust.Environment.Provisioning;

/// <summary>One provisioner of a folder at a time. The lock is the open file, so that a killed process leaves none behind.</summary>
internal sealed class ProvisionLock : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60); // another run writes a few hundred files at most
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    private readonly FileStream _held;

    private ProvisionLock(FileStream held) => _held = held;

    public static ProvisionLock Take(string folder)
    {
        Directory.CreateDirectory(folder);
        GuardedFile.RequireSafePlace(Path.Combine(folder, ".lock"));
        for (TimeSpan waited = TimeSpan.Zero; ; waited += Pause)
        {
            try
            {
                return new ProvisionLock(new FileStream(Path.Combine(folder, ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (DirectoryNotFoundException) when (waited < Longest)
            {
                Directory.CreateDirectory(folder); // a removal took the folder away in between
            }
            catch (IOException) when (waited < Longest)
            {
                Thread.Sleep(Pause);
            }
        }
    }

    public void Dispose() => _held.Dispose();
}
