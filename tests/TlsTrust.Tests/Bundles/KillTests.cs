using System.Diagnostics;
using System.Globalization;
using System.Text;
using TlsTrust.Bundles;
using TlsTrust.Tests.CertificateFiles;

namespace TlsTrust.Tests.Bundles;

/// <summary>A repair that is killed leaves the old or the new file whole. TLSTRUST_KILLS sets how often it is tried.</summary>
public sealed class KillTests : IDisposable
{
    private const int Few = 6;

    private readonly string _directory = Directory.CreateTempSubdirectory("tlstrust-kill-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void A_killed_repair_leaves_one_of_the_two_whole_files_and_the_next_run_tidies_up()
    {
        int kills = int.TryParse(System.Environment.GetEnvironmentVariable("TLSTRUST_KILLS"), CultureInfo.InvariantCulture, out int wanted)
            ? wanted : Few;

        // Large enough that writing takes a while.
        string damaged =
            string.Concat(Enumerable.Range(0, 3000)
                .Select(i => "> " + MadeCertificates.Instance.RootPems[i % 3].Replace("\n", "\n> ", StringComparison.Ordinal) + "\n"))
                    + "\uFEFF";
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
