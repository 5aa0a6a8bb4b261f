using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using TlsTrust.ErrorTexts;
using TlsTrust.ErrorTexts.Catalogue;

namespace TlsTrust.Benchmarks;

/// <summary>
/// Logs of several sizes, read by Resolve-TlsError's engine and searched by ripgrep for as many phrases: processor time a MB, and the
/// memory of the process, which must not grow with the log.
/// </summary>
internal static class LogBenchmark
{
    private const int Megabyte = 1 << 20;

    /// <summary><c>log [megabytes…]</c>; 1, 10 and 100 where none is given.</summary>
    public static int Run(string[] arguments)
    {
        int[] sizes = arguments.Length > 0 ? [.. arguments.Select(size => int.Parse(size, CultureInfo.InvariantCulture))] : [1, 10, 100];
        string folder = Directory.CreateTempSubdirectory("tlstrust-log-").FullName;
        try
        {
            string phrases = Path.Combine(folder, "phrases.txt");
            string[] words = [.. TlsErrorCatalogue.BuiltIn.Messages.SelectMany(message => message.Text).Where(text => text.Length > 2)];
            File.WriteAllLines(phrases, words);
            string log = Path.Combine(folder, "log.txt");
            Write(log, Megabyte);
            for (int i = 0; i < 20; i++)
            {
                _ = Read(log); // until the code is compiled for good
            }

            Console.WriteLine($"{words.Length} phrases");
            foreach (int size in sizes)
            {
                Write(log, size * Megabyte);
                (int failures, double ours) = Read(log);
                using Process self = Process.GetCurrentProcess();
                double? rg = Search(phrases, log);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{size} MB: {failures} failures, {ours:F2} s, {ours / size:F4} s a MB, {self.PeakWorkingSet64 >> 20} MB; ripgrep " +
                    $"{(rg is { } time ? $"{time:F2} s, {rg / ours:P0} of its time" : "is not installed")}"));
            }

            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static (int Failures, double Seconds) Read(string log)
    {
        TimeSpan before = System.Environment.CpuUsage.TotalTime;
        int failures = TlsErrorResolver.ResolveFile(log).Count();
        return (failures, (System.Environment.CpuUsage.TotalTime - before).TotalSeconds);
    }

    private static double? Search(string phrases, string log)
    {
        ProcessStartInfo start = new("rg") { RedirectStandardOutput = true };
        foreach (string argument in (string[])["-i", "-F", "-c", "-f", phrases, log])
        {
            start.ArgumentList.Add(argument);
        }

        try
        {
            using Process rg = Process.Start(start)!;
            _ = rg.StandardOutput.ReadToEnd();
            rg.WaitForExit();
            return rg.TotalProcessorTime.TotalSeconds;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    /// <summary>One line in twenty is a failure, of four kinds.</summary>
    private static void Write(string file, int length)
    {
        Random random = new(6);
        StringBuilder block = new();
        while (block.Length < Megabyte)
        {
            block.Append(random.Next(60) switch
            {
                0 => "curl: (60) SSL certificate problem: certificate has expired\r\n",
                1 => $"npm error code SELF_SIGNED_CERT_IN_CHAIN\nnpm error request to https://r{random.Next(9)}.python.org/x failed, " +
                    "reason: self-signed certificate in certificate chain\n",
                2 => $"Get \"https://h{random.Next(9)}.python.org:8443/\": x509: certificate signed by unknown authority\n",
                _ => $"2026-05-01 10:{random.Next(60):00}:00 INFO request {random.Next()} served in {random.Next(99)} ms to " +
                    $"192.0.2.{random.Next(250)}:{random.Next(65535)}\n",
            });
        }

        using StreamWriter writer = new(file);
        for (int written = 0; written < length; written += block.Length)
        {
            writer.Write(block);
        }
    }
}
