using System.Diagnostics;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using BenchmarkDotNet.Attributes;
using Org.BouncyCastle.Pkix;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.Utilities.Collections;
using Org.BouncyCastle.X509;
using Org.BouncyCastle.X509.Store;
using TlsTrust.Certificates;
using TlsTrust.Certificates.Keys;
using TlsTrust.Paths;
using TlsTrust.Paths.Search;

namespace TlsTrust.Benchmarks;

/// <summary>
/// 1,000 validations of chains leaf, intermediate, root (P-256), with and without issuers in common, from DER to verdict.
/// X509Chain is also shown with certificates that are ready made and whose keys it has decoded in an earlier round.
/// </summary>
[MemoryDiagnoser]
[MinColumn]
public class ValidationBenchmarks
{
    private const int Count = 1_000;

    /// <summary>More chains than the engine keeps keys and answers, so that all of them are fresh to it.</summary>
    private const int FreshPool = 5_000;
    private BenchmarkCertificates.Chain[] _pool = [];
    private Ready[] _platform = [];
    private Signed[][] _signatures = [];
    private DirectoryInfo? _folder;
    private string[] _files = [];
    private int _position;

    /// <summary>Whether every chain has its own issuers, or all have the same.</summary>
    [Params(false, true)]
    public bool IssuersRepeat { get; set; }

    [GlobalSetup(Target = nameof(Ours))]
    public void SetupOurs() =>
        _pool = IssuersRepeat ? BenchmarkCertificates.WithOneIssuer(Count) : BenchmarkCertificates.WithOwnIssuers(FreshPool);

    [GlobalSetup(Targets = [nameof(Platform), nameof(PlatformReady), nameof(Floor), nameof(BouncyCastle), nameof(OpenSsl)])]
    public void SetupPeers()
    {
        _pool = IssuersRepeat ? BenchmarkCertificates.WithOneIssuer(Count) : BenchmarkCertificates.WithOwnIssuers(Count);
        _platform = [.. _pool.Take(Count)
            .Select(static c =>
                new Ready(X509CertificateLoader.LoadCertificate(c.Leaf), X509CertificateLoader.LoadCertificate(c.Intermediate),
                    X509CertificateLoader.LoadCertificate(c.Root)))];
        _signatures = [.. _pool.Take(Count).Select(static c => new[] { Take(c.Leaf, c.Intermediate), Take(c.Intermediate, c.Root) })];
        _folder = Directory.CreateTempSubdirectory("tlstrust-benchmark-");
        Write("roots.pem", _pool.Take(Count).Select(static c => c.Root).DistinctBy(Convert.ToHexString));
        Write("sent.pem", _pool.Take(Count).Select(static c => c.Intermediate).DistinctBy(Convert.ToHexString));
        _files = [.. _pool.Take(Count).Select((c, i) => Write($"{i}.pem", [c.Leaf]))];
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _folder?.Delete(recursive: true);
        foreach (Ready ready in _platform)
        {
            ready.Leaf.Dispose();
            ready.Intermediate.Dispose();
            ready.Root.Dispose();
        }
    }

    [Benchmark(Baseline = true, Description = "X509Chain")]
    public int Platform()
    {
        int valid = 0;
        foreach (BenchmarkCertificates.Chain chain in _pool.Take(Count))
        {
            using X509Certificate2 leaf = X509CertificateLoader.LoadCertificate(chain.Leaf);
            using X509Certificate2 intermediate = X509CertificateLoader.LoadCertificate(chain.Intermediate);
            using X509Certificate2 root = X509CertificateLoader.LoadCertificate(chain.Root);
            valid += Build(new Ready(leaf, intermediate, root)) ? 1 : 0;
        }

        return Expect(valid);
    }

    [Benchmark(Description = "X509Chain, certificates ready")]
    public int PlatformReady() => Expect(_platform.Count(Build));

    [Benchmark(Description = "TlsTrust")]
    public int Ours()
    {
        int valid = 0;
        for (int i = 0; i < Count; i++)
        {
            BenchmarkCertificates.Chain chain = _pool[_position];
            _position = (_position + 1) % _pool.Length;
            PathSearchResult result = PathSearch.Search(new PathQuery
            {
                Leaf = Certificate.Parse(chain.Leaf),
                Presented = [Certificate.Parse(chain.Intermediate)],
                Anchors = new CertificateIndex([Certificate.Parse(chain.Root)]),
                HostName = chain.HostName,
                At = BenchmarkCertificates.Now,
            });
            valid += result.Path is null ? 0 : 1;
        }

        return Expect(valid);
    }

