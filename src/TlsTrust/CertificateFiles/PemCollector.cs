using System.Text;
using TlsTrust.CertificateFiles.Blocks;
using TlsTrust.CertificateFiles.Containers;
using TlsTrust.CertificateFiles.Defects;
using TlsTrust.CertificateFiles.Text;
using TlsTrust.Certificates;

namespace TlsTrust.CertificateFiles;

/// <summary>Where a block stands.</summary>
internal readonly record struct PemPlace(int Line, int Column, int Start, int End);

/// <summary>Gathers what a reader finds and puts names to it.</summary>
internal sealed class PemCollector
{
    // Even a text that is nothing but defects costs less memory than itself; beyond this, one line says how many more there are.
    private const int AlwaysListed = 1000;
    private const int BytesForEachDefect = 100;
    private const int BytesForEachOddBlock = 250; // a block that keeps its text is five times a defect

    // What a certificate takes in most bundles: a list that need not grow leaves no smaller ones behind.
    private const int BytesForEachCertificate = 1400;

    // What no text has: all controls but tab, line ends, page breaks, the end of a DOS file and the escape of terminals.
    private static readonly System.Buffers.SearchValues<byte> Controls = System.Buffers.SearchValues.Create(
        [1, 2, 3, 4, 5, 6, 7, 0x0E, 0x0F, 0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1C, 0x1D, 0x1E, 0x1F, 0x7F]);

    private readonly List<PemContent> _raw;
    private readonly int _defectsListed;
    private readonly int _oddListed;
    private readonly bool _keepText;
    private readonly RepairProof _proof;
    private int _nextRaw;
    private int _odd;
    private int _unlisted;
    private StringBuilder? _preamble;
    private (PemDefectKind Kind, string? Reason, string Message) _last;

    public PemCollector(int textLength, List<PemDefect> defects, List<PemContent> raw, bool keepText)
    {
        Defects = defects;
        _raw = raw;
        _keepText = keepText;
        _proof = new(this);
        _defectsListed = AlwaysListed + (textLength / BytesForEachDefect);
        _oddListed = AlwaysListed + (textLength / BytesForEachOddBlock);
        Blocks = new(textLength / BytesForEachCertificate);
        Certificates = new(textLength / BytesForEachCertificate);
    }

    public List<PemBlock> Blocks { get; }

    public List<LocatedCertificate> Certificates { get; }

    public List<PemDefect> Defects { get; }

    public DefectNotes Notes { get; } = new();

    /// <summary>What the text around the blocks tells of the file.</summary>
    public Surroundings Surroundings { get; } = new();

    /// <summary>False once something stands around the blocks that no text has.</summary>
    public bool IsText { get; set; } = true;

    /// <summary>What stands behind the last block, where text is kept.</summary>
    public string? Trailer => _preamble?.ToString();

    public bool IsComplete => _unlisted == 0;

    public int CommentLine { get; private set; }

    public int DumpLine { get; private set; }

    public int DashesLine { get; private set; }

    public void Add(PemBlock block, Certificate? certificate, bool rejectsServers = false, PemPlace place = default,
        bool needsProof = false)
    {
        if (certificate is null && block.Kind is not (PemBlockKind.PrivateKey or PemBlockKind.EncryptedPrivateKey) && ++_odd > _oddListed)
        {
            _unlisted++;
            return;
        }

        if (_preamble is not null)
        {
            block.Extra = (block.Extra ?? new PemBlockExtra()) with { Preamble = _preamble.ToString() };
            _preamble = null;
        }

        Blocks.Add(block);
        if (certificate is not null)
        {
            if (!block.IsIntact)
            {
                _proof.Expect(place, needsProof);
            }

            Certificates.Add(
                new LocatedCertificate(certificate, block.Line) { WasRepaired = !block.IsIntact, RejectsServers = rejectsServers });
        }
    }

    public void Add(PemDefectKind kind, int line, int column, string? reason = null, bool repairable = true)
    {
        if (Defects.Count >= _defectsListed)
        {
            _unlisted += PemDefects.Of(kind).Severity == Severity.Information ? 0 : 1;
            return;
        }

        Defects.Add(new PemDefect
        {
            Kind = kind,
            Line = line,
            Column = column,
            Message = Message(kind, reason),
            IsRepairable = repairable && reason is null && kind is not (PemDefectKind.TrustSettings or PemDefectKind.CommentedOut),
        });
    }

