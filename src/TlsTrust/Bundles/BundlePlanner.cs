using TlsTrust.Bundles.Laws;
using TlsTrust.Certificates;
using TlsTrust.Environment.Provisioning;
using TlsTrust.Paths.Search;

namespace TlsTrust.Bundles;

/// <summary>What a file is to become, and the report that says why. Nothing is written by planning.</summary>
public sealed record BundlePlan
{
    /// <summary>The file as it was.</summary>
    public required ReadOnlyMemory<byte> Original { get; init; }

    /// <summary>The file as it should be; the same bytes where nothing is to be changed.</summary>
    public required ReadOnlyMemory<byte> Content { get; init; }

    /// <summary>True when there is a private key in the content.</summary>
    public required bool HoldsKey { get; init; }

    /// <summary>The report, as it stands before anything is written.</summary>
    public required PemRepairReport Report { get; init; }

    /// <summary>The same for another file: PEM also where the file itself stays in its own form.</summary>
    public required ReadOnlyMemory<byte> Copy { get; init; }

    /// <summary>
    /// Why the content may go to another file only: the original is no file of certificates, or not only; null where it may be replaced.
    /// </summary>
    public string? DestinationReason { get; init; }

    /// <summary>True when the content may go to another file only.</summary>
    public bool NeedsDestination => DestinationReason is not null;

    /// <summary>Hashes of what the report names as left out.</summary>
    internal IReadOnlySet<string> LeftOut { get; init; } = new HashSet<string>();

    /// <summary>Hashes of certificates that stand in fields of another meaning.</summary>
    internal IReadOnlySet<string> Apart { get; init; } = new HashSet<string>();

    /// <summary>
    /// The topmost certificate of a server file's path whose issuer is not at hand; null where the path is complete or there is none.
    /// </summary>
    public Certificate? OpenEnd { get; init; }

    /// <summary>Where a missing issuer was looked for, and what came of it.</summary>
    public IReadOnlyList<IssuerAttempt> Sought { get; init; } = [];

    /// <summary>The certificates of the content.</summary>
    public IReadOnlyList<Certificate> Certificates { get; init; } = [];
}

/// <summary>Decides what a bundle should be. A pure function of bytes, options and time.</summary>
public static class BundlePlanner
{
    /// <summary>Plans a repair.</summary>
    /// <param name="path">Name of the file, for the report and for its ending.</param>
    /// <param name="original">Its bytes.</param>
    /// <param name="options">What is wanted.</param>
    public static BundlePlan Plan(string path, ReadOnlyMemory<byte> original, BundleRepairOptions options)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(options);
        return Plan(path, original, options, planned => planned);
    }

    /// <summary>The same, with whatever is done to the plan before it is checked: how the tests break one.</summary>
    internal static BundlePlan Plan(string path, ReadOnlyMemory<byte> original, BundleRepairOptions options,
        Func<BundlePlan, BundlePlan> broken)
    {
        BundlePlan plan = broken(Arrange(path, original, options));
        return Broken(plan, options) is not { } law ? plan : Refused(plan, law);
    }

    private static BundlePlan Arrange(string path, ReadOnlyMemory<byte> original, BundleRepairOptions options) =>
        new PlanBuilder(path, original, BundleContent.Read(Path.GetFileName(path), original, options), options).Build();

    // The laws are asked of the bytes, where any would be written.
    private static string? Broken(BundlePlan plan, BundleRepairOptions options)
    {
        if (plan.Report.Refusal is not null || plan.Copy.Span.SequenceEqual(plan.Original.Span))
        {
            return null;
        }

        RepairCase repair = new()
        {
            Original = plan.Original,
            Planned = plan.Copy,
            Password = options.Password,
            Cancellation = options.Cancellation,
            IsTrust = plan.Report.Kind == PemBundleKind.Trust,
            RemovesExpired = options.RemoveExpired,
            At = options.At,
            LeftOut = plan.LeftOut,
            Apart = plan.Apart,
            Added = options.Additional.Select(a => FileInventory.HashOf(a.Certificate.RawData.Span)).ToHashSet(),
        };
        return RepairLaws.Broken(repair)
            ?? (plan.LeftOut.Count > plan.Report.LeftOut.Count ? "something would be left out that the report does not name" : null)
            ?? (Arrange(plan.Report.RawPath, plan.Copy, options).Report.Changed ? "a second run would change it again" : null);
    }

    private static BundlePlan Refused(BundlePlan plan, string law)
    {
        PemRepairReport report = plan.Report with
        {
            Refusal = $"What was planned was not safe to write, so nothing is: {law}.",
            IsSound = false,
            Changed = false,
            Changes = [],
            LeftOut = [],
            After = plan.Report.Before,
        };
        return plan with { Content = plan.Original, Copy = plan.Original, Report = report with { Summary = BundleSummary.Of(report) } };
    }

    internal static ChainCertificate Describe(BundlePart part, int depth, PemBundleKind kind, BundleRepairOptions options)
    {
        Certificate certificate = part.Certificate!;
        ChainRole role = certificate.LooksSelfSigned && (certificate.IsCA || kind == PemBundleKind.Trust) ? ChainRole.Root
            : certificate.IsCA ? ChainRole.Intermediate : ChainRole.Leaf;
        List<string> problems = [];
        if (certificate.NotAfter < options.At)
        {
            problems.Add("expired");
        }
        else if (certificate.NotBefore > options.At)
        {
            problems.Add("not yet valid");
        }

        return ChainCertificates.Describe(certificate, depth, role, part.Origin, options.At, problems);
    }
}
