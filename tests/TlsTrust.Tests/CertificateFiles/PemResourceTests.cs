using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using TlsTrust.CertificateFiles;

namespace TlsTrust.Tests.CertificateFiles;

/// <summary>
/// What reading costs: time that grows with the length of the input and nothing else, and memory within three times the input.
/// </summary>
public class PemResourceTests
{
    private const string MemoryTest = "TLSTRUST_MEMORY_TEST";
    private const int MemoryInput = 32 << 20;
    private const int RunnerMemory = 8 << 20;

    [Theory]
    [InlineData("-----BEGIN CERTIFICATE-----\n")]
    [InlineData("-----END CERTIFICATE-----\n")]
    [InlineData("-----BEGIN A-----\nMIID\n")]
    [InlineData("-")]
    [InlineData("- ")]
    [InlineData("BEGIN ")]
    [InlineData("-----BEGIN CERTIFICATE-----\nMIIDdzCCAl+gAwIBAgIEAgAAuTANBgkq\n")]
    [InlineData("MIIDdzCCAl+gAwIBAgIEAgAAuTANBgkq ")]
    [InlineData("MII")]
    [InlineData("LS0tLS1CRUdJTiB%")]
    [InlineData("0tLS0tQkVHSU4g%")]
    [InlineData("LS0tLS1CRUdJTiB=")]
    [InlineData("MIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqMIIDdzCCAl+gAwIBAgIEAgAAuTANBgkq%")]
    [InlineData("\u001B[")]
    [InlineData("-----\n")]
    [InlineData("-----BEGIN CERTIFICATE-----\nMIID MIID MIID\n")]
    [InlineData("<br")]
    [InlineData("\\\\")]
    [InlineData("&#4")]
    [InlineData("\u2014")]
    [InlineData("> ")]
    [InlineData("A: b\n")]
    [InlineData("0\u0082\u0001\u0000")]
    public void Time_grows_with_the_length_and_nothing_else(string piece)
    {
        TimeSpan small = Time(piece, 300_000);
        TimeSpan large = Time(piece, 2_400_000);
        // Eight times the text; a square would be sixty-four times.
        Assert.True(large < TimeSpan.FromMilliseconds(400)
            || large < 32 * small, $"{small.TotalMilliseconds} ms, then {large.TotalMilliseconds} ms");
    }

    [Theory]
    [InlineData("backslashes")]
    [InlineData("certificates in certificates")]
    [InlineData("one name")]
    [InlineData("issuers that are none")]
    public void Time_grows_with_the_length_and_nothing_else_also_where_each_part_is_larger(string text)
    {
        TimeSpan small = Fastest(Made(text, 1));
        TimeSpan large = Fastest(Made(text, 8));
        Assert.True(large < TimeSpan.FromMilliseconds(400)
            || large < 32 * small, $"{small.TotalMilliseconds} ms, then {large.TotalMilliseconds} ms");
    }

