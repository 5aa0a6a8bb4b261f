using System.Security.Cryptography;
using System.Text;
using TlsTrust.CertificateFiles;
using TlsTrust.CertificateFiles.Blocks;
using TlsTrust.CertificateFiles.Containers;
using TlsTrust.Certificates;

namespace TlsTrust.Bundles.Forms;

/// <summary>Writes a planned bundle in the form that its server takes. What is written is read again before anybody gets it.</summary>
public static class FormWriter
{
    /// <summary>6 characters: keytool refuses to open a store with a shorter password.</summary>
    public const int ShortestJavaPassword = 6;

    // What OWASP asks for (2023), as for every key that is written as PEM.
    private const int KeyRounds = 600_000;

    /// <summary>The files of a form.</summary>
    /// <exception cref="FormException">It can't be written: the message says what is missing.</exception>
    public static IReadOnlyList<FormFile> Write(BundlePlan plan, FormOptions options)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(options);
        bool isServer = plan.Report.Kind == PemBundleKind.Server;
        Certificate[] certificates = [.. plan.Certificates];
        if (certificates.Length == 0)
        {
            throw new FormException("There is no certificate to write.");
        }

        if (!isServer && (options.Form is BundleForm.Split or BundleForm.Combined or BundleForm.Pfx))
        {
            throw new FormException(
                $"{options.Form} is for servers, and the file is a trust bundle: {plan.Report.KindReason}. -Kind Server says otherwise.");
        }

        if (isServer && plan.Report.KeyMatches == false)
        {
            throw new FormException("The private key does not belong to the server's certificate.");
        }

        PemBlock[] keys = [.. Keys(plan.Copy.Span)];
        if (keys.Length > 1 && options.Form is not (BundleForm.FullChain or BundleForm.Pkcs7))
        {
            throw new FormException("There is more than one private key in the file; each server wants a file of its own.");
        }

