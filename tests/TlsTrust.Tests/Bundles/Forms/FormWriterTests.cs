using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using TlsTrust.Bundles;
using TlsTrust.Bundles.Forms;
using TlsTrust.CertificateFiles.Containers;
using TlsTrust.Certificates;
using TlsTrust.Lab.Pki;
using TlsTrust.Paths;
using TlsTrust.Tests.Connections.Servers;

namespace TlsTrust.Tests.Bundles.Forms;

/// <summary>
/// Each form is read by who takes it, holds what was in the file and no more, and a key store without its chain is completed in its own
/// form.
/// </summary>
public sealed class FormWriterTests : IDisposable
{
    private const string Password = "old pa55";
    private const string NewPassword = "new pa55";

    private static readonly DateTime Now = DateTime.UtcNow;
    private static readonly LabAuthority Root = LabAuthority.CreateRoot("CN=Form Root", Now);
    private static readonly LabAuthority Intermediate = Root.IssueAuthority("CN=Form Intermediate");
    private static readonly LabCertificate Leaf =
        Intermediate.Issue(new CertificateSpec { Subject = "CN=form.test", DnsNames = ["form.test"] });

    private readonly string _folder = Directory.CreateTempSubdirectory("forms-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static BundleRepairOptions Options(string? password = null, params LabAuthority[] found) => new()
    {
        At = Now,
        Password = password,
        Anchors = new CertificateIndex([Certificate.Parse(Root.Certificate.Der)]),
        Additional =
            [.. found.Select(authority =>
                new AdditionalCertificate(Certificate.Parse(authority.Certificate.Der), CertificateOrigin.File("a test")))],
    };

    private static BundlePlan Plan(string text, string? password = null) =>
        BundlePlanner.Plan("server.pem", Encoding.ASCII.GetBytes(text), Options(password));

    private static IReadOnlyList<FormFile> Write(BundlePlan plan, BundleForm form, string? password = null,
        string? newPassword = NewPassword, byte[]? key = null, bool plain = false, bool old = false) =>
        FormWriter.Write(plan,
            new() { Form = form, Password = password, NewPassword = newPassword, At = Now, Key = key, PlainKey = plain,
                ForOldReaders = old });

    private static string Server => Leaf.KeyPem + Intermediate.Certificate.Pem + Leaf.Pem;

    private static byte[] Pkcs8
    {
        get
        {
            using ECDsa key = TestKeys.Ecdsa();
            key.ImportFromPem(Leaf.KeyPem);
            return key.ExportPkcs8PrivateKey();
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Pfx_is_read_by_NET_OpenSSL_and_keytool(bool old)
    {
        byte[] pfx = Assert.Single(Write(Plan(Server), BundleForm.Pfx, old: old)).Content.ToArray();

        X509Certificate2Collection byNet = PlatformCertificates.LoadPkcs12(pfx, NewPassword);
        Assert.Equal(2, byNet.Count);
        Assert.Equal(Leaf.Der.ToArray(), Assert.Single(byNet, certificate => certificate.HasPrivateKey).RawData);
        string file = Save("site.pfx", pfx);
        Assert.Contains("chain length: 2", Run("keytool", "-list", "-v", "-keystore", file, "-storepass", NewPassword),
            StringComparison.Ordinal);
        Assert.Contains("form.test", Run("openssl", "pkcs12", "-in", file, "-passin", $"pass:{NewPassword}", "-nodes", "-legacy"),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Jks_is_read_by_keytool_and_by_us()
    {
        TestKeys.SkipWithoutPlatforms();
        byte[] jks = Assert.Single(Write(Plan(Server), BundleForm.Jks)).Content.ToArray();

        BundlePlan again = BundlePlanner.Plan("site.jks", jks, Options(NewPassword));
        Assert.Equal([Sha(Leaf), Sha(Intermediate.Certificate)], again.Certificates.Select(certificate => certificate.Sha256));
        Assert.True(again.Report.KeyMatches);
        string said = Run("keytool", "-list", "-v", "-keystore", Save("site.jks", jks), "-storepass", NewPassword);
        Assert.Contains("PrivateKeyEntry", said, StringComparison.Ordinal);
        Assert.Contains("chain length: 2", said, StringComparison.Ordinal);

        // The key comes out of it as it went in.
        string p12 = Path.Combine(_folder, "back.p12");
        Run("keytool", "-importkeystore", "-srckeystore", Save("site.jks", jks), "-srcstorepass", NewPassword, "-destkeystore", p12,
            "-deststoretype", "pkcs12", "-deststorepass", NewPassword);
        X509Certificate2Collection back =
            PlatformCertificates.LoadPkcs12(File.ReadAllBytes(p12), NewPassword);
        using ECDsa key = Assert.Single(back, certificate => certificate.HasPrivateKey).GetECDsaPrivateKey()!;
        using ECDsa expected = TestKeys.Ecdsa();
        expected.ImportPkcs8PrivateKey(Pkcs8, out _);
        Assert.Equal(expected.ExportParameters(true).D, key.ExportParameters(true).D);
    }

    [Theory]
    [InlineData(BundleForm.Jks)]
    [InlineData(BundleForm.Pkcs12)]
    public void A_trust_bundle_becomes_anchors_for_Java(BundleForm form)
    {
        byte[] store = Assert.Single(Write(Plan(Root.Certificate.Pem + Intermediate.Certificate.Pem), form)).Content.ToArray();

        string said = Run("keytool", "-list", "-keystore", Save("trust", store), "-storepass", NewPassword);
        Assert.Equal(2, said.Split("trustedCertEntry").Length - 1);
        Assert.DoesNotContain("PrivateKeyEntry", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Pkcs7_is_read_by_OpenSSL_and_keytool_and_holds_no_key()
    {
        FormFile file = Assert.Single(Write(Plan(Server), BundleForm.Pkcs7, newPassword: null));

        Assert.False(file.HoldsKey);
        string path = Save("site.p7b", file.Content.ToArray());
        Assert.Equal(2, Run("openssl", "pkcs7", "-inform", "DER", "-in", path, "-print_certs").Split("BEGIN CERTIFICATE").Length - 1);
        Assert.Contains("Form Intermediate", Run("keytool", "-printcert", "-file", path), StringComparison.Ordinal);
    }

    [Fact]
    public void Split_has_certbots_names_and_the_key_only_where_there_was_one()
    {
        FormFile[] files = [.. Write(Plan(Server), BundleForm.Split, newPassword: null)];

        Assert.Equal(["cert.pem", "chain.pem", "fullchain.pem", "privkey.pem"], files.Select(file => file.Name));
        Assert.Equal(Leaf.Pem, Text(files[0]));
        Assert.Equal(Intermediate.Certificate.Pem, Text(files[1]));
        Assert.Equal(Leaf.Pem + Intermediate.Certificate.Pem, Text(files[2]));
        Assert.Contains("PRIVATE KEY", Text(files[3]), StringComparison.Ordinal);
        Assert.Equal(["privkey.pem"], files.Where(file => file.HoldsKey).Select(file => file.Name));
        Assert.DoesNotContain(Write(Plan(Leaf.Pem + Intermediate.Certificate.Pem), BundleForm.Split, newPassword: null), file =>
            file.HoldsKey);
    }

    [Theory]
    [InlineData(BundleForm.Pfx)]
    [InlineData(BundleForm.Pkcs12)]
    [InlineData(BundleForm.Jks)]
    [InlineData(BundleForm.Combined)]
    public void A_form_with_a_key_is_refused_where_there_is_none_and_takes_the_one_beside(BundleForm form)
    {
        BundlePlan plan = Plan(Leaf.Pem + Intermediate.Certificate.Pem);

        Assert.Contains("-KeyPath", Assert.Throws<FormException>(() => Write(plan, form)).Message, StringComparison.Ordinal);
        Assert.True(Assert.Single(Write(plan, form, key: Encoding.ASCII.GetBytes(Leaf.KeyPem))).HoldsKey);
    }

    [Fact]
    public void A_key_under_a_password_stays_under_one_unless_it_is_asked_for_in_the_clear()
    {
        byte[] closed = PasswordProtection.EncryptKey(Pkcs8, Password, false, 2000, TestContext.Current.CancellationToken);
        string encrypted = PemEncoding.WriteString("ENCRYPTED PRIVATE KEY", closed) + "\n";
        BundlePlan plan = Plan(encrypted + Leaf.Pem + Intermediate.Certificate.Pem, Password);

        Assert.Contains("ENCRYPTED", Text(Assert.Single(Write(plan, BundleForm.Combined, Password, null))), StringComparison.Ordinal);
        Assert.DoesNotContain("ENCRYPTED", Text(Assert.Single(Write(plan, BundleForm.Combined, Password, null, plain: true))),
            StringComparison.Ordinal);
        Assert.Throws<FormException>(() => Write(plan, BundleForm.Combined, "another", null, plain: true));
        Assert.Throws<FormException>(() => Write(plan, BundleForm.Pfx, null));
    }

    [Fact]
    public void A_key_store_needs_a_password_and_Java_one_of_six_characters()
    {
        Assert.Contains("-NewPassword", Assert.Throws<FormException>(() => Write(Plan(Server), BundleForm.Pfx, newPassword: null)).Message,
            StringComparison.Ordinal);
        Assert.Contains("6 characters",
            Assert.Throws<FormException>(() => Write(Plan(Server), BundleForm.Jks, newPassword: "short")).Message,
                StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_pfx_without_its_chain_is_told_and_completed_in_its_own_form(bool old)
    {
        KeyStoreItem[] items =
        [
            new() { Kind = KeyStoreItemKind.PrivateKey, Content = Pkcs8, Name = "The Site", KeyId = new byte[] { 7 } },
            new() { Kind = KeyStoreItemKind.Certificate, Content = Leaf.Der, Name = "The Site", KeyId = new byte[] { 7 } },
        ];
        byte[] alone = Pkcs12Writer.Write(items, new() { Password = Password, ForOldReaders = old });

        BundlePlan test = BundlePlanner.Plan("site.pfx", alone, Options(Password));
        Assert.Contains("The issuer of", test.Report.Summary, StringComparison.Ordinal);
        Assert.Contains(test.Report.Notes, note => note.What == "MissingIssuer");
        Assert.NotNull(test.OpenEnd);

        BundlePlan completed = BundlePlanner.Plan("site.pfx", alone, Options(Password, Intermediate));
        Assert.True(completed.Report.Changed);
        Assert.Null(completed.DestinationReason);
        Assert.Equal("MissingIntermediate", Assert.Single(completed.Report.Changes).What);
        Pkcs12Content after = Pkcs12Reader.Read(completed.Content, [Password], TestContext.Current.CancellationToken).Content!;
        Assert.Equal(3, after.Items.Count);
        Assert.Equal(["The Site", "The Site", null], after.Items.OrderByDescending(item => item.Name).Select(item => item.Name));
        Assert.Equal(old, after.IsForOldReaders);

        BundlePlan again = BundlePlanner.Plan("site.pfx", completed.Content, Options(Password, Intermediate));
        Assert.False(again.Report.Changed);
        Assert.True(again.Report.IsSound, again.Report.Summary);
        X509Certificate2Collection byNet = PlatformCertificates.LoadPkcs12(completed.Content.ToArray(), Password);
        Assert.Equal(2, byNet.Count);
    }

    [Fact]
    public void Combined_starts_HAProxy_and_fullchain_nginx()
    {
        string combined = Save("site.pem", Assert.Single(Write(Plan(Server), BundleForm.Combined, newPassword: null)).Content.ToArray());
        FormFile[] split = [.. Write(Plan(Server), BundleForm.Split, newPassword: null)];
        foreach (FormFile file in split)
        {
            Save(file.Name, file.Content.ToArray());
        }

        bool ran = false;
        if (OnPath("haproxy"))
        {
            string configuration =
                Save("haproxy.cfg", Encoding.ASCII.GetBytes($"defaults\n mode http\n timeout client 1s\n timeout connect 1s\n timeout " +
                    $"server 1s\nfrontend f\n bind 127.0.0.1:44398 ssl crt {combined}\n"));
            Run("haproxy", "-c", "-f", configuration);
            ran = true;
        }

        if (OnPath("nginx"))
        {
            string configuration = Save("nginx.conf", Encoding.ASCII.GetBytes(
                $"pid {_folder}/pid; error_log {_folder}/log;\nevents {{}}\nhttp {{ access_log off; server {{ listen 127.0.0.1:44399 " +
                $"ssl; ssl_certificate {_folder}/fullchain.pem; ssl_certificate_key {_folder}/privkey.pem; }} }}\n"));
            Run("nginx", "-t", "-c", configuration);
            ran = true;
        }

        Assert.SkipUnless(ran, "neither haproxy nor nginx is installed");
    }

    private static string Sha(LabCertificate certificate) => Convert.ToHexString(SHA256.HashData(certificate.Der.Span));

    private static string Text(FormFile file) => Encoding.ASCII.GetString(file.Content.Span);

    private static bool OnPath(string program) => ServerProcess.Find(program) is not null;

    private static string Run(string program, params string[] arguments)
    {
        string? path = ServerProcess.Find(program);
        Assert.SkipWhen(path is null, $"{program} is not installed");
        using Process process =
            Process.Start(new ProcessStartInfo(path!, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string said = process.StandardOutput.ReadToEnd() + errors.GetAwaiter().GetResult();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, said);
        return said;
    }

    private string Save(string name, byte[] content)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, content);
        return path;
    }
}
