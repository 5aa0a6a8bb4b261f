using System.Security.Cryptography;
using TlsTrust.Bundles;
using TlsTrust.CertificateFiles.Defects;

namespace TlsTrust.Tests.CertificateFiles.Clients;

/// <summary>The client table is measured, not believed: each made damage is given to the clients of this machine.</summary>
public class PemClientTests
{
    [Theory]
    [InlineData(PemClient.OpenSsl)]
    [InlineData(PemClient.GnuTls)]
    [InlineData(PemClient.Go)]
    [InlineData(PemClient.DotNet)]
    [InlineData(PemClient.Java)]
    public void What_the_report_says_of_a_client_is_what_the_client_does(PemClient client)
    {
        using ClientLoaders loaders = new();
        Dictionary<string, PemDamage> files = [];
        foreach (PemDamage damage in (PemDamage[])[.. PemDamage.All, .. PemDamage.Forms])
        {
            files[loaders.Write($"{files.Count}.pem", damage.Make())] = damage;
        }

        Dictionary<string, string[]>? loaded = loaders.Load(client, [.. files.Keys]);
        Assert.SkipWhen(loaded is null, $"{PemClients.NameOf(client)} is not on this machine");
        string[] roots = [.. MadeCertificates.Instance.Roots.Select(r => r.GetCertHashString(HashAlgorithmName.SHA256))];
        List<string> differences = [];
        foreach (IGrouping<PemDefectKind, KeyValuePair<string, PemDamage>> kind in files.GroupBy(f => f.Value.Kind))
        {
            // The worst of the varieties is what the table says.
            PemOutcome seen = kind.Max(f => Outcome(loaded[f.Key], roots));
            PemOutcome said = PemClients.EffectsOf(kind.Key).FirstOrDefault(e => e.Client == client)?.Outcome ?? PemOutcome.Loaded;
            // How much is lost with it can hang on the bytes of the certificate (.NET and lost plus signs); that something is, does not.
            if ((seen == PemOutcome.Loaded) != (said == PemOutcome.Loaded) || seen > said)
            {
                differences.Add($"{kind.Key}: {client} {seen}, the table says {said} " +
                    $"({string.Join("; ", kind.Select(f => $"{f.Value.Name}: {loaded[f.Key].Length}"))})");
            }
        }

        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }

    [Theory]
    [InlineData(PemClient.OpenSsl)]
    [InlineData(PemClient.GnuTls)]
    [InlineData(PemClient.Go)]
    [InlineData(PemClient.DotNet)]
    [InlineData(PemClient.Java)]
    public void Every_client_loads_every_repaired_file(PemClient client)
    {
        using ClientLoaders loaders = new();
        Dictionary<string, PemDamage> files = [];
        // A key, a revocation list and other blocks are not thrown away, though Java reads no file that has them.
        bool Stays(PemDamage damage) =>
            client == PemClient.Java
                && damage.Kind is PemDefectKind.PrivateKey or PemDefectKind.HeaderBlankLine or PemDefectKind.RevocationList
                    or PemDefectKind.OtherBlock;
        foreach (PemDamage damage in PemDamage.All.Concat(PemDamage.Forms).Where(d => d.Lost == 0 && !Stays(d)))
        {
            BundlePlan plan =
                BundlePlanner.Plan("/x/a.pem", damage.Make(), new BundleRepairOptions { At = DateTime.UtcNow, Kind = PemBundleKind.Trust });
            files[loaders.Write($"{files.Count}.pem", plan.Content.ToArray())] = damage;
        }

        Dictionary<string, string[]>? loaded = loaders.Load(client, [.. files.Keys]);
        Assert.SkipWhen(loaded is null, $"{PemClients.NameOf(client)} is not on this machine");
        string[] roots = [.. MadeCertificates.Instance.Roots.Select(r => r.GetCertHashString(HashAlgorithmName.SHA256))];
        Assert.Empty(files.Where(f => Outcome(loaded[f.Key], roots) != PemOutcome.Loaded).Select(f => f.Value.ToString()));
    }

    private static PemOutcome Outcome(string[] loaded, string[] roots)
    {
        int lost = roots.Count(r => !loaded.Contains(r));
        return lost switch
        {
            0 => PemOutcome.Loaded,
            1 => PemOutcome.CertificateLost,
            _ => PemOutcome.FileLost,
        };
    }
}
