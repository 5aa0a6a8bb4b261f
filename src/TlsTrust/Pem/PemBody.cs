using System.Diagnostics.CodeAnalysis;
using TlsTrust.Certificates;

namespace TlsTrust.Pem;

/// <summary>One thing found in a body.</summary>
/// <param name="Der">Its bytes.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Certificate">The certificate, where it is one.</param>
/// <param name="Fault">Why a certificate is none after all.</param>
internal readonly record struct PemContent(ReadOnlyMemory<byte> Der, PemBlockKind Kind, Certificate? Certificate, DerFault? Fault = null)
{
    /// <summary>Position in the text where it was found on its own within the body; -1 for the body's start.</summary>
    public int Position { get; init; } = -1;
}

/// <summary>What came of a damaged body.</summary>
internal sealed class PemBodyResult
{
    public List<PemContent> Contents { get; } = [];

    /// <summary>Why there is nothing, or null.</summary>
    public string? Reason { get; set; }

    /// <summary>True when something other than lawful base64 had to be left out or guessed at.</summary>
    public bool IsLossy { get; set; }

    /// <summary>True when the bytes can't be written under a plain label without changing what they mean.</summary>
    public bool KeepAsIs { get; set; }
}

/// <summary>Tries the readings that a damaged body allows, and takes the one that is a whole, consistent object.</summary>
internal sealed class PemBody(DefectNotes notes)
{
    private readonly Base64Gatherer _gatherer = new(notes);
    private readonly BareCertificates _bare = new();
    private int _start;

    private static Reading Plain => new(DroppedLines.None, false);

    /// <summary>
    /// Whether the issuer's key stands for a certificate that was put together from damage. What this platform can't check (Ed25519) is
    /// taken where key and algorithm are of one such kind; an RSA or EC key that can't be used for the check is a damaged one.
    /// </summary>
    public static bool Agrees(Certificate repaired, Certificate issuer) => SignatureChecker.Check(repaired, issuer) switch
    {
        SignatureStatus.Valid => true,
        SignatureStatus.NotCheckable => repaired.SignatureAlgorithm.Oid.Length > 0 && repaired.SignatureAlgorithm.Oid == issuer.PublicKey.AlgorithmOid,
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
        if (_gatherer.IsClean && _gatherer.Count > 0 && (padding > 2 || (_gatherer.Count + padding) % 4 != 0))
        {
            notes.Add(PemDefectKind.BadPadding, padAt < 0 ? _gatherer.End : padAt);
        }

        if (TryExact(result, label) || TryManyStarts(result, text, start, end) || TryWithRest(result, text, start, end, label) || TryOneStart(result, text, start, end)
            || TryUnknown(result, label))
        {
            return result;
        }

        Explain(result, start);
        return result;
    }

    /// <summary>Gives back the memory of an unusually long body, whose text may be about to be copied.</summary>
    public void Release() => _gatherer.Release();

    // A reading whose length is just what the DER says.
    private bool TryExact(PemBodyResult result, string label)
    {
        foreach (Reading reading in Readings())
        {
            if (Base64Length(reading) is var (length, sound) && sound && TotalLength(reading) == length && TryDecode(reading, length, out byte[]? der))
            {
                if (Accept(result, der, reading, demandCertificate: false, label))
                {
                    return true;
                }
            }
        }

        return false;
    }

    // Blocks that were put together by taking the lines between them away: each starts anew, perhaps behind the padding of the last.
    private bool TryManyStarts(PemBodyResult result, ReadOnlySpan<byte> text, int start, int end)
    {
        Reading plain = Plain;
        int total = TotalLength(plain);
        if (total < 0 || Base64Length(plain).Length < total + DerShape.MinCertificate)
        {
            return false;
        }

        _bare.FindIn(text, start, end, result.Contents, null);
        if (result.Contents.Count < 2)
        {
            result.Contents.Clear();
            return false;
        }

        notes.Add(PemDefectKind.SeveralInOneBlock, start);
        return true;
    }

    // A certificate somewhere between other things.
    private bool TryOneStart(PemBodyResult result, ReadOnlySpan<byte> text, int start, int end)
    {
        if (!_bare.FindIn(text, start, end, result.Contents, null))
        {
            return false;
        }

        notes.Add(result.Contents.Count > 1 ? PemDefectKind.SeveralInOneBlock : PemDefectKind.OddLines, start);
        return true;
    }

