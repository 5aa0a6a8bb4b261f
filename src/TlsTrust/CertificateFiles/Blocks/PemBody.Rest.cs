using TlsTrust.CertificateFiles.Containers;
using TlsTrust.CertificateFiles.Defects;
using TlsTrust.Certificates;

namespace TlsTrust.CertificateFiles.Blocks;

// Blocks in which there is more than one certificate has: several of them, or one and something else.
internal sealed partial class PemBody
{
    // Blocks that were put together by taking the lines between them away: each starts anew, perhaps behind the padding of the last.
    private bool TryManyStarts(PemBodyResult result, ReadOnlySpan<byte> text, int start, int end)
    {
        Reading plain = Plain;
        int total = TotalLength(plain);
        if (_holdsKey || total < 0 || Base64Length(plain).Length < total + DerShape.MinCertificate)
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
        result.NeedsProof = result.Contents.Exists(c => c.EndIsOpen);
        result.IsLossy |= result.NeedsProof;
        return true;
    }

    // A certificate somewhere between other things.
    private bool TryOneStart(PemBodyResult result, ReadOnlySpan<byte> text, int start, int end)
    {
        if (_holdsKey || !_bare.FindIn(text, start, end, result.Contents, null))
        {
            return false;
        }

        notes.Add(result.Contents.Count > 1 ? PemDefectKind.SeveralInOneBlock : PemDefectKind.OddLines, start);
        result.NeedsProof = result.Contents.Exists(c => c.EndIsOpen);
        result.IsLossy |= result.NeedsProof;
        return true;
    }

    // A reading with more behind what the DER says: trust settings, a second certificate, or stray text that looks like base64.
    private bool TryWithRest(PemBodyResult result, ReadOnlySpan<byte> text, int start, int end, string label)
    {
        byte[]? chosen = null;
        byte[]? all = null; // decoded once: of a long body it is almost as long as the file
        bool ambiguous = false;
        foreach (Reading reading in Readings())
        {
            int total = TotalLength(reading);
            (int available, _) = Base64Length(reading);
            if (total < 0 || total >= available || !TryDecode(reading, total, out byte[]? der)
                || DerShape.Classify(der) is PemBlockKind.Other)
            {
                continue;
            }

            if (reading.IsPlain && TryDecode(reading, available, out all)
                && TrustSettings.IsAuxiliary(all.AsSpan(total), label == PemLabel.TrustedCertificate, out bool restricts))
            {
                notes.Add(restricts ? PemDefectKind.TrustSettings : PemDefectKind.TrustedCertificateLabel, start);
                result.KeepAsIs = restricts;
                return Accept(result, der, reading, demandCertificate: true, PemLabel.TrustedCertificate);
            }

            if (reading.IsPlain && all is not null && !_holdsKey && TrySeveral(result, all, total, start))
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

        if (_holdsKey && all is not null && all.AsSpan(Math.Min(all.Length, chosen.Length)).IndexOfAnyExcept((byte)0) >= 0)
        {
            notes.Add(PemDefectKind.Ambiguous, start);
            result.Reason = "there is something else behind the private key in it";
            return true;
        }

        if (ambiguous)
        {
            notes.Add(PemDefectKind.Ambiguous, start);
            result.Reason = "it can be read in two ways, and nothing in it tells which is right";
            return true;
        }

        // Where the certificate ends with a line, what follows are lines of something else. Where it ends within a line, characters were
        // put in somewhere, and only a signature can tell that it was behind the end.
        bool endIsOpen = false;
        if (!RestIsEmpty(all, chosen) && (_holdsKey || (!IsConsistent(chosen) && !EndsWithLine(text, start, end, chosen, out endIsOpen))))
        {
            return false;
        }

        if (endIsOpen && TryFramed(result, text, start, end))
        {
            return true;
        }

        if (Accept(result, chosen, Plain, demandCertificate: false, "", lossy: true))
        {
            notes.Add(PemDefectKind.TrailingBytes, start);
            result.NeedsProof = endIsOpen;
            return true;
        }

        return false;
    }

    // The rest of a buffer: characters put in before the end would have pushed some of the signature there.
    private static bool RestIsEmpty(ReadOnlySpan<byte> all, ReadOnlySpan<byte> der) =>
        all.StartsWith(der) && all[der.Length..].IndexOfAnyExcept((byte)0) < 0;

    private bool EndsWithLine(ReadOnlySpan<byte> text, int start, int end, ReadOnlySpan<byte> der, out bool isOpen)
    {
        List<PemContent> found = [];
        List<(int Start, int End)> extents = [];
        isOpen = false;
        if (!_bare.FindIn(text, start, end, found, extents) || !found[0].Der.Span.SequenceEqual(der))
        {
            return false;
        }

        isOpen = found[0].EndIsOpen;
        int after = extents[0].End;
        return after >= end || text[after] is (byte)'\n' or (byte)'\r' or (byte)' ' or (byte)'\\' or (byte)'<' or (byte)'"'
            || text[after - 1] == '=';
    }

    // One DER after the other in one block.
    private bool TrySeveral(PemBodyResult result, byte[] all, int total, int start)
    {
        if (!DerShape.IsCertificate(all.AsSpan(total)))
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
}
