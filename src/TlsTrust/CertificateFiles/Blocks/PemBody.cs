using System.Diagnostics.CodeAnalysis;
using TlsTrust.CertificateFiles.Containers;
using TlsTrust.CertificateFiles.Defects;
using TlsTrust.CertificateFiles.Text;
using TlsTrust.Certificates;
using TlsTrust.Certificates.Der;
using TlsTrust.Certificates.Keys;
using TlsTrust.Certificates.Signatures;

namespace TlsTrust.CertificateFiles.Blocks;

/// <summary>What came of a damaged body.</summary>
internal sealed class PemBodyResult
{
    public List<PemContent> Contents { get; } = [];

    /// <summary>Why there is nothing, or null.</summary>
    public string? Reason { get; set; }

    /// <summary>True when something other than lawful base64 had to be left out or guessed at.</summary>
    public bool IsLossy { get; set; }

    /// <summary>True when only the signature of an issuer can tell that the right bytes were left out.</summary>
    public bool NeedsProof { get; set; }

    /// <summary>True when the bytes can't be written under a plain label without changing what they mean.</summary>
    public bool KeepAsIs { get; set; }
}

/// <summary>Reads a body whose base64 values hold a whole PEM file once more; false where they don't.</summary>
internal delegate bool EmbeddedTextReader(ReadOnlySpan<byte> values, List<PemContent> contents);

/// <summary>Tries the readings that a damaged body allows, and takes the one that is a whole, consistent object.</summary>
internal sealed partial class PemBody(DefectNotes notes, EmbeddedTextReader readEmbedded)
{
    // What the reader of base64 made of that which stands around it.
    private static readonly PemDefectKind[] OfTheFrame =
    [
        PemDefectKind.LongLine, PemDefectKind.ShortLine, PemDefectKind.OneLine, PemDefectKind.InnerSpace, PemDefectKind.Indented,
            PemDefectKind.TrailingSpace,
        PemDefectKind.Base64Url, PemDefectKind.BadPadding, PemDefectKind.ForeignCharacters, PemDefectKind.BlankLine,
    ];

    private readonly Base64Gatherer _gatherer = new(notes);
    private readonly BareCertificates _bare = new();
    private int _start;
    private bool _holdsKey; // then no certificate is taken out of what stands around it: the key would be lost

    private static Reading Plain => new(DroppedLines.None, false);

    /// <summary>
    /// Whether the issuer's key stands for a certificate that was put together from damage. What this platform can't check (Ed25519) is
    /// taken where key and algorithm are of one such kind; an RSA or EC key that can't be used for the check is a damaged one.
    /// </summary>
    public static bool Agrees(Certificate repaired, Certificate issuer) => repaired.VerifySignature(issuer) switch
    {
        SignatureStatus.Valid => true,
        SignatureStatus.NotCheckable =>
            repaired.SignatureAlgorithm.Oid.Length > 0 && repaired.SignatureAlgorithm.Oid == issuer.PublicKey.AlgorithmOid,
        _ => false,
    };

    /// <summary>Reads a body.</summary>
    /// <param name="text">The whole text.</param>
    /// <param name="start">Behind the BEGIN marker and its headers.</param>
    /// <param name="end">At the END marker, the next BEGIN or the end of the text.</param>
    /// <param name="prefix">What stands before the BEGIN marker on its line.</param>
    /// <param name="label">As it should be.</param>
    public PemBodyResult Read(ReadOnlySpan<byte> text, int start, int end, ReadOnlySpan<byte> prefix, string label)
    {
        PemBodyResult result = new();
        _start = start;
        _gatherer.Gather(text, start, end, prefix);
        if (_gatherer.Lines == 1 && notes.Has(PemDefectKind.LongLine))
        {
            notes.Remove(PemDefectKind.LongLine);
            notes.Add(PemDefectKind.OneLine, start);
        }

        if (notes.Has(PemDefectKind.Quoted))
        {
            notes.Remove(PemDefectKind.Indented); // the space behind the mark
        }

        (int padding, int padAt) = _gatherer.Padding;
        if (_gatherer.IsClean && _gatherer.Count > 0
            && (padding > 2 || (_gatherer.Count + padding) % 4 != 0 || Base64Values.HasSpareBits(_gatherer.Count, _gatherer.Values[^1])))
        {
            notes.Add(PemDefectKind.BadPadding, padAt < 0 ? _gatherer.End : padAt);
        }

        _holdsKey = PemLabel.IsPrivate(label) || BareCertificates.HoldKey(text, start, end);
        if (TryExact(result, label) || TryManyStarts(result, text, start, end) || TryWithRest(result, text, start, end, label)
            || TryFramed(result, text, start, end)
            || TryOneStart(result, text, start, end) || TryEncodedTwice(result, start) || TryUnknown(result, label))
        {
            return result;
        }

        Explain(result, start, label);
        return result;
    }