    // A reading with more behind what the DER says: trust settings, a second certificate, or stray text that looks like base64.
    private bool TryWithRest(PemBodyResult result, ReadOnlySpan<byte> text, int start, int end, string label)
    {
        byte[]? chosen = null;
        bool ambiguous = false;
        foreach (Reading reading in Readings())
        {
            int total = TotalLength(reading);
            (int available, _) = Base64Length(reading);
            if (total < 0 || total >= available || !TryDecode(reading, total, out byte[]? der) || DerShape.Classify(der) is PemBlockKind.Other)
            {
                continue;
            }

            if (reading.IsPlain && TryDecode(reading, available, out byte[]? all)
                && TrustSettings.IsAuxiliary(all.AsSpan(total), label == PemLabel.TrustedCertificate, out bool restricts))
            {
                notes.Add(restricts ? PemDefectKind.TrustSettings : PemDefectKind.TrustedCertificateLabel, start);
                result.KeepAsIs = restricts;
                return Accept(result, der, reading, demandCertificate: true, PemLabel.TrustedCertificate);
            }

            if (reading.IsPlain && TrySeveral(result, reading, available, total, start))
            {
                return true;
            }

            if (chosen is null)
            {
                chosen = der;
            }
            else if (!chosen.AsSpan().SequenceEqual(der))
            {
                bool first = IsConsistent(chosen);
                bool second = IsConsistent(der);
                ambiguous |= first == second;
                chosen = second && !first ? der : chosen;
            }
        }

        if (chosen is null)
        {
            return false;
        }

        if (ambiguous)
        {
            notes.Add(PemDefectKind.Ambiguous, start);
            result.Reason = "it can be read in two ways, and nothing in it tells which is right";
            return true;
        }

        // Where the certificate ends with a line, what follows are lines of something else. Where it ends within a line, characters were
        // put in somewhere, and only a signature can tell that it was behind the end.
        if (!EndsWithLine(text, start, end, chosen) && !IsConsistent(chosen))
        {
            return false;
        }

        if (Accept(result, chosen, Plain, demandCertificate: false, "", lossy: true))
        {
            notes.Add(PemDefectKind.TrailingBytes, start);
            return true;
        }

        return false;
    }

    private bool EndsWithLine(ReadOnlySpan<byte> text, int start, int end, ReadOnlySpan<byte> der)
    {
        List<PemContent> found = [];
        List<(int Start, int End)> extents = [];
        if (!_bare.FindIn(text, start, end, found, extents) || !found[0].Der.Span.SequenceEqual(der))
        {
            return false;
        }

        int after = extents[0].End;
        return after >= end || text[after] is (byte)'\n' or (byte)'\r' or (byte)' ' or (byte)'\\' or (byte)'<' or (byte)'"' || text[after - 1] == '=';
    }

    // One DER after the other in one block.
    private bool TrySeveral(PemBodyResult result, Reading reading, int available, int total, int start)
    {
        if (!TryDecode(reading, available, out byte[]? all) || !DerShape.IsCertificate(all.AsSpan(total)))
        {
            return false;
        }

        ReadOnlyMemory<byte> rest = all;
        while (DerShape.IsCertificate(rest.Span))
        {
            int length = DerShape.TotalLength(rest.Span);
            if (!Certificate.TryParse(rest[..length], out Certificate? certificate, out _))
            {
                break;
            }

            result.Contents.Add(new PemContent(rest[..length], PemBlockKind.Certificate, certificate));
            rest = rest[length..];
        }

        if (result.Contents.Count < 2)
        {
            result.Contents.Clear();
            return false;
        }

        notes.Add(PemDefectKind.SeveralInOneBlock, start);
        if (!rest.IsEmpty)
        {
            notes.Add(PemDefectKind.TrailingBytes, start);
        }

        return true;
    }

    // Clean base64 of something that is no DER we know: an OpenSSH key, a key under a password, somebody's own format.
    private bool TryUnknown(PemBodyResult result, string label)
    {
        if (!_gatherer.IsClean || _gatherer.Count == 0 || _gatherer.Count % 4 == 1 || notes.Has(PemDefectKind.Base64Url) || notes.Has(PemDefectKind.BadPadding)
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

    private void Explain(PemBodyResult result, int start)
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
            result.Reason = $"its DER should have {total} bytes and {available} are there";
        }
        else if (total > 0)
        {
            notes.Add(PemDefectKind.MalformedCertificate, start);
            result.Reason = "its DER is no certificate: the parts do not fit together";
        }
        else
        {
            notes.Add(_gatherer.IsClean ? PemDefectKind.MalformedCertificate : PemDefectKind.NotBase64, start);
            result.Reason = _gatherer.IsClean ? "what it holds is not DER" : "it holds characters that are no base64, and without them it is no DER";
        }
    }

    private bool Accept(PemBodyResult result, byte[] der, Reading reading, bool demandCertificate, string label, bool lossy = false)
    {
        PemBlockKind kind = DerShape.Classify(der);
        lossy |= !_gatherer.IsClean || !reading.IsPlain;
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
            if (lossy && ((certificate.IsSelfIssued && !IsConsistent(certificate)) || certificate.Faults.Any(f => f.Kind == DerFaultKind.Encoding)))
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

    private static bool IsConsistent(ReadOnlyMemory<byte> der) => Certificate.TryParse(der, out Certificate? certificate, out _) && IsConsistent(certificate);

    private static bool IsConsistent(Certificate certificate) => certificate.IsSelfIssued && Agrees(certificate, certificate);

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