    /// <summary>
    /// What no validator on this platform can go below where all keys are fresh: two imports and two verifications a chain.
    /// </summary>
    [Benchmark(Description = "the platform's cryptography alone")]
    public int Floor()
    {
        int valid = 0;
        foreach (Signed[] chain in _signatures)
        {
            bool good = true;
            foreach (Signed signed in chain)
            {
                using ECDsa key = ECDsa.Create();
                key.ImportSubjectPublicKeyInfo(signed.IssuerKey, out _);
                good &= key.VerifyData(signed.ToBeSigned, signed.Signature, HashAlgorithmName.SHA256,
                    DSASignatureFormat.Rfc3279DerSequence);
            }

            valid += good ? 1 : 0;
        }

        return Expect(valid);
    }

    [Benchmark(Description = "BouncyCastle PKIX builder")]
    public int BouncyCastle()
    {
        X509CertificateParser parser = new();
        int valid = 0;
        foreach (BenchmarkCertificates.Chain chain in _pool.Take(Count))
        {
            Org.BouncyCastle.X509.X509Certificate leaf = parser.ReadCertificate(chain.Leaf);
            Org.BouncyCastle.X509.X509Certificate[] others = [leaf, parser.ReadCertificate(chain.Intermediate)];
            PkixBuilderParameters parameters =
                new(new HashSet<TrustAnchor> { new(parser.ReadCertificate(chain.Root), null) },
                    new X509CertStoreSelector { Certificate = leaf })
            {
                IsRevocationEnabled = false,
                Date = BenchmarkCertificates.Now,
            };
            parameters.AddStoreCert(CollectionUtilities.CreateStore(others));
            valid += new PkixCertPathBuilder().Build(parameters).CertPath.Certificates.Count > 1 ? 1 : 0;
        }

        return Expect(valid);
    }

    /// <summary>One process for all of them, its start included: some 10 ms of the time.</summary>
    [Benchmark(Description = "openssl verify")]
    public int OpenSsl()
    {
        ProcessStartInfo start =
            new("openssl",
                ["verify", "-CAfile", Path.Combine(_folder!.FullName, "roots.pem"), "-untrusted",
                    Path.Combine(_folder.FullName, "sent.pem"),
            "-purpose", "sslserver", "-attime", "1772366400", .. _files]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return Expect(output.Split('\n').Count(static l => l.EndsWith(": OK", StringComparison.Ordinal)));
    }

    private static bool Build(Ready ready)
    {
        using X509Chain chain = new();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(ready.Root);
        chain.ChainPolicy.ExtraStore.Add(ready.Intermediate);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = BenchmarkCertificates.Now;
        return chain.Build(ready.Leaf);
    }

    /// <summary>A benchmark of refusals would be worth nothing.</summary>
    private static int Expect(int valid) =>
        valid == Count ? valid : throw new InvalidOperationException($"{valid} of {Count} chains are valid");

    private static Signed Take(byte[] child, byte[] issuer)
    {
        AsnReader parts = new AsnReader(child, AsnEncodingRules.DER).ReadSequence();
        byte[] toBeSigned = parts.ReadEncodedValue().ToArray();
        parts.ReadEncodedValue();
        return new Signed(toBeSigned, parts.ReadBitString(out _), Certificate.Parse(issuer).PublicKey.SubjectPublicKeyInfo.ToArray());
    }

    private string Write(string name, IEnumerable<byte[]> certificates)
    {
        string path = Path.Combine(_folder!.FullName, name);
        File.WriteAllText(path,
            string.Join('\n', certificates.Select(static c => System.Security.Cryptography.PemEncoding.WriteString("CERTIFICATE", c))));
        return path;
    }

    private sealed record Signed(byte[] ToBeSigned, byte[] Signature, byte[] IssuerKey);

    private sealed record Ready(X509Certificate2 Leaf, X509Certificate2 Intermediate, X509Certificate2 Root);
}
