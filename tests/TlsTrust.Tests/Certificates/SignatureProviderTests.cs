using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using TlsTrust.Certificates;
using TlsTrust.Certificates.Keys;
using TlsTrust.Certificates.Names;
using TlsTrust.Certificates.Signatures;
using TlsTrust.Providers;

namespace TlsTrust.Tests.Certificates;

/// <summary>What the platform lacks is checked all the same, and never otherwise than the platform would.</summary>
public sealed class SignatureProviderTests(ITestOutputHelper output)
{
    private const string Rsa = "-newkey rsa:2048";
    private static readonly byte[] Data = Encoding.ASCII.GetBytes("to be signed");
    private static readonly ISignatureProvider Provider =
        SignatureProviders.Load(Path.Combine(AppContext.BaseDirectory, SignatureProviders.FolderName))!;

    /// <summary>Keys and signatures by other programs, for which this process has no means.</summary>
    public static TheoryData<string> Foreign => [.. Vectors().Keys];

    [Theory]
    [MemberData(nameof(Foreign))]
    public void Checks_what_other_programs_signed(string name)
    {
        (PublicKeyInfo key, SignatureAlgorithm algorithm, byte[] data, byte[] signature) = Vectors()[name];

        Assert.NotEqual(algorithm.Oid, algorithm.Name);
        Assert.Equal(SignatureStatus.Valid, SignatureChecker.Check(data, algorithm, signature, key));
        data[^1] ^= 1;
        Assert.Equal(SignatureStatus.Invalid, SignatureChecker.Check(data, algorithm, signature, key));
        data[^1] ^= 1;
        signature[signature.Length / 2] ^= 1;
        Assert.Equal(SignatureStatus.Invalid, SignatureChecker.Check(data, algorithm, signature, key));
    }

