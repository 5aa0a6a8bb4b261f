using TlsTrust.Lab.Pki;

namespace TlsTrust.Tests.Hostile.Forgeries;

/// <summary>Each field and each extension of each certificate: left out, doubled, moved, or that of another; the signature stays.</summary>
internal static class FieldForgeries
{
    private static readonly string[] Fields = ["version", "serial", "algorithm", "issuer", "validity", "subject", "key", "extensions"];

    public static IEnumerable<ForgedChain> Of(HonestChain chain)
    {
        // What the stranger would have there: the same names, another key, other days.
        LabAuthority strange =
            LabAuthority.CreateRoot(
                new CertificateSpec { Subject = "CN=Strange Root", Key = chain.Stranger, NotAfter = DateTimeOffset.UnixEpoch.AddYears(99) },
            DateTimeOffset.UnixEpoch.AddYears(56));
        foreach ((int place, string who, LabCertificate certificate) in new[] { (0, "leaf", chain.Leaf),
            (1, "intermediate", chain.Issuing.Certificate) })
        {
            CertificateParts parts = CertificateParts.Of(certificate);
            foreach ((string name, CertificateParts forged) in Forged(parts, CertificateParts.Of(strange.Certificate), parts.Fields(),
                Fields,
                (whole, fields) => whole.With(fields))
                    .Concat(Forged(parts, CertificateParts.Of(place == 0 ? chain.Issuing.Certificate : chain.Leaf),
                parts.Extensions(), null, (whole, extensions) => whole.WithExtensions(extensions))))
            {
                byte[][] sent = chain.Sent;
                sent[place] = forged.Der();
                yield return new($"{chain.Kind} {who}: {name}", sent);
            }
        }
    }

    private static IEnumerable<(string, CertificateParts)> Forged(CertificateParts parts, CertificateParts other, List<byte[]> own,
        string[]? names,
        Func<CertificateParts, IEnumerable<byte[]>, CertificateParts> put)
    {
        List<byte[]> others = names is null ? other.Extensions() : other.Fields();
        for (int i = 0; i < own.Count; i++)
        {
            string name = names?[i] ?? $"extension {i}";
            yield return ($"{name} left out", put(parts, own.Where((_, at) => at != i)));
            yield return ($"{name} twice", put(parts, [.. own[..(i + 1)], own[i], .. own[(i + 1)..]]));
            if (i + 1 < own.Count && !own[i].AsSpan().SequenceEqual(own[i + 1]))
            {
                yield return ($"{name} moved", put(parts, [.. own[..i], own[i + 1], own[i], .. own[(i + 2)..]]));
            }

            if (i < others.Count && !own[i].AsSpan().SequenceEqual(others[i]))
            {
                yield return ($"{name} of another", put(parts, [.. own[..i], others[i], .. own[(i + 1)..]]));
                yield return ($"{name} of another, too", put(parts, [.. own[..i], others[i], .. own[i..]]));
            }

            foreach (int at in new[] { 0, 1, own[i].Length / 2, own[i].Length - 1 }.Distinct())
            {
                byte[] changed = [.. own[i]];
                changed[at] ^= 1;
                yield return ($"{name}, byte {at}", put(parts, [.. own[..i], changed, .. own[(i + 1)..]]));
            }
        }
    }
}
