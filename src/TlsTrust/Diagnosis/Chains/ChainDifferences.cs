namespace TlsTrust.Diagnosis.Chains;

/// <summary>Compares what was sent with the path that the verdict is about, by the certificates' bytes.</summary>
internal static class ChainDifferences
{
    /// <summary>The difference between what was presented and leaf, then each issuer in order, without the root.</summary>
    public static ChainDifference Of(IReadOnlyList<ChainCertificate> presented, IReadOnlyList<ChainCertificate> path)
    {
        ChainCertificate? root = path.Count > 1 && path[^1].IsSelfSigned ? path[^1] : null;
        ChainCertificate[] expected = [.. path.Where(certificate => certificate != root)];
        Dictionary<string, int> first = new(StringComparer.Ordinal);
        List<int> duplicates = [];
        for (int position = 0; position < presented.Count; position++)
        {
            if (!first.TryAdd(presented[position].Sha256, position))
            {
                duplicates.Add(position);
            }
        }

        int[] order =
            [.. expected.Where(certificate => first.ContainsKey(certificate.Sha256)).Select(certificate => first[certificate.Sha256])];
        HashSet<string> inPath = [.. path.Select(certificate => certificate.Sha256)];
        return new()
        {
            Missing = [.. expected.Where(certificate => !first.ContainsKey(certificate.Sha256))],
            Unused = [.. presented.Where((certificate, position) =>
                !inPath.Contains(certificate.Sha256) && first[certificate.Sha256] == position)],
            Duplicates = [.. duplicates],
            ExpectedOrder = [.. order],
            IsOutOfOrder = order.Zip(order.Skip(1)).Any(pair => pair.First > pair.Second) || (order.Length > 0 && order[0] != 0),
            EndsEarly = path.Count > 0 && !path[^1].IsSelfSigned,
            RootSent = root is not null && first.ContainsKey(root.Sha256),
        };
    }
}
