namespace TlsTrust.CertificateFiles.Defects;

/// <summary>
/// What each client family makes of each kind of defect, in its worst variety. Measured on OpenSSL 3.0.22 (through Python's
/// load_verify_locations), GnuTLS 3.7.9, Go 1.19, .NET 10 and OpenJDK 17 by PemClientTests, which fail where the table is not true.
/// </summary>
public static class PemClients
{
    // F: loses other certificates or the whole file. c: loses the one concerned. Dot: reads it. In the order of PemClient.
    private static readonly Dictionary<PemDefectKind, string> Measured = new()
    {
        [PemDefectKind.Utf8Bom] = "..c.F",
        [PemDefectKind.BomInside] = "c.ccF",
        [PemDefectKind.Utf16] = "FFFFF",
        [PemDefectKind.NulBytes] = "FFFFF",
        [PemDefectKind.NonBreakingSpace] = "FFccF",
        [PemDefectKind.CarriageReturnOnly] = "F.F..",
        [PemDefectKind.EmptyFile] = "FFFFF",
        [PemDefectKind.NoCertificate] = "FFFFF",
        [PemDefectKind.GluedMarkers] = "F.FFF",
        [PemDefectKind.MissingEnd] = "FFccF",
        [PemDefectKind.MissingBegin] = "ccccF",
        [PemDefectKind.LabelMismatch] = "FcccF",
        [PemDefectKind.DashCount] = "FcccF",
        [PemDefectKind.TypographicDashes] = "ccccc",
        [PemDefectKind.MarkerSpacing] = "FcccF",
        [PemDefectKind.MarkerCase] = "ccccF",
        [PemDefectKind.TextOnMarkerLine] = "F.ccF",
        [PemDefectKind.UnusualLabel] = "cccc.",
        [PemDefectKind.DashesInText] = "F...F",
        [PemDefectKind.Indented] = "c.c.c",
        [PemDefectKind.Quoted] = "FFcFF",
        [PemDefectKind.EscapedNewlines] = "cFccF",
        [PemDefectKind.HtmlMarkup] = "FFccF",
        [PemDefectKind.PercentEncoded] = "ccccF",
        [PemDefectKind.QuotedPrintable] = "FFccF",
        [PemDefectKind.TerminalCodes] = "FFccF",
        [PemDefectKind.EncodedTwice] = "FFcFF",
        [PemDefectKind.BlankLine] = "F....",
        [PemDefectKind.PlusBecameSpace] = "FFcFF",
        [PemDefectKind.Base64Url] = "FFccF",
        [PemDefectKind.BadPadding] = "FFccF",
        [PemDefectKind.ForeignCharacters] = "FFccF",
        [PemDefectKind.OddLines] = "FFcFF",
        [PemDefectKind.Headers] = "FFccF",
        [PemDefectKind.NotBase64] = "FFccF",
        [PemDefectKind.Ambiguous] = "FFccF",
        [PemDefectKind.TrustedCertificateLabel] = ".cccF",
        [PemDefectKind.TrustSettings] = ".cccF",
        [PemDefectKind.X509CertificateLabel] = ".ccc.",
        [PemDefectKind.ContentMismatch] = "cccc.",
        [PemDefectKind.Pkcs7] = "ccccF",
        [PemDefectKind.SeveralInOneBlock] = "FFFFF",
        [PemDefectKind.TruncatedDer] = "FFcFF",
        [PemDefectKind.TrailingBytes] = ".FcFF",
        [PemDefectKind.MalformedCertificate] = "FFcFF",
        [PemDefectKind.PrivateKey] = "....F",
        [PemDefectKind.CertificateRequest] = ".F..F",
        [PemDefectKind.RevocationList] = "....F",
        [PemDefectKind.OtherBlock] = "....F",
        [PemDefectKind.BareBase64] = "ccccc",
        [PemDefectKind.RawDer] = "Fccc.",
        [PemDefectKind.BinaryDer] = "FFFF.",
        [PemDefectKind.BinaryPkcs7] = "FFFF.",
        [PemDefectKind.BinaryPkcs12] = "FFFFF",
        [PemDefectKind.JavaKeyStore] = "FFFF.",
        [PemDefectKind.PasswordNeeded] = "FFFFF",
    };

    private static readonly Dictionary<PemDefectKind, ResultList<PemClientEffect>> Effects = Measured.ToDictionary(
        m => m.Key,
        m => new ResultList<PemClientEffect>(m.Value
            .Select((letter, client) => new PemClientEffect((PemClient)client, letter == 'F' ? PemOutcome.FileLost : letter == 'c' ? PemOutcome.CertificateLost : PemOutcome.Loaded))
            .Where(e => e.Outcome != PemOutcome.Loaded)));

    private static readonly ResultList<PemClientEffect> None = [];

    /// <summary>The clients that have trouble with a kind of defect; empty where all measured ones read it.</summary>
    public static ResultList<PemClientEffect> EffectsOf(PemDefectKind kind) => Effects.GetValueOrDefault(kind, None);

    /// <summary>How much a kind of defect matters.</summary>
    public static Severity SeverityOf(PemDefectKind kind) => kind switch
    {
        // Lawful; whether they belong in a file depends on what the file is for.
        PemDefectKind.PrivateKey or PemDefectKind.CertificateRequest or PemDefectKind.RevocationList or PemDefectKind.OtherBlock or PemDefectKind.Comment or PemDefectKind.TextDump
            or PemDefectKind.CommentedOut => Severity.Information,
        _ => Effects.ContainsKey(kind) ? Severity.Error : Severity.Warning,
    };

    /// <summary>The family as people know it.</summary>
    public static string NameOf(PemClient client) => client switch
    {
        PemClient.OpenSsl => "OpenSSL (curl, git, Python, Ruby, PHP)",
        PemClient.GnuTls => "GnuTLS (wget, Debian's git)",
        PemClient.Go => "Go",
        PemClient.DotNet => ".NET",
        PemClient.Java => "Java",
        _ => client.ToString(),
    };
}
