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

    private static PemRepairReport Again(BundlePlan plan) =>
        BundlePlanner.Plan("/x/a.pem", plan.Content, new BundleRepairOptions { At = DateTime.UtcNow, Kind = PemBundleKind.Trust }).Report;

    private static int Count() =>
        int.TryParse(System.Environment.GetEnvironmentVariable("TLSTRUST_FUZZ"), CultureInfo.InvariantCulture, out int count) ? count : Few;

    private static int From() =>
        int.TryParse(System.Environment.GetEnvironmentVariable("TLSTRUST_FUZZ_FROM"), CultureInfo.InvariantCulture, out int first) ? first
            : 0;

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
