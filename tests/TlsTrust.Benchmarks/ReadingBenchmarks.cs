using System.Security.Cryptography.X509Certificates;
using BenchmarkDotNet.Attributes;
using Org.BouncyCastle.X509;
using TlsTrust.Certificates;
using TlsTrust.Paths;

namespace TlsTrust.Benchmarks;

/// <summary>Reading one certificate, and indexing as many as there are public intermediates many times over.</summary>
[MemoryDiagnoser]
public class ReadingBenchmarks
{
    private const int IndexedCount = 12_000;
    private byte[] der = [];
    private Certificate[] many = [];

    [GlobalSetup]
    public void Setup()
    {
        BenchmarkCertificates.Chain[] chains = BenchmarkCertificates.WithOwnIssuers(IndexedCount / 6);
        der = chains[0].Leaf;

        // The same names come back six times, as reissued CAs do.
        many = [.. Enumerable.Range(0, 6).SelectMany(_ => chains).Select(static (c, i) => Certificate.Parse((byte[])(i % 2 == 0 ? c.Intermediate : c.Leaf).Clone()))];
    }

    [Benchmark(Baseline = true, Description = "read: TlsTrust")]
    public Certificate ReadOurs() => Certificate.Parse(der);

    [Benchmark(Description = "read: X509Certificate2")]
    public nint ReadPlatform()
    {
        using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(der);
        return certificate.Handle;
    }

    [Benchmark(Description = "read: BouncyCastle")]
    public object ReadBouncyCastle() => new X509CertificateParser().ReadCertificate(der);

    [Benchmark(Description = "read and decode everything: TlsTrust")]
    public int DecodeOurs()
    {
        Certificate certificate = Certificate.Parse(der);
        return certificate.Faults.Count + certificate.Subject.ToString().Length + certificate.SubjectAlternativeName!.DnsNames.Count + certificate.Sha256.Length + certificate.PublicKey.SizeInBits;
    }

    [Benchmark(Description = "index 12,000 certificates: TlsTrust")]
    public int Index() => new CertificateIndex(many).Count;
}
