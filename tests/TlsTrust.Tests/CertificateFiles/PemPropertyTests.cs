using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using TlsTrust.Bundles;
using TlsTrust.CertificateFiles;
using TlsTrust.Certificates;
using TlsTrust.Certificates.Names;

namespace TlsTrust.Tests.CertificateFiles;

/// <summary>
/// Random damage upon random damage. TLSTRUST_FUZZ sets how many inputs are tried, TLSTRUST_FUZZ_FROM the first seed; a failure names the
/// seed that repeats it.
/// </summary>
public class PemPropertyTests
{
    private const int Few = 250;
    private const string MemoryTest = "TLSTRUST_MEMORY_TEST";
    private const int MemoryInput = 32 << 20;
    private const int RunnerMemory = 8 << 20;

    // Each keeps every bit of the certificate it is done to.
    private static readonly (string Name, Func<string, Random, string> Change)[] BlockDamages =
    [
        ("indent", (b, r) => Lines(b, l => new string(' ', r.Next(1, 9)) + l)),
        ("quote", (b, r) => { string mark = Pick(r, "> ", "| ", ">> ", "* "); return Lines(b, l => mark + l); }),
        ("CRLF", (b, _) => b.Replace("\n", "\r\n", StringComparison.Ordinal)),
        ("no-break spaces", (b, _) => Lines(b, l => "\u00A0" + l)),
        ("typographic dashes", (b, r) => b.Replace('-', Pick(r, '\u2013', '\u2014', '\u2212'))),
        ("four dashes", (b, _) => b.Replace("-----BEGIN", "----BEGIN", StringComparison.Ordinal)),
        ("six dashes", (b, _) => b.Replace("CERTIFICATE-----", "CERTIFICATE------", StringComparison.Ordinal)),
        ("spaces in markers", (b, _) => b.Replace("BEGIN CERT", "BEGIN   CERT", StringComparison.Ordinal)),
        ("small letters", (b, _) => b.Replace("END CERTIFICATE", "End Certificate", StringComparison.Ordinal)),
        ("rewrap", (b, r) => Rewrap(b, r.Next(10, 300))),
        ("one line", (b, _) => Rewrap(b, int.MaxValue)),
        ("trailing spaces", (b, r) => Lines(b, l => l + new string(' ', r.Next(1, 4)))),
        ("blank lines", (b, _) => Lines(b, l => l + "\n")),
        ("no padding", (b, _) => Lines(b, l => l.TrimEnd('='))),
        ("URL alphabet", (b, _) =>
            Lines(b, l => l.Contains("CERT", StringComparison.OrdinalIgnoreCase) ? l : l.Replace('+', '-').Replace('/', '_'))),
        ("escaped newlines", (b, _) =>
            "\"" + b.Replace("\r", "", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal) + "\"\n"),
        ("br", (b, _) => b.Replace("\n", "<br>\n", StringComparison.Ordinal)),
        ("stray star", (b, r) => InBody(b, r, "*")),
        ("X509 label", (b, _) => b.Replace(" CERTIFICATE", " X509 CERTIFICATE", StringComparison.Ordinal)),
        ("BOM", (b, _) => "\uFEFF" + b),
        ("comment inside", (b, r) => OnLine(b, r, l => "# a comment in between\n" + l)),
        ("text in front", (b, _) => "subject=CN = somebody, O = somewhere\n" + b),
    ];

