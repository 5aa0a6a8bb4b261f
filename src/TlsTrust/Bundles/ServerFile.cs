using TlsTrust.CertificateFiles.Blocks;
using TlsTrust.Certificates;
using TlsTrust.Certificates.Extensions;
using TlsTrust.Certificates.Names;
using TlsTrust.Paths;

namespace TlsTrust.Bundles;

/// <summary>The order of a server file: the server's certificate, then each issuer, and what of the rest does not belong there.</summary>
internal sealed class ServerFile
{
    private const int MaxDepth = 16; // as the path search has it
    private const int MaxWays = 256; // a web of cross-signs may have thousands; the shortest are found first
    private const int MaxChecks = 200; // signatures checked for one file: public names have some ten certificates of one subject

    private readonly BundleRepairOptions _options;
    private readonly CertificateIndex _pool;
    private readonly Dictionary<(Certificate, Certificate), bool> _signed = [];
    private bool _exhausted;

    public ServerFile(IEnumerable<Certificate> pool, BundleRepairOptions options)
    {
        _options = options;
        _pool = new CertificateIndex(pool.Concat(options.Anchors.Certificates));
    }

    /// <summary>Why the leaf is the leaf, or why there is none to be told.</summary>
    public string Reason { get; private set; } = "";

    /// <summary>What was chosen between, where there was a choice of paths.</summary>
    public string? Choice { get; private set; }

    /// <summary>Where the path ends: the anchor, or null where it leads to none that is known.</summary>
    public Certificate? Anchor { get; private set; }

    /// <summary>Why nothing that was found can be relied on, or null.</summary>
    public string? Exhausted => _exhausted
        ? $"so many of its certificates have the same names that more than {MaxChecks} signatures would have to be checked" : null;

    /// <summary>The certificate of the server: the one that a key fits, else the one that issues no other.</summary>
    public Certificate? FindLeaf(IReadOnlyList<Certificate> certificates, IReadOnlyList<PrivateKeyMatch> keys)
    {
        foreach (PrivateKeyMatch key in keys)
        {
            Certificate[] fitting =
                [.. certificates.Where(c => key.Fits(c) == true).OrderByDescending(IsValid).ThenByDescending(c => c.NotAfter)];
            if (fitting.Length > 0)
            {
                Reason = "it is the one that the private key fits" + (fitting.Length > 1 ? ", the newest of them" : "");
                return fitting[0];
            }
        }

        ILookup<DistinguishedName, Certificate> issued = certificates.ToLookup(c => c.Issuer);
        Certificate[] leaves = Ends(certificates.Where(c => !c.IsCA), issued);
        leaves = leaves.Length > 0 ? leaves : Ends(certificates, issued);
        if (Exhausted is { } reason)
        {
            Reason = reason;
            return null;
        }

        if (leaves.DistinctBy(c => (c.Subject, c.PublicKey)).Count() == 1)
        {
            Reason = "it is the one that issues no other" + (leaves.Length > 1 ? ", the newest with its name and key" : "");
            return leaves.OrderByDescending(IsValid).ThenByDescending(c => c.NotAfter).First();
        }

        Certificate[] possible = [.. leaves.Where(c => keys.Any(k => k.Fits(c) is null))];
        if (possible.Length == 1)
        {
            Reason = "it is the only one with the private key's kind of key";
            return possible[0];
        }

        string some = string.Join("; ", leaves.Take(3).Select(c => c.ToString()));
        Reason = leaves.Length == 0 ? "no certificate in the file is a server's"
            : leaves.All(c => c.IsCA)
                ? $"all its certificates are CAs, and {leaves.Length} of them issue no other ({some}): -Kind Trust says that it is a " +
                    $"file of trusted CAs"
            : $"{leaves.Length} certificates could be the server's ({some}); the private key tells which (-KeyPath), and -Kind Trust " +
                $"says that all are to be trusted";
        return null;
    }

    /// <summary>
    /// The issuers of the leaf, in order: the shortest way to an anchor, through certificates that are valid where there are such.
    /// </summary>
    public IReadOnlyList<Certificate> IssuersOf(Certificate leaf)
    {
        List<List<Certificate>> ways = Ways(leaf);
        List<Certificate>? best = ways
            .OrderByDescending(w => EndsInAnchor(leaf, w))
            .ThenByDescending(w => w.All(IsValid))
            .ThenByDescending(w => EndsInAnchor(leaf, w) ? -w.Count : w.Count)
            .FirstOrDefault();
        if (best is null)
        {
            return [];
        }

        Anchor = EndsInAnchor(leaf, best) ? best.Count > 0 ? best[^1] : leaf : null;
        if (ways.Count > 1)
        {
            Choice = $"There are {ways.Count} paths; the one by way of {string.Join(", ", best.Select(c => c.ToString()))} was taken: " +
                $"{(Anchor is null ? "it reaches furthest" : "it is the shortest to a known root")}.";
        }

        return best;
    }