    [Theory]
    [InlineData("-newkey ed25519", "ED25519")]
    [InlineData("-newkey ed448", "ED448")]
    [InlineData("-newkey ec -pkeyopt ec_paramgen_curve:brainpoolP256t1 -sha256", "ecdsa-with-SHA256")]
    [InlineData("-newkey ec -pkeyopt ec_paramgen_curve:brainpoolP320r1 -sha384", "ecdsa-with-SHA384")]
    [InlineData("-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -sha224", "ecdsa-with-SHA224")]
    [InlineData("-newkey ec -pkeyopt ec_paramgen_curve:secp160r1 -sha256", "ecdsa-with-SHA256")]
    [InlineData("-newkey rsa:512 -sha256", "sha256WithRSAEncryption")]
    [InlineData(Rsa + " -sha224", "sha224WithRSAEncryption")]
    [InlineData(Rsa + " -sha512-256", "sha512-256WithRSAEncryption")]
    [InlineData(Rsa + " -sha3-224", "RSA-SHA3-224")]
    [InlineData(Rsa + " -sha256 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:7", "RSASSA-PSS-SHA256")]
    [InlineData(Rsa + " -sha512 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:20 -sigopt rsa_mgf1_md:sha256", "RSASSA-PSS-SHA512")]
    [InlineData(Rsa + " -sha224 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:28", "RSASSA-PSS-SHA224")]
    [InlineData("-newkey rsa-pss -pkeyopt rsa_keygen_bits:2048 -sha384 -sigopt rsa_pss_saltlen:0", "RSASSA-PSS-SHA384")]
    public void Checks_what_OpenSSL_signs_and_sees_one_bit_of_damage(string arguments, string name)
    {
        OpenSslTool.SkipWhereAbsent();
        string file = Path.GetTempFileName();
        try
        {
            int exit = OpenSslTool.TryRun(out string said,
                ["req", "-x509", .. arguments.Split(' '), "-nodes", "-keyout", OperatingSystem.IsWindows() ? "NUL"
                    : "/dev/null", "-subj", "/CN=made", "-out", file]);
            Assert.True(exit == 0, said);
            byte[] der = X509Certificate2.CreateFromPem(File.ReadAllText(file)).RawData;

            Certificate certificate = Certificate.Parse(der);
            Assert.Equal(name, certificate.SignatureAlgorithm.Name);
            Assert.Equal(SignatureStatus.Valid, certificate.VerifySignature(certificate));
            byte[] damaged = certificate.ToBeSigned.ToArray();
            damaged[^1] ^= 1;
            Assert.Equal(SignatureStatus.Invalid,
                SignatureChecker.Check(damaged, certificate.SignatureAlgorithm, certificate.Signature, certificate.PublicKey));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Says_what_the_platform_says_about_every_public_CA()
    {
        List<Certificate> pool = [.. Corpus("roots.pem"), .. Corpus("intermediates.pem").Take(200)];
        ILookup<DistinguishedName, Certificate> bySubject = pool.ToLookup(certificate => certificate.Subject);
        int valid = 0, invalid = 0;
        foreach (Certificate child in pool)
        {
            foreach (Certificate issuer in bySubject[child.Issuer].Append(pool[0]))
            {
                SignatureStatus platform = child.VerifySignature(issuer);
                bool? answer =
                    Provider.Verify(child.ToBeSigned, child.SignatureAlgorithm.RawData.Span, child.Signature,
                        issuer.PublicKey.SubjectPublicKeyInfo.Span);
                Assert.Equal(platform,
                    answer switch { true => SignatureStatus.Valid, false => SignatureStatus.Invalid, null =>
                        SignatureStatus.NotCheckable });
                valid += answer == true ? 1 : 0;
                invalid += answer == false ? 1 : 0;
            }
        }

        output.WriteLine($"{valid} valid, {invalid} invalid");
        Assert.True(valid > 100 && invalid > 100, $"{valid} and {invalid}");
    }

    [Fact]
    public void Has_no_answer_to_a_key_that_is_none()
    {
        using ECDsa made = TestKeys.Ecdsa();
        byte[] key = made.ExportSubjectPublicKeyInfo();
        byte[] signature = made.SignData(Data, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        Assert.True(Provider.Verify(Data, EcdsaWithSha256(), signature, key));
        key[^1] ^= 1; // off the curve

        Assert.Null(Provider.Verify(Data, EcdsaWithSha256(), signature, key));
        Assert.Equal(SignatureStatus.NotCheckable, SignatureChecker.Check(Data, EcdsaWithSha256(), signature, new PublicKeyInfo(key)));
    }

    [Fact]
    public void Answers_to_every_damage_of_key_parameters_and_signature_without_a_fault()
    {
        Random random = new(20261130);
        var vectors = Vectors().Values.Where(vector => vector.Signature.Length < 4000).ToArray();
        for (int round = 0; round < 300; round++)
        {
            (PublicKeyInfo key, SignatureAlgorithm algorithm, byte[] data, byte[] signature) = vectors[round % vectors.Length];
            Assert.NotEqual(true, Provider.Verify(data, algorithm.RawData.Span, Damaged(signature), key.SubjectPublicKeyInfo.Span));
            Assert.NotEqual(true,
                Provider.Verify([.. data, 0], Damaged(algorithm.RawData.ToArray()), signature,
                    Damaged(key.SubjectPublicKeyInfo.ToArray())));
        }

        byte[] Damaged(byte[] bytes)
        {
            byte[] copy = [.. bytes];
            copy[random.Next(copy.Length)] ^= (byte)(1 << random.Next(8));
            return copy[..(random.Next(4) == 0 ? random.Next(copy.Length) : copy.Length)];
        }
    }

    [Fact]
    public void A_folder_without_it_has_no_provider() => Assert.Null(SignatureProviders.Load(Path.GetTempPath()));

    [Fact]
    public void Its_package_is_not_in_the_load_context_of_the_engine()
    {
        System.Runtime.Loader.AssemblyLoadContext own =
            System.Runtime.Loader.AssemblyLoadContext.GetLoadContext(Provider.GetType().Assembly)!;

        Assert.True(Provider.Verify(Data, EcdsaWithSha256(), [], []) is null);
        Assert.NotSame(System.Runtime.Loader.AssemblyLoadContext.GetLoadContext(typeof(SignatureChecker).Assembly), own);
        Assert.Contains(own.Assemblies, assembly => assembly.GetName().Name == "BouncyCastle.Cryptography");
        Assert.NotSame(typeof(Org.BouncyCastle.Security.SecureRandom).Assembly,
            own.Assemblies.Single(assembly => assembly.GetName().Name == "BouncyCastle.Cryptography"));
    }

    private static IEnumerable<Certificate> Corpus(string file)
    {
        X509Certificate2Collection read = [];
        read.ImportFromPemFile(Corpora.Require(file));
        return read.Select(certificate => Certificate.Parse(certificate.RawData));
    }

    private static byte[] EcdsaWithSha256() => Convert.FromHexString("300A06082A8648CE3D040302");

    private static Dictionary<string, (PublicKeyInfo Key, SignatureAlgorithm Algorithm, byte[] Data, byte[] Signature)> Vectors()
    {
        using JsonDocument file =
            JsonDocument.Parse(
                File.ReadAllBytes(Path.Combine(Repository.Root, "tests", "TlsTrust.Tests", "Certificates", "foreign-signatures.json")));
        Dictionary<string, (PublicKeyInfo, SignatureAlgorithm, byte[], byte[])> vectors = [];
        foreach (JsonElement made in file.RootElement.GetProperty("signatures").EnumerateArray())
        {
            PublicKeyInfo key = new(made.GetProperty("key").GetBytesFromBase64());

            // The algorithm of such a key is that of its signatures.
            byte[] spki = key.SubjectPublicKeyInfo.ToArray();
            int start = spki[1] == 0x82 ? 4 : spki[1] == 0x81 ? 3 : 2;
            vectors.Add(made.GetProperty("name").GetString()!,
                (key, new SignatureAlgorithm(spki.AsMemory(start, 2 + spki[start + 1])), [.. Data],
                    made.GetProperty("signature").GetBytesFromBase64()));
        }

        foreach (JsonElement made in file.RootElement.GetProperty("certificates").EnumerateArray())
        {
            Certificate certificate = Certificate.Parse(made.GetProperty("certificate").GetBytesFromBase64());
            vectors.Add(made.GetProperty("name").GetString()!,
                (certificate.PublicKey, certificate.SignatureAlgorithm, certificate.ToBeSigned.ToArray(), certificate.Signature.ToArray()));
        }

        return vectors;
    }
}
