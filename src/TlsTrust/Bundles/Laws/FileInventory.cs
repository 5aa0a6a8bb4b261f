using System.Security.Cryptography;
using TlsTrust.CertificateFiles;
using TlsTrust.CertificateFiles.Blocks;
using TlsTrust.CertificateFiles.Containers;
using TlsTrust.Certificates;

namespace TlsTrust.Bundles.Laws;

/// <summary>All that any reader gets from a file: by our own reader and by a strict one, whatever either overlooks.</summary>
internal sealed class FileInventory
{
    private readonly Dictionary<string, Certificate> _certificates = [];
    private readonly Dictionary<string, string> _others = [];
    private readonly HashSet<string> _off = [];

    private FileInventory()
    {
    }

    /// <summary>Certificates by the hash of their bytes.</summary>
    public IReadOnlyDictionary<string, Certificate> Certificates => _certificates;

    /// <summary>Keys and all other blocks: their label by the hash of their decoded content.</summary>
    public IReadOnlyDictionary<string, string> Others => _others;

    /// <summary>Certificates and blocks behind a comment mark.</summary>
    public IReadOnlySet<string> SwitchedOff => _off;

    /// <summary>Looks through a file.</summary>
    public static FileInventory Of(ReadOnlyMemory<byte> file, string? password, CancellationToken cancellation)
    {
        FileInventory inventory = new();
        CertificateFile read = CertificateFile.Read(file, password, keepText: false, cancellation);
        foreach (LocatedCertificate located in read.Certificates)
        {
            inventory._certificates.TryAdd(HashOf(located.Certificate.RawData.Span), located.Certificate);
        }

        foreach (PemBlock block in read.Document?.Blocks ?? [])
        {
            if (block.Kind != PemBlockKind.Certificate && !block.Der.IsEmpty && !IsBag(block.Der))
            {
                inventory._others.TryAdd(HashOf(block.Der.Span), block.Label);
            }
        }

        foreach (StrictBlock block in StrictScan.Blocks(file))
        {
            inventory.Add(block);
        }

        // What is there in the open as well is not switched off.
        inventory._off.RemoveWhere(o => inventory._certificates.ContainsKey(o) || inventory._others.ContainsKey(o));
        return inventory;
    }

    /// <summary>What stands for bytes in every comparison.</summary>
    public static string HashOf(ReadOnlySpan<byte> payload) => Convert.ToHexString(SHA256.HashData(payload));

    private void Add(StrictBlock block)
    {
        if (AddCertificates(block) || (block.IsDecoded && IsBag(block.Payload)))
        {
            return;
        }

        // Of a known label, what can't be decoded is of use to nobody; an unknown one may hold any text.
        PemBlockKind kind = PemLabel.KindOf(block.Label);
        if (kind == PemBlockKind.Certificate || (!block.IsDecoded && PemLabel.IsKnown(block.Label)) || block.Payload.Length == 0)
        {
            return;
        }

        string hash = HashOf(block.Payload);
        if (block.IsOff)
        {
            _off.Add(hash);
        }
        else
        {
            _others.TryAdd(hash, block.Label);
        }
    }

    // One, or several one behind the other, perhaps with OpenSSL's trust settings at the end.
    private bool AddCertificates(StrictBlock block)
    {
        if (!block.IsDecoded)
        {
            return false;
        }

        bool any = false;
        ReadOnlyMemory<byte> rest = block.Payload;
        while (DerShape.IsCertificate(rest.Span)
            && Certificate.TryParse(rest[..DerShape.TotalLength(rest.Span)], out Certificate? certificate, out _))
        {
            any = true;
            string hash = HashOf(certificate.RawData.Span);
            if (block.IsOff)
            {
                _off.Add(hash);
            }
            else
            {
                _certificates.TryAdd(hash, certificate);
            }

            rest = rest[certificate.RawData.Length..];
        }

        return any;
    }

    // A bag is replaced by the certificates in it.
    private static bool IsBag(ReadOnlyMemory<byte> der) => DerShape.Classify(der.Span) == PemBlockKind.Pkcs7
        && Pkcs7Certificates.IsBag(der);
}
