using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using TlsTrust.Bundles;
using TlsTrust.Bundles.Laws;
using TlsTrust.Certificates;
using TlsTrust.Environment.Provisioning;
using TlsTrust.Tests.Keys;

namespace TlsTrust.Tests.Bundles.Laws;

/// <summary>
/// Nothing is lost: on generated files of which the truth is known, on every file of the corpora, and on any folder of foreign files. Each
/// law
/// also has a plan that breaks it, which the program must refuse.
/// </summary>
public class RepairLawTests
{
    private const int Few = 1500; // some ten seconds; TLSTRUST_LAWS=100000 is the long run
    private const int LeastOfAKind = 100; // each kind is one file in a hundred, or more
    private const int MaxFailures = 10;

    private static readonly MadeGraph Graph = MadeGraph.Instance;

    [Fact]
    public void No_generated_file_loses_anything()
    {
        int count = int.TryParse(System.Environment.GetEnvironmentVariable("TLSTRUST_LAWS"), CultureInfo.InvariantCulture, out int many)
            ? many : TestKeys.Usual(Few);
        int first = int.TryParse(System.Environment.GetEnvironmentVariable("TLSTRUST_SEED"), CultureInfo.InvariantCulture, out int seeded)
            ? seeded : 0;
        Dictionary<string, int> kinds = [];
        System.Collections.Concurrent.ConcurrentBag<string> failures = [];
        Parallel.For(first, first + count, seed =>
        {
            MadeFile file = MadeFile.Make(seed);
            lock (kinds)
            {
                foreach (string kind in file.Kinds)
                {
                    kinds[kind] = kinds.GetValueOrDefault(kind) + 1;
                }
            }

            if (failures.Count < MaxFailures && Broken(file) is { } broken)
            {
                failures.Add($"seed {seed} ({string.Join(", ", file.Kinds)}): {broken}");
            }
        });

        Assert.True(failures.IsEmpty, string.Join('\n', failures));
        if (count >= Few)
        {
            // Marks of comments are one kind together.
            Assert.Empty(
                kinds.Where(k => !k.Key.StartsWith("switched off", StringComparison.Ordinal) && k.Value * LeastOfAKind < count)
                    .Select(k => $"{k.Key}: {k.Value}"));
        }
    }

    [Fact]
    public void No_file_of_the_corpora_loses_anything()
    {
        string folder = Path.GetDirectoryName(Corpora.Require("pem.json"))!;
        Check([.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(f => new FileInfo(f).Length < 4 << 20)]);
    }

    /// <summary>TLSTRUST_FOREIGN names a folder of files that others made; all that look like certificate files are judged.</summary>
    [Fact]
    public void No_foreign_file_loses_anything()
    {
        string? folder = System.Environment.GetEnvironmentVariable("TLSTRUST_FOREIGN");
        Assert.SkipUnless(Directory.Exists(folder), "TLSTRUST_FOREIGN names no folder of foreign files");
        Check([.. Directory.EnumerateFiles(folder!, "*", SearchOption.AllDirectories).Where(File.Exists)]); // a link may lead nowhere
    }

