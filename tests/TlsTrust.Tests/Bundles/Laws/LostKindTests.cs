using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using TlsTrust.Bundles;
using TlsTrust.Certificates;
using TlsTrust.Environment.Provisioning;
using static TlsTrust.Tests.Bundles.Plans;

namespace TlsTrust.Tests.Bundles.Laws;

/// <summary>Each kind of file in which something was lost once, made anew.</summary>
public class LostKindTests
{
    private static readonly MadeGraph Graph = MadeGraph.Instance;

    private static string Key => Graph.ServerKey.ExportPkcs8PrivateKeyPem() + "\n";

    private static string Chain => Pem(Graph.Server) + Pem(Graph.CrossSigned[0]);

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void A_file_of_two_encodings_keeps_its_key(bool bigEndian, bool asciiFirst)
    {
        Encoding wide = bigEndian ? Encoding.BigEndianUnicode : Encoding.Unicode;
        byte[] key = wide.GetBytes(Key);
        byte[] file = asciiFirst ? [.. Encoding.ASCII.GetBytes(Chain), .. key]
            : [.. wide.Preamble, .. key, .. Encoding.ASCII.GetBytes(Chain)];
        BundlePlan plan = Plan(file, o => o);
        Assert.Equal(2, plan.Report.After.Count);
        Assert.Equal(TestKeys.Told(true), plan.Report.KeyMatches);
        Assert.Contains(Key.Split('\n')[3], Text(plan), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("# a comment\n")]
    [InlineData("\n# a comment\n")]
    [InlineData("#\n")]
    public void A_certificate_in_binary_behind_a_short_line_behind_UTF_16_is_read(string line)
    {
        byte[] der = Graph.CrossSigned[0].RawData;
        byte[] file = [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(Pem(Graph.Server)), .. Encoding.ASCII.GetBytes(line),
            .. der];
        Assert.Equal(2, Plan(file, o => o).Report.Before.Count);
    }

    [Fact]
    public void A_binary_certificate_and_the_colours_of_a_terminal_are_settled_in_one_run()
    {
        byte[] file = [.. Encoding.ASCII.GetBytes("\u001B[31mred\u001B[0m text\n"), .. Graph.Roots[0].RawData,
            .. Encoding.ASCII.GetBytes("\n\u001B[1m# bold\u001B[0m\n" + Pem(Graph.Roots[1]))];
        BundlePlan plan = Plan(file, o => o with { KeepText = true });
        Assert.Null(plan.Report.Refusal);
        Assert.Equal([Sha(Graph.Roots[0]), Sha(Graph.Roots[1])], plan.Report.After.Select(c => c.Sha256));
    }

    [Fact]
    public void Markers_around_the_bytes_of_a_program_make_no_block()
    {
        byte[] file = [0x7F, .. "ELF"u8, 1, 1, .. Encoding.ASCII.GetBytes("\n-----BEGIN PGP SIGNED MESSAGE-----"), 1, 2,
            0x1B, .. "[m"u8, 7, 0, 0, .. Encoding.ASCII.GetBytes("\n-----END PGP SIGNED MESSAGE-----\n"),
            .. Graph.Roots[0].RawData];
        BundlePlan plan = Plan(file, o => o);
        Assert.Single(plan.Report.After);
        Assert.True(plan.NeedsDestination);
    }

    [Fact]
    public void Remarks_in_another_script_do_not_end_a_part_in_UTF_16()
    {
        BundlePlan plan =
            Plan([.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes("# 証明書の連鎖、サーバー用\n" + Chain), .. Encoding.ASCII.GetBytes(Key)],
                o => o);
        Assert.Equal(2, plan.Report.After.Count);
        Assert.Equal(TestKeys.Told(true), plan.Report.KeyMatches);
        Assert.Null(plan.DestinationReason);
    }

    [Theory]
    [InlineData("zip", "zip")]
    [InlineData("tar", "tar")]
    [InlineData("ocsp", "OCSP")]
    [InlineData("cms", "signed message")]
    [InlineData("sqlite", "SQLite")]
    [InlineData("behind", "behind it")]
    public void What_is_no_certificate_file_is_not_replaced(string form, string words)
    {
        byte[] der = Graph.Roots[0].RawData;
        byte[] pem = Encoding.ASCII.GetBytes(Chain);
        byte[] file = form switch
        {
            "zip" => [(byte)'P', (byte)'K', 3, 4, 10, 0, 1, 2, .. pem, 1, 2, 5, 6],
            "tar" => Tar(pem),
            "ocsp" => Ocsp(der),
            "cms" => Signed(),
            "sqlite" => [.. Encoding.ASCII.GetBytes("SQLite format 3\0"), 0x10, 0, 1, 1, 0, .. der, 0, 7, 0x0D],
            _ => [.. der, 1, 2, 3, 0x80, 0xFF, 0x10],
        };
        BundlePlan plan = Plan(file, o => o);
        Assert.False(plan.Report.IsSound);
        Assert.Contains(words, BundleRepair.RefusalReason(plan, null), StringComparison.Ordinal);
        Assert.NotEmpty(plan.Certificates);
        Assert.Null(BundleRepair.RefusalReason(plan, "/x/other.pem"));
        Assert.DoesNotContain(plan.Report.Changes, c => c.What == "NulBytes");
    }

    [Theory]
    [InlineData("Ed25519 PRIVATE KEY")]
    [InlineData("EC/P256 PRIVATE KEY")]
    [InlineData("ed25519 private key")]
    [InlineData("Key (of the server)")]
    public void A_key_under_any_label_is_carried_along(string label)
    {
        BundlePlan plan = Plan("\uFEFF" + Key.Replace("PRIVATE KEY", label, StringComparison.Ordinal) + Chain, o => o);
        Assert.Equal(2, plan.Report.After.Count);
        Assert.Equal(TestKeys.Told(true), plan.Report.KeyMatches);
        Assert.True(plan.HoldsKey);
    }

    [Fact]
    public void A_block_of_another_program_stays_as_it_is_written()
    {
        string block = "-----BEGIN OpenVPN Static key V1-----\n"
            + string.Concat(
                Enumerable.Range(0, 16)
                    .Select(i => Convert.ToHexString(Enumerable.Repeat((byte)i, 16).ToArray()).ToLowerInvariant() + "\n"))
                + "-----END OpenVPN Static key V1-----\n";
        string pgp = "-----BEGIN PGP PUBLIC KEY BLOCK-----\nVersion: 1\n\nAAAA\n=AbCd\n-----END PGP PUBLIC KEY BLOCK-----\n";
        BundlePlan plan = Plan("\uFEFF" + Chain + block + pgp, o => o);
        Assert.EndsWith(block + pgp, Text(plan), StringComparison.Ordinal);
        Assert.Empty(plan.Report.Unrecovered);
    }

    [Fact]
    public void Cross_signs_of_one_key_are_no_duplicates()
    {
        BundlePlan trust = Plan("\uFEFF" + Pem(Graph.CrossSigned[0]) + Pem(Graph.CrossSigned[1]) + Pem(Graph.Roots[0]), o => o);
        Assert.Equal(3, trust.Report.After.Count);
        BundlePlan server = Plan("\uFEFF" + Key + Chain + Pem(Graph.CrossSigned[1]) + Pem(Graph.OldCrossSign), o => o);
        Assert.Equal([Sha(Graph.Server), Sha(Graph.CrossSigned[0]), Sha(Graph.CrossSigned[1])], server.Report.After.Select(c => c.Sha256));
        Assert.Equal("UnrelatedSent", Assert.Single(server.Report.LeftOut).What); // expired, and others do for it
    }

    [Fact]
    public void A_root_of_other_rules_is_no_renewal()
    {
        using ECDsa key = TestKeys.Ecdsa();
        X509Certificate2 Root(int? length, int days)
        {
            CertificateRequest request = new("CN=Ruled", key, HashAlgorithmName.SHA256);
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, length is not null, length ?? 0, true));
            return request.SelfSigned(key, DateTimeOffset.UtcNow.AddDays(-9), DateTimeOffset.UtcNow.AddDays(days));
        }

