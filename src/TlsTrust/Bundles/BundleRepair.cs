using TlsTrust.CertificateFiles;
using TlsTrust.Certificates;
using TlsTrust.Environment.Provisioning;
using TlsTrust.Files;
using TlsTrust.Issuers;
using TlsTrust.Paths;
using TlsTrust.Stores;

namespace TlsTrust.Bundles;

/// <summary>Plans the repair of a file and carries it out.</summary>
public static class BundleRepair
{
    /// <summary>
    /// Plans for a file; with a finder, what is missing above the last certificate of a server file is looked for and added.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="options">What is wanted.</param>
    /// <param name="finder">Where missing issuers are looked for; null to look for none.</param>
    /// <param name="store">The store that a found issuer should lead to.</param>
    /// <param name="cancellation">Stops the search.</param>
    /// <exception cref="IOException">The file can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read it.</exception>
    public static async Task<BundlePlan> PlanAsync(string path, BundleRepairOptions options, IssuerFinder? finder, TrustStore? store,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        byte[] original = CertificateFile.ReadBytes(path, cancellation);
        return await PlanAsync(path, original, options, finder, store, cancellation).ConfigureAwait(false);
    }

    /// <summary>Plans for bytes that were read already, or that come from nowhere but the pipeline.</summary>
    public static async Task<BundlePlan> PlanAsync(string path, ReadOnlyMemory<byte> original, BundleRepairOptions options,
        IssuerFinder? finder, TrustStore? store, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        options = options with { Cancellation = cancellation };
        BundlePlan plan = BundlePlanner.Plan(path, original, options);
        if (finder is null || store is null || plan.OpenEnd is null)
        {
            return plan;
        }

        IssuerQuery query = new() { Child = plan.OpenEnd, Presented = plan.Certificates, Store = store, At = options.At };
        IssuerSearchResult found = await finder.FindAsync(query, cancellation).ConfigureAwait(false);
        options = options with { Sought = found.Attempts };
        if (found.Best is not { } best)
        {
            return BundlePlanner.Plan(path, original, options);
        }

        AdditionalCertificate[] issuers =
            [.. best.Issuers.Where(i => options.IncludeRoot || !i.Certificate.IsSelfSigned)
                .Select(i => new AdditionalCertificate(i.Certificate, i.Origin))];
        BundleRepairOptions completed = options with { Additional = [.. options.Additional, .. issuers] };
        if (best.Top.Certificate.IsSelfSigned)
        {
            // The path is complete; what it ends in is not asked for again.
            completed = completed with { Anchors = new CertificateIndex([.. options.Anchors.Certificates, best.Top.Certificate]) };
        }

        return issuers.Length == 0 && completed.Anchors.Count == options.Anchors.Count ? plan with { Sought = found.Attempts }
            : BundlePlanner.Plan(path, original, completed);
    }

    /// <summary>Writes what was planned. Does nothing where nothing changes and no other file is named.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="destination">Another file; null to replace the original.</param>
    /// <param name="overwrite">Whether a destination that exists may be replaced.</param>
    /// <param name="backup">Whether the replaced file is kept as <c>name.bak-UTC</c>.</param>
    /// <param name="at">The time in the name of the backup.</param>
    /// <returns>The report with what was done.</returns>
    /// <exception cref="IOException">Nothing was written: the message says why.</exception>
    /// <exception cref="UnauthorizedAccessException">Nothing was written: the message says why.</exception>
    public static PemRepairReport Apply(BundlePlan plan, string? destination, bool overwrite, bool backup, DateTime at)
    {
        ArgumentNullException.ThrowIfNull(plan);
        PemRepairReport report = plan.Report;
        destination = Elsewhere(report.RawPath, destination);
        if (RefusalReason(plan, destination) is { } reason)
        {
            return Refused(report, reason);
        }

        if (destination is null)
        {
            if (!report.Changed)
            {
                return report;
            }

            AtomicWriteResult replaced =
                AtomicFile.Write(report.RawPath, plan.Content,
                    new AtomicWriteOptions { Expected = plan.Original, BackupAt = backup ? at : null });
            return Told(report with { Written = true, Backup = replaced.Backup });
        }

        AtomicWriteOptions how = new()
        {
            Overwrite = overwrite,
            BackupAt = backup ? at : null,
            MostAllowed = plan.HoldsKey ? KeyMode(report.RawPath, destination) : null,
            AccessLike = plan.HoldsKey && report.RawPath.Length > 0 ? report.RawPath : null,
            NewFileMode = plan.HoldsKey ? UnixFileMode.UserRead | UnixFileMode.UserWrite : new AtomicWriteOptions().NewFileMode,
        };
        AtomicWriteResult written = AtomicFile.Write(destination, plan.Copy, how);
        return Told(report with { Written = true, Destination = destination, Backup = written.Backup });
    }

    /// <summary>
    /// The file that a report leads to: the one that was written, else the one that was read; empty where there is neither.
    /// </summary>
    public static string FileOf(PemRepairReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return report is { Written: true, RawDestination: { } written } ? written : report.RawPath;
    }

    /// <summary>The report of a plan that can't be carried out; the same one where there is no reason.</summary>
    public static PemRepairReport Refused(PemRepairReport report, string? reason) =>
        reason is null ? report : Told(report with { Refusal = reason });

    /// <summary>
    /// The destination; null where it is the very file that is repaired, by whatever name: that is replaced as one is, or left alone when
    /// it is sound.
    /// </summary>
    public static string? Elsewhere(string path, string? destination) =>
        destination is null || AtomicFile.IsSameFile(path, destination) ? null : destination;

    /// <summary>Why a plan can't be carried out, or null.</summary>
    public static string? RefusalReason(BundlePlan plan, string? destination)
    {
        ArgumentNullException.ThrowIfNull(plan);
        PemRepairReport report = plan.Report;
        destination = Elsewhere(report.RawPath, destination);
        if (report.Refusal is not null)
        {
            return report.Refusal;
        }

        if (report.Changed && destination is null && plan.DestinationReason is { } elsewhere)
        {
            return elsewhere;
        }

        return destination is not null && plan.Certificates.Count == 0 ? report.Notes.FirstOrDefault(n => n.Severity == Severity.Error)?.Why
            ?? "There is no certificate to write." : null;
    }

    private static PemRepairReport Told(PemRepairReport report) => report with { Summary = BundleSummary.Of(report) };

    // A copy of a key is for nobody for whom the file it came from was not. What that file's group may do, another group may not, and under
    // an access list the mode's middle digit does not speak of the group.
    private static UnixFileMode KeyMode(string path, string destination)
    {
        const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        const UnixFileMode group = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute;
        if (OperatingSystem.IsWindows() || !File.Exists(path))
        {
            return owner;
        }

        UnixFileMode mode = File.GetUnixFileMode(AtomicFile.Resolve(path)) | UnixFileMode.UserWrite;
        return AtomicFile.HaveSameGroup(path, destination) ? mode : mode & ~group;
    }
}
