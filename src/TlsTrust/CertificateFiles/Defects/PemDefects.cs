using TlsTrust.CertificateFiles.Containers;
using TlsTrust.Environment.Catalogue;

namespace TlsTrust.CertificateFiles.Defects;

/// <summary>What a rewrite makes of a defect.</summary>
internal enum PemRepair
{
    /// <summary>The file is written without it.</summary>
    Mended,

    /// <summary>It stays, and is told.</summary>
    Kept,

    /// <summary>It stays where what it hides can't be had for certain; else the file is written without it.</summary>
    KeptWhereUnsure,

    /// <summary>Its place is in a server's file or in none; whoever arranges the blocks decides.</summary>
    BelongsToServer,

    /// <summary>There is nothing to write.</summary>
    NothingToMend,

    /// <summary>It is text, kept or dropped as text is.</summary>
    KeptAsText,
}

/// <summary>One kind of defect.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Words">What is said when there is nothing more particular to say.</param>
/// <param name="Measured">
/// What each client makes of it in its worst variety, in the order of <see cref="PemClient"/>. F: it loses other certificates or the whole
/// file; c: the one concerned; a dot: it reads it.
/// </param>
/// <param name="Severity">Error where a client loses something; information where it is lawful.</param>
/// <param name="Repair">What a rewrite makes of it.</param>
internal sealed record PemDefectRow(PemDefectKind Kind, string Words, string Measured, Severity Severity, PemRepair Repair)
{
    /// <summary>The clients that have trouble with it; empty where all measured ones read it.</summary>
    public ResultList<PemClientEffect> Effects { get; } = new(Measured
        .Select((letter, client) =>
            new PemClientEffect((PemClient)client, letter == 'F' ? PemOutcome.FileLost : letter == 'c' ? PemOutcome.CertificateLost
                : PemOutcome.Loaded))
        .Where(e => e.Outcome != PemOutcome.Loaded));
}