    private static byte[] Made(string text, int size)
    {
        switch (text)
        {
            case "backslashes":
                return Encoding.ASCII.GetBytes("-----BEGIN CERTIFICATE-----\n" + new string('\\', size * 50_000)
                    + "x\n-----END CERTIFICATE-----\n");

            case "certificates in certificates":
                // Each is whole by its lengths, reaches far into those after it, and has a version that no certificate has.
                byte[] all = new byte[size * 400_000];
                const int Length = 200_000;
                byte[] head =
                [
                    0x30, 0x83, 0, 0, 0, 0x30, 0x13, 0xA0, 0x03, 0x02, 0x01, 0x02, 0x02, 0x01, 0x01, 0x30, 0, 0x30, 0, 0x30, 0, 0x30, 0,
                        0x02, 0x01, 0, 0x30, 0, 0x03, 0x83, 0, 0, 0,
                ];
                Write(head.AsSpan(2), Length - 5);
                Write(head.AsSpan(30), Length - head.Length);
                for (int at = 0; at + Length < all.Length; at += head.Length)
                {
                    head.CopyTo(all, at);
                }

                return all;

            case "issuers that are none":
                // Each half names the other as its issuer, and each certificate is damaged.
                StringBuilder halves = new();
                foreach ((string subject, string by) in (ReadOnlySpan<(string, string)>)[("CN=a", "CN=b"), ("CN=b", "CN=a")])
                {
                    CertificateRequest request = new(subject, MadeCertificates.Instance.LeafKey, HashAlgorithmName.SHA256);
                    byte[] one =
                        request.Create(new X500DistinguishedName(by),
                            X509SignatureGenerator.CreateForECDsa(MadeCertificates.Instance.LeafKey), DateTimeOffset.UtcNow,
                                DateTimeOffset.UtcNow.AddDays(9), [1]).RawData;
                    for (int i = 0; i < size * 1000; i++)
                    {
                        (one[^1], one[^2]) = ((byte)i, (byte)(i >> 8));
                        halves.Append(new string(PemEncoding.Write("CERTIFICATE", one)).Insert(150, "*")).Append('\n');
                    }
                }

                return Encoding.ASCII.GetBytes(halves.ToString());

            default:
                // Damaged certificates that name an issuer of whom there are as many as of them, none the right one.
                using (RSA key = TestKeys.Rsa(2048))
                {
                    CertificateRequest issuer = new("CN=One Name", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
                    issuer.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
                    using X509Certificate2 first =
                        issuer.SelfSigned(key, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(90));
                    CertificateRequest child = new("CN=child", MadeCertificates.Instance.LeafKey, HashAlgorithmName.SHA256);
                    StringBuilder file = new();
                    byte[] leaf =
                        child.Create(issuer.SubjectName, X509SignatureGenerator.CreateForECDsa(MadeCertificates.Instance.LeafKey),
                            DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(9), [1]).RawData;
                    byte[] root = first.RawData;
                    for (int i = 0; i < size * 60; i++)
                    {
                        // No two alike: the end is the signature.
                        (root[^1], root[^2], leaf[^1], leaf[^2]) = ((byte)i, (byte)(i >> 8), (byte)i, (byte)(i >> 8));
                        file.Append(PemEncoding.Write("CERTIFICATE", root)).Append('\n')
                            .Append(new string(PemEncoding.Write("CERTIFICATE", leaf)).Insert(150, "*")).Append('\n');
                    }

                    return Encoding.ASCII.GetBytes(file.ToString());
                }
        }

        static void Write(Span<byte> three, int value) =>
            (three[0], three[1], three[2]) = ((byte)(value >> 16), (byte)(value >> 8), (byte)value);
    }

    // In a process of its own, whose heap can't grow beyond three times the input, the input included, and what the runner itself takes.
    [Theory]
    [InlineData("sound")]
    [InlineData("quoted")]
    [InlineData("small blocks")]
    [InlineData("markers")]
    [InlineData("one block")]
    [InlineData("one block behind a certificate")]
    public async Task Memory_stays_within_three_times_the_input(string text)
    {
        if (System.Environment.GetEnvironmentVariable(MemoryTest) is { } asked)
        {
            if (asked == text)
            {
                ReadRepeated(text);
            }

            return;
        }

        ProcessStartInfo start =
            new("dotnet", [typeof(PemResourceTests).Assembly.Location, "-method", $"*.{nameof(Memory_stays_within_three_times_the_input)}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
                { [MemoryTest] = text,
                    ["DOTNET_GCHeapHardLimit"] = ((3 * MemoryInput) + RunnerMemory).ToString("x", CultureInfo.InvariantCulture) },
        };
        using Process reading = Process.Start(start)!;
        Task<string> errors = reading.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await reading.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken) + await errors;
        await reading.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(reading.ExitCode == 0 && output.Contains("Failed: 0", StringComparison.Ordinal), output);
    }

    private static void ReadRepeated(string text)
    {
        byte[] piece = Encoding.ASCII.GetBytes(text switch
        {
            "one block" or "one block behind a certificate" => new string('A', 64) + "\n",
            "quoted" => "> " + MadeCertificates.Instance.RootPems[0].Replace("\n", "\n> ", StringComparison.Ordinal) + "\n",
            "small blocks" => "-----BEGIN A-----\nAA==\n-----END A-----\n",
            "markers" => "-BEGIN CERTIFICATE-\n",
            _ => MadeCertificates.Instance.Bundle,
        });
        byte[] input = new byte[MemoryInput];
        for (int at = 0; at < input.Length; at += piece.Length)
        {
            piece.AsSpan(0, Math.Min(piece.Length, input.Length - at)).CopyTo(input.AsSpan(at));
        }

        if (text == "one block")
        {
            "-----BEGIN CERTIFICATE-----\n"u8.CopyTo(input);
        }

        if (text == "one block behind a certificate")
        {
            Encoding.ASCII.GetBytes(MadeCertificates.Instance.RootPems[0].Split("\n-----END", 2)[0].TrimEnd('=') + "\n").CopyTo(input, 0);
        }

        Assert.NotEmpty(PemDocument.Read(input).Blocks);
    }

    private static TimeSpan Time(string piece, int length)
    {
        return Fastest(Encoding.Latin1.GetBytes(string.Concat(Enumerable.Repeat(piece, (length / piece.Length) + 1))));
    }

    private static TimeSpan Fastest(byte[] input)
    {
        TimeSpan best = TimeSpan.MaxValue;
        for (int i = 0; i < 3; i++)
        {
            // The best of three: other work on the machine only ever adds.
            TimeSpan start = ThreadClock.Now;
            PemDocument.Read(input);
            TimeSpan taken = ThreadClock.Now - start;
            best = taken < best ? taken : best;
        }

        return best;
    }
}
