using System.Collections;
using System.Management.Automation;
using System.Security.Cryptography.X509Certificates;
using TlsTrust.CertificateFiles;
using TlsTrust.Certificates;
using TlsTrust.Files;

namespace TlsTrust.PowerShell.Parameters;

/// <summary>
/// Turns what names a certificate into its digest: a file (its first certificate), a fingerprint as people copy it, an object. Never
/// throws: what names none stays as it is, and the cmdlet says so.
/// </summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class ExpectedCertificateAttribute : ArgumentTransformationAttribute
{
    // SHA-1, as Windows shows it, and SHA-256.
    private static readonly int[] DigestLengths = [40, 64];

    /// <summary>True for a digest of this form.</summary>
    public static bool IsDigest(string text) => text is not null && DigestLengths.Contains(text.Length) && text.All(char.IsAsciiHexDigit);

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        object? plain = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        return plain is IEnumerable list and not string and not byte[]
            ? list.Cast<object?>().Select(item => One(engineIntrinsics, item)).ToArray()
            : new[] { One(engineIntrinsics, inputData) };
    }

    private static string? One(EngineIntrinsics engine, object? input)
    {
        object? restored = Rehydration.Restore(input);
        object? plain = restored is PSObject wrapped ? wrapped.BaseObject : restored;
        return plain switch
        {
            Certificate ours => ours.Sha256,
            X509Certificate platform => Digest(platform.GetRawCertData()),
            ChainCertificate shown => shown.Sha256,
            FileInfo file => OfFile(file.FullName) ?? file.FullName,
            string text when Plain(text) is { } digest && IsDigest(digest) => digest,
            string text when FilePaths.Exists(engine.SessionState, text) =>
                OfFile(engine.SessionState.Path.GetUnresolvedProviderPathFromPSPath(text)) ?? text,
            _ => plain?.ToString(),
        };
    }

    // "AB:CD", "ab cd" and "SHA256:…" are one fingerprint.
    private static string Plain(string text)
    {
        string hex = text[(text.LastIndexOf('=') + 1)..];
        return string.Concat(hex.Where(letter => letter is not (':' or ' ' or '-'))).ToUpperInvariant();
    }

    private static string? OfFile(string path)
    {
        try
        {
            return CertificateFile.Read(InputFile.ReadAllBytes(path)).Certificates is [var first, ..] ? first.Certificate.Sha256 : null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string? Digest(byte[] der) => Certificate.TryParse(der, out Certificate? certificate, out _) ? certificate.Sha256 : null;
}
