using System.Diagnostics;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Org.BouncyCastle.Pkcs;
using Org.BouncyCastle.Security;
using TlsTrust.CertificateFiles;
using TlsTrust.CertificateFiles.Containers;
using TlsTrust.Lab.Pki;

namespace TlsTrust.Tests.CertificateFiles.Containers;

/// <summary>PKCS#12 of other makers is read, ours is read by them, and what a file asks for has a limit.</summary>
public sealed class Pkcs12Tests : IDisposable
{
    private const string Password = "pa55 word";

    private static readonly LabAuthority Root = LabAuthority.CreateRoot("CN=P12 Root", DateTimeOffset.UtcNow);
    private static readonly LabAuthority Intermediate = Root.IssueAuthority("CN=P12 Intermediate");
    private static readonly LabCertificate Leaf =
        Intermediate.Issue(new CertificateSpec { Subject = "CN=p12.test", DnsNames = ["p12.test"] });

    private readonly string _folder = Directory.CreateTempSubdirectory("p12-").FullName;

    private static byte[][] Chain => [Leaf.Der.ToArray(), Intermediate.Certificate.Der.ToArray()];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("")]
    [InlineData("-legacy")]
    [InlineData("-legacy -keypbe PBE-SHA1-RC2-128 -certpbe PBE-SHA1-RC2-128")]
    [InlineData("-legacy -keypbe PBE-SHA1-RC4-128 -certpbe PBE-SHA1-RC4-40")]
    [InlineData("-legacy -keypbe PBE-SHA1-RC2-40 -certpbe PBE-SHA1-RC2-40 -macalg sha1")]
    [InlineData("-keypbe PBE-SHA1-2DES -certpbe PBE-SHA1-3DES")]
    [InlineData("-keypbe AES-128-CBC -certpbe AES-192-CBC -macalg sha512")]
    [InlineData("-keypbe DES-EDE3-CBC -certpbe NONE")]
    [InlineData("-keypbe NONE -certpbe NONE -nomac")]
    [InlineData("-nomac")]
    [InlineData("-macalg sha384 -iter 60000")]
    [InlineData("-nomaciter -noiter")]
    public void What_OpenSSL_writes_is_read_with_names_and_keys(string options)
    {
        OpenSslTool.SkipWhereAbsent();
        string key = Write("key.pem", Leaf.KeyPem), chain = Write("chain.pem", Leaf.Pem + Intermediate.Certificate.Pem),
            file = Path.Combine(_folder, "made.p12");
        string[] arguments =
            ["pkcs12", "-export", "-inkey", key, "-in", chain, "-name", "the site", "-passout", $"pass:{Password}", "-out", file,
                .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
        Assert.True(OpenSslTool.TryRun(out string said, arguments) == 0, said);

        Holds(File.ReadAllBytes(file), Password, "the site");
        Assert.Equal(options.Contains("-nomac", StringComparison.Ordinal)
            && options != "-nomaciter -noiter", Read(File.ReadAllBytes(file), "another").Content is not null);
    }

    [Fact]
    public void What_keytool_writes_is_read_with_anchors_told_from_chains()
    {
        string source = Write("source.p12", Pkcs12Writer.Write(Items(), new() { Password = Password })),
            root = Write("root.pem", Root.Certificate.Pem), file = Path.Combine(_folder, "java.p12");
        Run("keytool", "-importkeystore", "-srckeystore", source, "-srcstoretype", "pkcs12", "-srcstorepass", Password, "-destkeystore",
            file, "-deststoretype", "pkcs12", "-deststorepass", Password);
        Run("keytool", "-importcert", "-noprompt", "-alias", "our root", "-file", root, "-keystore", file, "-storepass", Password);

        Pkcs12Content content = Holds(File.ReadAllBytes(file), Password, "the site");
        KeyStoreItem anchor = Assert.Single(content.Items, item => item.Kind == KeyStoreItemKind.Anchor);
        Assert.Equal("our root", anchor.Name);
        Assert.Equal(Root.Certificate.Der.ToArray(), anchor.Content.ToArray());
    }

    [Theory]
    [InlineData(PbeEncryptionAlgorithm.TripleDes3KeyPkcs12)]
    [InlineData(PbeEncryptionAlgorithm.Aes256Cbc)]
    public void What_NET_writes_is_read(PbeEncryptionAlgorithm algorithm)
    {
        TestKeys.SkipWithoutPlatforms();
        using ECDsa key = TestKeys.Ecdsa();
        key.ImportFromPem(Leaf.KeyPem);
        using X509Certificate2 leaf = PlatformCertificates.Load(Chain[0]);
        using X509Certificate2 site = leaf.WithKey(key);
        X509Certificate2Collection all = [site, PlatformCertificates.Load(Chain[1])];

#if NET9_0_OR_GREATER
        byte[] written = algorithm == PbeEncryptionAlgorithm.Aes256Cbc
            ? all.ToPkcs12(Password)
            : site.ExportPkcs12(new PbeParameters(algorithm, HashAlgorithmName.SHA1, 2000), Password);
#else
        // .NET 8 has no choice but its own, which is triple DES.
        Assert.SkipUnless(algorithm == PbeEncryptionAlgorithm.TripleDes3KeyPkcs12, ".NET 8 writes no PKCS#12 with AES");
        byte[] written = all.ToPkcs12(Password);
#endif
        Holds(written, Password, null);
    }

    [Fact]
    public void What_BouncyCastle_writes_is_read()
    {
        Pkcs12Store store = new Pkcs12StoreBuilder().Build();
        store.SetKeyEntry("the site", new(PrivateKeyFactory.CreateKey(Key())),
            [.. Chain.Select(der => new X509CertificateEntry(new Org.BouncyCastle.X509.X509CertificateParser().ReadCertificate(der)))]);
        using MemoryStream stream = new();
        store.Save(stream, Password.ToCharArray(), new SecureRandom());

        Holds(stream.ToArray(), Password, "the site");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_we_write_is_read_by_OpenSSL_keytool_NET_and_BouncyCastle(bool forOldReaders)
    {
        byte[] written = Pkcs12Writer.Write(Items(), new() { Password = Password, ForOldReaders = forOldReaders });
        Holds(written, Password, "the site");
        ReadByOthers(written, ["p12.test", "P12 Intermediate"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-legacy")]
    [InlineData("-keypbe DES-EDE3-CBC -certpbe NONE")]
    [InlineData("-nomac")]
    public void A_certificate_added_leaves_everything_else_as_it_stood(string options)
    {
        OpenSslTool.SkipWhereAbsent();
        string key = Write("key.pem", Leaf.KeyPem), leaf = Write("leaf.pem", Leaf.Pem), file = Path.Combine(_folder, "alone.p12");
        string[] arguments =
            ["pkcs12", "-export", "-inkey", key, "-in", leaf, "-name", "the site", "-CSP", "Microsoft Enhanced Provider", "-passout",
                $"pass:{Password}", "-out", file, .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
        Assert.True(OpenSslTool.TryRun(out string said, arguments) == 0, said);
        Pkcs12Content before = Read(File.ReadAllBytes(file), Password).Content!;

        byte[] written = Pkcs12Writer.Add(before, [new() { Kind = KeyStoreItemKind.Certificate, Content = Chain[1] }]);

        Pkcs12Content after = Holds(written, Password, "the site");
        Assert.Equal(before.Safes.Select(safe => Convert.ToHexString(safe.Span)),
            after.Safes.SkipLast(1).Select(safe => Convert.ToHexString(safe.Span)));
        Assert.Equal((before.HidesCertificates, before.IsForOldReaders, before.Mac.IsEmpty),
            (after.HidesCertificates, after.IsForOldReaders, after.Mac.IsEmpty));
        if (options != "-nomac")
        {
            ReadByOthers(written, ["p12.test", "P12 Intermediate"], java: options.Length == 0 || options == "-legacy");
        }
    }

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(DerivationBudget.MaxRounds + 1)]
    public void More_rounds_than_the_limit_are_refused_and_the_message_says_so(int rounds)
    {
        byte[] file = WithRounds(Pkcs12Writer.Write(Items(), new() { Password = Password }), rounds);
        CertificateFile read = CertificateFile.Read(file, Password);

        Assert.Empty(read.Certificates);
        Assert.Contains("1,000,000 is the limit", Assert.Single(read.Defects).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deriving_keys_ends_when_nobody_waits()
    {
        byte[] file = WithRounds(Pkcs12Writer.Write(Items(), new() { Password = Password }), DerivationBudget.MaxRounds);
        using CancellationTokenSource stop = new();
        Task reading = Task.Run(() => CertificateFile.Read(file, null, keepText: false, stop.Token), Cancellation);
        await Task.Delay(50, Cancellation);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
    }

    private static Pkcs12Result Read(byte[] file, string? password) => Pkcs12Reader.Read(file, [password], Cancellation);

    // The leaf, its key, the name on both, and the chain where there is one.
    private static Pkcs12Content Holds(byte[] file, string password, string? name)
    {
        Pkcs12Result result = Read(file, password);
        Assert.True(result.Content is not null, result.Fault ?? "wrong password");
        KeyStoreItem key = Assert.Single(result.Content.Items, item => item.Kind == KeyStoreItemKind.PrivateKey);
        using ECDsa opened = TestKeys.Ecdsa();
        opened.ImportPkcs8PrivateKey(key.Content.Span, out _);
        using ECDsa expected = TestKeys.Ecdsa();
        expected.ImportFromPem(Leaf.KeyPem);
        Assert.Equal(expected.ExportSubjectPublicKeyInfo(), opened.ExportSubjectPublicKeyInfo());
        KeyStoreItem leaf = Assert.Single(result.Content.Items, item => item.Content.Span.SequenceEqual(Chain[0]));
        if (name is not null)
        {
            Assert.Equal(name, key.Name);
            Assert.Equal(name, leaf.Name);
            Assert.Contains(result.Content.Items, item => item.Content.Span.SequenceEqual(Chain[1]));
        }

        Assert.Equal(key.KeyId.ToArray(), leaf.KeyId.ToArray());
        Assert.False(result.Content.HasClosedKey);
        CertificateFile whole = CertificateFile.Read(file, password);
        Assert.True(whole.HoldsPrivateKey);
        return result.Content;
    }

    private static byte[] Key()
    {
        using ECDsa key = TestKeys.Ecdsa();
        key.ImportFromPem(Leaf.KeyPem);
        return key.ExportPkcs8PrivateKey();
    }

    private static KeyStoreItem[] Items() =>
    [
        new() { Kind = KeyStoreItemKind.PrivateKey, Content = Key(), Name = "the site", KeyId = new byte[] { 1, 2, 3 } },
        new() { Kind = KeyStoreItemKind.Certificate, Content = Chain[0], Name = "the site", KeyId = new byte[] { 1, 2, 3 } },
        new() { Kind = KeyStoreItemKind.Certificate, Content = Chain[1] },
    ];

    private void ReadByOthers(byte[] written, string[] names, bool java = true)
    {
        X509Certificate2Collection byNet = PlatformCertificates.LoadPkcs12(written, Password);
        Assert.Equal(names.Order(), byNet.Select(certificate => certificate.GetNameInfo(X509NameType.SimpleName, false)).Order());
        Assert.Single(byNet, certificate => certificate.HasPrivateKey);
        Pkcs12Store byBouncyCastle = new Pkcs12StoreBuilder().Build();
        byBouncyCastle.Load(new MemoryStream(written), Password.ToCharArray());
        string alias = Assert.Single(byBouncyCastle.Aliases.Cast<string>(), byBouncyCastle.IsKeyEntry);
        Assert.Equal(names.Length, byBouncyCastle.GetCertificateChain(alias).Length);
        string file = Write("written.p12", written);
        if (java && OnPath("keytool"))
        {
            string listed = Run("keytool", "-list", "-v", "-keystore", file, "-storepass", Password);
            Assert.Contains("PrivateKeyEntry", listed, StringComparison.Ordinal);
            Assert.Contains($"chain length: {names.Length}", listed, StringComparison.Ordinal);
        }

        OpenSslTool.SkipWhereAbsent();
        Assert.True(OpenSslTool.TryRun(out string said, "pkcs12", "-in", file, "-passin", $"pass:{Password}", "-nodes", "-legacy") == 0,
            said);
        Assert.All(names, name => Assert.Contains(name, said, StringComparison.Ordinal));
        Assert.Contains("PRIVATE KEY", said, StringComparison.Ordinal);
    }

    private static byte[] WithRounds(byte[] file, int rounds)
    {
        AsnReader whole = new AsnReader(file, AsnEncodingRules.BER).ReadSequence();
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteEncodedValue(whole.ReadEncodedValue().Span);
            writer.WriteEncodedValue(whole.ReadEncodedValue().Span);
            AsnReader mac = whole.ReadSequence();
            using (writer.PushSequence())
            {
                writer.WriteEncodedValue(mac.ReadEncodedValue().Span);
                writer.WriteEncodedValue(mac.ReadEncodedValue().Span);
                writer.WriteInteger(rounds);
            }
        }

        return writer.Encode();
    }

    private static bool OnPath(string program) =>
        (System.Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Any(folder => File.Exists(Path.Combine(folder, program)));

    private static string Run(string program, params string[] arguments)
    {
        Assert.SkipUnless(OnPath(program), $"{program} is not installed");
        using Process process =
            Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> errors = process.StandardError.ReadToEndAsync(Cancellation);
        string said = process.StandardOutput.ReadToEnd() + errors.GetAwaiter().GetResult();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, said);
        return said;
    }

    private string Write(string name, string content) => Write(name, System.Text.Encoding.ASCII.GetBytes(content));

    private string Write(string name, byte[] content)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, content);
        return path;
    }
}
