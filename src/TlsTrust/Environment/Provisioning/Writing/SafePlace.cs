using TlsTrust.Environment.Provisioning.Requests;

namespace TlsTrust.Environment.Provisioning.Writing;

/// <summary>Refuses places that others could change, or that those who are to read can't.</summary>
internal static class SafePlace
{
    /// <summary>
    /// Refuses a folder below <paramref name="root"/> that others may not pass: what everybody is to use would be of use to nobody.
    /// </summary>
    public static void DemandOpen(string path, string root)
    {
        for (string? folder = Path.GetDirectoryName(Path.GetFullPath(path)); !OperatingSystem.IsWindows() && !string.IsNullOrEmpty(folder)
            && folder != root; folder = Path.GetDirectoryName(folder))
        {
            if (Directory.Exists(folder) && (File.GetUnixFileMode(folder) & UnixFileMode.OtherExecute) == 0)
            {
                throw new ProvisioningException(Refusal.PermissionDenied,
                    $"'{folder}' is closed to other users, who are to read the bundle.", "Choose another -Destination, or leave it out.");
            }
        }
    }

    /// <summary>
    /// Refuses a place where somebody else could put another file: world-writable without the sticky bit, up to the root.
    /// </summary>
    public static void Demand(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        if (File.Exists(path) && (File.GetUnixFileMode(path) & UnixFileMode.OtherWrite) != 0)
        {
            throw new ProvisioningException(Refusal.WorldWritable,
                $"'{path}' can be written by everybody; whoever can write it decides what is trusted.",
                    $"chmod o-w '{path}', or choose another -Destination.");
        }

        bool direct = true;
        for (string? folder = Path.GetDirectoryName(Path.GetFullPath(path)); !string.IsNullOrEmpty(folder); folder =
            Path.GetDirectoryName(folder))
        {
            if (Directory.Exists(folder))
            {
                UnixFileMode mode = File.GetUnixFileMode(folder);
                // In a sticky folder nobody can replace another's file, but anybody can put one there first.
                if ((mode & UnixFileMode.OtherWrite) != 0 && (direct || (mode & UnixFileMode.StickyBit) == 0))
                {
                    throw new ProvisioningException(Refusal.WorldWritable,
                        $"'{folder}' can be written by everybody; a file in it could be replaced by anybody.",
                            $"chmod o-w '{folder}', or choose another -Destination.");
                }

                direct = false;
            }
        }
    }
}
