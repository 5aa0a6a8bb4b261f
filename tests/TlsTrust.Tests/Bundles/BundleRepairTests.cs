using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using TlsTrust.Bundles;
using TlsTrust.Issuers;
using TlsTrust.Stores;
using TlsTrust.Tests.CertificateFiles;
using TlsTrust.Tests.CertificateFiles.Clients;

namespace TlsTrust.Tests.Bundles;

/// <summary>What carrying out a plan does to files, and what is sought before.</summary>
public sealed class BundleRepairTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static readonly MadeCertificates Made = MadeCertificates.Instance;
    private readonly string _directory = Directory.CreateTempSubdirectory("tlstrust-bundles-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void A_destination_that_is_the_file_itself_is_repaired_in_place()
    {
        string sound = Made.Bundle;
        string file = Write("a.pem", sound);
        string link = Path.Combine(_directory, "link.pem");
        Files.SymbolicLink.Create(link, file);
        Assert.False(BundleRepair.Apply(Plan(file), link, overwrite: true, backup: true, DateTime.UtcNow).Written);
        Assert.Equal(2, Directory.GetFiles(_directory).Length);

        BundlePlan plan = Plan(Write("a.pem", "\uFEFF" + sound));
        File.AppendAllText(file, "# theirs\n");
        Assert.Throws<IOException>(() => BundleRepair.Apply(plan, file, overwrite: true, backup: true, DateTime.UtcNow));
        string quoting = Write("a.json", "{ \"ca\": \"" + sound.Replace("\n", "\\n", StringComparison.Ordinal) + "\" }\n");
        Assert.NotNull(BundleRepair.RefusalReason(Plan(quoting), quoting));
    }

    [Fact]
    public void The_one_sentence_says_what_was_done_what_was_refused_and_what_is_left()
    {
        BundlePlan plan = Plan(Write("a.pem", "\uFEFF" + Made.Bundle));
        Assert.Contains("; 1 to mend: ", plan.Report.Summary, StringComparison.Ordinal);
        Assert.Contains("; 1 mended: ", BundleRepair.Apply(plan, null, overwrite: false, backup: false, DateTime.UtcNow).Summary,
            StringComparison.Ordinal);
        Assert.EndsWith(": a reason", BundleRepair.Refused(plan.Report, "a reason").Summary, StringComparison.Ordinal);

        string cut = MadeCertificates.Pem(Made.Intermediate)[..400] + "\n-----END CERTIFICATE-----\n";
        plan = Plan(Write("b.pem", "\uFEFF" + Made.Bundle + cut));
        string done = BundleRepair.Apply(plan, null, overwrite: false, backup: false, DateTime.UtcNow).Summary;
        Assert.Contains(", 1 not readable; 1 mended: line 1: ", done, StringComparison.Ordinal);
        Assert.Contains("Not mended: line ", done, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sound_file_that_lacks_its_issuer_says_so_in_one_sentence()
    {
        BundlePlan plan = Plan(Write("leaf.pem", MadeCertificates.Pem(Made.Leaf)));
        Assert.True(plan.Report.IsSound);
        Assert.Contains("is not in the file", plan.Report.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_file_without_a_key_is_not_called_a_key()
    {
        BundleRepairOptions options = new() { At = DateTime.UtcNow, Key = Encoding.ASCII.GetBytes(MadeCertificates.Pem(Made.Leaf)) };
        PemRepairReport report = BundlePlanner.Plan("/x/a.pem", Encoding.ASCII.GetBytes(MadeCertificates.Pem(Made.Leaf)), options).Report;
        Assert.Contains(report.Notes, n => n.What == "NoKey");
        Assert.DoesNotContain("private key", report.KindReason, StringComparison.Ordinal);
    }

#pragma warning disable CA1416 // skipped where there are no modes
    [Fact]
    public void An_access_list_does_not_open_the_copy_of_a_key_to_the_group()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "access lists of this form are Linux's");
        string file =
            Write("a.pem", MadeCertificates.Pem(Made.Intermediate) + MadeCertificates.Pem(Made.Leaf)
                + Made.LeafKey.ExportPkcs8PrivateKeyPem() + "\n");
        string copy = Write("copy.pem", "old");
        File.SetUnixFileMode(file, OwnerOnly);
        File.SetUnixFileMode(copy, OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        Assert.SkipUnless(CertificateFiles.Clients.ClientLoaders.Run("setfacl", ["-m", "u:1:r", file]) is not null
            && File.GetUnixFileMode(file).HasFlag(UnixFileMode.GroupRead), "setfacl is not there");
        BundleRepair.Apply(Plan(file), copy, overwrite: true, backup: false, DateTime.UtcNow);
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(copy));
    }

#pragma warning restore CA1416
    [Fact]
    public async Task An_intermediate_that_has_expired_is_sought_like_a_missing_one()
    {
        using RSA key = TestKeys.Rsa(2048);
        X509Certificate2 today = MadeCertificates.Issue("Renewed CA", key, Made.Roots[0], isAuthority: true);
        CertificateRequest request = new("CN=Renewed CA", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        using X509Certificate2 expired =
            request.IssuedBy(Made.Roots[0], DateTimeOffset.UtcNow.AddDays(-20), DateTimeOffset.UtcNow.AddDays(-10), [7]);
        using RSA leafKey = TestKeys.Rsa(2048);
        X509Certificate2 leaf = MadeCertificates.Issue("leaf.example", leafKey, today.WithKey(key), isAuthority: false);
        string renewed = Write("renewed.pem", MadeCertificates.Pem(today));
        byte[] file = Encoding.ASCII.GetBytes(MadeCertificates.Pem(leaf) + MadeCertificates.Pem(expired));
        BundleRepairOptions options = new() { At = DateTime.UtcNow, Kind = PemBundleKind.Server };
        IssuerFinder finder = new(new IssuerSources { Local = [MachineSources.OfPath(renewed)] });
        TrustStore store = new("roots", [new StoredCertificate(MadeCertificates.Read(Made.Roots[0]), CertificateOrigin.File("test"))]);
        BundlePlan plan =
            await BundleRepair.PlanAsync("/x/server.pem", file, options, finder, store, TestContext.Current.CancellationToken);
        Assert.Equal([leaf.GetCertHashString(HashAlgorithmName.SHA256), today.GetCertHashString(HashAlgorithmName.SHA256)],
            plan.Report.After.Select(c => c.Sha256));
        PemChange gone = Assert.Single(plan.Report.Changes, c => c.What == "UnrelatedSent");
        Assert.Contains("name and key", gone.Why, StringComparison.Ordinal); // not a stranger

        IssuerFinder nothing = new(new IssuerSources());
        BundlePlan still =
            await BundleRepair.PlanAsync("/x/server.pem", file, options, nothing, store, TestContext.Current.CancellationToken);
        Assert.Contains("not found", Assert.Single(still.Report.Notes, n => n.What == "Expired").Why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_of_a_hashed_folder_is_met_once_also_by_a_relative_path()
    {
        string file = Write("root.pem", Made.Bundle);
        File.CreateSymbolicLink(Path.Combine(_directory, "0123abcd.0"), "root.pem");
        Assert.Single(BundleFiles.Of(_directory));
        Assert.Single(BundleFiles.Of(Path.GetRelativePath(System.Environment.CurrentDirectory, _directory)));
        Assert.Equal([file], BundleFiles.Of(file));
    }

    private string Write(string name, string text)
    {
        string path = Path.Combine(_directory, name);
        File.WriteAllText(path, text);
        return path;
    }

    private static BundlePlan Plan(string path) =>
        BundlePlanner.Plan(path, File.ReadAllBytes(path), new BundleRepairOptions { At = DateTime.UtcNow });
}