    [Fact]
    public void Up_to_five_defects_are_undone_and_nothing_is_invented()
    {
        int count = Count();
        List<string> failures = [];
        for (int seed = 0; seed < count && failures.Count < 5; seed++)
        {
            Random random = new(seed);
            string[] blocks = [.. Enumerable.Range(0, random.Next(1, 4)).Select(i => MadeCertificates.Instance.RootPems[i])];
            HashSet<string> expected = [.. blocks.Select((_, i) => MadeCertificates.Read(MadeCertificates.Instance.Roots[i]).Sha256)];
            List<string> done = [];
            for (int i = random.Next(1, 6); i > 0; i--)
            {
                int block = random.Next(blocks.Length);
                (string name, Func<string, Random, string> change) = BlockDamages[random.Next(BlockDamages.Length)];
                done.Add($"{name} on {block}");
                blocks[block] = change(blocks[block], random);
            }

            byte[] file = Encode(string.Concat(blocks), random, done);
            BundlePlan plan =
                BundlePlanner.Plan("/x/a.pem", file, new BundleRepairOptions { At = DateTime.UtcNow, Kind = PemBundleKind.Trust });
            HashSet<string> found = [.. PemDocument.Read(plan.Content.Span).Certificates.Select(c => c.Certificate.Sha256)];
            if (Again(plan).Changed)
            {
                failures.Add($"seed {seed}: a second run changes it again after {string.Join(", ", done)}");
            }

            if (!found.SetEquals(expected))
            {
                failures.Add($"seed {seed}: {found.Count} of {expected.Count} after {string.Join(", ", done)}");
            }
        }

        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    [Fact]
    public void Whatever_the_bytes_no_exception_no_hang_and_nothing_invented()
    {
        int count = Count() * 5;
        byte[] bundle = Encoding.ASCII.GetBytes(MadeCertificates.Instance.Bundle);
        byte[][] starts = [bundle, .. PemDamage.All.Select(d => d.Make())];
        HashSet<string> known = [.. MadeCertificates.Instance.Roots.Select(r => MadeCertificates.Read(r).Sha256)];
        Stopwatch watch = new();
        int first = From();
        for (int seed = first; seed < first + count; seed++)
        {
            Random random = new(seed);
            byte[] input = Mutate(starts[random.Next(starts.Length)], random);
            watch.Restart();
            PemDocument document = PemDocument.Read(input);
            CertificateFile.Read(input);
            Assert.True(watch.ElapsedMilliseconds < 5000, $"seed {seed} took {watch.Elapsed}");
            foreach (LocatedCertificate certificate in document.Certificates.Where(c => c.WasRepaired))
            {
                // What is put together from damage is one of those that were there, wherever a signature can tell: one that no longer names
                // itself or another of the file as its issuer (a changed letter in its name) is what the file says.
                bool provable = document.Certificates.Any(c => c.Certificate.Subject.Equals(certificate.Certificate.Issuer));
                Assert.True(!provable || known.Contains(certificate.Certificate.Sha256), $"seed {seed} invented {certificate}");
            }
        }
    }

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
            new("dotnet", [typeof(PemPropertyTests).Assembly.Location, "-method", $"*.{nameof(Memory_stays_within_three_times_the_input)}"])
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

    private static PemRepairReport Again(BundlePlan plan) =>
        BundlePlanner.Plan("/x/a.pem", plan.Content, new BundleRepairOptions { At = DateTime.UtcNow, Kind = PemBundleKind.Trust }).Report;

    private static int Count() =>
        int.TryParse(System.Environment.GetEnvironmentVariable("TLSTRUST_FUZZ"), CultureInfo.InvariantCulture, out int count) ? count : Few;

    private static int From() =>
        int.TryParse(System.Environment.GetEnvironmentVariable("TLSTRUST_FUZZ_FROM"), CultureInfo.InvariantCulture, out int first) ? first
            : 0;

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

    private static byte[] Encode(string text, Random random, List<string> done)
    {
        switch (random.Next(10))
        {
            case 0:
                done.Add("UTF-16");
                return [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(text)];
            case 1:
                done.Add("UTF-8 BOM");
                return [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(text)];
            case 2:
                done.Add("CR only");
                return Encoding.UTF8.GetBytes(text.Replace("\r", "", StringComparison.Ordinal).Replace('\n', '\r'));
            case 3:
                done.Add("glued");
                return Encoding.UTF8.GetBytes(text.Replace("-----\n-----", "----------", StringComparison.Ordinal));
            default:
                return Encoding.UTF8.GetBytes(text);
        }
    }

    private static byte[] Mutate(byte[] start, Random random)
    {
        if (random.Next(8) == 0)
        {
            byte[] noise = new byte[random.Next(2000)];
            random.NextBytes(noise);
            return noise;
        }

        List<byte> bytes = [.. start];
        for (int i = random.Next(1, 12); i > 0 && bytes.Count > 0; i--)
        {
            int at = random.Next(bytes.Count);
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.Insert(at, (byte)random.Next(256));
                    break;
                case 2:
                    bytes.RemoveAt(at);
                    break;
                case 3:
                    bytes.RemoveRange(at, Math.Min(random.Next(200), bytes.Count - at));
                    break;
                case 4:
                    byte[] piece = [.. bytes.Skip(random.Next(bytes.Count)).Take(random.Next(200))];
                    bytes.InsertRange(at, piece);
                    break;
                default:
                    bytes.InsertRange(at,
                        Encoding.UTF8.GetBytes(
                            Pick(random, "-----", "-----BEGIN CERTIFICATE-----", "\n", "\0", "\uFEFF", "BEGIN ", "MII", "<br>", "\\n",
                                "%2B", "&#43;")));
                    break;
            }
        }

        return [.. bytes];
    }

    private static T Pick<T>(Random random, params T[] choices) => choices[random.Next(choices.Length)];

    private static string Lines(string block, Func<string, string> change)
    {
        string end = block.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        return string.Concat(block.TrimEnd('\n', '\r').Split(end).Select(l => change(l) + end));
    }

    private static string Rewrap(string block, int columns)
    {
        string[] lines = block.Split('\n');
        bool plain = lines.Length > 5 && lines[0].StartsWith("-----", StringComparison.Ordinal)
            && lines[1..^2].All(l => l.Length > 0 && l.All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '/' or '='));
        return plain
            ? lines[0] + "\n" + string.Concat(string.Concat(lines[1..^2]).Chunk(columns).Select(l => new string(l) + "\n")) + lines[^2]
                + "\n" : block;
    }

    private static string InBody(string block, Random random, string what)
    {
        int first = block.IndexOf("MII", StringComparison.Ordinal);
        int at = first + random.Next(20, 900);

        // Not into an escape, a tag or a comment: that would be damage to something else.
        return first < 0 || block.Substring(at - 8, 16).Any(c => "\\<>#& ".Contains(c, StringComparison.Ordinal)) ? block
            : block.Insert(at, what);
    }

    private static string OnLine(string block, Random random, Func<string, string> change)
    {
        string[] lines = block.Split('\n');
        if (lines.Length < 12)
        {
            return block;
        }

        int at = random.Next(4, 10);
        lines[at] = change(lines[at]);
        return string.Join('\n', lines);
    }
}
