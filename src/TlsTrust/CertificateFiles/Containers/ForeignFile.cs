namespace TlsTrust.CertificateFiles.Containers;

/// <summary>Names a file in which certificates stand though it is no file of certificates, by its first bytes.</summary>
internal static class ForeignFile
{
    /// <summary>PKCS#7 that somebody signed, or that has a content.</summary>
    public const string Message = "a signed message (CMS, PKCS#7)";

    /// <summary>A certificate and something behind it.</summary>
    public const string Rest = "a certificate in binary form with other data behind it";

    private const int TarMagic = 257; // where "ustar" stands in the first record

    private static readonly (byte[] Start, string Name)[] Known =
    [
        ([0x7F, (byte)'E', (byte)'L', (byte)'F'], "a program (ELF)"),
        ([(byte)'M', (byte)'Z'], "a program (Windows)"),
        ([(byte)'P', (byte)'K', 3, 4], "an archive (zip, jar, docx)"),
        ([0x1F, 0x8B], "an archive (gzip)"),
        ("SQLite format 3\0"u8.ToArray(), "a data base (SQLite)"),
        ("%PDF"u8.ToArray(), "a PDF document"),
        ("!<arch>"u8.ToArray(), "an archive (ar, deb)"),
        ([0xCA, 0xFE, 0xBA, 0xBE], "a Java class or a program (macOS)"),
        ([0xCF, 0xFA, 0xED, 0xFE], "a program (macOS)"),
        ([0x28, 0xB5, 0x2F, 0xFD], "an archive (zstd)"),
        ([0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z'], "an archive (xz)"),
        ([0xD4, 0xC3, 0xB2, 0xA1], "a capture of a network (pcap)"),
        ([0x0A, 0x0D, 0x0D, 0x0A], "a capture of a network (pcapng)"),
    ];

    /// <summary>What it is, in words.</summary>
    public static string NameOf(ReadOnlySpan<byte> file)
    {
        foreach ((byte[] start, string name) in Known)
        {
            if (file.StartsWith(start))
            {
                return name;
            }
        }

        if (file.Length > TarMagic + 5 && file[TarMagic..].StartsWith("ustar"u8))
        {
            return "an archive (tar)";
        }

        // RFC 6960 §4.2.1: a sequence of an enumerated status and the tagged answer.
        int header = file.Length > 8 && file[0] == 0x30 ? (file[1] < 0x80 ? 2 : 2 + (file[1] & 0x7F)) : file.Length;
        return header + 4 < file.Length && file[header..].StartsWith((ReadOnlySpan<byte>)[0x0A, 0x01, 0x00, 0xA0])
            ? "an answer of an OCSP responder"
            : file.Length > 2 && file[0] == 0x30 && DerShape.TotalLength(file) == file.Length ? "DER of another kind than certificates"
            : "binary, not text";
    }
}
