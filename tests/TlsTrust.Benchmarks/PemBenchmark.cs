using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TlsTrust.CertificateFiles;

namespace TlsTrust.Benchmarks;

/// <summary>
/// Reading a bundle of 12,000 certificates: ours, with the full check for defects and every certificate parsed, beside OpenSSL, Python,
/// .NET and BouncyCastle, in one run on one machine. <c>dotnet run -c Release -- pem [count]</c>.
/// </summary>
internal static class PemBenchmark
{
    private const int Certificates = 12_000;
    private const int Rounds = 5;

    public static int Run(string[] args)
    {
        return args is ["read", string file] ? Read(file) : Compare(args);
    }

    // In a process of its own, so that its memory is that of reading and nothing else.
    private static int Read(string file)
    {
        byte[] data = File.ReadAllBytes(file);
        PemDocument document = PemDocument.Read(data);
        using (Process self = Process.GetCurrentProcess())
        {
            Console.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"{document.Certificates.Count} certificates, peak working set " +
                    $"{self.PeakWorkingSet64 / 1e6:f1} MB, {self.PeakWorkingSet64 / (double)data.Length:f2} x the file"));
        }

        GC.KeepAlive(data);
        return 0;
    }

    private static int Compare(string[] args)
    {
        int count = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : Certificates;
        string path = Path.Combine(Path.GetTempPath(), $"tlstrust-bench-{System.Environment.ProcessId}.pem");
        try
        {
            Make(path, count);
            byte[] bundle = File.ReadAllBytes(path);
            Console.WriteLine(
                string.Create(CultureInfo.InvariantCulture,
                    $"{count} certificates, {bundle.Length / 1e6:f1} MB; best of {Rounds}, milliseconds"));
            TimeSpan own =
                Report("TlsTrust, first read in a process", 1, () =>
                    Expect(count, PemDocument.Read(File.ReadAllBytes(path)).Certificates.Count));
            own = Report("TlsTrust", Rounds, () => Expect(count, PemDocument.Read(File.ReadAllBytes(path)).Certificates.Count));
            Report("bare base64 (Convert)", Rounds, () => Bare(bundle));
            Report(".NET ImportFromPemFile", Rounds, () =>
            {
                X509Certificate2Collection read = [];
                read.ImportFromPemFile(path);
                Expect(count, read.Count);
                foreach (X509Certificate2 certificate in read)
                {
                    certificate.Dispose();
                }
            });
            Report("BouncyCastle X509CertificateParser", Rounds, () =>
            {
                using FileStream stream = File.OpenRead(path);
                Expect(count, new Org.BouncyCastle.X509.X509CertificateParser().ReadCertificates(stream).Count);
            });
            TimeSpan? openSsl =
                Report("openssl storeutl -noout -certs (process)", Rounds, () => Start("openssl", "storeutl", "-noout", "-certs", path));
            Report("Python load_verify_locations (process)", Rounds, () =>
                Start("python3", "-c", "import ssl,sys; ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(sys.argv[1])", path));
            if (openSsl is { } theirs)
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ours / OpenSSL = {own / theirs:f3}"));
            }

            Start("dotnet", typeof(PemBenchmark).Assembly.Location, "pem", "read", path);
            return 0;
        }
        finally
        {
            File.Delete(path);
        }
    }

    // Twelve thousand different certificates; what they say does not matter, their size does: 1.1 KB each, as public CAs have.
    private static void Make(string path, int count)
    {
        using ECDsa signer = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using RSA key = RSA.Create(2048);
        X500DistinguishedName issuer = new("CN=Benchmark CA, O=TlsTrust");
        X509SignatureGenerator generator = X509SignatureGenerator.CreateForECDsa(signer);
        DateTimeOffset from = DateTimeOffset.UtcNow.AddDays(-1);
        using StreamWriter text = new(path);
        for (int i = 0; i < count; i++)
        {
            CertificateRequest request =
                new($"CN=Benchmark {i}, O=TlsTrust, C=XX", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            SubjectAlternativeNameBuilder names = new();
            for (int name = 0; name < 14; name++)
            {
                names.AddDnsName(string.Create(CultureInfo.InvariantCulture, $"host-{name}.benchmark-{i}.example.org"));
            }

            request.CertificateExtensions.Add(names.Build());
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
            using X509Certificate2 certificate =
                request.Create(issuer, generator, from, from.AddYears(1),
                    BitConverter.GetBytes(0x4000_0000_0000_0000 | (long)i).Reverse().ToArray());
            text.Write(certificate.ExportCertificatePem());
            text.Write('\n');
        }
    }

    private static void Bare(byte[] bundle)
    {
        byte[] buffer = new byte[96];
        ReadOnlySpan<byte> rest = bundle;
        while (!rest.IsEmpty)
        {
            int line = rest.IndexOf((byte)'\n');
            if (rest[0] != '-')
            {
                System.Buffers.Text.Base64.DecodeFromUtf8(rest[..line], buffer, out _, out _);
            }

            rest = rest[(line + 1)..];
        }
    }

    private static TimeSpan Report(string name, int rounds, Action work)
    {
        TimeSpan best = TimeSpan.MaxValue;
        try
        {
            for (int i = 0; i < rounds; i++)
            {
                Stopwatch watch = Stopwatch.StartNew();
                work();
                best = watch.Elapsed < best ? watch.Elapsed : best;
            }
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Console.WriteLine($"{name,-45} not on this machine");
            return TimeSpan.MaxValue;
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-45} {best.TotalMilliseconds,9:f1}"));
        return best;
    }

    private static void Expect(int wanted, int found)
    {
        if (wanted != found)
        {
            throw new InvalidOperationException($"{found} certificates were read, not {wanted}");
        }
    }

    private static void Start(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (arguments is [_, "pem", ..])
        {
            Console.Write(output);
        }
    }
}
