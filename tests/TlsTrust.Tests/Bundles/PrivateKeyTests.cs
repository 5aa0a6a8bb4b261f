using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using TlsTrust.Bundles;
using TlsTrust.Tests.CertificateFiles;
using static TlsTrust.Tests.Bundles.Plans;

namespace TlsTrust.Tests.Bundles;

/// <summary>Keys in server files and containers: which decides, which fits, and that none is lost.</summary>
public class PrivateKeyTests
{
    private static readonly MadeCertificates Made = MadeCertificates.Instance;

    private static string RsaKey => Made.RsaLeafKey.ExportPkcs8PrivateKeyPem() + "\n";

    private static string EcKey => Made.LeafKey.ExportPkcs8PrivateKeyPem() + "\n";

    private static byte[] PemBytes(string pem)
    {
        PemFields fields = PemEncoding.Find(pem);
        return Convert.FromBase64String(pem[fields.Base64Data]);
    }

    // Any 32 bytes are an Ed25519 key (RFC 8410 §7), of a kind that .NET 8 can't open.
    private static string EdKey =>
        PemEncoding.WriteString("PRIVATE KEY", [.. Convert.FromHexString("302e020100300506032b657004220420"), .. new byte[32]]) + "\n";

    [Fact]
    public void Each_key_of_the_file_may_tell_which_certificate_is_the_servers()
    {
        TestKeys.SkipWithoutPlatforms();
        using RSA old = TestKeys.Rsa(2048);
        string former = old.ExportPkcs8PrivateKeyPem() + "\n";
        BundlePlan plan = ServerPlan(former + RsaKey + Pem(Made.Leaf) + Pem(Made.RsaLeaf));
        Assert.Equal([Sha(Made.RsaLeaf)], plan.Report.After.Select(c => c.Sha256));
        Assert.Equal(TestKeys.Told(false), plan.Report.KeyMatches); // programs take the first
        PemChange note = Assert.Single(plan.Report.Notes, n => n.What == "KeyMismatch");
        Assert.Contains($"line {former.Split('\n').Length}", note.Why, StringComparison.Ordinal);
        Assert.DoesNotContain("taken for", note.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_in_the_file_that_fits_nothing_is_named_also_where_another_fits()
    {
        BundlePlan behind = ServerPlan(RsaKey + EcKey + Pem(Made.RsaLeaf));
        Assert.Equal(TestKeys.Told(true), behind.Report.KeyMatches);
        Assert.Equal(Severity.Warning, Assert.Single(behind.Report.Notes, n => n.What == "KeyMismatch").Severity);
        BundlePlan beside = ServerPlan(EcKey + Pem(Made.RsaLeaf), o => o with { Key = Encoding.ASCII.GetBytes(RsaKey) });
        Assert.Equal(TestKeys.Told(true), beside.Report.KeyMatches);
        Assert.Equal(1, Assert.Single(beside.Report.Notes, n => n.What == "KeyMismatch").Line);
    }

    [Fact]
    public void A_second_key_that_can_not_be_opened_may_be_another_servers()
    {
        TestKeys.SkipWithoutPlatforms();
        string closed = TestKeys.Locked(Made.LeafKey.ExportPkcs8PrivateKey(), "secret");
        string file = RsaKey + Pem(Made.RsaLeaf) + closed + Pem(Made.Leaf) + Pem(Made.Roots[0]);
        BundlePlan plan = ServerPlan(file);
        Assert.Contains("two servers", plan.Report.Refusal, StringComparison.Ordinal);
        Assert.Equal(file, Encoding.ASCII.GetString(plan.Content.Span));
        BundlePlan given = ServerPlan(Pem(Made.RsaLeaf) + closed + Pem(Made.Leaf), o => o with { Key = Encoding.ASCII.GetBytes(RsaKey) });
        Assert.Contains("two servers", given.Report.Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_of_another_kind_does_not_fit_though_it_can_not_be_opened()
    {
        X509Certificate2 edwards = Edwards();
        Assert.False(ServerPlan(EdKey + Pem(Made.RsaLeaf)).Report.KeyMatches);
        Assert.False(ServerPlan(EcKey + Pem(edwards)).Report.KeyMatches);
        string old = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,0123456789ABCDEF0123456789ABCDEF\n\n"
            + Convert.ToBase64String(new byte[48]) + "\n-----END RSA PRIVATE KEY-----\n";
        Assert.False(ServerPlan(old + Pem(Made.Leaf)).Report.KeyMatches);
        Assert.Null(ServerPlan(EdKey + Pem(edwards)).Report.KeyMatches);
        BundlePlan decided = ServerPlan(EdKey + Pem(Made.RsaLeaf) + Pem(edwards));
        Assert.Equal([Sha(edwards)], decided.Report.After.Select(c => c.Sha256));
    }

    [Fact]
    public void The_right_password_is_not_called_another_for_a_key_of_a_kind_that_is_not_opened()
    {
        string closed = TestKeys.Locked(PemBytes(EdKey), "secret");
        BundlePlan right = ServerPlan(closed + Pem(Edwards()), o => o with { Password = "secret" });
        Assert.Null(right.Report.KeyMatches);
        Assert.Contains("of a kind that can't be opened here", Assert.Single(right.Report.Notes, n => n.What == "KeyNotChecked").Why,
            StringComparison.Ordinal);
        Assert.False(ServerPlan(closed + Pem(Made.RsaLeaf), o => o with { Password = "secret" }).Report.KeyMatches);
        BundlePlan wrong = ServerPlan(closed + Pem(Edwards()), o => o with { Password = "wrong" });
        Assert.Contains("under another password", Assert.Single(wrong.Report.Notes, n => n.What == "KeyNotChecked").Why,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_CA_is_not_the_servers_where_a_certificate_can_not_be_read()
    {
        string cut = string.Join('\n', Pem(Made.Leaf).Split('\n')[..6]) + "\n-----END CERTIFICATE-----\n";
        string file = cut + Pem(Made.Intermediate) + EcKey;
        BundlePlan plan = ServerPlan(file);
        Assert.Contains("can't be read", plan.Report.Refusal, StringComparison.Ordinal);
        Assert.Equal(file, Encoding.ASCII.GetString(plan.Content.Span));
    }

    [Fact]
    public void A_PKCS12_with_two_keys_loses_neither()
    {
        byte[] pfx =
            new X509Certificate2Collection { Made.Leaf.WithKey(Made.LeafKey),
                Made.RsaLeaf.WithKey(Made.RsaLeafKey) }.ToPkcs12("secret");
        BundlePlan plan = BundlePlanner.Plan("/x/server.pem", pfx, new BundleRepairOptions { At = DateTime.UtcNow, Password = "secret" });
        Assert.Contains("two servers", BundleRepair.RefusalReason(plan, null), StringComparison.Ordinal);
    }

    [Fact]
    public void The_key_of_a_PKCS12_that_Javas_customary_password_opens_is_not_left_behind()
    {
        byte[] pfx =
            new X509Certificate2Collection { Made.Leaf.WithKey(Made.LeafKey), Made.Intermediate }.ToPkcs12("changeit");
        BundlePlan plan = BundlePlanner.Plan("/x/server.pem", pfx, new BundleRepairOptions { At = DateTime.UtcNow });
        Assert.Equal(TestKeys.Told(true), plan.Report.KeyMatches);
        Assert.Contains("BEGIN ENCRYPTED PRIVATE KEY", Encoding.ASCII.GetString(plan.Content.Span), StringComparison.Ordinal);
        Assert.Contains(plan.Report.Notes, n => n.What == "KeyPassword");
    }

    [Fact]
    public void A_Java_key_store_with_a_key_is_not_silent_about_it()
    {
        byte[] store = JavaStoreWithKey(Made.Leaf.RawData);
        BundlePlan plan = BundlePlanner.Plan("/x/server.pem", store, new BundleRepairOptions { At = DateTime.UtcNow });
        Assert.Contains(plan.Report.Notes, n => n.What == "KeyNotTaken");
        Assert.Contains("private key", BundleRepair.RefusalReason(plan, null), StringComparison.Ordinal);
        Assert.Null(BundleRepair.RefusalReason(plan, "/x/out.pem"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_private_key_stays_where_it_was_and_is_checked(bool first)
    {
        string key = Made.LeafKey.ExportPkcs8PrivateKeyPem() + "\n";
        string certificates = Pem(Made.Intermediate) + Pem(Made.Leaf);
        BundlePlan plan = Plan(first ? key + certificates : certificates + key, o => o);
        Assert.Equal(TestKeys.Told(true), plan.Report.KeyMatches);
        string text = Encoding.ASCII.GetString(plan.Content.Span);
        Assert.Equal(first ? key + Pem(Made.Leaf) + Pem(Made.Intermediate) : Pem(Made.Leaf) + Pem(Made.Intermediate) + key, text);
        Assert.True(plan.HoldsKey);
    }

    [Fact]
    public void The_key_decides_which_certificate_is_the_servers()
    {
        BundlePlan plan = Plan(Pem(Made.Leaf) + Pem(Made.RsaLeaf) + Made.RsaLeafKey.ExportRSAPrivateKeyPem() + "\n", o => o);
        Assert.Equal(TestKeys.Told(true), plan.Report.KeyMatches);
        Assert.Equal([Sha(Made.RsaLeaf)], plan.Report.After.Select(c => c.Sha256));
        BundlePlan beside =
            Plan(Pem(Made.Leaf) + Pem(Made.RsaLeaf), o => o with { Key = Encoding.ASCII.GetBytes(Made.LeafKey.ExportECPrivateKeyPem()) });
        Assert.Equal([Sha(Made.Leaf)], beside.Report.After.Select(c => c.Sha256));
        Assert.DoesNotContain("PRIVATE", Encoding.ASCII.GetString(beside.Content.Span), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_with_the_keys_of_two_servers_loses_neither()
    {
        TestKeys.SkipWithoutPlatforms();
        // Postfix takes an RSA and an ECDSA chain from one file (smtpd_tls_chain_files).
        string file = Made.LeafKey.ExportPkcs8PrivateKeyPem() + "\n" + Pem(Made.Leaf) + Pem(Made.Intermediate)
            + Made.RsaLeafKey.ExportPkcs8PrivateKeyPem() + "\n" + Pem(Made.RsaLeaf) + Pem(Made.Intermediate);
        BundlePlan plan = Plan(file, o => o);
        Assert.Contains("two servers", plan.Report.Refusal, StringComparison.Ordinal);
        Assert.False(plan.Report.Changed);
        Assert.Equal(file, Encoding.ASCII.GetString(plan.Content.Span));
    }

    [Fact]
    public void A_key_that_is_moved_out_of_the_chain_is_named_among_the_changes()
    {
        BundlePlan plan = Plan(Pem(Made.Leaf) + Made.LeafKey.ExportPkcs8PrivateKeyPem() + "\n" + Pem(Made.Intermediate), o => o);
        Assert.True(plan.Report.Changed);
        Assert.Equal("OutOfOrder", Assert.Single(plan.Report.Changes).What);
    }

    [Fact]
    public void A_key_that_fits_nothing_is_an_error_in_the_report()
    {
        using RSA other = TestKeys.Rsa(2048);
        BundlePlan plan = Plan(Pem(Made.Leaf) + other.ExportPkcs8PrivateKeyPem() + "\n", o => o);
        Assert.False(plan.Report.KeyMatches); // by its kind
        Assert.Contains(plan.Report.Notes, n => n.What == "KeyMismatch" && n.Severity == Severity.Error);
        Assert.False(plan.Report.IsSound);
    }

    [Fact]
    public void An_encrypted_key_is_carried_along_untouched_and_checked_with_its_password()
    {
        string key = TestKeys.Locked(Made.LeafKey.ExportPkcs8PrivateKey(), "secret");
        string file = Pem(Made.Intermediate) + Pem(Made.Leaf) + key;
        BundlePlan without = Plan(file, o => o);
        Assert.Null(without.Report.KeyMatches);
        Assert.Contains(without.Report.Notes, n => n.What == "KeyNotChecked");
        Assert.EndsWith(key, Encoding.ASCII.GetString(without.Content.Span), StringComparison.Ordinal);
        Assert.Equal(TestKeys.Told(true), Plan(file, o => o with { Password = "secret" }).Report.KeyMatches);
        BundlePlan wrong = Plan(file, o => o with { Password = "wrong" });
        Assert.Null(wrong.Report.KeyMatches);
        Assert.Contains(wrong.Report.Notes, n =>
            n.What == "KeyNotChecked" && n.Why.Contains("under another password", StringComparison.Ordinal));
    }

    [Fact]
    public void An_old_encrypted_key_keeps_its_headers()
    {
        string key = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,0123456789ABCDEF0123456789ABCDEF\n\n"
            + string.Concat(Convert.ToBase64String(RandomNumberGenerator.GetBytes(1200)).Chunk(64).Select(l => new string(l) + "\n"))
                + "-----END RSA PRIVATE KEY-----\n";
        BundlePlan plan = Plan(key + Pem(Made.Intermediate) + Pem(Made.Leaf), o => o);
        Assert.StartsWith(key, Encoding.ASCII.GetString(plan.Content.Span), StringComparison.Ordinal);
        Assert.False(Plan(plan.Content.ToArray(), o => o).Report.Changed);
    }

    [Theory]
    [InlineData("rsa", "aes128")]
    [InlineData("rsa", "aes192")]
    [InlineData("rsa", "aes256")]
    [InlineData("rsa", "des3")]
    [InlineData("ec", "aes256")]
    public void A_key_that_openssl_encrypted_the_old_way_is_opened_with_its_password(string kind, string cipher)
    {
        OpenSslTool.SkipWhereAbsent();
        string made = Path.GetTempFileName();
        string locked = made + ".key";
        try
        {
            File.WriteAllText(made, kind == "rsa" ? Made.RsaLeafKey.ExportPkcs8PrivateKeyPem() : Made.LeafKey.ExportPkcs8PrivateKeyPem());
            Assert.True(
                OpenSslTool.TryRun(out string said,
                    [kind, "-in", made, "-out", locked, "-" + cipher, "-passout", "pass:grüße", .. kind == "rsa"
                        ? (string[])["-traditional"] : []]) == 0, said);
            string key = File.ReadAllText(locked);
            string file = key + Pem(kind == "rsa" ? Made.RsaLeaf : Made.Leaf) + Pem(Made.Intermediate);
            Assert.Contains("Proc-Type: 4,ENCRYPTED", key, StringComparison.Ordinal);
            Assert.True(Plan(file, o => o with { Password = "grüße" }).Report.KeyMatches);
            Assert.StartsWith(key, Encoding.ASCII.GetString(Plan(file, o => o with { Password = "grüße" }).Content.Span),
                StringComparison.Ordinal);
            Assert.Contains(Plan(file, o => o).Report.Notes, n =>
                n.What == "KeyNotChecked" && n.Why.Contains("-Password", StringComparison.Ordinal));
            Assert.Contains(Plan(file, o => o with { Password = "wrong" }).Report.Notes, n =>
                n.What == "KeyNotChecked" && n.Why.Contains("under another password", StringComparison.Ordinal));
        }
        finally
        {
            File.Delete(made);
            File.Delete(locked);
        }
    }

    [Fact]
    public void No_report_holds_key_material()
    {
        string key = Made.RsaLeafKey.ExportPkcs8PrivateKeyPem();
        string damaged = "> " + key.Replace("\n", "\n> ", StringComparison.Ordinal) + "\n";
        BundlePlan plan = Plan(damaged + Pem(Made.RsaLeaf), o => o);
        Assert.Equal(TestKeys.Told(true), plan.Report.KeyMatches);
        string json = System.Text.Json.JsonSerializer.Serialize(plan.Report);
        foreach (string line in key.Split('\n').Where(l => !l.StartsWith('-')))
        {
            Assert.DoesNotContain(line[..Math.Min(16, line.Length)], json, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_PKCS12_becomes_a_server_file_whose_key_is_still_under_its_password()
    {
        byte[] pfx =
            new X509Certificate2Collection { Made.Leaf.WithKey(Made.LeafKey), Made.Intermediate }.ToPkcs12("secret");
        BundlePlan closed = BundlePlanner.Plan("/x/server.pem", pfx, new BundleRepairOptions { At = DateTime.UtcNow });
        Assert.False(closed.Report.Changed);
        Assert.Contains(closed.Report.Notes, n => n.What == "PasswordNeeded");
        Assert.Contains("password", BundleRepair.RefusalReason(closed, "/x/out.pem"), StringComparison.Ordinal);
        Assert.DoesNotContain("all its certificates", closed.Report.KindReason, StringComparison.Ordinal);
        BundlePlan plan = BundlePlanner.Plan("/x/server.pem", pfx, new BundleRepairOptions { At = DateTime.UtcNow, Password = "secret" });
        Assert.Equal(TestKeys.Told(true), plan.Report.KeyMatches);
        string text = Encoding.ASCII.GetString(plan.Content.Span);
        Assert.Contains("BEGIN ENCRYPTED PRIVATE KEY", text, StringComparison.Ordinal);
        Assert.Equal([Sha(Made.Leaf), Sha(Made.Intermediate)], plan.Report.After.Select(c => c.Sha256));
    }

    [Fact]
    public void A_key_in_text_that_is_kept_is_a_key()
    {
        string hidden = string.Concat(Made.LeafKey.ExportPkcs8PrivateKeyPem().Split('\n').Select(l => "# " + l + "\n"));
        Assert.True(Plan("\uFEFF" + hidden + Made.Bundle, o => o with { KeepText = true }).HoldsKey);
    }

    [Fact]
    public void A_PKCS12_with_a_key_that_the_platform_lacks_is_not_blamed_on_the_password()
    {
        OpenSslTool.SkipWhereAbsent();
        string folder = Directory.CreateTempSubdirectory("tlstrust-bundles-").FullName;
        try
        {
            (string key, string certificate, string pfx) =
                (Path.Combine(folder, "key"), Path.Combine(folder, "pem"), Path.Combine(folder, "pfx"));
            Assert.Equal(0,
                OpenSslTool.TryRun(out string said, "req", "-x509", "-newkey", "ed25519", "-nodes", "-keyout", key, "-out", certificate,
                    "-subj", "/CN=ed"));
            Assert.True(
                OpenSslTool.TryRun(out said, "pkcs12", "-export", "-inkey", key, "-in", certificate, "-passout", "pass:secret", "-out", pfx)
                    == 0, said);
            BundlePlan plan =
                BundlePlanner.Plan("/x/ed.pfx", File.ReadAllBytes(pfx),
                    new BundleRepairOptions { At = DateTime.UtcNow, Password = "secret" });
            Assert.SkipWhen(plan.Certificates.Count > 0, "this platform has Ed25519");
            Assert.DoesNotContain("does not fit", BundleRepair.RefusalReason(plan, "/x/ed.pem"), StringComparison.Ordinal);
            Assert.Contains("does not fit",
                BundleRepair.RefusalReason(
                    BundlePlanner.Plan("/x/ed.pfx", File.ReadAllBytes(pfx),
                        new BundleRepairOptions { At = DateTime.UtcNow, Password = "wrong" }), "/x/ed.pem"), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("a certificate in a key's block")]
    [InlineData("a key in a certificate's block")]
    [InlineData("a certificate in a key's block of a script")]
    [InlineData("the key of a curve without markers")]
    [InlineData("every second line blank and no markers")]
    public void A_key_among_other_things_is_never_lost(string where)
    {
        string key = Made.RsaLeafKey.ExportPkcs8PrivateKeyPem() + "\n";
        string[] lines = where.StartsWith("the key", StringComparison.Ordinal) ? Made.LeafKey.ExportECPrivateKeyPem().Split('\n')
            : key.TrimEnd('\n').Split('\n');
        string inner = Pem(Made.RsaLeaf).Split('\n', 2)[1].Replace("-----END CERTIFICATE-----\n", "", StringComparison.Ordinal);
        string block = where switch
        {
            "a certificate in a key's block" => key.Replace("-----END", inner + "-----END", StringComparison.Ordinal),
            "a key in a certificate's block" =>
                Pem(Made.RsaLeaf).Replace("-----END", string.Join('\n', lines[1..^1]) + "\n-----END", StringComparison.Ordinal),
            "a certificate in a key's block of a script" =>
                string.Concat(lines[..^1].Select((l, i) => $"echo \"{l}\" >> f{i}\n")) + inner
                    + "echo \"-----END PRIVATE KEY-----\" >> f\n",
            "every second line blank and no markers" => string.Join("\n\n", lines[1..^1]).Remove(90, 1) + "\n\n",
            _ => string.Join('\n', lines[1..^1]) + "\n",
        };
        BundlePlan plan = Plan("\uFEFF" + block + Made.Bundle, o => o with { Kind = PemBundleKind.Trust });
        Assert.True(plan.Report.Changed);
        Assert.Contains(lines[^2], Encoding.ASCII.GetString(plan.Content.Span), StringComparison.Ordinal);
        Assert.Contains(plan.Report.Unrecovered.Concat(plan.Report.Notes), n => n.Severity == Severity.Error);
    }

    private static BundlePlan ServerPlan(string text, Func<BundleRepairOptions, BundleRepairOptions>? with = null) =>
        Plan(text, o => (with ?? (same => same))(o with { Kind = PemBundleKind.Server }));

    private static string Pem(X509Certificate2 certificate) => MadeCertificates.Pem(certificate);

    private static X509Certificate2 Edwards()
    {
        PublicKey key = new(new Oid("1.3.101.112"), new AsnEncodedData([5, 0]), new AsnEncodedData(new byte[32]));
        CertificateRequest request = new(new X500DistinguishedName("CN=ed.example"), key, HashAlgorithmName.SHA256);
        using RSA signer = TestKeys.Rsa(2048);
        return request.Create(new X500DistinguishedName("CN=Somebody"),
            X509SignatureGenerator.CreateForRSA(signer, RSASignaturePadding.Pkcs1), DateTimeOffset.UtcNow.AddDays(-1),
                DateTimeOffset.UtcNow.AddDays(9), [1]);
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
