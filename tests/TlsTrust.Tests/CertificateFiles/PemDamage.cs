using System.Formats.Asn1;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using TlsTrust.CertificateFiles.Defects;

namespace TlsTrust.Tests.CertificateFiles;

/// <summary>One way to damage a bundle of three certificates whose second is the one wanted.</summary>
/// <param name="Kind">What the reader should call it.</param>
/// <param name="Name">Which variety.</param>
/// <param name="Apply">The three blocks in, the file out.</param>
/// <param name="Lost">How many certificates no reader could get back.</param>
public sealed record PemDamage(PemDefectKind Kind, string Name, Func<string[], byte[]> Apply, int Lost = 0)
{
    private const string Begin = "-----BEGIN CERTIFICATE-----";
    private const string End = "-----END CERTIFICATE-----";

    /// <summary>A made example of every kind, some in several varieties.</summary>
    public static IReadOnlyList<PemDamage> All { get; } =
    [
        Whole(PemDefectKind.Utf8Bom, "at the start", t => "\uFEFF" + t),
        Second(PemDefectKind.BomInside, "before the second block", b => "\uFEFF" + b),
        Whole(PemDefectKind.BomInside, "twice at the start", t => "\uFEFF\uFEFF" + t),
        new(PemDefectKind.Utf16, "little endian with mark", b => [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(string.Concat(b))]),
        new(PemDefectKind.Utf16, "big endian with mark", b => [0xFE, 0xFF, .. Encoding.BigEndianUnicode.GetBytes(string.Concat(b))]),
        new(PemDefectKind.Utf16, "little endian without mark", b => Encoding.Unicode.GetBytes(string.Concat(b))),
        new(PemDefectKind.Utf16, "big endian without mark", b => Encoding.BigEndianUnicode.GetBytes(string.Concat(b))),
        new(PemDefectKind.Utf16, "second block appended as UTF-16", b =>
            [.. Encoding.ASCII.GetBytes(b[0]), .. Encoding.Unicode.GetBytes(b[1]), .. Encoding.ASCII.GetBytes(b[2])]),
        Second(PemDefectKind.NulBytes, "within the base64", b => InsertInBody(b, 100, "\0")),
        Second(PemDefectKind.NonBreakingSpace, "in front of a line", b => OnLine(b, 3, l => "\u00A0" + l)),
        Second(PemDefectKind.NonBreakingSpace, "form feeds behind lines", b => EachLine(b, l => l + "\f")),
        Second(PemDefectKind.NonBreakingSpace, "a form feed on a line of its own", b => OnLine(b, 5, l => "\f\n" + l)),
        Whole(PemDefectKind.CarriageReturnOnly, "old Macintosh", t => t.Replace('\n', '\r')),
        Second(PemDefectKind.CarriageReturnOnly, "in one block", b => b.Trim().Replace('\n', '\r') + "\n"),
        Second(PemDefectKind.MixedLineEnds, "CRLF in one block", b => b.Replace("\n", "\r\n", StringComparison.Ordinal)),
        Whole(PemDefectKind.NoFinalNewline, "at the end", t => t.TrimEnd('\n')),
        Whole(PemDefectKind.GluedMarkers, "second and third", t => ReplaceLast(t, End + "\n" + Begin, End + Begin)),
        Whole(PemDefectKind.GluedMarkers, "all three", t => t.Replace(End + "\n" + Begin, End + Begin, StringComparison.Ordinal)),
        Whole(PemDefectKind.GluedMarkers, "sharing their dashes", t =>
            t.Replace(End + "\n" + Begin, "-----END CERTIFICATE-----BEGIN CERTIFICATE-----", StringComparison.Ordinal)),
        Second(PemDefectKind.MissingEnd, "line gone", b => b.Replace(End + "\n", "", StringComparison.Ordinal)),
        Whole(PemDefectKind.MissingEnd, "at the end of the file", t => t[..t.LastIndexOf(End, StringComparison.Ordinal)]),
        Second(PemDefectKind.MissingBegin, "line gone", b => b.Replace(Begin + "\n", "", StringComparison.Ordinal)),
        Second(PemDefectKind.LabelMismatch, "END of something else", b =>
            b.Replace(End, "-----END X509 CRL-----", StringComparison.Ordinal)),
        Second(PemDefectKind.LabelMismatch, "BEGIN misspelt", b =>
            b.Replace(Begin, "-----BEGIN CERTIFCATE-----", StringComparison.Ordinal)),
        Second(PemDefectKind.DashCount, "four in front of BEGIN", b => b.Replace(Begin, Begin[1..], StringComparison.Ordinal)),
        Second(PemDefectKind.DashCount, "six behind END", b => b.Replace(End, End + "-", StringComparison.Ordinal)),
        Second(PemDefectKind.DashCount, "four behind END", b => b.Replace(End, End[..^1], StringComparison.Ordinal)),
        Second(PemDefectKind.DashCount, "none in front of BEGIN", b => b.Replace(Begin, Begin[5..], StringComparison.Ordinal)),
        Whole(PemDefectKind.DashCount, "none in front of the first BEGIN", t => t[5..]),
        Second(PemDefectKind.TypographicDashes, "en dashes", b => b.Replace('-', '\u2013')),
        Second(PemDefectKind.TypographicDashes, "em dashes for pairs", b => b.Replace("-----", "\u2014\u2014-", StringComparison.Ordinal)),
        Second(PemDefectKind.TypographicDashes, "minus signs", b => b.Replace('-', '\u2212')),
        Second(PemDefectKind.MarkerSpacing, "inside the dashes", b =>
            b.Replace(Begin, "----- BEGIN CERTIFICATE -----", StringComparison.Ordinal)),
        Second(PemDefectKind.MarkerSpacing, "two spaces", b => b.Replace("BEGIN CERT", "BEGIN  CERT", StringComparison.Ordinal)),
        Second(PemDefectKind.MarkerSpacing, "no space", b => b.Replace("END CERT", "ENDCERT", StringComparison.Ordinal)),
        Second(PemDefectKind.MarkerCase, "small letters", b => b.Replace(Begin, Begin.ToLowerInvariant(), StringComparison.Ordinal)),
        Second(PemDefectKind.TextOnMarkerLine, "base64 behind BEGIN", b => b.Replace(Begin + "\n", Begin, StringComparison.Ordinal)),
        Second(PemDefectKind.TextOnMarkerLine, "words behind END", b => b.Replace(End, End + " # root two", StringComparison.Ordinal)),
        Second(PemDefectKind.TextOnMarkerLine, "a comma behind END", b => b.Replace(End, End + ",", StringComparison.Ordinal)),
        Second(PemDefectKind.TextOnMarkerLine, "END behind base64", b => b.Replace("\n" + End, End, StringComparison.Ordinal)),
        Second(PemDefectKind.TextOnMarkerLine, "all on one line", b => b.Trim().Replace('\n', ' ') + "\n"),
        Second(PemDefectKind.Indented, "four spaces", b => EachLine(b, l => "    " + l)),
        Second(PemDefectKind.Indented, "YAML block", b => "two: |\n" + EachLine(b, l => "  " + l)),
        Second(PemDefectKind.Indented, "base64 only", b => EachLine(b, l => l.StartsWith('-') ? l : "  " + l)),
        Second(PemDefectKind.Indented, "END only", b => b.Replace(End, " " + End, StringComparison.Ordinal)),
        Second(PemDefectKind.Quoted, "mail", b => EachLine(b, l => "> " + l)),
        Second(PemDefectKind.Quoted, "bars", b => EachLine(b, l => "| " + l)),
        Second(PemDefectKind.Quoted, "list", b => EachLine(b, l => "* " + l)),
        Second(PemDefectKind.Quoted, "diff", b => EachLine(b, l => "+" + l)),
        Second(PemDefectKind.Quoted, "line numbers", b => Numbered(b, "{0,5}\t{1}")),
        Second(PemDefectKind.Quoted, "grep -n", b => Numbered(b, "{0}:{1}")),
        Second(PemDefectKind.Quoted, "source code", b => EachLine(b, l => "    \"" + l + "\\n\" +")),
        Second(PemDefectKind.Quoted, "shell script", b => EachLine(b, l => "echo '" + l + "' >> ca.pem")),
        Second(PemDefectKind.Quoted, "remarks behind the base64", b => EachLine(b, l => l.StartsWith('-') ? l : l + " # root two")),
        Second(PemDefectKind.Quoted, "log", b => Numbered(b, "2024-05-01T12:00:{0:00}.123Z app[17] INFO {1}")),
        Second(PemDefectKind.Quoted, "a word and a colon", b => EachLine(b, l => "INFO: " + l)),
        Second(PemDefectKind.EscapedNewlines, "JSON", b => "\"" + b.Replace("\n", "\\n", StringComparison.Ordinal) + "\"\n"),
        Second(PemDefectKind.EscapedNewlines, "JSON, slashes escaped, CRLF", b =>
            "\"" + b.Replace("/", "\\/", StringComparison.Ordinal).Replace("\n", "\\r\\n", StringComparison.Ordinal) + "\"\n"),
        Second(PemDefectKind.EscapedNewlines, "escaped twice", b => b.Replace("\n", "\\\\n", StringComparison.Ordinal) + "\n"),
        Second(PemDefectKind.Quoted, "the backslash of escaped newlines lost", b => b.Replace("\n", "n", StringComparison.Ordinal) + "\n"),
        Second(PemDefectKind.Quoted, "line ends of PowerShell", b => b.Replace("\n", "`n", StringComparison.Ordinal) + "\n"),
        Second(PemDefectKind.EscapedNewlines, "all but letters escaped", b => Escaped(b, "\\u00{0:x2}")),
        Second(PemDefectKind.HtmlMarkup, "br", b => b.Replace("\n", "<br>\n", StringComparison.Ordinal)),
        Second(PemDefectKind.HtmlMarkup, "entities", b =>
            EachLine(b, l =>
                l.StartsWith('-') ? l
                    : l.Replace("+", "&#43;", StringComparison.Ordinal).Replace("/", "&#x2F;", StringComparison.Ordinal) + "<br/>")),
        Second(PemDefectKind.PercentEncoded, "nginx header", b =>
            Uri.EscapeDataString(b).Replace("%0A", "%0A", StringComparison.Ordinal) + "\n"),
        Second(PemDefectKind.QuotedPrintable, "mail source", b =>
            b.Replace("=", "=3D", StringComparison.Ordinal)) with { Apply = QuotedPrintableText },
        Second(PemDefectKind.TerminalCodes, "colours", b => EachLine(b, l => "\u001B[01;32m" + l + "\u001B[0m")),
        Second(PemDefectKind.TerminalCodes, "a match in colour", b =>
            b.Replace("BEGIN CERTIFICATE", "\u001B[01;31m\u001B[KBEGIN CERTIFICATE\u001B[m\u001B[K", StringComparison.Ordinal)),
        Second(PemDefectKind.EncodedTwice, "in a block", b =>
            System.Security.Cryptography.PemEncoding.WriteString("CERTIFICATE", Text(b)) + "\n"),
        Second(PemDefectKind.EncodedTwice, "a comment first", b =>
            "  ca.crt: " + Convert.ToBase64String(Text("# second\n" + b)) + "\nkind: Secret\n"),
        Second(PemDefectKind.EncodedTwice, "a longer comment first", b =>
            "  ca.crt: " + Convert.ToBase64String(Text("# the second\n" + b)) + "\nkind: Secret\n"),
        Second(PemDefectKind.EncodedTwice, "another comment first", b =>
            "  ca.crt: " + Convert.ToBase64String(Text("# a second\n" + b)) + "\nkind: Secret\n"),
        Second(PemDefectKind.EncodedTwice, "without markers", b => "  ca.crt: " + Convert.ToBase64String(Text(b)) + "\nkind: Secret\n"),
        Second(PemDefectKind.QuotedPrintable, "all but letters", b => Escaped(b, "={0:X2}")),
        Second(PemDefectKind.LongLine, "76 columns", b => Rewrap(b, 76)),
        Second(PemDefectKind.ShortLine, "60 columns", b => Rewrap(b, 60)),
        Second(PemDefectKind.OneLine, "base64 -w0", b => Rewrap(b, int.MaxValue)),
        Second(PemDefectKind.BlankLine, "every second", b => EachLine(b, l => l.StartsWith('-') ? l : l + "\n")),
        Second(PemDefectKind.BlankLine, "before END", b => b.Replace(End, "\n" + End, StringComparison.Ordinal)),
        Second(PemDefectKind.BlankLine, "of spaces", b => OnLine(b, 5, l => "  \n" + l)),
        Second(PemDefectKind.TrailingSpace, "two spaces", b => EachLine(b, l => l.StartsWith('-') ? l : l + "  ")),
        Second(PemDefectKind.InnerSpace, "in the middle of lines", b =>
            EachLine(b, l => l.StartsWith('-') || l.Length < 40 ? l : l[..20] + " " + l[20..])),
        Second(PemDefectKind.PlusBecameSpace, "URL decoded", b => EachLine(b, l => l.StartsWith('-') ? l : l.Replace('+', ' '))),
        Second(PemDefectKind.Base64Url, "no padding", b =>
            EachLine(b, l => l.StartsWith('-') ? l : l.Replace('+', '-').Replace('/', '_').TrimEnd('='))),
        Second(PemDefectKind.BadPadding, "too much", b => b.Replace("\n" + End, "==\n" + End, StringComparison.Ordinal)),
        Second(PemDefectKind.BadPadding, "in the middle", b => InsertInBody(b, 130, "==")),
        Second(PemDefectKind.ForeignCharacters, "a stray star", b => InsertInBody(b, 100, "*")),
        Second(PemDefectKind.ForeignCharacters, "full-width signs", b =>
            EachLine(b, l =>
                l.StartsWith('-') ? l : l.Replace('+', '\uFF0B').Replace('/', '\uFF0F').Replace('=', '\uFF1D').Replace('A', '\uFF21'))),
        Second(PemDefectKind.OddLines, "a comment in the middle", b => OnLine(b, 4, l => "# here it goes on\n" + l)),
        Second(PemDefectKind.OddLines, "a line doubled", b => OnLine(b, 4, l => l + "\n" + l)),
        Second(PemDefectKind.OddLines, "a word in the middle", b => OnLine(b, 4, l => "CONFIDENTIAL\n" + l)),
        Second(PemDefectKind.Headers, "RFC 1421", b =>
            b.Replace(Begin + "\n", Begin + "\nSubject: Test Root 2\n\n", StringComparison.Ordinal)),
        Second(PemDefectKind.NotBase64, "all stars", b => EachLine(b, l => l.StartsWith('-') ? l : new string('*', l.Length)), lost: 1),
        Second(PemDefectKind.TrustedCertificateLabel, "no settings", b =>
            b.Replace("CERTIFICATE-", "XCERTIFICATE-", StringComparison.Ordinal)
                .Replace("XCERT", "TRUSTED CERT", StringComparison.Ordinal)),
        Second(PemDefectKind.TrustedCertificateLabel, "an alias", TrustedWithAlias),
        Second(PemDefectKind.X509CertificateLabel, "old name", b =>
            b.Replace(" CERTIFICATE-", " X509 CERTIFICATE-", StringComparison.Ordinal)),
        Second(PemDefectKind.UnusualLabel, "with a dot", b => b.Replace(" CERTIFICATE-", " X.509 CERTIFICATE-", StringComparison.Ordinal)),
        Second(PemDefectKind.ContentMismatch, "under PUBLIC KEY", b =>
            b.Replace(" CERTIFICATE-", " PUBLIC KEY-", StringComparison.Ordinal)),
        Second(PemDefectKind.Pkcs7, "PKCS7 block", AsPkcs7),
        Second(PemDefectKind.Pkcs7, "CMS block", b => AsPkcs7(b).Replace(" PKCS7-", " CMS-", StringComparison.Ordinal)),
        new(PemDefectKind.SeveralInOneBlock, "second and third", b =>
            Text(b[0] + ReplaceLast(b[1], End + "\n", "") + b[2].Replace(Begin + "\n", "", StringComparison.Ordinal))),
        Second(PemDefectKind.TruncatedDer, "last lines gone", b =>
            OnLine(b, 10, _ => "").Replace("\n\n", "\n", StringComparison.Ordinal), lost: 1),
        Second(PemDefectKind.TrailingBytes, "NUL bytes of a buffer", b => Reencode(b, der => [.. der, 0, 0, 0, 0, 0, 0])),
        Second(PemDefectKind.MalformedCertificate, "an inner length is wrong", b => Reencode(b, der => { der[6]++; return der; }), lost: 1),
        Second(PemDefectKind.BareBase64, "no markers", b =>
            b.Replace(Begin, "", StringComparison.Ordinal).Replace(End, "", StringComparison.Ordinal)),
        new(PemDefectKind.RawDer, "second block binary", b => [.. Text(b[0]), .. Der(b[1]), .. Text("\n" + b[2])]),
        new(PemDefectKind.Comment, "names between blocks", b => Text("# one\n" + b[0] + "# two\n" + b[1] + "\nthree\n" + b[2])),
        new(PemDefectKind.TextDump, "openssl x509 -text", b => Text(b[0] + Dump + b[1] + b[2])),
        new(PemDefectKind.DashesInText, "an empty block without a name", b =>
            Text(b[0] + "-----BEGIN -----\n-----END -----\n" + b[1] + b[2])),
        new(PemDefectKind.DashesInText, "a rule between blocks", b =>
            Text("-----\n" + b[0] + b[1] + "------------------------------\nthree\n" + b[2])),
        new(PemDefectKind.PrivateKey, "before the certificates", b =>
            Text(MadeCertificates.Instance.LeafKey.ExportPkcs8PrivateKeyPem() + "\n" + string.Concat(b))),
        new(PemDefectKind.HeaderBlankLine, "an encrypted key before the certificates", b =>
            Text(LegacyKey.Replace("\n\n", "\n", StringComparison.Ordinal) + string.Concat(b))),
        new(PemDefectKind.CertificateRequest, "before the certificates", b => Text(Request + "\n" + string.Concat(b))),
        new(PemDefectKind.RevocationList, "before the certificates", b => Text(RevocationList + "\n" + string.Concat(b))),
        new(PemDefectKind.OtherBlock, "a public key", b =>
            Text(MadeCertificates.Instance.LeafKey.ExportSubjectPublicKeyInfoPem() + "\n" + string.Concat(b))),
        new(PemDefectKind.OtherBlock, "parameters", b =>
            Text("-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n" + string.Concat(b))),
    ];

