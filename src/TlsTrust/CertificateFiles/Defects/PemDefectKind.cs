#pragma warning disable CS1591 // each name has its row in PemDefects
using TlsTrust.CertificateFiles.Containers;

namespace TlsTrust.CertificateFiles.Defects;

/// <summary>What can be wrong with, or worth knowing about, a certificate file. The names are public contract.</summary>
public enum PemDefectKind
{
    // The file as text.
    Utf8Bom,
    BomInside,
    Utf16,
    NulBytes,
    NonBreakingSpace,
    CarriageReturnOnly,
    MixedLineEnds,
    NoFinalNewline,
    EmptyFile,
    NoCertificate,

    // The BEGIN and END lines.
    GluedMarkers,
    MissingEnd,
    MissingBegin,
    LabelMismatch,
    DashCount,
    TypographicDashes,
    MarkerSpacing,
    MarkerCase,
    TextOnMarkerLine,
    UnusualLabel,
    DashesInText,

    // What was put around every line.
    Indented,
    Quoted,
    EscapedNewlines,
    HtmlMarkup,
    PercentEncoded,
    QuotedPrintable,
    TerminalCodes,
    EncodedTwice,

    // Between the markers.
    LongLine,
    ShortLine,
    OneLine,
    BlankLine,
    TrailingSpace,
    InnerSpace,
    PlusBecameSpace,
    Base64Url,
    BadPadding,
    ForeignCharacters,
    OddLines,
    Headers,
    NotBase64,
    Ambiguous,

    // What the base64 holds.
    TrustedCertificateLabel,
    TrustSettings,
    X509CertificateLabel,
    ContentMismatch,
    Pkcs7,
    SeveralInOneBlock,
    TruncatedDer,
    TrailingBytes,
    MalformedCertificate,
    PrivateKey,
    CertificateRequest,
    RevocationList,
    OtherBlock,

    // Certificates that are not in blocks.
    BareBase64,
    RawDer,
    BinaryDer,
    BinaryPkcs7,
    BinaryPkcs12,
    JavaKeyStore,
    PasswordNeeded,

    // Legal, and kept or dropped by choice.
    Comment,
    TextDump,
    CommentedOut,
    TooManyBlocks,

    // Added later; numbers stay.
    Binary,
    HeaderBlankLine,
}
