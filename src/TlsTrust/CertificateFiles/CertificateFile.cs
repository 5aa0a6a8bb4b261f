using TlsTrust.CertificateFiles.Blocks;
using TlsTrust.CertificateFiles.Containers;
using TlsTrust.CertificateFiles.Defects;
using TlsTrust.Certificates;
using TlsTrust.Certificates.Der;
using TlsTrust.Files;

namespace TlsTrust.CertificateFiles;

/// <summary>What a certificate file is, by its content.</summary>
public enum CertificateFileForm
{
    /// <summary>Nothing that holds certificates.</summary>
    Unknown,

    /// <summary>No bytes at all.</summary>
    Empty,

    /// <summary>Text with blocks, or what can be read as such.</summary>
    Pem,

    /// <summary>Binary X.509.</summary>
    Der,

    /// <summary>Binary PKCS#7 / CMS.</summary>
    Pkcs7,

    /// <summary>PKCS#12, also of Java.</summary>
    Pkcs12,

    /// <summary>Java's JKS or JCEKS.</summary>
    JavaKeyStore,
}

/// <summary>
/// The one reader of certificate files: PEM however damaged, DER, PKCS#7, PKCS#12 and Java key stores, told apart by content and
/// never by name.
/// </summary>
public sealed class CertificateFile
{
    /// <summary>Larger files are refused: the largest bundle met is 18 MB, and this much is read in a second.</summary>
    public const int MaxLength = 256 * 1024 * 1024;

    // Java's stores are sealed with it by convention, other tools' with nothing.
    private const string JavaPassword = "changeit";

    private CertificateFile(CertificateFileForm form, IReadOnlyList<LocatedCertificate> certificates, IReadOnlyList<PemDefect> defects,
        bool holdsPrivateKey, PemDocument? document)
    {
        Form = form;
        Certificates = certificates;
        Defects = defects;
        HoldsPrivateKey = holdsPrivateKey;
        Document = document;
    }

    /// <summary>What it is.</summary>
    public CertificateFileForm Form { get; }

    /// <summary>Every certificate in the order of the file, duplicates and all.</summary>
    public IReadOnlyList<LocatedCertificate> Certificates { get; }

    /// <summary>What is wrong or worth knowing.</summary>
    public IReadOnlyList<PemDefect> Defects { get; }

    /// <summary>True when a private key is in it, under a password or not.</summary>
    public bool HoldsPrivateKey { get; }

    /// <summary>
    /// What opened a container: the password that was given, or the customary one that fits; null where it needs none or is no container.
    /// </summary>
    internal string? Password { get; private init; }

    /// <summary>What a PKCS#12 holds, by its own fields; null for other forms and where it was not opened.</summary>
    internal Pkcs12Content? Pkcs12 { get; private init; }

    /// <summary>
    /// What the file is where certificates only happen to stand in it, in words: an archive, a program, a signed message; else null.
    /// </summary>
    internal string? Foreign { get; private init; }

    /// <summary>The private keys of a Java key store; null where one can't be opened, and for other forms.</summary>
    internal IReadOnlyList<KeyStoreItem>? JavaKeys { get; private init; }

