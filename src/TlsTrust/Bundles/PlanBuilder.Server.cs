using TlsTrust.CertificateFiles;
using TlsTrust.CertificateFiles.Blocks;
using TlsTrust.CertificateFiles.Containers;
using TlsTrust.Certificates;
using TlsTrust.Certificates.Keys;
using TlsTrust.Certificates.Names;

namespace TlsTrust.Bundles;

// The parts of a server file: its keys, its chain and what is said of them.
internal sealed partial class PlanBuilder
{
    private const int MaxKeys = 16; // a server has one for each kind of key; each is tried on every certificate

    private List<BundlePart> ArrangeServer()
    {
        List<BundlePart> certificates = [.. content.Parts.Where(p => p.Certificate is not null && !p.KeepAsIs)];
        List<BundlePart> keys = [.. content.Parts.Where(p => p.IsPrivateKey)];
        Certificate[] own = [.. certificates.Select(p => p.Certificate!).Distinct()];
        if (keys.Count > MaxKeys)
        {
            return Refuse($"It holds {keys.Count} private keys, which is more than one server has.");
        }

        using PrivateKeys opened = OpenKeys(keys);
        List<Certificate> pool = [.. certificates.Select(p => p.Certificate!), .. options.Additional.Select(a => a.Certificate)];
        ServerFile server = new(pool, options);
        Certificate? leaf = server.FindLeaf(own.Length > 0 ? own : [.. pool.Distinct()], opened.Deciding);
        if (leaf is null)
        {
            opened.Judge(null, "", _notes);
            return Refuse(own.Length == 0 && pool.Count == 0 ? null : $"The order can't be told: {server.Reason}.");
        }

        if (leaf.IsCA && !opened.Deciding.Any(k => k.Fits(leaf) == true) && content.Parts.Any(p => p.Block is { Kind: PemBlockKind.Certificate, Reason: not null }))
        {
            opened.Judge(null, "", _notes);
            return Refuse($"The order can't be told: the server's certificate may be the one that can't be read, since {leaf} is a CA.");
        }

        if (opened.OtherServer(own, leaf) is { } other)
        {
            return Refuse($"It holds the private keys of two servers, {leaf} and {other}; which certificates are for which is not told apart.");
        }

        _keyMatches = opened.Judge(leaf, server.Reason, _notes);
        List<BundlePart> chain = [Find(certificates, leaf)];
        IReadOnlyList<Certificate> issuers = server.IssuersOf(leaf);
        if (server.Exhausted is { } exhausted)
        {
            return Refuse($"The order can't be told: {exhausted}.");
        }

        foreach (Certificate issuer in issuers)
        {
            bool root = issuer.IsSelfSigned || server.IsAnchor(issuer);
            if (!root || options.IncludeRoot)
            {
                chain.Add(Find(certificates, issuer));
            }
        }

        Certificate top = issuers.Count > 0 ? issuers[^1] : leaf;
        _openEnd = top.IsSelfIssued ? null : top;
        if (_openEnd is not null)
        {
            _notes.Add(Plain("MissingIssuer", $"The issuer of {top} is not in the file: {top.Issuer}. Clients that hold only roots can't complete the chain unless it is one; {Remedy()}.", Severity.Warning));
        }

        // An intermediate that has expired is as good as missing: most were renewed with their key.
        int expired = chain.FindIndex(1, p => p.Certificate!.NotAfter < options.At);
        if (expired > 0)
        {
            _openEnd = chain[expired - 1].Certificate;
        }

        ReportServerChanges(certificates, chain, server);
        ReportNotAdded(chain, issuers);
        return Assemble(chain);
    }

    private List<BundlePart> Refuse(string? why)
    {
        _refusal = why;
        return [.. content.Parts];
    }

    // What somebody gave by hand is expected in the file; what was only met on the way is not missed.
    private void ReportNotAdded(List<BundlePart> chain, IReadOnlyList<Certificate> issuers)
    {
        foreach (AdditionalCertificate given in options.Additional.Where(a => a.IsExplicit).DistinctBy(a => a.Certificate))
        {
            if (!chain.Exists(p => p.Certificate!.Equals(given.Certificate)))
            {
                string why = issuers.Contains(given.Certificate) ? "is a root, which clients have or do not trust: -IncludeRoot puts it in" : "is not on the path of the server's certificate";
                _notes.Add(Plain("NotAdded", $"{given.Certificate}, from {given.Origin}, is not added: it {why}.", Severity.Warning));
            }
        }
    }

    private string Remedy()
    {
        if (options.Sought is not { } attempts)
        {
            return "-AddMissing looks for it";
        }

        return attempts.Any(a => a.IsPrivate)
            ? "it was looked for and not found, since its certificate names a private address: -AllowPrivateAddress looks there"
            : $"it was looked for and not found ({string.Join("; ", attempts.Where(a => a.Outcome != IssuerAttempt.NoName).Select(a => a.ToString()).DefaultIfEmpty(IssuerAttempt.NoName))}): -SearchPath takes it from a file";
    }