        Assert.Equal(2, Plan("\uFEFF" + Pem(Root(null, 90)) + Pem(Root(0, 900)), o => o).Report.After.Count);
        Assert.Single(Plan("\uFEFF" + Pem(Root(1, 90)) + Pem(Root(1, 900)), o => o).Report.After);
    }

    [Fact]
    public void A_file_of_trusted_certificates_is_not_taken_for_a_servers()
    {
        BundlePlan pinned = Plan("\uFEFF" + Pem(Graph.OtherServer) + Pem(Graph.Roots[2]) + Pem(Graph.Roots[3]), o => o);
        Assert.Equal((PemBundleKind.Trust, 3), (pinned.Report.Kind, pinned.Report.After.Count));
        BundlePlan chain = Plan("\uFEFF" + Chain + Pem(Graph.Roots[0]), o => o);
        Assert.Equal(3, chain.Report.After.Count);
        Assert.Contains(chain.Report.Notes, n => n.What == "RootSent" && n.Why.Contains("-Kind Server", StringComparison.Ordinal));
        BundlePlan identity = Plan("\uFEFF" + Key + Chain + Pem(Graph.Roots[2]) + Pem(Graph.Roots[3]), o => o);
        Assert.Equal(4, identity.Report.After.Count);
        Assert.Contains(identity.Report.Notes, n => n.Why.Contains("-Kind Trust", StringComparison.Ordinal));
        BundlePlan roots = Plan("\uFEFF" + Key + string.Concat(Graph.Roots.Take(3).Select(Pem)), o => o);
        Assert.Contains("-Kind Trust", roots.Report.Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void The_root_that_signed_the_servers_certificate_stays_for_stapling()
    {
        string key = Graph.OtherKey.ExportPkcs8PrivateKeyPem() + "\n";
        BundlePlan plan = Plan("\uFEFF" + key + Pem(Graph.OtherServer) + Pem(Graph.Roots[2]), o => o);
        Assert.Equal([Sha(Graph.OtherServer), Sha(Graph.Roots[2])], plan.Report.After.Select(c => c.Sha256));
        Assert.Contains(plan.Report.Notes, n => n.Why.Contains("stapling", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("FROM debian:12\nRUN echo \"{0}\" > /x.crt\n")]
    [InlineData("param($Path)\n$ca = @\"\n{0}\n\"@\nSet-Content $Path $ca\n")]
    [InlineData("# How to trust us\n\n```\n{0}\n```\n")]
    [InlineData("Take this:\n\n~~~ pem\n{0}\n~~~\n")]
    [InlineData("From: a@example.org\nTo: b@example.org\nDate: today\n\nHi,\n\n{0}\n")]
    [InlineData("dn: CN=CA,DC=example\nobjectClass: certificationAuthority\ncACertificate;binary:: {1}\n")]
    [InlineData("<html><body><pre>{0}</pre></body></html>\n")]
    [InlineData("client\n<ca>\n{0}\n</ca>\n")]
    [InlineData("[ca]\ncertificate = x\n\n{0}\n")]
    [InlineData("#!/bin/bash\ncat > /etc/x.pem <<EOF\n{0}\nEOF\n")]
    [InlineData("const ca = [\n`{0}`,\n];\n")]
    [InlineData("static const char ca[] =\n{0}\n;\n")]
    [InlineData("CA_CERT=\"{0}\"\nPORT=443\n")]
    [InlineData("apiVersion: v1\nkind: Secret\ndata:\n  ca.crt: {1}\n")]
    [InlineData("diff --git a/x b/x\n@@ -1,2 +1,2 @@\n{0}\n")]
    [InlineData("\\begin{verbatim}\n{0}\n\\end{verbatim}\n")]
    [InlineData("Trust\n=====\n\n.. code-block:: text\n\n{0}\n")]
    [InlineData("#+BEGIN_SRC\n{0}\n#+END_SRC\n")]
    public void A_document_that_quotes_PEM_is_not_replaced_by_it(string form)
    {
        string pem = (Pem(Graph.Roots[0]) + Pem(Graph.Roots[1])).TrimEnd('\n')
            .Replace("-----\n-----", "----------", StringComparison.Ordinal);
        string document = form.Replace("{0}", pem, StringComparison.Ordinal)
            .Replace("{1}", Convert.ToBase64String(Encoding.ASCII.GetBytes(Pem(Graph.Roots[0]))), StringComparison.Ordinal);
        if (form.StartsWith("dn:", StringComparison.Ordinal))
        {
            document = form.Replace("{1}", Convert.ToBase64String(Graph.Roots[0].RawData), StringComparison.Ordinal);
        }

        BundlePlan plan = Plan(document, o => o);
        Assert.NotEmpty(plan.Certificates);
        Assert.True(!plan.Report.Changed || BundleRepair.RefusalReason(plan, null) is not null, Text(plan));
        Assert.True(BundleRepair.RefusalReason(plan, "/x/other.pem") is null, plan.Report.ToString());
    }

    [Theory]
    [InlineData(
        "CONNECTED(00000003)\n---\nCertificate chain\n 0 s:CN = a.example\n   i:CN = Issuing\n{0}---\nServer certificate\nsubject=CN " +
        "= a.example\n")]
    [InlineData("Bag Attributes\n    localKeyID: 61 B7 80\n    friendlyName: {{4D36-CD}}\nsubject=C = DE, CN = a\nissuer=CN = b\n{0}")]
    [InlineData("GlobalSign Root CA - R3 (2048)\n==============================\n{0}")]
    [InlineData("CN=Some Root, O=Somebody\n{0}")]
    [InlineData(
        "Certificate:\n    Data:\n        Version: 3 (0x2)\n        Serial Number: 1 (0x1)\n    Signature Algorithm: " +
        "ecdsa-with-SHA256\n{0}")]
    [InlineData("{0}\nSent by my phone; the rest follows\n")]
    public void Words_names_and_dumps_make_no_document(string form)
    {
        string pem = ("\uFEFF" + Pem(Graph.Roots[0]) + Pem(Graph.Roots[1])).Replace("\n-----END", "\n\n-----END", StringComparison.Ordinal);
        BundlePlan plan =
            Plan(form.Replace("{0}", pem, StringComparison.Ordinal).Replace("{{", "{", StringComparison.Ordinal)
                .Replace("}}", "}", StringComparison.Ordinal), o => o);
        Assert.True(plan.Report.Changed);
        Assert.Null(BundleRepair.RefusalReason(plan, null));
    }

    [Theory]
    [InlineData("blank line missing")]
    [InlineData("escaped to one line")]
    [InlineData("quoted")]
    [InlineData("indented")]
    public void A_key_that_OpenSSL_encrypted_the_old_way_comes_out_whole(string how)
    {
        byte[] content = RandomNumberGenerator.GetBytes(608);
        string whole = PemEncoding.WriteString("RSA PRIVATE KEY", content)
            .Replace("KEY-----\n", "KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,1D04F2778D94D6D5F927DA7817D8D372\n\n",
                StringComparison.Ordinal) + "\n";
        string block = how switch
        {
            "blank line missing" => whole.Replace("D372\n\n", "D372\n", StringComparison.Ordinal),
            "escaped to one line" => whole.Replace("\n", "\\n", StringComparison.Ordinal) + "\n",
            "quoted" => string.Concat(whole.TrimEnd('\n').Split('\n').Select(l => "> " + l + "\n")),
            _ => string.Concat(whole.TrimEnd('\n').Split('\n').Select(l => "    " + l + "\n")),
        };
        BundlePlan plan = Plan(Chain + block, o => o);
        Assert.False(plan.Report.IsSound);
        Assert.EndsWith(whole, Text(plan), StringComparison.Ordinal);
        Assert.True(how != "blank line missing" || plan.Report.Changes.Any(c => c.What == "HeaderBlankLine"));
    }

    [Fact]
    public void Base64_of_base64_and_bare_PKCS7_are_read()
    {
        string twice = Convert.ToBase64String(Encoding.ASCII.GetBytes(Convert.ToBase64String(Encoding.ASCII.GetBytes(Key + Chain))));
        BundlePlan plan = Plan(twice + "\n", o => o);
        Assert.Equal(2, plan.Report.After.Count);
        Assert.Equal(TestKeys.Told(true), plan.Report.KeyMatches);
        string bare = Convert.ToBase64String(Encoding.ASCII.GetBytes(Convert.ToBase64String(Graph.Server.RawData)));
        Assert.Single(Plan(bare + "\n", o => o).Report.After);
        X509Certificate2Collection bag = [Graph.Server, Graph.CrossSigned[0]];
        Assert.Equal(
            2, Plan(Convert.ToBase64String(Indefinite(bag), Base64FormattingOptions.InsertLineBreaks) + "\n", o => o).Report.After.Count);
        Assert.Equal(
            2, Plan(Convert.ToBase64String(bag.ToPkcs7(), Base64FormattingOptions.InsertLineBreaks) + "\n", o => o)
                .Report.After.Count);
    }

    [Fact]
    public void Messages_name_what_is_wrong()
    {
        string cut = string.Join('\n', Key.Split('\n')[..8]) + "\n-----END PRIVATE KEY-----\n";
        Assert.Contains("private key", Assert.Single(Plan(Chain + cut, o => o).Report.Unrecovered).Why, StringComparison.Ordinal);
        byte[] flipped = Graph.CrossSigned[0].RawData;
        int at = flipped.AsSpan().IndexOf(Graph.CrossSigned[0].GetPublicKey().AsSpan(20, 8));
        flipped[at] ^= 1;
        BundlePlan altered = Plan(Pem(Graph.Server) + PemEncoding.WriteString("CERTIFICATE", flipped) + "\n", o => o);
        Assert.Contains(altered.Report.Notes, n => n is { What: "SignatureInvalid", Severity: Severity.Error });
        Assert.False(altered.Report.IsSound);
        BundlePlan unrelated =
            Plan(Pem(Graph.OtherServer), o => o
                with { Additional =
                    [new AdditionalCertificate(
                        TlsTrust.Certificates.Certificate.From(Graph.CrossSigned[0]), CertificateOrigin.File("a report"))] });
        Assert.Contains("another server", unrelated.Report.Summary, StringComparison.Ordinal);
        BundlePlan named = Plan("Bag Attributes\n    friendlyName: srv -----BEGIN CERTIFICATE-----\nsubject=CN = x\n" + Chain, o => o);
        Assert.True(named.Report.IsSound, named.Report.ToString());
    }

    [Fact]
    public void A_servers_file_without_its_certificate_says_which_mix_up_it_is()
    {
        BundlePlan chain = Plan(Pem(Graph.CrossSigned[0]), o => o with { Kind = PemBundleKind.Server });
        Assert.Contains("chain.pem", chain.Report.Refusal, StringComparison.Ordinal);
        Assert.Null(chain.OpenEnd);
        Assert.Contains(
            "chain.pem", Plan(Pem(Graph.CrossSigned[0]), o => o with { Key = Encoding.ASCII.GetBytes(Key) }).Report.Refusal,
                StringComparison.Ordinal);
        BundlePlan swapped = Plan(Key, o => o with { Key = Encoding.ASCII.GetBytes(Chain) });
        Assert.Contains("swapped", swapped.Report.Summary, StringComparison.Ordinal);
        string request = new CertificateRequest("CN=a.example", Graph.ServerKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSigningRequestPem() + "\n";
        Assert.Contains("request", Plan(Key + request, o => o).Report.Summary, StringComparison.Ordinal);
        Assert.Contains(Plan(Pem(Graph.CrossSigned[0]), o => o).Report.Notes, n => n.What == "ChainOnly");
    }

    // The outermost three lengths given up for end octets.
    private static byte[] Indefinite(X509Certificate2Collection bag)
    {
        byte[] certificates = [.. bag.SelectMany(c => c.RawData)];
        byte[] length = [0x82, (byte)(certificates.Length >> 8), (byte)certificates.Length];
        byte[] version = [0x02, 0x01, 0x01, 0x31, 0x00, 0x30, 0x0B, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x01];
        return
        [
            0x30, 0x80, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02, 0xA0, 0x80, 0x30, 0x80,
            .. version, 0xA0, .. length, .. certificates, 0x31, 0x00, 0, 0, 0, 0, 0, 0,
        ];
    }

    private static byte[] Tar(byte[] content)
    {
        byte[] archive = new byte[512 + content.Length + 1024];
        Encoding.ASCII.GetBytes("ca.pem").CopyTo(archive, 0);
        Encoding.ASCII.GetBytes("0000644").CopyTo(archive, 100);
        Encoding.ASCII.GetBytes("ustar").CopyTo(archive, 257);
        content.CopyTo(archive, 512);
        return archive;
    }

    // The outline of RFC 6960 §4.2.1 with a certificate at its end.
    private static byte[] Ocsp(byte[] certificate)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteEncodedValue((byte[])[0x0A, 0x01, 0x00]);
            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
            {
                writer.WriteOctetString([0, 1, 2, 3, .. certificate]);
            }
        }

        return writer.Encode();
    }

    // SignedData with a signer: the certificate is only there to check it.
    private static byte[] Signed()
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier("1.2.840.113549.1.7.2");
            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
            using (writer.PushSequence())
            {
                writer.WriteInteger(1);
                using (writer.PushSetOf())
                {
                }

                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier("1.2.840.113549.1.7.1");
                }

                using (writer.PushSetOf(new Asn1Tag(TagClass.ContextSpecific, 0)))
                {
                    writer.WriteEncodedValue(Graph.Roots[0].RawData);
                }

                using (writer.PushSetOf())
                using (writer.PushSequence())
                {
                    writer.WriteInteger(1);
                }
            }
        }

        return writer.Encode();
    }

    private static string Text(BundlePlan plan) => Encoding.Latin1.GetString(plan.Copy.Span);

    private static string Pem(X509Certificate2 certificate) => certificate.ExportCertificatePem() + "\n";
}