    /// <summary>The blocks of a PEM file; null for other forms.</summary>
    public PemDocument? Document { get; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file; links are followed.</param>
    /// <param name="password">For PKCS#12 and Java key stores. Without one, none, the empty one and Java's customary one are tried.</param>
    /// <exception cref="IOException">It is not there, can't be read, or is larger than <see cref="MaxLength"/>.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read it.</exception>
    public static CertificateFile Read(string path, string? password = null) => Read(ReadBytes(path), password);

    /// <summary>Reads the bytes of a file. Never throws for what they hold.</summary>
    public static CertificateFile Read(ReadOnlyMemory<byte> data, string? password = null) =>
        Read(data, password, keepText: false, CancellationToken.None);

    /// <summary>
    /// Reads what came from the network, in the forms that are expected there (RFC 5280 §4.2.2.1): DER, PEM, PKCS#7. Key stores are told
    /// but not opened: how long that takes, whoever made them decides.
    /// </summary>
    public static CertificateFile ReadDownload(ReadOnlyMemory<byte> data) => FormOfKeyStore(data.Span) is { } form
        ? new CertificateFile(form, [],
            [Whole(PemDefectKind.PasswordNeeded, "A key store is not taken from the network.", repairable: false)], true, null)
        : Read(data);

    /// <summary>
    /// Reads, and on request keeps the text between the blocks of a PEM file. Cancelling ends the making of keys from passwords.
    /// </summary>
    internal static CertificateFile Read(ReadOnlyMemory<byte> data, string? password, bool keepText, CancellationToken cancellation)
    {
        ReadOnlySpan<byte> bytes = data.Span;
        if (bytes.IsEmpty)
        {
            return new CertificateFile(CertificateFileForm.Empty, [],
                [Whole(PemDefectKind.EmptyFile, "The file is empty.", repairable: false)], false, null);
        }

        if (FormOfKeyStore(bytes) is { } store)
        {
            return store == CertificateFileForm.Pkcs12 ? ReadPkcs12(data, password, cancellation) : ReadJavaKeyStore(data, password);
        }

        if (bytes.Length > 2 && bytes[0] == 0x30)
        {
            int total = DerShape.TotalLength(bytes);
            PemBlockKind kind = DerShape.Classify(bytes);
            if ((kind == PemBlockKind.Pkcs7 || bytes[1] == 0x80) && Pkcs7Certificates.TryRead(data, out IReadOnlyList<Certificate> inside))
            {
                if (!Pkcs7Certificates.IsBag(data))
                {
                    return OfForeign(ForeignFile.Message, [.. inside.Select(c => new LocatedCertificate(c, 0))]);
                }

                return new CertificateFile(
                    CertificateFileForm.Pkcs7,
                    [.. inside.Select(c => new LocatedCertificate(c, 0))],
                    [Whole(PemDefectKind.BinaryPkcs7,
                        $"The file is binary PKCS#7 with {inside.Count} certificate{(inside.Count == 1 ? "" : "s")}, not PEM.")],
                    false,
                    null);
            }

            if (kind == PemBlockKind.Certificate)
            {
                CertificateFile der = ReadDer(data, total);

                // What is binary first and text then is text with a binary certificate in it; binary behind it is nothing of ours.
                if (der.Defects.All(d => d.Kind != PemDefectKind.TrailingBytes))
                {
                    return der;
                }

                PemDocument mixed = PemDocument.Read(bytes);
                if (mixed.Blocks.Count <= der.Certificates.Count)
                {
                    return mixed.IsText ? der : OfForeign(ForeignFile.Rest, der.Certificates);
                }
            }
        }

        PemDocument document = PemDocument.Read(bytes, keepText);
        if (!document.IsText && document.Blocks.Count > 0)
        {
            return OfForeign(ForeignFile.NameOf(bytes), document.Certificates, document);
        }

        bool holdsKey =
            document.Blocks.Any(b => b.Kind is PemBlockKind.PrivateKey or PemBlockKind.EncryptedPrivateKey || PemLabel.IsPrivate(b.Label));
        CertificateFileForm form = document.Blocks.Count > 0 ? CertificateFileForm.Pem : CertificateFileForm.Unknown;
        return new CertificateFile(form, document.Certificates, document.Defects, holdsKey, document);
    }

    /// <summary>The bytes of a file of at most <see cref="MaxLength"/>.</summary>
    /// <exception cref="IOException">It is not there, can't be read, is too large, or is a pipe, a socket or a device.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read it.</exception>
    public static byte[] ReadBytes(string path, CancellationToken cancellation = default) =>
        InputFile.ReadAllBytes(path, MaxLength, "certificate file", cancellation);

    // What else is in it can't be told, and is not ours to lose.
    private static CertificateFile OfForeign(string name, IReadOnlyList<LocatedCertificate> certificates, PemDocument? document = null) =>
        new(
        CertificateFileForm.Unknown,
        certificates,
        [Whole(PemDefectKind.Binary, $"The file is {name}, and no file of certificates; {certificates.Count} " +
            $"certificate{(certificates.Count == 1 ? " stands" : "s stand")} in it.")],
        document?.Blocks.Any(b => PemLabel.IsSecret(b.Label)) == true,
        document) { Foreign = name };

    private static CertificateFileForm? FormOfKeyStore(ReadOnlySpan<byte> bytes)
    {
        if (JavaKeyStore.IsKeyStore(bytes))
        {
            return CertificateFileForm.JavaKeyStore;
        }

        if (bytes.Length <= 2 || bytes[0] != 0x30)
        {
            return null;
        }

        PemBlockKind kind = DerShape.Classify(bytes);
        return kind == PemBlockKind.Pkcs12 || (kind == PemBlockKind.Other && bytes[1] == 0x80 && bytes[2] == 0x02)
            ? CertificateFileForm.Pkcs12 : null;
    }

    private static CertificateFile ReadDer(ReadOnlyMemory<byte> data, int total)
    {
        List<LocatedCertificate> certificates = [];
        List<PemDefect> defects = [];
        ReadOnlyMemory<byte> rest = data;
        while (DerShape.IsCertificate(rest.Span))
        {
            total = DerShape.TotalLength(rest.Span);
            if (!Certificate.TryParse(rest[..total], out Certificate? certificate, out DerFault? fault))
            {
                defects.Add(Whole(PemDefectKind.MalformedCertificate, $"The file is DER, but no certificate: {fault}.", repairable: false));
                break;
            }

            certificates.Add(new LocatedCertificate(certificate, 0));
            rest = rest[total..];
        }

        if (certificates.Count > 0)
        {
            defects.Insert(0, Whole(PemDefectKind.BinaryDer, "The file is a certificate in binary (DER) form, not PEM."));
        }

        if (rest.Length > 0 && defects.All(d => d.IsRepairable))
        {
            defects.Add(Whole(PemDefectKind.TrailingBytes, $"{rest.Length} bytes follow the certificate."));
        }

        return new CertificateFile(CertificateFileForm.Der, certificates, defects, false, null);
    }

    private static CertificateFile ReadPkcs12(ReadOnlyMemory<byte> data, string? password, CancellationToken cancellation)
    {
        // An empty password is written in two ways, and told apart by none who types it.
        string?[] passwords = password is null ? [null, "", JavaPassword] : password.Length == 0 ? ["", null] : [password];
        Pkcs12Result result = Pkcs12Reader.Read(data, passwords, cancellation);
        if (result.Content is not { } content)
        {
            string message = result.Fault is { } fault ? $"The file is PKCS#12 and can't be read here: {fault}."
                : password is null ? "The file is PKCS#12 and wants a password."
                : "The file is PKCS#12; the password does not fit.";
            return new CertificateFile(
                CertificateFileForm.Pkcs12, [], [Whole(PemDefectKind.PasswordNeeded, message, repairable: false)], true, null);
        }

        List<LocatedCertificate> certificates = [];
        foreach (KeyStoreItem item in content.Items.Where(item => item.Kind is KeyStoreItemKind.Certificate or KeyStoreItemKind.Anchor))
        {
            if (Certificate.TryParse(item.Content, out Certificate? parsed, out _))
            {
                certificates.Add(new LocatedCertificate(parsed, 0, item.Name));
            }
        }

        return new CertificateFile(
            CertificateFileForm.Pkcs12,
            certificates,
            [Whole(PemDefectKind.BinaryPkcs12,
                $"The file is PKCS#12 with {certificates.Count} certificate{(certificates.Count == 1 ? "" : "s")}, not PEM.")],
            content.Items.Any(item => item.Kind == KeyStoreItemKind.PrivateKey),
            null) { Password = content.Password, Pkcs12 = content };
    }

    private static CertificateFile ReadJavaKeyStore(ReadOnlyMemory<byte> data, string? password)
    {
        List<(string Alias, ReadOnlyMemory<byte> Der)> entries = [];
        List<(string Alias, ReadOnlyMemory<byte> Hidden)> hidden = [];
        bool whole = JavaKeyStore.TryRead(data, entries, hidden, out bool holdsKeys);
        List<LocatedCertificate> certificates = [];
        foreach ((string alias, ReadOnlyMemory<byte> der) in entries)
        {
            if (Certificate.TryParse(der, out Certificate? certificate, out _))
            {
                certificates.Add(new LocatedCertificate(certificate, 0, alias));
            }
        }

        List<PemDefect> defects =
            [Whole(PemDefectKind.JavaKeyStore,
                $"The file is a Java key store with {certificates.Count} certificate{(certificates.Count == 1 ? "" : "s")}, not PEM.")];
        if (!whole)
        {
            defects.Add(
                Whole(PemDefectKind.TruncatedDer, "The key store ends early or holds an entry that can't be stepped over.",
                    repairable: false));
        }
        else if (JavaKeyStore.Check(data.Span, password) == JavaKeyStore.Seal.Broken)
        {
            defects.Add(Whole(PemDefectKind.PasswordNeeded, "The key store's seal does not fit the password.", repairable: false));
        }

        List<KeyStoreItem> keys = [];
        foreach ((string alias, ReadOnlyMemory<byte> key) in hidden)
        {
            if (JavaKeyProtection.Open(key, password ?? JavaPassword) is { } open)
            {
                keys.Add(new() { Kind = KeyStoreItemKind.PrivateKey, Content = open, Name = alias });
            }
        }

        return new CertificateFile(CertificateFileForm.JavaKeyStore, certificates, defects, holdsKeys, null)
        {
            JavaKeys = whole && keys.Count == hidden.Count ? keys : null,
            Password = password ?? (keys.Count > 0 ? JavaPassword : null),
        };
    }

    private static PemDefect Whole(PemDefectKind kind, string message, bool repairable = true) =>
        new() { Kind = kind, Line = 0, Column = 0, Message = message, IsRepairable = repairable };
}
