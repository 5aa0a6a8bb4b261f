using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using TlsTrust.Bundles;
using TlsTrust.Tests.CertificateFiles;

namespace TlsTrust.Tests.Bundles;

/// <summary>A repair that is killed leaves the old or the new file whole. TLSTRUST_KILLS sets how often it is tried.</summary>
public sealed class KillTests : IDisposable
{
    private const int Few = 6;
    private const int Certificates = 2000; // a megabyte

    private readonly string _directory = Directory.CreateTempSubdirectory("tlstrust-kill-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void A_killed_repair_leaves_one_of_the_two_whole_files_and_the_next_run_tidies_up()
    {
        int kills = int.TryParse(System.Environment.GetEnvironmentVariable("TLSTRUST_KILLS"), CultureInfo.InvariantCulture, out int wanted)
            ? wanted : Few;

        // Large enough that writing takes a while, and no two alike.
        string damaged = string.Concat(Enumerable.Range(0, Certificates).Select(i => "> " + Root(i).Replace("\n", "\n> ",
            StringComparison.Ordinal) + "\n")) + "\uFEFF";
        byte[] before = Encoding.UTF8.GetBytes(damaged);
        byte[] after =
            BundlePlanner.Plan("/x/a.pem", before,
                new BundleRepairOptions { At = DateTime.UtcNow, Kind = PemBundleKind.Trust, KeepText = false }).Content.ToArray();
        string path = Path.Combine(_directory, "a.pem");
        TimeSpan whole = Run(path, before, killAfter: null);
        Assert.Equal(after, File.ReadAllBytes(path));
        Random random = new(7);
        int old = 0;
        int fresh = 0;
        for (int i = 0; i < kills; i++)
        {
            // Half of the kills anywhere, half where the writing is.
            double part = i % 2 == 0 ? random.NextDouble() : 0.7 + (0.35 * random.NextDouble());
            Run(path, before, killAfter: whole * part);
            byte[] found = File.ReadAllBytes(path);
            bool isOld = found.AsSpan().SequenceEqual(before);
            Assert.True(isOld || found.AsSpan().SequenceEqual(after), $"run {i}: the file is neither of the two");
            old += isOld ? 1 : 0;
            fresh += isOld ? 0 : 1;
        }

        Run(path, before, killAfter: null);
        Assert.Equal(after, File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFiles(_directory, "*", new EnumerationOptions { AttributesToSkip = 0 }));
        TestContext.Current.SendDiagnosticMessage($"{kills} kills: {old} times the old file, {fresh} times the new one");
    }

    private static string Root(int number)
    {
        ECDsa key = MadeCertificates.Instance.LeafKey;
        X500DistinguishedName name = new($"CN=Root {number}");
        CertificateRequest request = new(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        DateTimeOffset from = DateTimeOffset.UtcNow.AddDays(-1);
        using X509Certificate2 root =
            request.Create(name, X509SignatureGenerator.CreateForECDsa(key), from, from.AddDays(90), BitConverter.GetBytes(number + 1));
        return root.ExportCertificatePem();
    }

    private static TimeSpan Run(string path, byte[] content, TimeSpan? killAfter)
    {
        File.WriteAllBytes(path, content);
        ProcessStartInfo how = ChildProcess.Start("repair", path, "--no-backup");
        Stopwatch watch = Stopwatch.StartNew();
        using Process process = Process.Start(how)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        if (killAfter is { } time && !process.WaitForExit(time))
        {
            process.Kill();
        }

        process.WaitForExit();
        Task.WaitAll(output, errors);
        return watch.Elapsed;
    }
}
