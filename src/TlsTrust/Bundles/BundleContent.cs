using TlsTrust.CertificateFiles;
using TlsTrust.CertificateFiles.Blocks;
using TlsTrust.CertificateFiles.Containers;
using TlsTrust.CertificateFiles.Defects;
using TlsTrust.Certificates;

namespace TlsTrust.Bundles;

/// <summary>One part of a bundle: a certificate, or a block that is carried along.</summary>
internal sealed record BundlePart
{
    /// <summary>The block it was, or null for a certificate from elsewhere.</summary>
    public PemBlock? Block { get; init; }

    /// <summary>The certificate, or null.</summary>
    public Certificate? Certificate { get; init; }

    /// <summary>Line in the file; 0 for what is from elsewhere or has no lines.</summary>
    public int Line { get; init; }

    /// <summary>Where it is from, in words.</summary>
    public required CertificateOrigin Origin { get; init; }

    /// <summary>A line of text to be written before it.</summary>
    public string? Comment { get; init; }

    /// <summary>
    /// True when it must be written as it stands: what could not be read, is of no known kind, or would change its meaning.
    /// </summary>
    public bool KeepAsIs => Block is { Raw.IsEmpty: false } && (Certificate is null || Block.Reason is not null || RejectsServers);

    /// <summary>OpenSSL's trust settings on it refuse servers.</summary>
    public bool RejectsServers { get; init; }

    public bool IsPrivateKey =>
        Block is { } block && Certificate is null
            && (block.Kind is PemBlockKind.PrivateKey or PemBlockKind.EncryptedPrivateKey || PemLabel.IsPrivate(block.Label));
}

/// <summary>A file taken apart: certificates, keys and the rest, in its order.</summary>
internal sealed class BundleContent
{
    // What OWASP asks for (2023).
    private const int KeyRounds = 600_000;

    private BundleContent(string form, bool isBinary, IReadOnlyList<BundlePart> parts, IReadOnlyList<PemDefect> defects,
        PemDocument? document)
    {
        Form = form;
        IsBinary = isBinary;
        Parts = parts;
        Defects = defects;
        Document = document;
    }

    public string Form { get; }

    public bool IsBinary { get; }

    public IReadOnlyList<BundlePart> Parts { get; }

    public IReadOnlyList<PemDefect> Defects { get; }

    public PemDocument? Document { get; }

    /// <summary>The password of its keys: the one that was given, or the customary one that opened the container.</summary>
    public string? Password { get; private init; }

    /// <summary>True when a private key is in the container and can't be had from it.</summary>
    public bool LosesKey { get; private init; }

    /// <summary>What stands in fields of another meaning, and the names of these.</summary>
    public IReadOnlyList<(BundlePart Part, string Field)> Apart { get; private init; } = [];

    /// <summary>The key store that the file is; null for other forms.</summary>
    public Pkcs12Content? Pkcs12 { get; private init; }

    /// <summary>
    /// What the file is where certificates only happen to stand in it: an archive, a program, a signed message; else null.
    /// </summary>
    public string? Foreign { get; private init; }

    /// <summary>True for a binary form with nothing wrong or left over in it.</summary>
    public bool IsPure =>
        IsBinary && Foreign is null
            && Defects.All(d =>
                d.Kind is PemDefectKind.BinaryDer or PemDefectKind.BinaryPkcs7 or PemDefectKind.BinaryPkcs12 or PemDefectKind.JavaKeyStore);

    public static BundleContent Read(string name, ReadOnlyMemory<byte> data, BundleRepairOptions options)
    {
        CertificateFile file = CertificateFile.Read(data, options.Password, options.KeepText, options.Cancellation);
        if (file.Document is null)
        {
            List<BundlePart> parts =
                [.. file.Certificates.Select(c =>
                    new BundlePart { Certificate = c.Certificate,
                        Origin = CertificateOrigin.File(c.Alias is null ? name : $"{name}, {c.Alias}") })];
            bool whole = !file.HoldsPrivateKey;
            IReadOnlyList<KeyStoreItem>? keys = file.Pkcs12 is { } store ? store.Items : file.JavaKeys;
            if (keys is not null && file.Certificates.Count > 0)
            {
                whole = file.Pkcs12?.HasClosedKey != true;
                parts.InsertRange(0,
                    Keys(keys, file.Password, options.Cancellation)
                        .Select(key => new BundlePart { Block = key, Origin = CertificateOrigin.File(name) }));
            }

            return new BundleContent(NameOf(file.Form), file.Form != CertificateFileForm.Empty, parts, file.Defects, null)
            {
                Password = file.Password ?? options.Password,
                LosesKey = !whole,
                Foreign = file.Foreign,
                Pkcs12 = file.Pkcs12,
            };
        }

        List<BundlePart> blocks = [];
        int next = 0;
        foreach (PemBlock block in file.Document.Blocks)
        {
            // The reader lists certificates in the order of their blocks.
            LocatedCertificate? located = null;
            for (int at = next; block.Kind == PemBlockKind.Certificate && at < file.Certificates.Count && located is null; at++)
            {
                located = block.Der.Equals(file.Certificates[at].Certificate.RawData) ? file.Certificates[at] : null;
                next = located is null ? next : at + 1;
            }

            if (block.Kind == PemBlockKind.Pkcs7 && block.Reason is null && Pkcs7Certificates.IsBag(block.Der))
            {
                continue; // they follow
            }

            blocks.Add(new BundlePart
            {
                Block = block,
                Certificate = located?.Certificate,
                RejectsServers = located?.RejectsServers ?? false,
                Line = block.Line,
                Origin = CertificateOrigin.File(name, block.Line),
            });
        }

        ContainerFields? fields = file.Document.IsEmbedded ? ContainerFields.Of(data.Span) : null;
        FieldRole unwanted = options.Kind == PemBundleKind.Trust ? FieldRole.Identity : FieldRole.Authority;
        List<(BundlePart Part, string Field)> apart = fields is null ? []
            : [.. blocks.Where(part => fields.At(part.Block).Role == unwanted).Select(part => (part, fields.At(part.Block).Name))];
        blocks.RemoveAll(part => apart.Exists(other => ReferenceEquals(other.Part, part)));
        return new BundleContent(NameOf(file.Form), isBinary: false, blocks, file.Defects, file.Document)
        {
            Password = options.Password,
            Foreign = file.Foreign,
            Apart = apart,
        };
    }

    // Under the password they had, or in the clear where they had none.
    private static IEnumerable<PemBlock> Keys(IReadOnlyList<KeyStoreItem> items, string? password, CancellationToken cancellation)
    {
        bool open = string.IsNullOrEmpty(password);
        return items.Where(item => item is { Kind: KeyStoreItemKind.PrivateKey, Content.IsEmpty: false }).Select(key => new PemBlock
        {
            Label = open ? PemLabel.PrivateKey : PemLabel.EncryptedPrivateKey,
            Kind = open ? PemBlockKind.PrivateKey : PemBlockKind.EncryptedPrivateKey,
            Line = 0,
            Der = open ? key.Content
                : PasswordProtection.EncryptKey(key.Content.Span, password!, forOldReaders: false, KeyRounds, cancellation),
        });
    }

    private static string NameOf(CertificateFileForm form) => form switch
    {
        CertificateFileForm.Pem => "PEM",
        CertificateFileForm.Der => "DER",
        CertificateFileForm.Pkcs7 => "PKCS#7",
        CertificateFileForm.Pkcs12 => "PKCS#12",
        CertificateFileForm.JavaKeyStore => "Java key store",
        CertificateFileForm.Empty => "empty",
        _ => "no certificate file",
    };
}
