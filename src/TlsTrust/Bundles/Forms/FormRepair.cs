using TlsTrust.Files;

namespace TlsTrust.Bundles.Forms;

/// <summary>Puts the files of a form where they belong.</summary>
public static class FormRepair
{
    /// <summary>Where each file goes: the destination itself, or into that folder.</summary>
    public static IReadOnlyList<string> Paths(IReadOnlyList<FormFile> files, string destination)
    {
        ArgumentNullException.ThrowIfNull(files);
        return [.. files.Select(file => file.Name.Length == 0 ? destination : Path.Combine(destination, file.Name))];
    }

    /// <summary>
    /// Writes them, each whole or not at all and several as one set, the key last; files with a key are for their owner alone.
    /// </summary>
    /// <param name="plan">What was planned.</param>
    /// <param name="files">What was made of it.</param>
    /// <param name="destination">A file; for several, a folder, which is made where it is not there.</param>
    /// <param name="overwrite">Whether files that exist may be replaced.</param>
    /// <param name="backup">Whether replaced files are kept as <c>name.bak-UTC</c>.</param>
    /// <param name="at">The time in the name of the backup.</param>
    /// <returns>The report with what was done.</returns>
    /// <exception cref="IOException">The message says why; no file is half written.</exception>
    /// <exception cref="UnauthorizedAccessException">The message says why; no file is half written.</exception>
    public static PemRepairReport Apply(BundlePlan plan, IReadOnlyList<FormFile> files, string destination, bool overwrite, bool backup,
        DateTime at) => Apply(plan, files, destination, overwrite, backup ? at : null, static _ => { });

    /// <summary>The same, with something done after each step: how the tests kill it.</summary>
    internal static PemRepairReport Apply(BundlePlan plan, IReadOnlyList<FormFile> files, string destination, bool overwrite,
        DateTime? backupAt, Action<string> step)
    {
        ArgumentNullException.ThrowIfNull(plan);
        if (!overwrite && Paths(files, destination).FirstOrDefault(File.Exists) is { } there)
        {
            throw new IOException($"'{there}' exists.");
        }

        const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        SetFile[] set =
            [.. files.OrderBy(file => file.HoldsKey).Select(file => new SetFile(file.Name, file.Content, new AtomicWriteOptions
            {
                Overwrite = overwrite,
                BackupAt = backupAt,
                MostAllowed = file.HoldsKey ? owner : null,
                NewFileMode = file.HoldsKey ? owner : new AtomicWriteOptions().NewFileMode,
            }))];
        IReadOnlyList<AtomicWriteResult> written = set is [{ Name: "" } only]
            ? [AtomicFile.Write(destination, only.Content, only.Options)] : FileSet.Write(destination, set, step);
        return Described(plan.Report, files, destination) with
        {
            Written = true,
            Backup = written.FirstOrDefault(w => w.Backup is not null)?.Backup,
        };
    }

    /// <summary>The report of what is or would be written.</summary>
    public static PemRepairReport Described(PemRepairReport report, IReadOnlyList<FormFile> files, string destination)
    {
        ArgumentNullException.ThrowIfNull(report);
        PemRepairReport told = report with { Destination = destination, Files = [.. Paths(files, destination)] };
        return told with { Summary = BundleSummary.Of(told) };
    }
}