        PemBlock? own = keys.FirstOrDefault();
        return options.Form switch
        {
            BundleForm.FullChain => [new("", plan.Copy, plan.HoldsKey)],
            BundleForm.Split => Split(certificates, own, options),
            BundleForm.Combined => Combined(certificates, own ?? Beside(options), options),
            BundleForm.Pkcs7 => [Checked(new("", Pkcs7Writer.Write(certificates.Select(c => c.RawData)), false), certificates, null)],
            _ => [Store(certificates, own ?? Beside(options), isServer, options)],
        };
    }

    private static IEnumerable<PemBlock> Keys(ReadOnlySpan<byte> pem) =>
        [.. PemDocument.Read(pem).Blocks.Where(block =>
            block.Reason is null && (block.Kind is PemBlockKind.PrivateKey or PemBlockKind.EncryptedPrivateKey))];

    private static PemBlock? Beside(FormOptions options) => options.Key is { } key ? Keys(key.Span).FirstOrDefault() : null;

    private static List<FormFile> Split(Certificate[] chain, PemBlock? key, FormOptions options)
    {
        List<FormFile> files =
        [
            Checked(new("cert.pem", Pem(chain[..1]), false), chain[..1], null),
            Checked(new("fullchain.pem", Pem(chain), false), chain, null),
        ];
        if (chain.Length > 1)
        {
            files.Insert(1, Checked(new("chain.pem", Pem(chain[1..]), false), chain[1..], null));
        }

        if (key is not null)
        {
            files.Add(new("privkey.pem", KeyPem(key, options), true));
        }

        return files;
    }

    private static FormFile[] Combined(Certificate[] chain, PemBlock? key, FormOptions options) => key is null
        ? throw new FormException("Combined holds the private key, and there is none in the file; -KeyPath gives it.")
        : [Checked(new("", (byte[])[.. Pem(chain), .. KeyPem(key, options)], true), chain, null)];

    private static FormFile Store(Certificate[] certificates, PemBlock? key, bool isServer, FormOptions options)
    {
        string password = options.NewPassword ?? options.Password
            ?? throw new FormException($"{options.Form} is sealed with a password; -NewPassword gives it.");
        if (options.Form == BundleForm.Jks && password.Length < ShortestJavaPassword)
        {
            throw new FormException($"Java opens no key store with a password of fewer than {ShortestJavaPassword} characters; " +
                $"-NewPassword gives a longer one.");
        }

        if (isServer && key is null)
        {
            throw new FormException($"{options.Form} holds the private key, and there is none in the file; -KeyPath gives it. -Form " +
                $"Pkcs7 holds certificates only.");
        }

        byte[]? open = isServer ? OpenedKey.Of(key!, options.Password, options.Cancellation) : null;
        try
        {
            KeyStoreItem[] items = open is null ? [.. Anchors(certificates)] : [.. Identity(certificates, open)];
            byte[] written = options.Form == BundleForm.Jks
                ? JavaKeyStoreWriter.Write(items, password, options.At)
                : Pkcs12Writer.Write(items, new() { Password = password, ForOldReaders = options.ForOldReaders });
            return Checked(new("", written, open is not null), certificates, password);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(open);
        }
    }

    private static IEnumerable<KeyStoreItem> Identity(Certificate[] chain, byte[] key)
    {
        // Windows and OpenSSL name the pair by the leaf's SHA-1.
        string name = (chain[0].SubjectAlternativeName?.DnsNames is [var first, ..] ? first : null) ?? chain[0].Subject.CommonName
            ?? "server";
        byte[] id = Convert.FromHexString(chain[0].Sha1);
        yield return new() { Kind = KeyStoreItemKind.PrivateKey, Content = key, Name = name, KeyId = id };
        yield return new() { Kind = KeyStoreItemKind.Certificate, Content = chain[0].RawData, Name = name, KeyId = id };
        foreach (Certificate issuer in chain.Skip(1))
        {
            yield return new() { Kind = KeyStoreItemKind.Certificate, Content = issuer.RawData };
        }
    }

    // Aliases must differ, and Java takes no notice of case.
    private static IEnumerable<KeyStoreItem> Anchors(Certificate[] certificates) => certificates.Select(certificate => new KeyStoreItem
    {
        Kind = KeyStoreItemKind.Anchor,
        Content = certificate.RawData,
        Name = $"{(certificate.Subject.CommonName ?? "ca").ToLowerInvariant()} {certificate.Sha256[..16].ToLowerInvariant()}",
    });

    private static byte[] Pem(IEnumerable<Certificate> certificates) =>
        Encoding.ASCII.GetBytes(string.Concat(certificates.Select(certificate => Block("CERTIFICATE", certificate.RawData.Span))));

    // Under the password it had, unless another or none was asked for.
    private static byte[] KeyPem(PemBlock key, FormOptions options)
    {
        if (!options.PlainKey && options.NewPassword is null && (key.Label is PemLabel.PrivateKey or PemLabel.EncryptedPrivateKey))
        {
            return Encoding.ASCII.GetBytes(Block(key.Label, key.Der.Span));
        }

        string? password = options.PlainKey ? null : options.NewPassword
            ?? (key.Kind == PemBlockKind.EncryptedPrivateKey ? options.Password : null);
        byte[] open = OpenedKey.Of(key, options.Password, options.Cancellation);
        try
        {
            return Encoding.ASCII.GetBytes(password is null
                ? Block(PemLabel.PrivateKey, open)
                : Block(PemLabel.EncryptedPrivateKey, PasswordProtection.EncryptKey(
                    open, password, forOldReaders: false, KeyRounds, options.Cancellation)));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(open);
        }
    }

    private static string Block(string label, ReadOnlySpan<byte> der) => PemEncoding.WriteString(label, der) + "\n";

    // Read by our own reader: the same certificates in the same order, and a key where there should be one.
    private static FormFile Checked(FormFile file, Certificate[] planned, string? password)
    {
        CertificateFile read = CertificateFile.Read(file.Content, password);
        bool same = read.Certificates.Select(located => located.Certificate).SequenceEqual(planned)
            && read.HoldsPrivateKey == file.HoldsKey;
        return same ? file : throw new FormException("What was to be written does not read as it should; nothing is written.");
    }
}