    [Theory]
    [InlineData("would be lost", "a certificate")]
    [InlineData("would be lost", "a key")]
    [InlineData("does not name", "unnamed")]
    [InlineData("would no longer verify", "an anchor")]
    [InlineData("would be missing in a path", "a cross-sign")]
    [InlineData("would be missing in a path", "the root that stapling needs")]
    [InlineData("in force again", "switched on")]
    [InlineData("a second run", "not settled")]
    public void A_plan_that_breaks_a_law_is_refused(string reason, string what)
    {
        string server = Graph.ServerKey.ExportPkcs8PrivateKeyPem() + "\n" + Pem(Graph.Server) + Pem(Graph.CrossSigned[0])
            + Pem(Graph.CrossSigned[1]);
        string stapled = Pem(Graph.OtherServer) + Pem(Graph.Roots[2]);
        string trust = string.Concat(Graph.Roots.Take(3).Select(Pem));
        string off = trust + string.Concat(Pem(Graph.Roots[3]).TrimEnd('\n').Split('\n').Select(l => "# " + l + "\n"));
        (string file, string planned, HashSet<string> leftOut) = what switch
        {
            "a certificate" => (server, server.Replace(Pem(Graph.CrossSigned[1]), "", StringComparison.Ordinal), new HashSet<string>()),
            "a key" => (server, server[server.IndexOf("-----BEGIN CERT", StringComparison.Ordinal)..], []),
            "unnamed" =>
                (server, server[server.IndexOf("-----BEGIN CERT", StringComparison.Ordinal)..],
                    [FileInventory.HashOf(Graph.ServerKey.ExportPkcs8PrivateKey())]),
            "an anchor" => (trust, trust[Pem(Graph.Roots[0]).Length..], [Hash(Graph.Roots[0])]),
            "a cross-sign" =>
                (server, server.Replace(Pem(Graph.CrossSigned[1]), "", StringComparison.Ordinal), [Hash(Graph.CrossSigned[1])]),
            "the root that stapling needs" => (stapled, Pem(Graph.OtherServer), [Hash(Graph.Roots[2])]),
            "switched on" => (off, trust + Pem(Graph.Roots[3]), []),
            _ => (trust, trust + Pem(Graph.Roots[0]), []),
        };
        byte[] text = Encoding.ASCII.GetBytes(planned);
        bool named = what != "unnamed";
        BundlePlan plan = BundlePlanner.Plan("/x/file.pem", Encoding.ASCII.GetBytes("\uFEFF" + file), Options(), made => made with
        {
            Content = text,
            Copy = text,
            LeftOut = leftOut,
            Report = made.Report
                with { Changed = true,
                    LeftOut = [.. named ? leftOut.Select(_ => new PemChange { What = "Test", Why = "test", Severity = Severity.Warning })
                        : []] },
        });
        Assert.Contains(reason, plan.Report.Refusal, StringComparison.Ordinal);
        Assert.Contains(reason, plan.Report.Summary, StringComparison.Ordinal);
        Assert.False(plan.Report.Changed || plan.Report.IsSound);
        Assert.Equal(plan.Original.ToArray(), plan.Content.ToArray());
        Assert.Equal(plan.Report.Refusal, BundleRepair.RefusalReason(plan, null));
        Assert.Equal(plan.Report.Refusal, BundleRepair.RefusalReason(plan, "/x/other.pem"));
    }

    [Fact]
    public void What_is_left_out_is_named_with_its_reason_and_in_the_summary()
    {
        BundlePlan plan =
            BundlePlanner.Plan(
                "/x/file.pem", Encoding.ASCII.GetBytes(Pem(Graph.Roots[3]) + Pem(Graph.Server) + Pem(Graph.CrossSigned[0])), Options()
                    with { Kind = PemBundleKind.Server });
        PemChange gone = Assert.Single(plan.Report.LeftOut);
        Assert.Contains("Root 4", gone.Why, StringComparison.Ordinal);
        Assert.Contains("Left out: 1", plan.Report.Summary, StringComparison.Ordinal);
    }

    private static void Check(string[] files)
    {
        System.Collections.Concurrent.ConcurrentBag<string> failures = [];
        int changed = 0;
        int elsewhere = 0;
        Parallel.ForEach(files, file =>
        {
            byte[] bytes = File.ReadAllBytes(file);
            try
            {
                BundlePlan plan = BundlePlanner.Plan(file, bytes, Options());
                Interlocked.Add(ref changed, plan.Report.Changed ? 1 : 0);
                Interlocked.Add(ref elsewhere, plan.Report.Changed && plan.NeedsDestination ? 1 : 0);
                if (Foreign(bytes, plan) is { } broken)
                {
                    failures.Add($"{file}: {broken}");
                }
            }
            catch (Exception fault) when (fault is not Xunit.Sdk.XunitException)
            {
                failures.Add($"{file}: {fault}");
            }
        });
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{files.Length} files, {changed} to mend, {elsewhere} of them elsewhere only, {failures.Count} broken");
        Assert.True(failures.IsEmpty, $"{failures.Count} of {files.Length}\n" + string.Join('\n', failures.Order().Take(40)));
    }

    // Where the truth is not known, another reader's word is taken: the platform's.
    private static string? Foreign(byte[] bytes, BundlePlan plan)
    {
        if (Unsafe(plan) is { } refused)
        {
            return refused;
        }

        HashSet<string> after = [.. ReadByPlatform(plan.Copy.Span)];
        string[] lost = [.. ReadByPlatform(bytes).Where(h => !after.Contains(h) && !plan.LeftOut.Contains(h))];
        return lost.Length > 0 && !plan.Copy.Span.SequenceEqual(bytes) ? $"lost {lost.Length} of those that the platform reads"
            : Unsettled(plan);
    }