    /// <summary>Whole files in another form under the name of a PEM file, and files with nothing in them.</summary>
    public static IReadOnlyList<PemDamage> Forms { get; } =
    [
        new(PemDefectKind.EmptyFile, "no bytes", _ => [], Lost: 3),
        new(PemDefectKind.NoCertificate, "words", _ => Text("no certificate here\n"), Lost: 3),
        new(PemDefectKind.BinaryDer, "one after the other", b => [.. b.SelectMany(Der)]),
        new(PemDefectKind.BinaryPkcs7, "p7b", b => Bag(b).ToPkcs7()),
        new(PemDefectKind.BinaryPkcs12, "without a password", b => Bag(b).ToPkcs12(null)),
        new(PemDefectKind.BinaryPkcs12, "under Java's customary password", b => Bag(b).ToPkcs12("changeit")),
        new(PemDefectKind.Binary, "a data base", b =>
            [.. Text("SQLite format 3\0"), 1, 2, 0, .. b.SelectMany(d => (byte[])[.. Der(d), 0, 5])]),
        new(PemDefectKind.PasswordNeeded, "PKCS#12", b => Bag(b).ToPkcs12("secret"), Lost: 3),
    ];

    private const string Dump = "Certificate:\n    Data:\n        Version: 3 (0x2)\n    Signature Algorithm: " +
        "sha256WithRSAEncryption\n        Issuer: CN = Test Root 2\n";