/// <summary>
/// All that is known of each kind of defect, a row a kind. The effects were measured on OpenSSL 3.0.22 (through Python's
/// load_verify_locations), GnuTLS 3.7.9, Go 1.19, .NET 10 and OpenJDK 17 by PemClientTests, which fail where the table is not true.
/// </summary>
internal static class PemDefects
{
    private static readonly PemDefectRow[] Rows =
    [
        new(PemDefectKind.Utf8Bom, "The file starts with a UTF-8 byte order mark.", "..c.F", Severity.Error, PemRepair.Mended),
        new(PemDefectKind.BomInside, "A byte order mark stands in the middle of the file, as after joining files that had one.", "c.ccF",
            Severity.Error, PemRepair.Mended),
        new(PemDefectKind.Utf16, "The file is UTF-16", "FFFFF", Severity.Error, PemRepair.Mended),
        new(PemDefectKind.NulBytes, "There are NUL bytes in the text.", "FFFFF", Severity.Error, PemRepair.Mended),
        new(PemDefectKind.NonBreakingSpace, "There are no-break or zero-width spaces, as from a web page, or page breaks.", "FFccF",
            Severity.Error, PemRepair.Mended),
        new(PemDefectKind.CarriageReturnOnly, "Lines end in CR alone.", "F.F..", Severity.Error, PemRepair.Mended),
        new(PemDefectKind.MixedLineEnds, "Lines end now in LF, now in CRLF or CR.", ".....", Severity.Warning, PemRepair.Mended),
        new(PemDefectKind.NoFinalNewline, "The last line has no newline: whatever is appended next is glued to its END line.", ".....",
            Severity.Warning, PemRepair.Mended),
        new(PemDefectKind.EmptyFile, "The file is empty.", "FFFFF", Severity.Error, PemRepair.NothingToMend),
        new(PemDefectKind.NoCertificate, "There is no certificate in the file.", "FFFFF", Severity.Error, PemRepair.NothingToMend),
        new(PemDefectKind.GluedMarkers,
            "An END line and the next BEGIN line are glued together, as by cat of files without a last newline.", "F.FFF", Severity.Error,
                PemRepair.Mended),
        new(PemDefectKind.MissingEnd, "The END line is missing.", "FFccF", Severity.Error, PemRepair.Mended),
        new(PemDefectKind.MissingBegin, "The BEGIN line is missing.", "ccccF", Severity.Error, PemRepair.KeptWhereUnsure),
        new(PemDefectKind.LabelMismatch, "BEGIN and END name different things.", "FcccF", Severity.Error, PemRepair.Mended),
        new(PemDefectKind.DashCount, "A BEGIN or END line has not five dashes on each side.", "FcccF", Severity.Error, PemRepair.Mended),
        new(PemDefectKind.TypographicDashes, "A word processor has put other dashes in place of the hyphens of a BEGIN or END line.",
            "ccccc", Severity.Error, PemRepair.Mended),
        new(PemDefectKind.MarkerSpacing, "There are spaces too many or missing within a BEGIN or END line.", "FcccF", Severity.Error,
            PemRepair.Mended),
        new(PemDefectKind.MarkerCase, "A BEGIN or END line is not in capitals.", "ccccF", Severity.Error, PemRepair.Mended),
        new(PemDefectKind.TextOnMarkerLine, "Base64 or other text stands on the line of a BEGIN or END.", "F.ccF", Severity.Error,
            PemRepair.Mended),
        new(PemDefectKind.UnusualLabel, "The label is an unusual name for what the block holds.", "cccc.", Severity.Error,
            PemRepair.Mended),
        new(PemDefectKind.DashesInText, "A line of text outside the blocks starts with five dashes, and is taken for a BEGIN line.",
            "F...F", Severity.Error, PemRepair.Mended),
        new(PemDefectKind.Indented, "Lines are indented.", "c.c.c", Severity.Error, PemRepair.Mended),
        new(PemDefectKind.Quoted, "Every line has something in front or behind, as in a quotation, list, log or source code.", "FFcFF",
            Severity.Error, PemRepair.Mended),
        new(PemDefectKind.EscapedNewlines, "Line ends are written out as \\n, as in a JSON string or an environment variable.", "cFccF",
            Severity.Error, PemRepair.Mended),
        new(PemDefectKind.HtmlMarkup, "There are HTML tags or entities within the block.", "FFccF", Severity.Error, PemRepair.Mended),
        new(PemDefectKind.PercentEncoded, "The block is percent-encoded, as in a URL or a proxy's header.", "ccccF", Severity.Error,
            PemRepair.Mended),
        new(PemDefectKind.QuotedPrintable, "The block is quoted-printable, as in the source of a mail.", "FFccF", Severity.Error,
            PemRepair.Mended),
        new(PemDefectKind.TerminalCodes, "There are control codes of a terminal in the text, as from coloured output.", "FFccF",
            Severity.Error, PemRepair.Mended),
        new(PemDefectKind.EncodedTwice, "The PEM is in base64 once more, as in a Kubernetes secret or after certutil -encode.", "FFcFF",
            Severity.Error, PemRepair.Mended),
        new(PemDefectKind.LongLine, "A line of base64 is longer than 64 columns.", ".....", Severity.Warning, PemRepair.Mended),
        new(PemDefectKind.ShortLine, "A line of base64 that is not the last has fewer than 64 columns.", ".....", Severity.Warning,
            PemRepair.Mended),
        new(PemDefectKind.OneLine, "The base64 is all on one line.", ".....", Severity.Warning, PemRepair.Mended),
        new(PemDefectKind.BlankLine, "There is a blank line within the base64.", "F....", Severity.Error, PemRepair.Mended),
        new(PemDefectKind.TrailingSpace, "There are spaces at the end of a line of base64.", ".....", Severity.Warning, PemRepair.Mended),
        new(PemDefectKind.InnerSpace, "There are spaces within a line of base64.", ".....", Severity.Warning, PemRepair.Mended),
        new(PemDefectKind.PlusBecameSpace, "The plus signs have become spaces, as in a decoded URL.", "FFcFF", Severity.Error,
            PemRepair.Mended),
        new(PemDefectKind.Base64Url, "There are - and _ of the URL alphabet in place of + and /.", "FFccF", Severity.Error,
            PemRepair.Mended),
        new(PemDefectKind.BadPadding, "The padding (=) is wrong, or the last character before it.", "FFccF", Severity.Error,
            PemRepair.Mended),
        new(PemDefectKind.ForeignCharacters, "There are characters within the base64 that do not belong there.", "FFccF", Severity.Error,
            PemRepair.Mended),
        new(PemDefectKind.OddLines, "There are lines within the base64 that do not belong to it.", "FFcFF", Severity.Error,
            PemRepair.Mended),
        new(PemDefectKind.Headers, "The certificate has headers before its base64.", "FFccF", Severity.Error, PemRepair.Mended),
        new(PemDefectKind.NotBase64, "The block can't be read", "FFccF", Severity.Error, PemRepair.Kept),
        new(PemDefectKind.Ambiguous, "The block can be read in more than one way", "FFccF", Severity.Error, PemRepair.Kept),
        new(PemDefectKind.TrustedCertificateLabel, "The block is a TRUSTED CERTIFICATE, a form of OpenSSL's own.", ".cccF", Severity.Error,
            PemRepair.Mended),
        new(PemDefectKind.TrustSettings, "The block is a TRUSTED CERTIFICATE whose settings keep it from being trusted for servers; a " +
            "plain certificate could not say that.", ".cccF", Severity.Error, PemRepair.Kept),
        new(PemDefectKind.X509CertificateLabel, "The label is X509 CERTIFICATE, an old name.", ".ccc.", Severity.Error, PemRepair.Mended),
        new(PemDefectKind.ContentMismatch, "The block holds something other than its label says.", "cccc.", Severity.Error,
            PemRepair.Mended),
        new(PemDefectKind.Pkcs7, "The certificates are inside a PKCS#7 block.", "ccccF", Severity.Error, PemRepair.Mended),
        new(PemDefectKind.SeveralInOneBlock, "There are several certificates in one block.", "FFFFF", Severity.Error, PemRepair.Mended),
        new(PemDefectKind.TruncatedDer, "The block is cut off", "FFcFF", Severity.Error, PemRepair.Kept),
        new(PemDefectKind.TrailingBytes, "There is something behind the end of the certificate in its block.", ".FcFF", Severity.Error,
            PemRepair.Mended),
        new(PemDefectKind.MalformedCertificate, "The block is not what it should be", "FFcFF", Severity.Error, PemRepair.Kept),
        new(PemDefectKind.PrivateKey, "There is a private key in the file.", "....F", Severity.Information, PemRepair.BelongsToServer),
        new(PemDefectKind.CertificateRequest, "There is a certificate request in the file.", ".F..F", Severity.Information,
            PemRepair.BelongsToServer),
        new(PemDefectKind.RevocationList, "There is a revocation list in the file.", "....F", Severity.Information,
            PemRepair.BelongsToServer),
        new(PemDefectKind.OtherBlock, "There is a block in the file that is no certificate.", "....F", Severity.Information,
            PemRepair.BelongsToServer),
        new(PemDefectKind.BareBase64, "A certificate stands there without BEGIN and END lines.", "ccccc", Severity.Error,
            PemRepair.KeptWhereUnsure),
        new(PemDefectKind.RawDer, "A certificate in binary form stands in the text.", "Fccc.", Severity.Error, PemRepair.Mended),
        new(PemDefectKind.BinaryDer, "The file is a certificate in binary (DER) form, not PEM.", "FFFF.", Severity.Error, PemRepair.Mended),
        new(PemDefectKind.BinaryPkcs7, "The file is binary PKCS#7, not PEM.", "FFFF.", Severity.Error, PemRepair.Mended),
        new(PemDefectKind.BinaryPkcs12, "The file is PKCS#12, not PEM.", "FFFFF", Severity.Error, PemRepair.Mended),
        new(PemDefectKind.JavaKeyStore, "The file is a Java key store, not PEM.", "FFFF.", Severity.Error, PemRepair.Mended),
        new(PemDefectKind.PasswordNeeded, "The file wants a password.", "FFFFF", Severity.Error, PemRepair.NothingToMend),
        new(PemDefectKind.Comment, "There is text outside the blocks.", ".....", Severity.Information, PemRepair.KeptAsText),
        new(PemDefectKind.TextDump, "There is a readable dump of certificates outside the blocks, as from openssl x509 -text.", ".....",
            Severity.Information, PemRepair.KeptAsText),
        new(PemDefectKind.CommentedOut, "A block is commented out and does not count.", ".....", Severity.Information,
            PemRepair.KeptAsText),
        new(PemDefectKind.TooManyBlocks, "There are more damaged or foreign blocks than are worth listing.", ".....", Severity.Warning,
            PemRepair.Kept),
        new(PemDefectKind.Binary, "The file is no file of certificates; some only stand in it.", "FFFFF", Severity.Error, PemRepair.Mended),
        new(PemDefectKind.HeaderBlankLine, "The blank line between the headers of an encrypted key and its base64 is missing.", "F...F",
            Severity.Error, PemRepair.Mended),
    ];

    private static readonly Dictionary<PemDefectKind, PemDefectRow> ByKind = Rows.ToDictionary(r => r.Kind);

    /// <summary>Every row.</summary>
    public static IReadOnlyList<PemDefectRow> All => Rows;

    /// <summary>The row of a kind.</summary>
    public static PemDefectRow Of(PemDefectKind kind) => ByKind[kind];
}
