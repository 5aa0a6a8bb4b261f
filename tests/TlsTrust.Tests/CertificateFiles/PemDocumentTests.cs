using System.Text;
using System.Text.Json;
using TlsTrust.CertificateFiles;
using TlsTrust.CertificateFiles.Blocks;
using TlsTrust.CertificateFiles.Defects;
using TlsTrust.Certificates;

namespace TlsTrust.Tests.CertificateFiles;

public class PemDocumentTests
{
    public static TheoryData<string> Damages => [.. PemDamage.All.Select(d => d.ToString())];

    [Theory]
    [MemberData(nameof(Damages))]
    public void A_damaged_bundle_gives_the_certificates_it_had_and_names_the_damage(string name)
    {
        PemDamage damage = PemDamage.All.Single(d => d.ToString() == name);
        PemDocument document = PemDocument.Read(damage.Make());

        string[] expected =
            [.. MadeCertificates.Instance.Roots.Where((_, i) => damage.Lost == 0 || i != 1).Select(r => MadeCertificates.Read(r).Sha256)
                .Order()];
        Assert.Equal(expected, document.Certificates.Select(c => c.Certificate.Sha256).Order());
        Assert.True(document.Defects.Any(d => d.Kind == damage.Kind), $"saw {string.Join(", ", document.Defects.Select(d => d.Kind))}");
    }

    [Fact]
    public void A_file_in_another_form_gives_its_certificates_and_names_the_form()
    {
        string[] all = [.. MadeCertificates.Instance.Roots.Select(r => MadeCertificates.Read(r).Sha256).Order()];
        Assert.All(PemDamage.Forms.Where(form => TestKeys.ArePlatforms || !form.IsPlatforms), form =>
        {
            CertificateFile file = CertificateFile.Read(form.Make());
            Assert.Equal(form.Lost > 0 ? [] : all, file.Certificates.Select(c => c.Certificate.Sha256).Order());
            Assert.Contains(file.Defects, d => d.Kind == form.Kind);
        });
        TestKeys.SkipWithoutPlatforms();
        PemDamage locked = PemDamage.Forms.Single(f => f.Kind == PemDefectKind.PasswordNeeded);
        Assert.Equal(all, CertificateFile.Read(locked.Make(), "secret").Certificates.Select(c => c.Certificate.Sha256).Order());
    }

    [Fact]
    public void A_sound_bundle_has_no_defects_and_true_line_numbers()
    {
        PemDocument document = PemDocument.Read(Encoding.ASCII.GetBytes(MadeCertificates.Instance.Bundle));
        int lines = MadeCertificates.Instance.RootPems[0].Count(c => c == '\n');
        Assert.Empty(document.Defects);
        Assert.Equal([1, 1 + lines], document.Blocks.Take(2).Select(b => b.Line));
        Assert.Equal(lines, document.Blocks[0].EndLine);
    }

    [Fact]
    public void The_corpus_of_others_is_read()
    {
        using JsonDocument corpus = JsonDocument.Parse(File.ReadAllText(Corpora.Require("pem.json")));
        List<string> wrong = [];
        int cases = 0;
        foreach (JsonElement item in corpus.RootElement.GetProperty("cases").EnumerateArray())
        {
            cases++;
            string id = item.GetProperty("id").GetString()!;
            byte[] data = item.TryGetProperty("file", out JsonElement file) ? File.ReadAllBytes(Corpora.Require(file.GetString()!))
                : Encoding.UTF8.GetBytes(item.GetProperty("text").GetString()!);
            PemDocument document = PemDocument.Read(data);
            if (item.TryGetProperty("true_der_sha256", out JsonElement hash))
            {
                if (document.Certificates.Count != 1
                    || !document.Certificates[0].Certificate.Sha256.Equals(hash.GetString(), StringComparison.OrdinalIgnoreCase))
                {
                    wrong.Add(id);
                }

                continue;
            }

            // These sources skip what they do not like; we read more and say what was wrong with it, and lose nothing that they read.
            foreach (JsonElement block in item.GetProperty("expected_blocks").EnumerateArray())
            {
                string label = block.GetProperty("label").GetString()!;
                byte[] content = Encoding.UTF8.GetBytes(block.GetProperty("data_text").GetString()!);
                if (!document.Blocks.Any(b => b.Label == label && b.Der.Span.SequenceEqual(content)))
                {
                    wrong.Add(id);
                }
            }

            bool refused = id.StartsWith("go/", StringComparison.Ordinal);
            if (refused && document.Defects.All(d => d.Kind is PemDefectKind.NoCertificate or PemDefectKind.NoFinalNewline))
            {
                wrong.Add(id + " (no defect named)");
            }
        }

        Assert.True(cases >= 34);
        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData("#")]
    [InlineData("; ")]
    [InlineData("// ")]
    public void A_block_that_was_commented_out_does_not_count_and_is_reported(string mark)
    {
        string[] blocks = [.. MadeCertificates.Instance.RootPems];
        string hidden = string.Concat(blocks[1].TrimEnd('\n').Split('\n').Select(l => mark + l + "\n"));
        PemDocument document = PemDocument.Read(Encoding.ASCII.GetBytes(blocks[0] + hidden + blocks[2]));
        Assert.Equal(2, document.Certificates.Count);
        Assert.Contains(document.Defects, d => d.Kind == PemDefectKind.CommentedOut);
    }