    // As OpenSSL encrypted keys before PKCS#8; nobody needs to open it.
    private static string LegacyKey => System.Security.Cryptography.PemEncoding.WriteString("RSA PRIVATE KEY", new byte[640])
        .Replace("KEY-----\n", "KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,1D04F2778D94D6D5F927DA7817D8D372\n\n",
            StringComparison.Ordinal) + "\n";

    private static string Request =>
        new CertificateRequest("CN=request", MadeCertificates.Instance.LeafKey,
            System.Security.Cryptography.HashAlgorithmName.SHA256).CreateSigningRequestPem();

    private static string RevocationList =>
        System.Security.Cryptography.PemEncoding.WriteString("X509 CRL", new CertificateRevocationListBuilder().Build(
            MadeCertificates.Instance.Roots[0].SubjectName, TestKeys.Generator(TestKeys.KeyOf(MadeCertificates.Instance.Roots[0])), 1,
            DateTimeOffset.UtcNow.AddDays(9), System.Security.Cryptography.HashAlgorithmName.SHA256,
            X509AuthorityKeyIdentifierExtension.CreateFromCertificate(MadeCertificates.Instance.Roots[0], true, false)));

    /// <summary>Made by the platform's keys, which not every platform has.</summary>
    public bool IsPlatforms => Kind is PemDefectKind.BinaryPkcs12 or PemDefectKind.PasswordNeeded;

