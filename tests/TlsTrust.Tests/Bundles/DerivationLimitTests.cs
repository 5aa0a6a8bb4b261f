using System.Diagnostics;
using TlsTrust.Bundles;
using TlsTrust.CertificateFiles.Containers;
using TlsTrust.Tests.CertificateFiles;

namespace TlsTrust.Tests.Bundles;

/// <summary>
/// How often to hash a password is written in the file: a key in PEM gets no more than a key store, and nobody has to wait for it.
/// </summary>
public class DerivationLimitTests
{
    private const string Password = "a password";

    [Fact]
    public void A_key_that_asks_for_more_rounds_than_the_limit_is_not_opened_and_is_kept()
    {
        BundlePlan plan = BundlePlanner.Plan("/x/site.pem", File(DerivationBudget.MaxRounds + 1), Options(Password));
        Assert.Null(plan.Report.KeyMatches);
        Assert.Contains(plan.Report.Notes, note => note.Why.Contains("rounds", StringComparison.Ordinal));
        Assert.True(plan.HoldsKey);
    }

    [Fact]
    public async Task Cancelling_ends_the_opening_of_a_key_at_once()
    {
        byte[] file = File(DerivationBudget.MaxRounds);
        using CancellationTokenSource stop = new(TimeSpan.FromMilliseconds(30));
        Stopwatch watch = Stopwatch.StartNew();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            // A fast machine may be done in that time, and then does it again.
            while (true)
            {
                await BundleRepair.PlanAsync("/x/site.pem", file, Options(Password), finder: null, store: null, stop.Token);
            }
        });
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"{watch.Elapsed}");
    }

    private static BundleRepairOptions Options(string password) => new() { At = DateTime.UtcNow, Password = password };

    private static byte[] File(int rounds)
    {
        MadeCertificates made = MadeCertificates.Instance;
        string text = TestKeys.Locked(made.LeafKey.ExportPkcs8PrivateKey(), Password, rounds) + MadeCertificates.Pem(made.Leaf)
            + MadeCertificates.Pem(made.Intermediate);
        return System.Text.Encoding.ASCII.GetBytes(text);
    }
}
