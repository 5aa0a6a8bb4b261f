using TlsTrust.CertificateFiles.Blocks;
using TlsTrust.CertificateFiles.Containers;
using TlsTrust.CertificateFiles.Defects;
using TlsTrust.CertificateFiles.Text;

namespace TlsTrust.CertificateFiles;

/// <summary>A PEM file as it was read, however damaged: its blocks, its certificates, and everything that is wrong with it.</summary>
public sealed class PemDocument
{
    private PemDocument(PemCollector found)
    {
        Blocks = found.Blocks;
        Certificates = found.Certificates;
        Defects = found.Defects;
        EmbeddedIn = found.Surroundings.Document;
        IsText = found.IsText;
        IsComplete = found.IsComplete;
        Trailer = found.Trailer;
    }

    /// <summary>The blocks in the order of the file; also those that could not be read.</summary>
    public IReadOnlyList<PemBlock> Blocks { get; }

    /// <summary>Every certificate in the order of the file, those inside PKCS#7 blocks included, duplicates and all.</summary>
    public IReadOnlyList<LocatedCertificate> Certificates { get; }

    /// <summary>
    /// What is wrong or worth knowing: first the file as text, then in the order of the file, then what shows at the end.
    /// </summary>
    public IReadOnlyList<PemDefect> Defects { get; }

    /// <summary>
    /// True when the blocks stand inside a document of another kind (JSON, YAML, HTML, source code), which is not to be overwritten with
    /// PEM.
    /// </summary>
    public bool IsEmbedded => EmbeddedIn is not null;

    /// <summary>What that document is, in words; null for a file of certificates.</summary>
    public string? EmbeddedIn { get; }

    /// <summary>
    /// False when what stands around the blocks is no text: an archive, a program, a data base in which PEM happens to be.
    /// </summary>
    public bool IsText { get; }

    /// <summary>False when there were more damaged blocks than are listed; such a file can't be rewritten without loss.</summary>
    public bool IsComplete { get; }

    /// <summary>Text behind the last block; only where the reader was asked to keep text.</summary>
    internal string? Trailer { get; }

    /// <summary>
    /// Reads bytes of any kind as PEM. Never throws for what they hold. Time grows with the length of the input and nothing else;
    /// memory stays within three times the input.
    /// </summary>
    public static PemDocument Read(ReadOnlySpan<byte> data) => Read(data, keepText: false);

    /// <summary>Reads, and on request keeps the text between blocks.</summary>
    internal static PemDocument Read(ReadOnlySpan<byte> data, bool keepText)
    {
        List<PemDefect> defects = [];
        List<PemContent> raw = [];
        if (data.IsEmpty)
        {
            defects.Add(
                new PemDefect { Kind = PemDefectKind.EmptyFile, Line = 0, Column = 0,
                    Message = PemDefects.Of(PemDefectKind.EmptyFile).Words, IsRepairable = false });
        }

        ReadOnlySpan<byte> text = PemText.Of(data, defects, raw, out bool holdsRecords);
        PemLineEnds.Check(text, defects);
        PemCollector found = new(text.Length, defects, raw, keepText) { IsText = !holdsRecords };
        new PemReader(text, found).Read();
        found.Finish(text);
        return new PemDocument(found);
    }
}