    [Fact]
    public void A_JSON_document_is_known_for_what_it_is()
    {
        string json = "{ \"name\": \"x\", \"ca\": \"" + MadeCertificates.Instance.Bundle.Replace("\n", "\\n", StringComparison.Ordinal)
            + "\" }\n";
        PemDocument document = PemDocument.Read(Encoding.ASCII.GetBytes(json));
        Assert.True(document.IsEmbedded);
        Assert.Equal(3, document.Certificates.Count);
    }

    [Fact]
    public void A_certificate_whose_settings_reject_servers_is_left_alone()
    {
        byte[] reject = [0x30, 0x0C, 0xA0, 0x0A, 0x06, 0x08, 0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01];
        string block =
            System.Security.Cryptography.PemEncoding.WriteString("TRUSTED CERTIFICATE",
                [.. MadeCertificates.Instance.Roots[0].RawData, .. reject]);
        PemDocument document = PemDocument.Read(Encoding.ASCII.GetBytes(block + "\n"));
        PemDefect defect = Assert.Single(document.Defects, d => d.Kind == PemDefectKind.TrustSettings);
        Assert.False(defect.IsRepairable);
        Assert.True(document.Certificates.Single().RejectsServers);
    }

    [Fact]
    public void A_lossy_repair_counts_only_if_the_signature_agrees()
    {
        // A star in place of a character: leaving it out makes the wrong length; a star beside a changed character makes the right one, and
        // the signature tells.
        string block = MadeCertificates.Instance.RootPems[0];
        char[] changed = block.ToCharArray();
        int at = block.IndexOf('\n', StringComparison.Ordinal) + 301;
        changed[at] = changed[at] == 'A' ? 'B' : 'A';
        PemDocument document = PemDocument.Read(Encoding.ASCII.GetBytes(new string(changed).Insert(at, "*")));
        Assert.Empty(document.Certificates);
        Assert.Contains(document.Blocks, b => b.Reason is not null);
    }

    [Fact]
    public void What_nothing_can_tell_from_the_certificate_is_not_left_out()
    {
        // A line of base64 within the signature: the bytes before it and the right number behind it are a certificate too, and a wrong one.
        string block = MadeCertificates.Pem(MadeCertificates.Instance.Intermediate);
        string[] lines = block.Split('\n');
        string odd = string.Join('\n', [.. lines[..^4], new string('x', 64), .. lines[^4..]]);

        PemDocument alone = PemDocument.Read(Encoding.ASCII.GetBytes(odd));
        Assert.Empty(alone.Certificates);
        Assert.Contains(alone.Blocks, b =>
            b.Reason is not null && Encoding.ASCII.GetString(b.Raw.Span).Contains(odd.Trim(), StringComparison.Ordinal));

        PemDocument withIssuer = PemDocument.Read(Encoding.ASCII.GetBytes(MadeCertificates.Instance.RootPems[0] + odd));
        Assert.All(withIssuer.Certificates, c => Assert.True(c.Certificate.IsSelfIssued));
    }

    [Fact]
    public void Zeros_behind_a_certificate_are_no_part_of_it()
    {
        byte[] der = MadeCertificates.Instance.Intermediate.RawData;
        PemDocument document =
            PemDocument.Read(
                Encoding.ASCII.GetBytes(System.Security.Cryptography.PemEncoding.WriteString("CERTIFICATE", [.. der, 0, 0, 0])));
        Assert.Equal(der, document.Certificates.Single().Certificate.RawData.ToArray());
        Assert.Contains(document.Defects, d => d.Kind == PemDefectKind.TrailingBytes);
    }

    [Fact]
    public void Bits_behind_the_last_byte_are_a_defect()
    {
        // GnuTLS and others refuse what no encoder writes.
        string block = Enumerable.Range(1, 9).Select(i => MadeCertificates.Pem(MadeCertificates.Root(new string('a', i))))
            .First(b => b.Contains('=', StringComparison.Ordinal));
        int last = block.IndexOf('=', StringComparison.Ordinal) - 1;
        PemDocument document = PemDocument.Read(Encoding.ASCII.GetBytes(block[..last] + (char)(block[last] + 1) + block[(last + 1)..]));
        Assert.Single(document.Certificates);
        Assert.Contains(document.Defects, d => d.Kind == PemDefectKind.BadPadding);
    }

    [Fact]
    public void Lawful_text_around_sound_blocks_is_no_defect()
    {
        string[] blocks = [.. MadeCertificates.Instance.RootPems];
        string[] texts =
            ["# Gr\u00F6\u00DFe\n", "Root CA\n=======\n", "subject=CN = x\nissuer=CN = x\n", "---\nServer certificate\n",
                "END of the first, BEGIN of the second\n", "Bag Attributes\n    localKeyID: 01 02 \n"];
        foreach (string text in texts)
        {
            PemDocument document = PemDocument.Read(Encoding.UTF8.GetBytes(text + blocks[0] + "\n" + text + blocks[1]));
            Assert.Equal(2, document.Certificates.Count);
            Assert.DoesNotContain(document.Defects, d => d.Severity != Severity.Information);
        }
    }
    [Fact]
    public void Control_codes_of_a_terminal_are_undone_in_UTF_16_too()
    {
        string coloured =
            string.Concat(MadeCertificates.Instance.RootPems[0].TrimEnd('\n').Split('\n').Select(l => "\u001B[32m" + l + "\u001B[0m\n"));
        PemDocument document = PemDocument.Read([0xFF, 0xFE, .. Encoding.Unicode.GetBytes(coloured)]);
        Assert.Single(document.Certificates);
        Assert.Contains(document.Defects, d => d.Kind == PemDefectKind.TerminalCodes);
        Assert.DoesNotContain(document.Defects, d => d.Kind is PemDefectKind.ForeignCharacters or PemDefectKind.Quoted);
    }
}