    /// <inheritdoc/>
    public override string ToString() => $"{Kind}: {Name}";

    /// <summary>The damaged file.</summary>
    public byte[] Make() => Apply([.. MadeCertificates.Instance.RootPems]);

    private static PemDamage Whole(PemDefectKind kind, string name, Func<string, string> change) =>
        new(kind, name, b => Text(change(string.Concat(b))));

    private static PemDamage Second(PemDefectKind kind, string name, Func<string, string> change, int lost = 0) =>
        new(kind, name, b => Text(b[0] + change(b[1]) + b[2]), lost);

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    private static byte[] Der(string block) => X509Certificate2.CreateFromPem(block).RawData;

    private static X509Certificate2Collection Bag(string[] blocks) => [.. blocks.Select(b => X509Certificate2.CreateFromPem(b))];

    private static string Reencode(string block, Func<byte[], byte[]> change) =>
        System.Security.Cryptography.PemEncoding.WriteString("CERTIFICATE", change(Der(block))) + "\n";

    private static string EachLine(string block, Func<string, string> change) =>
        string.Concat(block.TrimEnd('\n').Split('\n').Select(l => change(l) + "\n"));

    private static string Escaped(string block, string format) =>
        string.Concat(block.TrimEnd('\n')
            .Select(c => char.IsAsciiLetterOrDigit(c) ? c.ToString() : string.Format(CultureInfo.InvariantCulture, format, (int)c))) + "\n";

