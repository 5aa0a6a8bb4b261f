namespace TlsTrust.Paths.Search;

/// <summary>
/// What one search may cost. Real chains need fewer than 10 signature checks; the rest is room for hostile ones to be refused in
/// milliseconds.
/// </summary>
public static class PathLimits
{
    /// <summary>Signature checks of one search, as in rustls-webpki and Go (100): some 10 to 100 µs each.</summary>
    public const int SignatureChecks = 100;

    /// <summary>Candidates looked at, as in rustls-webpki (200,000): some 50 ns each.</summary>
    public const int Steps = 200_000;

    /// <summary>
    /// Names that are held against name constraints, one for each certificate above; some 200 ns each. A certificate of a large network has
    /// 100.
    /// </summary>
    public const int NamesCompared = 1 << 20;

    /// <summary>
    /// Whole paths that are held against the rules of a path (policies, limits); all else is refused on the way. Some 100 µs each.
    /// </summary>
    public const int JudgedPaths = 500;

    /// <summary>Certificates of one path. Public chains have 2 to 5; 16 leaves room for bridges.</summary>
    public const int Depth = 16;

    /// <summary>Candidates looked at to explain a failure: no answer depends on it, only how many near misses are described.</summary>
    public const int ExplanationSteps = 2_000;

    /// <summary>Near misses described; nobody reads more.</summary>
    public const int PartialPaths = 16;

    /// <summary>Paths listed with <see cref="PathQuery.AllPaths"/>: a dozen cross-signed CAs already have thousands.</summary>
    public const int Paths = 64;
}
