using TlsTrust.CertificateFiles.Containers;
using TlsTrust.CertificateFiles.Defects;
using TlsTrust.CertificateFiles.Text;

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
internal sealed class PemBody
{
    private readonly DefectNotes _notes;
    private readonly EmbeddedTextReader _readEmbedded;
    private readonly Base64Gatherer _gatherer;
    private readonly BodyReadings _readings;
    private readonly BodyAcceptance _acceptance;
    private readonly FramedBody _framed;
    private readonly BodyStarts _starts;
    private readonly BodyRest _rest;

    public PemBody(DefectNotes notes, EmbeddedTextReader readEmbedded)
    {
        _notes = notes;
        _readEmbedded = readEmbedded;
        _gatherer = new Base64Gatherer(notes);
        _readings = new BodyReadings(_gatherer.Found);
        _acceptance = new BodyAcceptance(notes, _gatherer.Found);
        _framed = new FramedBody(notes, _acceptance);
        BareCertificates bare = new();
        _starts = new BodyStarts(notes, _readings, bare);
        _rest = new BodyRest(notes, _readings, bare, _acceptance, _framed);
    }

    /// <summary>Reads a body.</summary>
    /// <param name="text">The whole text.</param>
    /// <param name="start">Behind the BEGIN marker and its headers.</param>
    /// <param name="end">At the END marker, the next BEGIN or the end of the text.</param>
    /// <param name="prefix">What stands before the BEGIN marker on its line.</param>
    /// <param name="label">As it should be.</param>
    /// <param name="isSealed">Whether its headers say that it is encrypted: what looks like DER in it is chance.</param>
    public PemBodyResult Read(
        ReadOnlySpan<byte> text, int start, int end, ReadOnlySpan<byte> prefix, string label, bool isSealed = false)
    {
        PemBodyResult result = new();
        _gatherer.Gather(text, start, end, prefix);
        if (_gatherer.Found.Lines == 1 && _notes.Has(PemDefectKind.LongLine))
        {
            _notes.Remove(PemDefectKind.LongLine);
            _notes.Add(PemDefectKind.OneLine, start);
        }

        if (_notes.Has(PemDefectKind.Quoted))
        {
            _notes.Remove(PemDefectKind.Indented); // the space behind the mark
        }

        (int padding, int padAt) = _gatherer.Found.Padding;
        if (_gatherer.Found.IsClean && _gatherer.Found.Count > 0
            && (padding > 2 || (_gatherer.Found.Count + padding) % 4 != 0
                || Base64Values.HasSpareBits(_gatherer.Found.Count, _gatherer.Found.Values[^1])))
        {
            _notes.Add(PemDefectKind.BadPadding, padAt < 0 ? _gatherer.End : padAt);
        }

        BodyInText body = new(text, start, end, label);
        if (TryExact(result, body) || (isSealed && TryUnknown(result, label, isSealed)) || _starts.TryMany(result, body)
            || _rest.TryRead(result, body) || _framed.TryRead(result, body)
            || _starts.TryOne(result, body) || TryEncodedTwice(result, start)
                || TryUnknown(result, label, isSealed))
        {
            return result;
        }

        Explain(result, start, label);
        return result;
    }

    /// <summary>Gives back the memory of an unusually long body, whose text may be about to be copied.</summary>
    public void Release() => _gatherer.Found.Release();

    // A reading whose length is just what the DER says.
    private bool TryExact(PemBodyResult result, in BodyInText body)
    {
        foreach (BodyReading reading in _readings.All())
        {
            if (_readings.Base64Length(reading) is var (length, sound) && sound && _readings.TotalLength(reading) == length
                && _readings.TryDecode(reading, length, out byte[]? der))
            {
                if (_acceptance.TryTake(result, body, der, reading, demandCertificate: false, body.Label))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private bool TryEncodedTwice(PemBodyResult result, int start)
    {
        if (!_gatherer.Found.IsClean || !_readEmbedded(_gatherer.Found.Values, result.Contents))
        {
            return false;
        }

        _notes.Add(PemDefectKind.EncodedTwice, start);
        return true;
    }

    // Clean base64 of something that is no DER we know: an OpenSSH key, a key under a password, somebody's own format.
    private bool TryUnknown(PemBodyResult result, string label, bool isSealed)
    {
        if (!_gatherer.Found.IsClean || _gatherer.Found.Count == 0 || _gatherer.Found.Count % 4 == 1 || _notes.Has(PemDefectKind.Base64Url)
            || _notes.Has(PemDefectKind.BadPadding)
            || PemLabel.KindOf(label) is PemBlockKind.Certificate or PemBlockKind.Crl or PemBlockKind.CertificateRequest)
        {
            return false;
        }

        byte[] content = new byte[_gatherer.Found.Count * 3 / 4];
        Base64Values.Decode(_gatherer.Found.Values, DroppedLines.None, content);
        if (!isSealed && PemLabel.IsKnown(label) && content[0] == 0x30 && DerShape.TotalLength(content) > content.Length)
        {
            return false;
        }

        result.Contents.Add(new PemContent(content, PemLabel.KindOf(label), null));
        return true;
    }

    private void Explain(PemBodyResult result, int start, string label)
    {
        BodyReading plain = BodyReading.Plain;
        int total = _readings.TotalLength(plain);
        (int available, _) = _readings.Base64Length(plain);
        if (_gatherer.Found.Count == 0)
        {
            _notes.Add(PemDefectKind.NotBase64, start);
            result.Reason = "there is no base64 in it";
        }
        else if (total > available)
        {
            _notes.Add(PemDefectKind.TruncatedDer, start);
            result.Reason = $"{(PemLabel.IsPrivate(label) ? "it is a private key, and its" : "its")} DER should have {total} bytes and " +
                $"{available} are there";
        }
        else if (total > 0)
        {
            _notes.Add(PemDefectKind.MalformedCertificate, start);
            result.Reason = "its DER is no certificate: the parts do not fit together";
        }
        else
        {
            _notes.Add(_gatherer.Found.IsClean ? PemDefectKind.MalformedCertificate : PemDefectKind.NotBase64, start);
            result.Reason = _gatherer.Found.IsClean ? "what it holds is not DER"
                : "it holds characters that are no base64, and without them it is no DER";
        }
    }
}