    /// <summary>Gives back the memory of an unusually long body, whose text may be about to be copied.</summary>
    public void Release() => _gatherer.Release();

    // A reading whose length is just what the DER says.
    private bool TryExact(PemBodyResult result, string label)
    {
        foreach (Reading reading in Readings())
        {
            if (Base64Length(reading) is var (length, sound) && sound && TotalLength(reading) == length
                && TryDecode(reading, length, out byte[]? der))
            {
                if (Accept(result, der, reading, demandCertificate: false, label))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private bool TryEncodedTwice(PemBodyResult result, int start)
    {
        if (!_gatherer.IsClean || !readEmbedded(_gatherer.Values, result.Contents))
        {
            return false;
        }

        notes.Add(PemDefectKind.EncodedTwice, start);
        return true;
    }

    // Something else stands on every line, and it differs from line to line: the time in a log, a command in a script.
    private bool TryFramed(PemBodyResult result, ReadOnlySpan<byte> text, int start, int end)
    {
        if (end - start > FramedLines.MaxLength)
        {
            return false;
        }

        ReadOnlySpan<byte> body = text[start..end];
        foreach (FramedLines.Without without in Enum.GetValues<FramedLines.Without>())
        {
            PemDefectKind kind = without == FramedLines.Without.Nothing ? PemDefectKind.Quoted : PemDefectKind.OddLines;
            if (TryFrame(result, FramedLines.OfLines(body, without), kind, start))
            {
                return true;
            }
        }

        foreach (int columns in (ReadOnlySpan<int>)[64, 76])
        {
            for (int separator = 1; separator <= FramedLines.MaxSeparator; separator++)
            {
                if (TryFrame(result, FramedLines.OfColumns(body, columns, separator), PemDefectKind.Quoted, start))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private bool TryFrame(PemBodyResult result, ReadOnlySpan<byte> values, PemDefectKind defect, int start)
    {
        Span<byte> header = stackalloc byte[6];
        int length = Base64Values.Decode(values, DroppedLines.None, header) < header.Length ? -1 : DerShape.TotalLength(header);
        int available = (int)((long)values.Length * 3 / 4);
        if (length != available)
        {
            return false;
        }

        byte[] der = new byte[length];
        Base64Values.Decode(values, DroppedLines.None, der);
        if (!Accept(result, der, Plain, demandCertificate: false, "", lossy: true))
        {
            return false;
        }

        foreach (PemDefectKind kind in OfTheFrame)
        {
            notes.Remove(kind);
        }

        notes.Add(defect, start);
        return true;
    }

    // Clean base64 of something that is no DER we know: an OpenSSH key, a key under a password, somebody's own format.
    private bool TryUnknown(PemBodyResult result, string label)
    {
        if (!_gatherer.IsClean || _gatherer.Count == 0 || _gatherer.Count % 4 == 1 || notes.Has(PemDefectKind.Base64Url)
            || notes.Has(PemDefectKind.BadPadding)
            || PemLabel.KindOf(label) is PemBlockKind.Certificate or PemBlockKind.Crl or PemBlockKind.CertificateRequest)
        {
            return false;
        }

        byte[] content = new byte[_gatherer.Count * 3 / 4];
        Base64Values.Decode(_gatherer.Values, DroppedLines.None, content);
        if (content[0] == 0x30 && DerShape.TotalLength(content) > content.Length)
        {
            return false;
        }

        result.Contents.Add(new PemContent(content, PemLabel.KindOf(label), null));
        return true;
    }

    private void Explain(PemBodyResult result, int start, string label)
    {
        Reading plain = Plain;
        int total = TotalLength(plain);
        (int available, _) = Base64Length(plain);
        if (_gatherer.Count == 0)
        {
            notes.Add(PemDefectKind.NotBase64, start);
            result.Reason = "there is no base64 in it";
        }
        else if (total > available)
        {
            notes.Add(PemDefectKind.TruncatedDer, start);
            result.Reason = $"{(PemLabel.IsPrivate(label) ? "it is a private key, and its" : "its")} DER should have {total} bytes and " +
                $"{available} are there";
        }
        else if (total > 0)
        {
            notes.Add(PemDefectKind.MalformedCertificate, start);
            result.Reason = "its DER is no certificate: the parts do not fit together";
        }
        else
        {
            notes.Add(_gatherer.IsClean ? PemDefectKind.MalformedCertificate : PemDefectKind.NotBase64, start);
            result.Reason = _gatherer.IsClean ? "what it holds is not DER"
                : "it holds characters that are no base64, and without them it is no DER";
        }
    }

    private bool Accept(PemBodyResult result, byte[] der, Reading reading, bool demandCertificate, string label, bool lossy = false)
    {
        PemBlockKind kind = DerShape.Classify(der);
        lossy |= !_gatherer.IsClean || !reading.IsPlain;
        if (lossy && _holdsKey && kind is not (PemBlockKind.PrivateKey or PemBlockKind.EncryptedPrivateKey))
        {
            return false;
        }

        if (kind == PemBlockKind.Other && (lossy || demandCertificate || PemLabel.KindOf(label) == PemBlockKind.Certificate))
        {
            return false;
        }

        if (kind != PemBlockKind.Certificate)
        {
            result.Contents.Add(new PemContent(der, kind == PemBlockKind.Other ? PemLabel.KindOf(label) : kind, null));
        }
        else if (Certificate.TryParse(der, out Certificate? certificate, out DerFault? fault))
        {
            // What was put together from damage must agree with itself where it can: a root signs itself. And its encoding must be without
            // fault: the signature does not cover all of it.
            if (lossy && ((certificate.IsSelfIssued && !IsConsistent(certificate))
                || certificate.Faults.Any(f => f.Kind == DerFaultKind.Encoding)))
            {
                return false;
            }

            result.Contents.Add(new PemContent(der, kind, certificate));
        }
        else if (lossy)
        {
            return false;
        }
        else
        {
            result.Contents.Add(new PemContent(der, kind, null, fault));
        }

        result.IsLossy |= lossy;
        if (reading.Plus)
        {
            notes.Remove(PemDefectKind.InnerSpace);
            notes.Remove(PemDefectKind.Indented);
            notes.Remove(PemDefectKind.TrailingSpace);
            notes.Add(PemDefectKind.PlusBecameSpace, _start);
        }
        else if (reading.Dropped != DroppedLines.None)
        {
            notes.Add(PemDefectKind.OddLines, _start);
        }

        return true;
    }

    private static bool IsConsistent(ReadOnlyMemory<byte> der) =>
        Certificate.TryParse(der, out Certificate? certificate, out _) && IsConsistent(certificate);

    /// <summary>True for a certificate that its own key signs.</summary>
    public static bool IsConsistent(Certificate certificate) => certificate.IsSelfIssued && Agrees(certificate, certificate);

    private IEnumerable<Reading> Readings()
    {
        yield return Plain;
        yield return new Reading(DroppedLines.Prose, false);
        yield return new Reading(DroppedLines.Foreign, false);
        yield return new Reading(DroppedLines.ForeignOrSpaced, false);
        if (_gatherer.Spaces.Count > 0)
        {
            yield return new Reading(DroppedLines.None, true);
        }
    }

    // Bytes that a reading gives, and whether its number of characters is one that base64 can have.
    private (int Length, bool IsSound) Base64Length(Reading reading)
    {
        int count = Base64Values.CountWithout(_gatherer.Values, reading.Dropped) + (reading.Plus ? _gatherer.Spaces.Count : 0);
        return ((int)((long)count * 3 / 4), count % 4 != 1);
    }

    private int TotalLength(Reading reading)
    {
        Span<byte> header = stackalloc byte[6];
        int length = Base64Values.Decode(_gatherer.Values, reading.Dropped, header, reading.Plus ? _gatherer.Spaces : null);
        return length > 2 && header[0] == 0x30 ? DerShape.TotalLength(header[..length]) : -1;
    }

    private bool TryDecode(Reading reading, int length, [NotNullWhen(true)] out byte[]? der)
    {
        der = new byte[length];
        if (Base64Values.Decode(_gatherer.Values, reading.Dropped, der, reading.Plus ? _gatherer.Spaces : null) == length)
        {
            return true;
        }

        der = null;
        return false;
    }

    /// <summary>Which characters count.</summary>
    private readonly record struct Reading(DroppedLines Dropped, bool Plus)
    {
        public bool IsPlain => Dropped == DroppedLines.None && !Plus;
    }
}
