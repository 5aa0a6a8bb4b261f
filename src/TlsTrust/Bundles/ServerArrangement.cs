using TlsTrust.CertificateFiles;
using TlsTrust.CertificateFiles.Blocks;
using TlsTrust.CertificateFiles.Containers;
using TlsTrust.Certificates;
using TlsTrust.Environment.Provisioning;

namespace TlsTrust.Bundles;

/// <summary>The parts of a server file: its keys, its chain and what is said of them.</summary>
/// <param name="content">The file.</param>
/// <param name="options">What is wanted.</param>
/// <param name="findings">Receives what goes, comes and is worth knowing.</param>
internal sealed class ServerArrangement(BundleContent content, BundleRepairOptions options, PlanFindings findings)
{
    private const int MaxKeys = 16; // a server has one for each kind of key; each is tried on every certificate

    /// <summary>Whether the key that programs take fits the server's certificate; null where there is none, or it can't be told.</summary>
    public bool? KeyMatches { get; private set; }

    /// <summary>The certificate whose issuer is missing, or null.</summary>
    public Certificate? OpenEnd { get; private set; }

    // Only a key, or whoever says so, makes sure that nobody reads the file for its roots.
    private bool IsSurelyServers => options.Kind == PemBundleKind.Server || options.Key is not null
        || content.Parts.Any(p => p.IsPrivateKey);

    /// <summary>The parts as they should be; those of the file where that can't be told.</summary>
    public List<BundlePart> Arrange()
    {
        List<BundlePart> certificates = [.. content.Parts.Where(p => p.Certificate is not null && !p.KeepAsIs)];
        List<BundlePart> keys = [.. content.Parts.Where(p => p.IsPrivateKey)];
        Certificate[] own = [.. certificates.Select(p => p.Certificate!).Distinct()];
        if (keys.Count > MaxKeys)
        {
            return Refuse($"It holds {keys.Count} private keys, which is more than one server has.");
        }

        string? mixUp = own.Length == 0 ? MissingCertificate(keys) : null;
        using PrivateKeys opened = OpenKeys(keys, mixUp);
        List<Certificate> pool = [.. certificates.Select(p => p.Certificate!), .. options.Additional.Select(a => a.Certificate)];
        ServerFile server = new(pool, options);
        Certificate? leaf = server.FindLeaf(own.Length > 0 ? own : [.. pool.Distinct()], opened.Deciding);
        if (leaf is null)
        {
            opened.Judge(null, "", findings.Notes);
            return Refuse(own.Length == 0 && pool.Count == 0 ? null : $"The order can't be told: {server.Reason}.");
        }

        if (leaf.IsCA && !opened.Deciding.Any(k => k.Fits(leaf) == true))
        {
            if (content.Parts.Any(p => p.Block is { Kind: PemBlockKind.Certificate, Reason: not null }))
            {
                opened.Judge(null, "", findings.Notes);
                return Refuse(
                    $"The order can't be told: the server's certificate may be the one that can't be read, since {leaf} is a CA.");
            }

            if (!leaf.IsSelfSigned || own.Length > 1 || opened.Deciding.Count > 0)
            {
                KeyMatches = opened.Deciding.Count > 0 ? opened.Deciding[0].Fits(leaf) : null;
                return Refuse(WithoutServer(own, opened));
            }
        }

        if (opened.OtherServer(own, leaf) is { } other)
        {
            return Refuse(
                $"It holds the private keys of two servers, {leaf} and {other}; which certificates are for which is not told apart.");
        }

        KeyMatches = opened.Judge(leaf, server.Reason, findings.Notes);
        IReadOnlyList<Certificate> issuers = server.IssuersOf(leaf);
        IReadOnlyList<Certificate> reached = server.Reachable(leaf, own, out _);
        if (server.Exhausted is { } exhausted)
        {
            return Refuse($"The order can't be told: {exhausted}.");
        }

        List<BundlePart> chain = Chain(certificates, leaf, issuers, reached, server);
        if (options.Kind == PemBundleKind.Auto)
        {
            KeepRoots(certificates, chain, reached);
        }

        KeepDisowned(certificates, chain, server);
        Certificate top = issuers.Count > 0 ? issuers[^1] : leaf;
        OpenEnd = top.IsSelfIssued ? null : top;
        if (OpenEnd is not null)
        {
            findings.Notes.Add(PlanFindings.Plain(
                "MissingIssuer",
                $"The issuer of {top} is not in the file: {top.Issuer}. Clients that hold only roots can't complete the chain unless it " +
                $"is one; {Remedy()}.",
                Severity.Warning));
        }

        // An intermediate that has expired is as good as missing: most were renewed with their key.
        int expired = chain.FindIndex(1, p => p.Certificate!.NotAfter < options.At);
        if (expired > 0)
        {
            OpenEnd = chain[expired - 1].Certificate;
        }

        chain = InOrder(certificates, chain, server);
        new ServerChanges(certificates, chain, server, options, findings).Report(issuers, reached);
        return Assemble(chain);
    }

