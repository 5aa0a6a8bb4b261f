using System.Security.Cryptography.X509Certificates;
using BenchmarkDotNet.Attributes;
using Org.BouncyCastle.X509;
using TlsTrust.Certificates;
using TlsTrust.Certificates.Extensions;
using TlsTrust.Certificates.Keys;
using TlsTrust.Certificates.Names;
using TlsTrust.Paths;

namespace TlsTrust.Benchmarks;

/// <summary>Reading one certificate, and indexing as many as there are public intermediates many times over.</summary>
[MemoryDiagnoser]
public class ReadingBenchmarks
{
    private const int IndexedCount = 12_000;
    private byte[] _der = [];
    private byte[][] _many = [];

    [GlobalSetup]
    public void Setup()
    {
        BenchmarkCertificates.Chain[] chains = BenchmarkCertificates.WithOwnIssuers(IndexedCount / 6);
        _der = chains[0].Leaf;

        // Three issues of each, told apart by their last byte: a signature is not looked at here.
        _many = [.. chains.SelectMany(static c => new[] { c.Leaf, c.Intermediate })
            .SelectMany(static d => Enumerable.Range(0, 3).Select(i => (byte[])[.. d[..^1], (byte)(d[^1] + i)]))];
    }

    [Benchmark(Baseline = true, Description = "read: TlsTrust")]
    public Certificate ReadOurs() => Certificate.Parse(_der);

    [Benchmark(Description = "read: X509Certificate2")]
    public nint ReadPlatform()
    {
        using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(_der);
        return certificate.Handle;
    }

    [Benchmark(Description = "read: BouncyCastle")]
    public object ReadBouncyCastle() => new X509CertificateParser().ReadCertificate(_der);

    [Benchmark(Description = "read and decode everything: TlsTrust")]
    public int DecodeOurs()
    {
        Certificate certificate = Certificate.Parse(_der);
        return certificate.Faults.Count + certificate.Subject.ToString().Length + certificate.SubjectAlternativeName!.DnsNames.Count
            + certificate.Sha256.Length + certificate.PublicKey.SizeInBits;
    }

    [Benchmark(Description = "read and index 12,000: TlsTrust")]
    public int Index() => new CertificateIndex(_many.Select(static d => Certificate.Parse(d))).Count;
}
