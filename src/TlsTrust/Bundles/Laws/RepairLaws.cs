using TlsTrust.CertificateFiles;
using TlsTrust.CertificateFiles.Blocks;
using TlsTrust.Certificates;
using TlsTrust.Certificates.Names;

namespace TlsTrust.Bundles.Laws;

/// <summary>A file as it was and as it is planned, and what the plan says of the difference.</summary>
internal sealed record RepairCase
{
    /// <summary>The file as it was.</summary>
    public required ReadOnlyMemory<byte> Original { get; init; }

    /// <summary>The file as it should be.</summary>
    public required ReadOnlyMemory<byte> Planned { get; init; }

    /// <summary>Opens containers.</summary>
    public string? Password { get; init; }

    /// <summary>Ends the making of keys from passwords.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Whether each certificate is an anchor; else the first is the server's.</summary>
    public required bool IsTrust { get; init; }

    /// <summary>
    /// Hashes of certificates that stand in fields of another meaning and nowhere else, so that no path went through them.
    /// </summary>
    public IReadOnlySet<string> Apart { get; init; } = new HashSet<string>();

    /// <summary>Whether expired certificates may go, since somebody asked for it.</summary>
    public bool RemovesExpired { get; init; }

    /// <summary>The time for which certificates are judged.</summary>
    public required DateTime At { get; init; }

    /// <summary>Hashes of what the report names as left out.</summary>
    public IReadOnlySet<string> LeftOut { get; init; } = new HashSet<string>();

    /// <summary>Hashes of what somebody gave to be put in.</summary>
    public IReadOnlySet<string> Added { get; init; } = new HashSet<string>();
}

/// <summary>
/// What holds for every repair, checked on the bytes before they are written: nothing readable is lost unnamed, what verified verifies,
/// what was switched off stays off. The plan is judged by what it would write, never by what it meant.
/// </summary>
internal static class RepairLaws
{
    private const int MaxChecks = 400; // twice what a plan may spend on signatures; beyond that it refuses of itself

    /// <summary>The first law that is broken, in words; null where all hold.</summary>
    public static string? Broken(RepairCase repair)
    {
        FileInventory before = FileInventory.Of(repair.Original, repair.Password, repair.Cancellation);
        FileInventory after = FileInventory.Of(repair.Planned, repair.Password, repair.Cancellation);
        return Lost(repair, before, after) ?? Unverified(repair, before, after) ?? SwitchedOn(repair, before, after);
    }

    // Law 1.
    private static string? Lost(RepairCase repair, FileInventory before, FileInventory after)
    {
        foreach ((string hash, Certificate certificate) in before.Certificates)
        {
            if (!after.Certificates.ContainsKey(hash) && !repair.LeftOut.Contains(hash))
            {
                return $"{certificate} would be lost";
            }
        }

        foreach ((string hash, string label) in before.Others)
        {
            if (!after.Others.ContainsKey(hash) && !repair.LeftOut.Contains(hash))
            {
                return $"a block {label} would be lost";
            }
        }

        return null;
    }

    // Law 2.
    private static string? Unverified(RepairCase repair, FileInventory before, FileInventory after) =>
        repair.IsTrust ? LostAnchor(repair, before, after) : LostIssuer(repair, before, after);

    private static string? LostAnchor(RepairCase repair, FileInventory before, FileInventory after)
    {
        Certificate[] left = [.. after.Certificates.Values];
        Certificate? gone = before.Certificates.Where(c => !after.Certificates.ContainsKey(c.Key) && !repair.Apart.Contains(c.Key))
            .Select(c => c.Value)
            .FirstOrDefault(c => !(repair.RemovesExpired && c.NotAfter < repair.At) && !left.Any(other => Replaces(other, c, repair.At)));
        return gone is null ? null : $"paths that end in {gone} would no longer verify";
    }

    /// <summary>
    /// Whether one certificate ends every path that another one ended: the same CA with the same rules, renewed and valid already.
    /// </summary>
    public static bool Replaces(Certificate newer, Certificate older, DateTime at)
    {
        if (!newer.Subject.Equals(older.Subject) || !newer.Issuer.Equals(older.Issuer) || !newer.PublicKey.Equals(older.PublicKey)
            || !newer.HasSameExtensionsAs(older)
            || newer.NotBefore > at)
        {
            return false;
        }

        // A root that its own key did not sign was changed, its dates perhaps.
        return newer.IsSelfSigned == older.IsSelfSigned ? (newer.NotAfter, newer.NotBefore).CompareTo((older.NotAfter, older.NotBefore)) > 0
            : newer.IsSelfSigned;
    }

    // A client may hold any of the roots: every issuer that is valid and no root is on the way to one of them. And the one that signed the
    // server's certificate is needed for stapling, root or not.
    private static string? LostIssuer(RepairCase repair, FileInventory before, FileInventory after)
    {
        CertificateFile planned = CertificateFile.Read(repair.Planned, repair.Password, keepText: false, repair.Cancellation);
        if (planned.Certificates is not [{ Certificate: var server }, ..])
        {
            return null;
        }

        int checks = MaxChecks;
        ILookup<DistinguishedName, Certificate> bySubject = before.Certificates.Values.ToLookup(c => c.Subject);
        HashSet<Certificate> seen = [server];
        Queue<Certificate> open = new([server]);
        while (open.TryDequeue(out Certificate? child))
        {
            foreach (Certificate issuer in bySubject[child.Issuer].Where(i => !seen.Contains(i)))
            {
                if (checks-- <= 0)
                {
                    return null;
                }

                if (!RepairedCertificate.Agrees(child, issuer))
                {
                    continue;
                }

                seen.Add(issuer);
                open.Enqueue(issuer);
                bool needed = issuer.NotBefore <= repair.At && repair.At <= issuer.NotAfter
                    && (!issuer.IsSelfSigned || (child == server && !HasIssuer(server, after)));
                string hash = FileInventory.HashOf(issuer.RawData.Span);
                if (needed && !repair.Apart.Contains(hash) && !after.Certificates.ContainsKey(hash))
                {
                    return $"{issuer}, by {issuer.Issuer}, would be missing in a path of {server}";
                }
            }
        }

        return null;
    }

    private static bool HasIssuer(Certificate server, FileInventory after) =>
        after.Certificates.Values.Any(c => !c.Equals(server) && c.Subject.Equals(server.Issuer) && RepairedCertificate.Agrees(server, c));

    // Law 3.
    private static string? SwitchedOn(RepairCase repair, FileInventory before, FileInventory after)
    {
        string? hash =
            before.SwitchedOff.FirstOrDefault(off =>
                !repair.Added.Contains(off) && (after.Certificates.ContainsKey(off) || after.Others.ContainsKey(off)));
        return hash is null ? null
            : $"{(after.Certificates.TryGetValue(hash, out Certificate? certificate) ? certificate.ToString() : "a block")}, which is " +
                $"commented out, would be in force again";
    }
}