    // What stands where the server's certificate should: the mix-ups that are made with the files of one server.
    private string? MissingCertificate(List<BundlePart> keys)
    {
        bool request = content.Parts.Any(p => p.Block?.Kind == PemBlockKind.CertificateRequest);
        bool swapped = keys.Count > 0 && options.Key is { } given
            && CertificateFile.Read(given, options.Password, keepText: false, options.Cancellation).Certificates.Count > 0;
        return swapped ? "Certificate and key are swapped: this file holds the private key, and the key file holds the certificate."
            : request ? "There is a certificate request where the server's certificate belongs: what the CA made of it goes here."
            : keys.Count > 0
                ? "There is a private key in it and no certificate: the server's certificate belongs before or behind it, or into a " +
                    "file of its own."
            : null;
    }

    private string WithoutServer(Certificate[] own, PrivateKeys keys)
    {
        bool request = content.Parts.Any(p => p.Block?.Kind == PemBlockKind.CertificateRequest);
        string what = own.Length == 1 ? $"its one certificate, {own[0]}, is a CA" : "all its certificates are CAs";
        string which = request ? "a certificate request stands in its place, and what the CA made of it goes there"
            : own.Any(c => c.IsSelfSigned) ? "it looks like the file of a CA, which -Kind Trust says"
            : "it looks like the chain.pem that a CA hands out beside the certificate";
        string key = keys.Deciding.Count > 0 ? ", and the private key is for none of them" : "";
        return $"There is no server's certificate in it: {what}{key}; {which}. The server's own certificate comes first (cert.pem, or " +
            $"fullchain.pem with all of them).";
    }

    // The path that was chosen, then what else clients may need: every valid issuer on any other path, and the root that stapling asks for.
    private List<BundlePart> Chain(
        List<BundlePart> certificates, Certificate leaf, IReadOnlyList<Certificate> issuers, IReadOnlyList<Certificate> reached,
            ServerFile server)
    {
        List<BundlePart> chain = [Find(certificates, leaf)];
        List<BundlePart> roots = [];
        foreach (Certificate issuer in issuers.Concat(reached).Distinct())
        {
            bool root = issuer.IsSelfSigned || (server.IsAnchor(issuer) && !reached.Contains(issuer));
            bool inFile = reached.Contains(issuer);
            bool stapling = inFile && server.IsSignedBy(leaf, issuer)
                && !reached.Any(c => !c.IsSelfSigned && IsValid(c) && server.IsSignedBy(leaf, c));
            if (root && (options.IncludeRoot || stapling || (inFile && !IsSurelyServers)))
            {
                roots.Add(Find(certificates, issuer));
                if (!options.IncludeRoot)
                {
                    findings.Notes.Add(stapling
                        ? PlanFindings.Of(
                            "RootNeeded", roots[^1],
                                $"{issuer} is a root, and the issuer of the server's certificate itself: it stays, since servers need it for OCSP stapling.", Severity.Information)
                        : PlanFindings.Of(
                            "RootSent", roots[^1],
                                $"{issuer} is a root, which clients have or do not trust. It stays, since without a key nothing tells that the file is no file of trusted CAs; -Kind Server leaves it out.", Severity.Warning));
                }
            }
            else if (!root && (issuers.Contains(issuer) || IsValid(issuer)))
            {
                chain.Add(Find(certificates, issuer));
            }
        }

        return [.. chain, .. roots];
    }

    // Roots of another path, or of one that is not known to its end.
    private void KeepRoots(List<BundlePart> certificates, List<BundlePart> chain, IReadOnlyList<Certificate> reached)
    {
        foreach (BundlePart part in certificates.Where(
            p => p.Certificate!.IsSelfSigned && !reached.Contains(p.Certificate)
                && !chain.Exists(c => c.Certificate!.Equals(p.Certificate)))
                .ToList())
        {
            chain.Add(part);
            findings.Notes.Add(PlanFindings.Of(
                "RootOffPath",
                part,
                $"{part.Certificate} is a root, and not known to be on the path of {chain[0].Certificate}. It stays, since it may be there to be trusted: -Kind Trust says so, -Kind Server leaves it out.",
                Severity.Warning));
        }
    }

    // An issuer with a changed bit: without it the file would look whole, and with it the fault is there to be seen. Where the right one is
    // at
    // hand as well, it goes.
    private void KeepDisowned(List<BundlePart> certificates, List<BundlePart> chain, ServerFile server)
    {
        Certificate[] path = [.. chain.Select(p => p.Certificate!)];
        foreach (BundlePart part in certificates.Where(p => !p.Certificate!.IsSelfSigned && !path.Contains(p.Certificate))
            .DistinctBy(p => p.Certificate))
        {
            if (server.IsDisowned(part.Certificate!, path, out Certificate? child)
                && !path.Any(c => c.Subject.Equals(part.Certificate!.Subject)))
            {
                chain.Add(part);
                findings.Notes.Add(PlanFindings.Of(
                    "SignatureInvalid",
                    part,
                    $"{part.Certificate} is named as the issuer of {child}, and its key did not make that signature: one of the two was changed, or it is another CA of the same name.",
                    Severity.Error));
            }
        }
    }