    /// <summary>Turns the notes of a block into defects.</summary>
    public void Flush(ref LineCounter lines, string? reason = null, bool repairable = true)
    {
        if (Notes.IsEmpty)
        {
            return;
        }

        foreach ((int position, PemDefectKind kind) in Notes.Drain())
        {
            (int line, int column) = lines.At(position);
            Add(kind, line, column, IsReasoned(kind) ? reason : null, repairable);
        }
    }

    /// <summary>Adds what was found between two markers, or says why nothing was.</summary>
    public void AddBody(PemBodyResult result, string label, PemPlace place, string? headers, ReadOnlySpan<byte> text, ref LineCounter lines)
    {
        PemBlockKind expected = PemLabel.KindOf(label);
        if (IsSomebodyElses(result, label))
        {
            // As it stands: what it means, and how its lines must be, only its owner knows.
            Notes.Drain();
            Add(PemDefectKind.OtherBlock, place.Line, place.Column);
            AddRaw(place.Start, ref lines);
            Add(
                new PemBlock
                {
                    Label = label,
                    Kind = PemBlockKind.Other,
                    Line = place.Line,
                    Column = place.Column,
                    EndLine = lines.At(place.End).Line,
                    Der = result.Contents.Count == 1 && headers is null ? result.Contents[0].Der : default,
                    Extra = new PemBlockExtra { Headers = headers, Raw = text[place.Start..place.End].ToArray() },
                },
                null);
            return;
        }

        if (result.Contents.Count == 0)
        {
            Flush(ref lines, result.Reason, repairable: false);
            AddRaw(place.Start, ref lines);
            Add(Unreadable(label, expected, place, result.Reason!, text[place.Start..place.End], lines.At(place.End).Line), null);
            return;
        }

        foreach (PemContent content in result.Contents)
        {
            BlockNaming.Note(Notes, label, content, headers, place.Start);
        }

        string? reason = result.Contents.FirstOrDefault(c => c.Fault is not null).Fault?.ToString();
        if (reason is not null)
        {
            Notes.Add(PemDefectKind.MalformedCertificate, place.Start);
        }

        Flush(ref lines, reason);
        int endLine = lines.At(place.End).Line;
        foreach (PemContent content in result.Contents)
        {
            bool encrypted = headers?.Contains("ENCRYPTED", StringComparison.Ordinal) ?? false;
            PemBlock block = new()
            {
                Label = BlockNaming.ProperLabel(label, content),
                Kind = encrypted && PemLabel.IsPrivate(label) ? PemBlockKind.EncryptedPrivateKey : content.Kind,
                Line = place.Line,
                Column = place.Column,
                EndLine = endLine,
                Der = content.Der,
                IsIntact = !result.IsLossy,
                Extra = new PemBlockExtra
                {
                    Headers = headers,
                    Reason = content.Fault?.ToString(),
                    Raw = result.KeepAsIs || content.Fault is not null ? text[place.Start..place.End].ToArray() : default,
                },
            };
            Add(block, content.Certificate, result.KeepAsIs, place, result.NeedsProof);
            if (content.Kind == PemBlockKind.Pkcs7 && Pkcs7Certificates.TryRead(content.Der, out IReadOnlyList<Certificate> inside))
            {
                foreach (Certificate certificate in inside)
                {
                    if (!Pkcs7Certificates.IsBag(content.Der))
                    {
                        Certificates.Add(new LocatedCertificate(certificate, place.Line)); // in a message that stays as it is
                        continue;
                    }

                    Add(new PemBlock { Label = PemLabel.Certificate, Kind = PemBlockKind.Certificate, Line = place.Line,
                        Column = place.Column, EndLine = endLine, Der = certificate.RawData }, certificate);
                }
            }
        }
    }

    public void AddUnreadable(string label, PemPlace place, PemDefectKind kind, string reason, ReadOnlySpan<byte> raw)
    {
        Add(kind, place.Line, place.Column, reason);
        Add(Unreadable(label, PemLabel.KindOf(label), place, reason, raw, place.Line), null);
    }

    /// <summary>Adds certificates that stood in binary before this position.</summary>
    public void AddRaw(int position, ref LineCounter lines)
    {
        while (_nextRaw < _raw.Count && _raw[_nextRaw].Position <= position)
        {
            PemContent content = _raw[_nextRaw++];
            (int line, int column) = lines.At(content.Position);
            Add(PemDefectKind.RawDer, line, column);
            Add(new PemBlock { Label = PemLabel.Certificate, Kind = PemBlockKind.Certificate, Line = line, Column = column, EndLine = line,
                Der = content.Der }, content.Certificate);
        }
    }