    /// <summary>
    /// Every certificate of the file that is on some path of the leaf, the nearest first: a client may hold any root, and which one a path
    /// ends in
    /// on this machine says nothing of others. Paths go on through certificates that are at hand elsewhere.
    /// </summary>
    /// <param name="leaf">The server's certificate.</param>
    /// <param name="file">The certificates of the file.</param>
    /// <param name="complete">Set where a path ends in a root; else there may be issuers that are not at hand.</param>
    public IReadOnlyList<Certificate> Reachable(Certificate leaf, IReadOnlyCollection<Certificate> file, out bool complete)
    {
        HashSet<Certificate> inFile = [.. file];
        HashSet<Certificate> seen = [leaf];
        List<Certificate> reached = [];
        Queue<Certificate> open = new([leaf]);
        complete = false;
        while (!_exhausted && open.TryDequeue(out Certificate? top))
        {
            complete |= top.IsSelfSigned || IsAnchor(top);
            foreach (Certificate issuer in _pool.IssuersOf(top).Where(i => !seen.Contains(i) && IsSignedBy(top, i)))
            {
                seen.Add(issuer);
                open.Enqueue(issuer);
                if (inFile.Contains(issuer))
                {
                    reached.Add(issuer);
                }
            }
        }

        return reached;
    }

    /// <summary>The roots of a file that are on no path of the leaf, where its path is known up to its end.</summary>
    public IEnumerable<Certificate> RootsOffThePath(Certificate leaf, IReadOnlyCollection<Certificate> file)
    {
        IReadOnlyList<Certificate> reached = Reachable(leaf, file, out bool complete);
        return complete && !_exhausted ? file.Where(c => c.IsSelfSigned && !c.Equals(leaf) && !reached.Contains(c)) : [];
    }

    /// <summary>
    /// A certificate that names another as its issuer, by key identifier too, and was not signed by it: one of the two was changed.
    /// </summary>
    public bool IsDisowned(Certificate issuer, IEnumerable<Certificate> children, out Certificate? child)
    {
        child = children.FirstOrDefault(c => !c.Equals(issuer) && c.Issuer.Equals(issuer.Subject)
            && (c.AuthorityKeyIdentifier?.KeyIdentifier is not { } key || issuer.SubjectKeyIdentifier is not { } own || key.Equals(own))
                && !IsSignedBy(c, issuer));
        return child is not null && !_exhausted;
    }

    /// <summary>True for the issuer whose key verifies the signature.</summary>
    public bool IsSignedBy(Certificate child, Certificate issuer)
    {
        if (!child.Issuer.Equals(issuer.Subject))
        {
            return false;
        }

        if (_signed.TryGetValue((child, issuer), out bool known))
        {
            return known;
        }

        _exhausted |= _signed.Count == MaxChecks;
        if (_exhausted)
        {
            return false;
        }

        bool signed = RepairedCertificate.Agrees(child, issuer);
        _signed[(child, issuer)] = signed;
        return signed;
    }

    /// <summary>
    /// True for a root that clients are known to have. An intermediate in this machine's store ends no path: it is there for want of a
    /// server that sends it.
    /// </summary>
    public bool IsAnchor(Certificate certificate) => certificate.IsSelfIssued && _options.Anchors.Contains(certificate);

    // Those that issue none of the others.
    private Certificate[] Ends(IEnumerable<Certificate> certificates, ILookup<DistinguishedName, Certificate> issued) =>
        [.. certificates.Where(c => !issued[c.Subject].Any(other => _exhausted || (!other.Equals(c) && IsSignedBy(other, c))))];

    private bool IsValid(Certificate certificate) => certificate.NotBefore <= _options.At && _options.At <= certificate.NotAfter;

    private bool EndsInAnchor(Certificate leaf, List<Certificate> way) => IsAnchor(way.Count > 0 ? way[^1] : leaf);

    // Breadth first, so that the shortest comes first; each certificate once in a way.
    private List<List<Certificate>> Ways(Certificate leaf)
    {
        List<List<Certificate>> complete = [];
        Queue<List<Certificate>> open = new([[]]);
        while (complete.Count < MaxWays && !_exhausted && open.TryDequeue(out List<Certificate>? way))
        {
            Certificate top = way.Count > 0 ? way[^1] : leaf;
            Certificate[] issuers = top.IsSelfSigned || IsAnchor(top)
                ? []
                : [.. _pool.IssuersOf(top).Where(i => !i.Equals(leaf) && !way.Contains(i) && IsSignedBy(top, i))];
            if (issuers.Length == 0 || way.Count == MaxDepth)
            {
                complete.Add(way);
                continue;
            }

            foreach (Certificate issuer in issuers.Take(MaxWays - Math.Min(MaxWays, open.Count)))
            {
                open.Enqueue([.. way, issuer]);
            }
        }

        return complete;
    }
}
