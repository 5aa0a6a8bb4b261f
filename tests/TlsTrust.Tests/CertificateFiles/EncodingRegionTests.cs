using System.Text;
using TlsTrust.CertificateFiles;
using TlsTrust.CertificateFiles.Text;

namespace TlsTrust.Tests.CertificateFiles;

/// <summary>Files of several encodings: UTF-16 of both orders, bytes and certificates in binary, at even and at odd places.</summary>
public class EncodingRegionTests
{
    private const int Files = 1500; // TLSTRUST_LONG=1: a hundred times as many

    private static readonly string[] Words =
    [
        "", "\n", "\r\n", "#\n", "# ca\n", "> note\r\n", "Some Root CA\n============\n", "\n# a comment\n", "x\n", "# Zürich, Straße 5\n",
        "# 上海不下\n", "subject=CN = x\nissuer=CN = y\n\n", "# Αθήνα Москва\r\n", "    friendlyName: srv\n",
    ];

    [Fact]
    public void Every_certificate_is_read_whatever_encodings_follow_one_another()
    {
        int files = System.Environment.GetEnvironmentVariable("TLSTRUST_LONG") == "1" ? 100 * Files : Files;
        List<string> failures = [];
        for (int seed = 0; seed < files; seed++)
        {
            Random random = new(seed);
            List<byte> file = [];
            List<string> done = [];
            int count = random.Next(2, 7);
            for (int i = 0; i < count; i++)
            {
                string block = MadeCertificates.Instance.RootPems[i % 3].ReplaceLineEndings(random.Next(3) == 0 ? "\r\n" : "\n");
                Add(file, random, Words[random.Next(Words.Length)], done);
                if (random.Next(6) == 0)
                {
                    done.Add("binary");
                    file.AddRange(Convert.FromBase64String(string.Concat(block.Split('\n')[1..^1].Select(l => l.TrimEnd('\r'))
                        .TakeWhile(l => !l.StartsWith('-')))));
                }
                else
                {
                    Add(file, random, block.EndsWith('\n') ? block : block + "\n", done);
                }
            }

            PemDocument read = PemDocument.Read(file.ToArray());
            if (read.Certificates.Count != count || read.Certificates.Any(c => c.WasRepaired))
            {
                failures.Add($"seed {seed}: {read.Certificates.Count} of {count} ({string.Join(", ", done)})");
            }
        }

        Assert.True(failures.Count == 0, $"{failures.Count} of {files}\n" + string.Join('\n', failures.Take(20)));
    }

    [Fact]
    public void Words_of_many_scripts_stay_what_they_are()
    {
        string block = MadeCertificates.Instance.RootPems[0] + "\n";
        foreach (Encoding encoding in (Encoding[])[Encoding.Unicode, Encoding.BigEndianUnicode])
        {
            byte[] mark = encoding.GetPreamble();
            Check("# 上海市 CA 的证书\r\n# Москва, Αθήνα, ěščř\r\n" + block, encoding, []);
            Check("# 上海市的不下来 一二三四五六七八九十 Москва Αθήνα 東京都 서울 ěščř\r\n" + block, encoding, mark);
        }
    }

    [Fact]
    public void Bytes_are_one_region_whatever_is_in_them()
    {
        byte[] noise = new byte[100_000];
        new Random(5).NextBytes(noise);
        Assert.All(EncodingRegions.Of(noise), r => Assert.True(r.Units == CharacterUnits.Bytes || r.End - r.Start < 200));
        Assert.Equal([new(CharacterUnits.Bytes, 0, 5000, false)], EncodingRegions.Of(new byte[5000]));
        byte[] padded = [.. Encoding.UTF8.GetBytes(MadeCertificates.Instance.RootPems[0]), .. new byte[4096]];
        Assert.Equal([new(CharacterUnits.Bytes, 0, padded.Length, false)], EncodingRegions.Of(padded));
    }

    private static void Check(string text, Encoding encoding, byte[] mark)
    {
        byte[] file = [.. mark, .. encoding.GetBytes(text)];
        EncodingRegion region = Assert.Single(EncodingRegions.Of(file));
        CharacterUnits units = encoding is UnicodeEncoding { Preamble: [0xFE, ..] } ? CharacterUnits.BigEndian
            : CharacterUnits.LittleEndian;
        Assert.Equal(new(units, mark.Length, file.Length, mark.Length > 0), region);
        List<byte> decoded = [];
        EncodingRegion.Decode(file.AsSpan(mark.Length), units == CharacterUnits.BigEndian, decoded);
        Assert.Equal(text, Encoding.UTF8.GetString([.. decoded]));
    }

    private static void Add(List<byte> file, Random random, string text, List<string> done)
    {
        (string name, byte[] bytes) = random.Next(6) switch
        {
            0 => ("LE", Encoding.Unicode.GetBytes(text)),
            1 => ("BE", Encoding.BigEndianUnicode.GetBytes(text)),
            2 => ("LE with mark", [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(text)]),
            3 => ("BE with mark", [0xFE, 0xFF, .. Encoding.BigEndianUnicode.GetBytes(text)]),
            4 => ("UTF-8 with mark", [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(text)]),
            _ => ("UTF-8", Encoding.UTF8.GetBytes(text)),
        };
        if (text.Length > 0)
        {
            done.Add($"{name} {(text.Length < 70 ? text.ReplaceLineEndings("\\n") : "block")}");
            file.AddRange(bytes);
        }
    }
}