    /// <summary>Adds a block behind a comment mark: it is text, and stays so.</summary>
    public void AddSwitchedOff(string label, int line, int column, ReadOnlySpan<byte> text)
    {
        Add(PemDefectKind.CommentedOut, line, column, label);
        if (!text.IsEmpty)
        {
            AddText(text, line);
        }
    }

    public void AddText(ReadOnlySpan<byte> text, int line, bool isStart = false)
    {
        CommentLine = CommentLine == 0 ? line : CommentLine;
        if (DumpLine == 0
            && (text.IndexOf("Signature Algorithm:"u8) >= 0 || text.IndexOf("Bag Attributes"u8) >= 0
                || text.IndexOf("Subject Public Key Info:"u8) >= 0))
        {
            DumpLine = line;
        }

        int dashes = DashesLine > 0 ? -1 : text.StartsWith("-----"u8) ? 0
            : Math.Max(text.IndexOf("\n-----"u8), text.IndexOf("\r-----"u8)) + 1;
        if (dashes > 0 || (dashes == 0 && text.StartsWith("-----"u8)))
        {
            DashesLine = line + new LineCounter(text).At(dashes).Line - 1;
        }

        IsText &= !HoldsControls(text);
        Surroundings.Add(text, isStart);
        if (_keepText)
        {
            _preamble ??= new StringBuilder();
            _preamble.Append(PemText.Lines(text)).Append('\n');
        }
    }

    /// <summary>Whether there are bytes that no text has.</summary>
    public static bool HoldsControls(ReadOnlySpan<byte> text) => text.IndexOfAny(Controls) >= 0;

    /// <summary>What can be judged only when all is read.</summary>
    public void Finish(ReadOnlySpan<byte> text)
    {
        _proof.Check(text);
        if (DashesLine > 0)
        {
            Add(PemDefectKind.DashesInText, DashesLine, 1);
        }

        if (DumpLine > 0)
        {
            Defects.Add(
                new PemDefect { Kind = PemDefectKind.TextDump, Line = DumpLine, Message = PemDefects.Of(PemDefectKind.TextDump).Words,
                    IsRepairable = false });
        }
        else if (CommentLine > 0)
        {
            Defects.Add(
                new PemDefect { Kind = PemDefectKind.Comment, Line = CommentLine, Message = PemDefects.Of(PemDefectKind.Comment).Words,
                    IsRepairable = false });
        }

        if (_unlisted > 0)
        {
            Defects.Add(
                new PemDefect { Kind = PemDefectKind.TooManyBlocks, Line = 0, Column = 0,
                    Message = $"{PemDefects.Of(PemDefectKind.TooManyBlocks).Words} ({_unlisted} more.)", IsRepairable = false });
        }

        if (Certificates.Count == 0)
        {
            Defects.Add(
                new PemDefect { Kind = PemDefectKind.NoCertificate, Line = 0, Column = 0,
                    Message = PemDefects.Of(PemDefectKind.NoCertificate).Words, IsRepairable = false });
        }
    }

    // An unknown label, and nothing in it that we know. What was to be a certificate is one of ours, damaged.
    private static bool IsSomebodyElses(PemBodyResult result, string label) =>
        label.Length > 0 && !PemLabel.IsKnown(label) && !PemLabel.IsPrivate(label)
            && !label.Contains("CERT", StringComparison.OrdinalIgnoreCase)
        && result.Contents.TrueForAll(c => c.Kind == PemBlockKind.Other) && !result.IsLossy;

    // A file that is damaged all over says the same thing thousands of times.
    private string Message(PemDefectKind kind, string? reason)
    {
        string message = PemDefects.Of(kind).Words;
        if (reason is null)
        {
            return message;
        }

        if (_last.Kind != kind || _last.Reason != reason)
        {
            _last = (kind, reason, $"{message.TrimEnd('.')}: {reason}.");
        }

        return _last.Message;
    }

    public static PemBlock Unreadable(string label, PemBlockKind kind, PemPlace place, string reason, ReadOnlySpan<byte> raw, int endLine,
        string? preamble = null) => new()
    {
        Label = label,
        Kind = kind,
        Line = place.Line,
        Column = place.Column,
        EndLine = endLine,
        IsIntact = false,
        Extra = new PemBlockExtra { Reason = reason, Raw = raw.ToArray(), Preamble = preamble },
    };

    private static bool IsReasoned(PemDefectKind kind) =>
        kind is PemDefectKind.NotBase64 or PemDefectKind.Ambiguous or PemDefectKind.TruncatedDer or PemDefectKind.MalformedCertificate;
}