    // The order of the file is as good as ours where the server's certificate comes first and each other one has issued one before it.
    private static List<BundlePart> InOrder(List<BundlePart> certificates, List<BundlePart> chain, ServerFile server)
    {
        List<BundlePart> asIs = [.. certificates.Where(chain.Contains).DistinctBy(p => p.Certificate)];
        bool good = asIs.Count == chain.Count && asIs[0] == chain[0];
        for (int i = 1; good && i < asIs.Count; i++)
        {
            Certificate issuer = asIs[i].Certificate!;
            good = issuer.IsSelfSigned ? asIs[i..].TrueForAll(p => p.Certificate!.IsSelfSigned) : asIs[..i]
                .Exists(p => server.IsSignedBy(p.Certificate!, issuer));
        }

        return good ? asIs : chain;
    }

    private bool IsValid(Certificate certificate) => certificate.NotBefore <= options.At && options.At <= certificate.NotAfter;

    private List<BundlePart> Refuse(string? why)
    {
        findings.Refusal = why;
        return [.. content.Parts];
    }

    private string Remedy()
    {
        if (options.Sought is not { } attempts)
        {
            return "-AddMissing looks for it";
        }

        return attempts.Any(a => a.IsPrivate)
            ? "it was looked for and not found, since its certificate names a private address: -AllowPrivateAddress looks there"
            : $"it was looked for and not found " +
                $"({string.Join("; ",
                    attempts.Where(a => a.Outcome != IssuerAttempt.NoName).Select(a => a.ToString())
                        .DefaultIfEmpty(IssuerAttempt.NoName))}): -SearchPath takes it from a file";
    }

    private PrivateKeys OpenKeys(List<BundlePart> keys, string? mixUp)
    {
        if (mixUp is not null)
        {
            findings.Notes.Insert(
                0, PlanFindings.Plain("NoServerCertificate", mixUp, Severity.Error)); // it says more than that there is none
        }

        PemBlock? given = null;
        if (options.Key is { } data)
        {
            given = PemDocument.Read(data.Span)
                .Blocks.FirstOrDefault(b => b.Kind is PemBlockKind.PrivateKey or PemBlockKind.EncryptedPrivateKey && b.Reason is null)
                ?? (DerShape.Classify(data.Span) is var kind and (PemBlockKind.PrivateKey or PemBlockKind.EncryptedPrivateKey)
                    ? new PemBlock { Kind = kind, Line = 0, Der = data, Label = kind == PemBlockKind.EncryptedPrivateKey
                        ? PemLabel.EncryptedPrivateKey : DerShape.KeyLabel(data.Span) ?? PemLabel.PrivateKey }
                    : null);
            if (given is null)
            {
                findings.Notes.Add(PlanFindings.Plain("NoKey", "There is no private key in the key file.", Severity.Error));
            }
        }

        return new PrivateKeys(keys, given, content.Password, options.Cancellation);
    }

    private BundlePart Find(List<BundlePart> certificates, Certificate certificate) =>
        certificates.Find(p => p.Certificate!.Equals(certificate))
        ?? new BundlePart
        {
            Certificate = certificate,
            Origin = options.Additional.FirstOrDefault(a => a.Certificate.Equals(certificate))?.Origin
                ?? new CertificateOrigin { Kind = CertificateOriginKind.PublicRoots, Location = "the known roots" },
        };

    // The key stays first or last; parameters stay with it; what can't be read stays at the end; requests and lists go.
    private List<BundlePart> Assemble(List<BundlePart> chain)
    {
        List<BundlePart> before = [];
        List<BundlePart> after = [];
        List<BundlePart> unread = [];
        int certificatesAt = content.Parts.TakeWhile(p => p.Certificate is null).Count();
        bool hasCertificates = certificatesAt < content.Parts.Count;
        bool keyFirst = content.Parts.Take(certificatesAt).Any(p => p.IsPrivateKey);
        for (int i = 0; i < content.Parts.Count; i++)
        {
            BundlePart part = content.Parts[i];
            if (part.IsPrivateKey)
            {
                (keyFirst ? before : after).Add(part);
            }
            else if (part.KeepAsIs && part.Block!.Reason is not null)
            {
                unread.Add(part);
            }
            else if (part is { KeepAsIs: false, Block: { Kind: PemBlockKind.CertificateRequest or PemBlockKind.Crl } gone })
            {
                findings.LeaveOut(
                    part, PlanFindings.Of(
                        gone.Kind == PemBlockKind.Crl ? "RevocationList" : "CertificateRequest", part,
                            $"A {gone.Label} is nothing a server is given with its certificate.", Severity.Warning));
            }
            else if (part.Certificate is null)
            {
                (hasCertificates && i < certificatesAt ? before : after).Add(part);
            }
        }

        return [.. before, .. chain, .. after, .. unread];
    }
}
