using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TlsTrust.Bundles;
using TlsTrust.Bundles.Forms;
using TlsTrust.Lab.Pki;

namespace TlsTrust.Tests.Bundles.Forms;

/// <summary>
/// Certificate, chain and key in files of their own are one set: whoever is killed while writing it leaves each file old or new, and what
/// is half done is completed by the next run. TLSTRUST_KILLS sets how often a kill at any moment is tried.
/// </summary>
public sealed class SplitKillTests : IDisposable
{
    private const int Few = 4;

    private static readonly string[] Names = ["cert.pem", "chain.pem", "fullchain.pem", "privkey.pem"];
    private static readonly LabAuthority Issuing =
        LabAuthority.CreateRoot("CN=Set Root", DateTime.UtcNow).IssueAuthority("CN=Set Intermediate");

    private readonly string _above = Directory.CreateTempSubdirectory("tlstrust-set-").FullName;
    private readonly string _old;
    private readonly string _new;

    public SplitKillTests()
    {
        _old = Server("old.pem");
        _new = Server("new.pem");
    }

    private string Folder => Path.Combine(_above, "site");

    public void Dispose() => Directory.Delete(_above, recursive: true);

    [Theory]
    [InlineData("prepared cert.pem", false)]
    [InlineData("prepared privkey.pem", false)]
    [InlineData("listed", true)]
    [InlineData("wrote cert.pem", true)]
    [InlineData("wrote chain.pem", true)]
    [InlineData("wrote fullchain.pem", true)]
    [InlineData("wrote privkey.pem", true)]
    public void A_set_that_was_killed_at_this_step_is_whole_after_the_next_run(string step, bool isNew)
    {
        byte[][] before = Fill(_old);
        Run("split", _new, Folder, step);
        byte[][] left = Read();

        // The next run, whatever it writes there.
        Run("split", _old, Folder, "prepared cert.pem");
        byte[][] completed = Read();
        Assert.Equal(isNew, Pair(completed) is { } pair && pair == Pair(Fill(_new)));
        byte[][] after = Read();
        Assert.All(left.Select((file, i) => (file, i)), f =>
            Assert.True(f.file.SequenceEqual(before[f.i]) || f.file.SequenceEqual(after[f.i])));
        Assert.Equal(Names, Entries());
    }

    [Theory]
    [InlineData("prepared cert.pem")]
    [InlineData("prepared privkey.pem")]
    public void A_folder_that_is_new_appears_with_all_of_it_or_not_at_all(string step)
    {
        Run("split", _new, Folder, step);
        Assert.False(Directory.Exists(Folder));
        Run("split", _new, Folder);
        Assert.Equal(Names, Entries());
        Assert.Equal(["new.pem", "old.pem", "site"],
            Directory.EnumerateFileSystemEntries(_above, "*", Hidden).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_set_that_is_killed_at_any_moment_holds_no_key_of_another_certificate()
    {
        int kills = int.TryParse(System.Environment.GetEnvironmentVariable("TLSTRUST_KILLS"), CultureInfo.InvariantCulture, out int wanted)
            ? wanted : Few;
        byte[][] after = Fill(_new);
        byte[][] before = Fill(_old);
        TimeSpan whole = Run("split", _old, Folder);
        Random random = new(3);
        int old = 0;
        int half = 0;
        for (int i = 0; i < kills; i++)
        {
            Fill(_old);
            Kill(whole * (0.75 + (0.35 * random.NextDouble())), "split", _new, Folder);
            byte[][] found = Read();
            Assert.All(found.Select((file, n) => (file, n)),
                f => Assert.True(f.file.SequenceEqual(before[f.n]) || f.file.SequenceEqual(after[f.n]), Names[f.n]));
            bool isWhole = found.Zip(before).All(f => f.First.SequenceEqual(f.Second))
                || found.Zip(after).All(f => f.First.SequenceEqual(f.Second));
            old += found[3].SequenceEqual(before[3]) ? 1 : 0;
            half += isWhole ? 0 : 1;
            Assert.True(isWhole || File.Exists(Path.Combine(Folder, ".tlstrust-set")), $"kill {i}: half a set, and no list of it");
        }

        Fill(_new);
        Assert.Equal(Names, Entries());
        TestContext.Current.SendDiagnosticMessage(
            $"{kills} kills: {old} times the old key, {half} times a set for the next run to complete");
    }

    private static EnumerationOptions Hidden => new() { AttributesToSkip = 0 };

    // The key and the certificate are one pair, of this serial number.
    private static string? Pair(byte[][] files)
    {
        using X509Certificate2 certificate = X509Certificate2.CreateFromPem(System.Text.Encoding.ASCII.GetString(files[0]));
        using ECDsa key = ECDsa.Create();
        key.ImportFromPem(System.Text.Encoding.ASCII.GetString(files[3]));
        using ECDsa own = certificate.GetECDsaPublicKey()!;
        Assert.Equal(own.ExportSubjectPublicKeyInfo(), key.ExportSubjectPublicKeyInfo());
        return certificate.SerialNumber;
    }

    private string Server(string name)
    {
        LabCertificate leaf = Issuing.Issue(new CertificateSpec { Subject = "CN=set.test", DnsNames = ["set.test"] });
        string path = Path.Combine(_above, name);
        File.WriteAllText(path, leaf.KeyPem + leaf.Pem + Issuing.Certificate.Pem);
        return path;
    }

    private byte[][] Fill(string source)
    {
        BundlePlan plan = BundlePlanner.Plan(source, File.ReadAllBytes(source), new() { At = DateTime.UtcNow });
        FormRepair.Apply(plan, FormWriter.Write(plan, new() { Form = BundleForm.Split, At = DateTime.UtcNow }), Folder, overwrite: true,
            backup: false, DateTime.UtcNow);
        return Read();
    }

    private byte[][] Read() => [.. Names.Select(name => File.ReadAllBytes(Path.Combine(Folder, name)))];

    private IEnumerable<string> Entries() =>
        Directory.EnumerateFileSystemEntries(Folder, "*", Hidden).Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal);

    private static TimeSpan Run(params string[] task) => Kill(null, task);

    private static TimeSpan Kill(TimeSpan? after, params string[] task)
    {
        Stopwatch watch = Stopwatch.StartNew();
        using Process process = Process.Start(ChildProcess.Start(task))!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        if (after is { } time && !process.WaitForExit(time))
        {
            process.Kill();
        }

        process.WaitForExit();
        Task.WaitAll(output, errors);
        Assert.Equal("", errors.Result);
        return watch.Elapsed;
    }
}
