using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using TlsTrust.Bundles;
using TlsTrust.Tests.Pem;

namespace TlsTrust.Tests.Bundles;

/// <summary>Keys in server files and containers: which decides, which fits, and that none is lost.</summary>
public class PrivateKeyTests
{
    private static readonly MadeCertificates Made = MadeCertificates.Instance;
    private static readonly PbeParameters Protection = new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 10_000);

    private static string RsaKey => Made.RsaLeafKey.ExportPkcs8PrivateKeyPem() + "\n";

    private static string EcKey => Made.LeafKey.ExportPkcs8PrivateKeyPem() + "\n";

    // Any 32 bytes are an Ed25519 key (RFC 8410 §7), of a kind that .NET 8 can't open.
    private static string EdKey => PemEncoding.WriteString("PRIVATE KEY", [.. Convert.FromHexString("302e020100300506032b657004220420"), .. new byte[32]]) + "\n";

    [Fact]
    public void Each_key_of_the_file_may_tell_which_certificate_is_the_servers()
    {
        using RSA old = RSA.Create(2048);
        string former = old.ExportPkcs8PrivateKeyPem() + "\n";
        BundlePlan plan = Plan(former + RsaKey + Pem(Made.Leaf) + Pem(Made.RsaLeaf));
        Assert.Equal([Sha(Made.RsaLeaf)], plan.Report.After.Select(c => c.Sha256));
        Assert.False(plan.Report.KeyMatches); // programs take the first
        PemChange note = Assert.Single(plan.Report.Notes, n => n.What == "KeyMismatch");
        Assert.Contains($"line {former.Split('\n').Length}", note.Why, StringComparison.Ordinal);
        Assert.DoesNotContain("taken for", note.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_in_the_file_that_fits_nothing_is_named_also_where_another_fits()
    {
        BundlePlan behind = Plan(RsaKey + EcKey + Pem(Made.RsaLeaf));
        Assert.True(behind.Report.KeyMatches);
        Assert.Equal(Severity.Warning, Assert.Single(behind.Report.Notes, n => n.What == "KeyMismatch").Severity);
        BundlePlan beside = Plan(EcKey + Pem(Made.RsaLeaf), o => o with { Key = Encoding.ASCII.GetBytes(RsaKey) });
        Assert.True(beside.Report.KeyMatches);
        Assert.Equal(1, Assert.Single(beside.Report.Notes, n => n.What == "KeyMismatch").Line);
    }

    [Fact]
    public void A_second_key_that_can_not_be_opened_may_be_another_servers()
    {
        string closed = Made.LeafKey.ExportEncryptedPkcs8PrivateKeyPem("secret", Protection) + "\n";
        string file = RsaKey + Pem(Made.RsaLeaf) + closed + Pem(Made.Leaf) + Pem(Made.Roots[0]);
        BundlePlan plan = Plan(file);
        Assert.Contains("two servers", plan.Report.Refusal, StringComparison.Ordinal);
        Assert.Equal(file, Encoding.ASCII.GetString(plan.Content.Span));
        BundlePlan given = Plan(Pem(Made.RsaLeaf) + closed + Pem(Made.Leaf), o => o with { Key = Encoding.ASCII.GetBytes(RsaKey) });
        Assert.Contains("two servers", given.Report.Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_of_another_kind_does_not_fit_though_it_can_not_be_opened()
    {
        X509Certificate2 edwards = Edwards();
        Assert.False(Plan(EdKey + Pem(Made.RsaLeaf)).Report.KeyMatches);
        Assert.False(Plan(EcKey + Pem(edwards)).Report.KeyMatches);
        string old = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,0123456789ABCDEF0123456789ABCDEF\n\n" + Convert.ToBase64String(new byte[48]) + "\n-----END RSA PRIVATE KEY-----\n";
        Assert.False(Plan(old + Pem(Made.Leaf)).Report.KeyMatches);
        Assert.Null(Plan(EdKey + Pem(edwards)).Report.KeyMatches);
        BundlePlan decided = Plan(EdKey + Pem(Made.RsaLeaf) + Pem(edwards));
        Assert.Equal([Sha(edwards)], decided.Report.After.Select(c => c.Sha256));
    }

    [Fact]
    public void A_CA_is_not_the_servers_where_a_certificate_can_not_be_read()
    {
        string cut = string.Join('\n', Pem(Made.Leaf).Split('\n')[..6]) + "\n-----END CERTIFICATE-----\n";
        string file = cut + Pem(Made.Intermediate) + EcKey;
        BundlePlan plan = Plan(file);
        Assert.Contains("can't be read", plan.Report.Refusal, StringComparison.Ordinal);
        Assert.Equal(file, Encoding.ASCII.GetString(plan.Content.Span));
    }

    [Fact]
    public void A_PKCS12_with_two_keys_loses_neither()
    {
        byte[] pfx = new X509Certificate2Collection { Made.Leaf.CopyWithPrivateKey(Made.LeafKey), Made.RsaLeaf.CopyWithPrivateKey(Made.RsaLeafKey) }.Export(X509ContentType.Pfx, "secret")!;
        BundlePlan plan = BundlePlanner.Plan("/x/server.pem", pfx, new BundleRepairOptions { At = DateTime.UtcNow, Password = "secret" });
        Assert.Contains("two servers", BundleRepair.WhyNot(plan, null), StringComparison.Ordinal);
    }

    [Fact]
    public void The_key_of_a_PKCS12_that_Javas_customary_password_opens_is_not_left_behind()
    {
        byte[] pfx = new X509Certificate2Collection { Made.Leaf.CopyWithPrivateKey(Made.LeafKey), Made.Intermediate }.Export(X509ContentType.Pfx, "changeit")!;
        BundlePlan plan = BundlePlanner.Plan("/x/server.pem", pfx, new BundleRepairOptions { At = DateTime.UtcNow });
        Assert.True(plan.Report.KeyMatches);
        Assert.Contains("BEGIN ENCRYPTED PRIVATE KEY", Encoding.ASCII.GetString(plan.Content.Span), StringComparison.Ordinal);
        Assert.Contains(plan.Report.Notes, n => n.What == "KeyPassword");
    }

    [Fact]
    public void A_Java_key_store_with_a_key_is_not_silent_about_it()
    {
        byte[] store = JavaStoreWithKey(Made.Leaf.RawData);
        BundlePlan plan = BundlePlanner.Plan("/x/server.pem", store, new BundleRepairOptions { At = DateTime.UtcNow });
        Assert.Contains(plan.Report.Notes, n => n.What == "KeyNotTaken");
        Assert.Contains("private key", BundleRepair.WhyNot(plan, null), StringComparison.Ordinal);
        Assert.Null(BundleRepair.WhyNot(plan, "/x/out.pem"));
    }

    private static BundlePlan Plan(string text, Func<BundleRepairOptions, BundleRepairOptions>? with = null)
    {
        BundleRepairOptions options = new() { At = DateTime.UtcNow, Kind = PemBundleKind.Server };
        return BundlePlanner.Plan("/x/file.pem", Encoding.ASCII.GetBytes(text), with?.Invoke(options) ?? options);
    }

    private static string Pem(X509Certificate2 certificate) => MadeCertificates.Pem(certificate);

    private static string Sha(X509Certificate2 certificate) => certificate.GetCertHashString(HashAlgorithmName.SHA256);

    private static X509Certificate2 Edwards()
    {
        PublicKey key = new(new Oid("1.3.101.112"), new AsnEncodedData([5, 0]), new AsnEncodedData(new byte[32]));
        CertificateRequest request = new(new X500DistinguishedName("CN=ed.example"), key, HashAlgorithmName.SHA256);
        using RSA signer = RSA.Create(2048);
        return request.Create(new X500DistinguishedName("CN=Somebody"), X509SignatureGenerator.CreateForRSA(signer, RSASignaturePadding.Pkcs1), DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(9), [1]);
    }

    // The format of sun.security.provider.JavaKeyStore: magic, version, count; entry 1 is a key with its chain; a seal of 20 bytes.
    private static byte[] JavaStoreWithKey(byte[] certificate)
    {
        MemoryStream store = new();
        void Number(int value) => store.Write([(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value]);
        void Text(string value) => store.Write([0, (byte)value.Length, .. Encoding.ASCII.GetBytes(value)]);
        foreach (int value in (int[])[unchecked((int)0xFEEDFEED), 2, 1, 1])
        {
            Number(value);
        }

        Text("server");
        store.Write(new byte[8]);
        Number(16);
        store.Write(new byte[16]);
        Number(1);
        Text("X.509");
        Number(certificate.Length);
        store.Write(certificate);
        store.Write(new byte[20]);
        return store.ToArray();
    }
}