    private static string? Broken(MadeFile file)
    {
        BundlePlan plan = BundlePlanner.Plan("/x/file.pem", file.Bytes, Options());
        if (Unsafe(plan) is { } refused)
        {
            return refused;
        }

        if (!plan.Copy.Span.SequenceEqual(file.Bytes))
        {
            HashSet<string> after = [.. ReadByPlatform(plan.Copy.Span)];
            string text = Encoding.Latin1.GetString(plan.Copy.Span).Replace("\n", "", StringComparison.Ordinal)
                .Replace(" ", "", StringComparison.Ordinal);
            if (file.Certificates.Find(c => !after.Contains(Hash(c)) && !plan.LeftOut.Contains(Hash(c))) is { } lost)
            {
                return $"{lost.Subject} is lost";
            }

            if (file.Others.Exists(
                o => !text.Contains(Convert.ToBase64String(o), StringComparison.Ordinal)
                    && !text.Contains(Encoding.Latin1.GetString(o), StringComparison.Ordinal)
                        && !plan.LeftOut.Contains(FileInventory.HashOf(o))))
            {
                return "a key or another block is lost";
            }

            if (plan.Report.Changed && plan.Report.LeftOut.Count > 0 && !plan.Report.Summary.Contains("Left out", StringComparison.Ordinal))
            {
                return "the summary does not say that something is left out";
            }

            if (file.SwitchedOff.Exists(c => after.Contains(Hash(c))))
            {
                return "what was switched off is on";
            }

            if (LostPath(file, plan, after) is { } path)
            {
                return path;
            }
        }

        if (file.IsNoCertificateFile && plan.Report.Changed && BundleRepair.RefusalReason(plan, null) is null)
        {
            return "a file that is none of certificates would be replaced";
        }

        return Unsettled(plan);
    }

    private static string? LostPath(MadeFile file, BundlePlan plan, HashSet<string> after)
    {
        Certificate[] before = [.. file.Certificates.Select(Certificate.From)];
        Certificate[] left = [.. before.Where(c => after.Contains(c.Sha256))];
        if (plan.Report.Kind == PemBundleKind.Trust)
        {
            // Each anchor is there still, or another of its name and key that is valid as long.
            Certificate? anchor =
                before.FirstOrDefault(
                    c => !left.Contains(c)
                        && !left.Any(
                            o => o.Subject.Equals(c.Subject) && o.PublicKey.Equals(c.PublicKey) && o.Issuer.Equals(c.Issuer)
                                && o.NotAfter >= c.NotAfter));
            return anchor is null ? null : $"the anchor {anchor} is gone";
        }

        X509Certificate2? server =
            file.Certificates.Find(c => plan.Certificates.Count > 0 && Hash(c) == FileInventory.HashOf(plan.Certificates[0].RawData.Span));
        return server is not null
            && Graph.Roots.Any(root => MadeGraph.Accepts(root, server, before) && !MadeGraph.Accepts(root, server, left))
                ? "a client's path is gone"
            : server == Graph.OtherServer && file.Certificates.Contains(Graph.Roots[2]) && !after.Contains(Hash(Graph.Roots[2]))
                ? "the root that stapling needs is gone"
            : null;
    }

    // The program caught itself: nothing is lost, and the planner has a fault all the same.
    private static string? Unsafe(BundlePlan plan) => plan.Report.Refusal is { } refusal
        && refusal.StartsWith("What was planned", StringComparison.Ordinal) ? refusal : null;

    private static string? Unsettled(BundlePlan plan) =>
        plan.Report.Changed && BundlePlanner.Plan(plan.Report.Path, plan.Content, Options()).Report.Changed
            ? "a second run changes it again" : null;

    private static List<string> ReadByPlatform(ReadOnlySpan<byte> bytes)
    {
        List<string> found = [];
        ReadOnlySpan<char> text = Encoding.Latin1.GetString(bytes);
        while (PemEncoding.TryFind(text, out PemFields fields))
        {
            if (text[fields.Label] is "CERTIFICATE")
            {
                byte[] der = new byte[fields.DecodedDataLength];
                if (Convert.TryFromBase64Chars(text[fields.Base64Data], der, out int length)
                    && Certificate.TryParse(der.AsMemory(0, length), out _, out _))
                {
                    found.Add(FileInventory.HashOf(der.AsSpan(0, length)));
                }
            }

            text = text[fields.Location.End..];
        }

        return found;
    }

    private static BundleRepairOptions Options() => new() { At = DateTime.UtcNow };

    private static string Hash(X509Certificate2 certificate) => FileInventory.HashOf(certificate.RawData);

    private static string Pem(X509Certificate2 certificate) => certificate.ExportCertificatePem() + "\n";
}
