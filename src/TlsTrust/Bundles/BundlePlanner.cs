using TlsTrust.Certificates;
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

    /// <summary>True when the content may go to another file only: the original is no PEM, or more than PEM.</summary>
    public bool NeedsDestination { get; init; }

    /// <summary>The topmost certificate of a server file's path whose issuer is not at hand; null where the path is complete or there is none.</summary>
    public Certificate? OpenEnd { get; init; }

    /// <summary>Where a missing issuer was looked for, and what came of it.</summary>
    public IReadOnlyList<IssuerAttempt> Sought { get; init; } = [];

    /// <summary>The certificates of the content.</summary>
    public IReadOnlyList<Certificate> Certificates { get; init; } = [];
}

/// <summary>Decides what a bundle should be. A pure function of bytes, options and time.</summary>
public static class BundlePlanner
{
    // Programs read these names as binary; PEM under them would break what works.
    private static readonly string[] BinaryNames = [".der", ".cer", ".p7b", ".p7c", ".spc", ".p12", ".pfx", ".jks", ".jceks", ".ks", ".keystore", ".truststore"];

    /// <summary>Plans a repair.</summary>
    /// <param name="path">Name of the file, for the report and for its ending.</param>
    /// <param name="original">Its bytes.</param>
    /// <param name="options">What is wanted.</param>
    public static BundlePlan Plan(string path, ReadOnlyMemory<byte> original, BundleRepairOptions options)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(options);
        BundleContent content = BundleContent.Read(Path.GetFileName(path), original, options);
        PlanBuilder builder = new(path, original, content, options);
        return builder.Build();
    }

    internal static bool IsBinaryName(string path) =>
        BinaryNames.Any(n => path.EndsWith(n, StringComparison.OrdinalIgnoreCase)) || Path.GetFileName(path).Equals("cacerts", StringComparison.OrdinalIgnoreCase);

    internal static ChainCertificate Describe(BundlePart part, int depth, PemBundleKind kind, BundleRepairOptions options)
    {
        Certificate certificate = part.Certificate!;
        ChainRole role = certificate.IsSelfSigned && (certificate.IsCA || kind == PemBundleKind.Trust) ? ChainRole.Root
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