    private PrivateKeys OpenKeys(List<BundlePart> keys)
    {
        PemBlock? given = null;
        if (options.Key is { } data)
        {
            given = PemDocument.Read(data.Span).Blocks.FirstOrDefault(b => b.Kind is PemBlockKind.PrivateKey or PemBlockKind.EncryptedPrivateKey && b.Reason is null)
                ?? (DerShape.Classify(data.Span) is var kind and (PemBlockKind.PrivateKey or PemBlockKind.EncryptedPrivateKey)
                    ? new PemBlock { Kind = kind, Line = 0, Der = data, Label = kind == PemBlockKind.EncryptedPrivateKey ? PemLabel.EncryptedPrivateKey : DerShape.KeyLabel(data.Span) ?? PemLabel.PrivateKey }
                    : null);
            if (given is null)
            {
                _notes.Add(Plain("NoKey", "There is no private key in the key file.", Severity.Error));
            }
        }

        return new PrivateKeys(keys, given, content.Password);
    }

    private BundlePart Find(List<BundlePart> certificates, Certificate certificate) =>
        certificates.Find(p => p.Certificate!.Equals(certificate))
        ?? new BundlePart
        {
            Certificate = certificate,
            Origin = options.Additional.FirstOrDefault(a => a.Certificate.Equals(certificate))?.Origin ?? "the known roots",
        };

    private void ReportServerChanges(List<BundlePart> certificates, List<BundlePart> chain, ServerFile server)
    {
        HashSet<Certificate> seen = [];
        foreach (BundlePart part in certificates)
        {
            Certificate certificate = part.Certificate!;
            if (!seen.Add(certificate))
            {
                _changes.Add(TrustBundle.Change("Duplicate", part, $"{certificate} is in the file already.", Severity.Warning));
            }
            else if (!chain.Contains(part))
            {
                Certificate? twin = chain.Find(p => p.Certificate!.Subject.Equals(certificate.Subject) && p.Certificate.PublicKey.Equals(certificate.PublicKey))?.Certificate;
                _changes.Add(certificate.IsSelfSigned
                    ? TrustBundle.Change("RootSent", part, $"{certificate} is a root: clients have it or do not trust it. It is left out; -IncludeRoot keeps it.", Severity.Warning)
                    : twin is not null
                    ? TrustBundle.Change("UnrelatedSent", part, $"{certificate} (by {certificate.Issuer}, until {certificate.NotAfter:yyyy-MM-dd}) has the name and key of one on the path that was taken (by {twin.Issuer}, until {twin.NotAfter:yyyy-MM-dd}), which does without it.", Severity.Warning)
                    : TrustBundle.Change("UnrelatedSent", part, $"{certificate} is not on the path of the server's certificate.", Severity.Warning));
            }
        }

        foreach (BundlePart part in chain.Where(p => !certificates.Contains(p)))
        {
            _changes.Add(certificates.Count == 0
                ? TrustBundle.Change("Added", part, $"{part.Certificate} is put in, from {part.Origin}.", Severity.Information)
                : part.Certificate!.IsSelfSigned
                ? TrustBundle.Change("Added", part, $"{part.Certificate} is a root and is added as -IncludeRoot says, from {part.Origin}.", Severity.Information)
                : TrustBundle.Change("MissingIntermediate", part, $"{part.Certificate} was missing and is added, from {part.Origin}.", Severity.Error));
        }

        List<BundlePart> stayed = [.. certificates.Where(chain.Contains).Distinct()];
        if (!stayed.SequenceEqual(chain.Where(certificates.Contains)))
        {
            _changes.Add(Plain("OutOfOrder", $"The certificates are not in the order of signing. {chain[0].Certificate} is the server's: {server.Reason}.", Severity.Warning));
        }

        if (server.Choice is not null)
        {
            _notes.Add(Plain("PathChosen", server.Choice, Severity.Information));
        }

        foreach (BundlePart part in chain.Where(p => p.Certificate!.NotAfter < options.At))
        {
            string remedy = part == chain[0] ? "." : options.Sought is null ? "; -AddMissing looks for its renewal." : "; a renewal was looked for and not found.";
            _notes.Add(TrustBundle.Change("Expired", part, $"{part.Certificate} expired on {part.Certificate!.NotAfter:yyyy-MM-dd}{remedy}", Severity.Error));
        }
    }

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
            else if (part.KeepAsIs)
            {
                unread.Add(part);
            }
            else if (part.Block is { Kind: PemBlockKind.CertificateRequest or PemBlockKind.Crl } gone)
            {
                _changes.Add(TrustBundle.Change(gone.Kind == PemBlockKind.Crl ? "RevocationList" : "CertificateRequest", part, $"A {gone.Label} is nothing a server is given with its certificate.", Severity.Warning));
            }
            else if (part.Certificate is null)
            {
                (hasCertificates && i < certificatesAt ? before : after).Add(part);
            }
        }

        return [.. before, .. chain, .. after, .. unread];
    }
}