    private static string OnLine(string block, int number, Func<string, string> change) =>
        string.Join('\n', block.Split('\n').Select((l, i) => i == number ? change(l) : l));

    private static string Numbered(string block, string format) =>
        string.Concat(block.TrimEnd('\n').Split('\n')
            .Select((l, i) => string.Format(CultureInfo.InvariantCulture, format, i + 1, l) + "\n"));

    private static string InsertInBody(string block, int at, string what) => block.Insert(Begin.Length + 1 + at, what);

    private static string ReplaceLast(string text, string what, string by)
    {
        int at = text.LastIndexOf(what, StringComparison.Ordinal);
        return text[..at] + by + text[(at + what.Length)..];
    }

    private static string Rewrap(string block, int columns)
    {
        string body = string.Concat(block.Split('\n').Where(l => !l.StartsWith('-')));
        return Begin + "\n" + string.Concat(body.Chunk(columns).Select(l => new string(l) + "\n")) + End + "\n";
    }

    private static byte[] QuotedPrintableText(string[] blocks)
    {
        string wide = Rewrap(blocks[1], 75).Replace("=\n", "=3D\n", StringComparison.Ordinal)
            .Replace("==", "=3D=3D", StringComparison.Ordinal);
        return Text(blocks[0] + EachLine(wide, l => l.Length == 75 ? l + "=" : l) + blocks[2]);
    }

    private static string TrustedWithAlias(string block)
    {
        AsnWriter settings = new(AsnEncodingRules.DER);
        using (settings.PushSequence())
        {
            settings.WriteCharacterString(UniversalTagNumber.UTF8String, "two");
        }

        byte[] content = [.. Der(block), .. settings.Encode()];
        return System.Security.Cryptography.PemEncoding.WriteString("TRUSTED CERTIFICATE", content) + "\n";
    }

    private static string AsPkcs7(string block)
    {
        byte[] bag = new X509Certificate2Collection(X509Certificate2.CreateFromPem(block)).ToPkcs7();
        return System.Security.Cryptography.PemEncoding.WriteString("PKCS7", bag) + "\n";
    }
}
