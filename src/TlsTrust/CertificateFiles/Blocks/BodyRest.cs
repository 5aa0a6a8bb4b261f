using TlsTrust.CertificateFiles.Containers;
using TlsTrust.CertificateFiles.Defects;
using TlsTrust.Certificates;

namespace TlsTrust.CertificateFiles.Blocks;

/// <summary>Reads a body in which something is left behind its first object, and says what becomes of that.</summary>
/// <param name="notes">Where the damage is noted.</param>
/// <param name="readings">Of the body that is read now.</param>
/// <param name="bare">Finds certificates without markers: they tell where in the text an object ends.</param>
/// <param name="acceptance">Takes what was found.</param>
/// <param name="framed">Asked first where only a signature could tell the end: the rest may be a frame around every line.</param>
internal sealed class BodyRest(
    DefectNotes notes, BodyReadings readings, BareCertificates bare, BodyAcceptance acceptance, FramedBody framed)
{
    /// <summary>
    /// A reading with more behind what the DER says: trust settings, a second certificate, or stray text that looks like base64.
    /// </summary>
    public bool TryRead(PemBodyResult result, in BodyInText body)
    {
        byte[]? chosen = null;
        byte[]? all = null; // decoded once: of a long body it is almost as long as the file
        bool ambiguous = false;
        foreach (BodyReading reading in readings.All())
        {
            int total = readings.TotalLength(reading);
            (int available, _) = readings.Base64Length(reading);
            if (total < 0 || total >= available || !readings.TryDecode(reading, total, out byte[]? der)
                || DerShape.Classify(der) is PemBlockKind.Other)
            {
                continue;
            }

            if (reading.IsPlain && readings.TryDecode(reading, available, out all)
                && TrustSettings.IsAuxiliary(all.AsSpan(total), body.Label == PemLabel.TrustedCertificate, out bool restricts))
            {
                notes.Add(restricts ? PemDefectKind.TrustSettings : PemDefectKind.TrustedCertificateLabel, body.Start);
                result.KeepAsIs = restricts;
                return acceptance.TryTake(result, body, der, reading, demandCertificate: true, PemLabel.TrustedCertificate);
            }

            if (reading.IsPlain && all is not null && !body.HoldsKey && TrySeveral(result, body, all, total))
            {
                return true;
            }

            if (chosen is null)
            {
                chosen = der;
            }
            else if (!chosen.AsSpan().SequenceEqual(der))
            {
                bool first = RepairedCertificate.IsConsistent(chosen);
                bool second = RepairedCertificate.IsConsistent(der);
                ambiguous |= first == second;
                chosen = second && !first ? der : chosen;
            }
        }

        if (chosen is null)
        {
            return false;
        }

        if (body.HoldsKey && all is not null && all.AsSpan(Math.Min(all.Length, chosen.Length)).IndexOfAnyExcept((byte)0) >= 0)
        {
            notes.Add(PemDefectKind.Ambiguous, body.Start);
            result.Reason = "there is something else behind the private key in it";
            return true;
        }

        if (ambiguous)
        {
            notes.Add(PemDefectKind.Ambiguous, body.Start);
            result.Reason = "it can be read in two ways, and nothing in it tells which is right";
            return true;
        }

        // Where the certificate ends with a line, what follows are lines of something else. Where it ends within a line, characters were
        // put in somewhere, and only a signature can tell that it was behind the end.
        bool endIsOpen = false;
        if (!RestIsEmpty(all, chosen)
            && (body.HoldsKey || (!RepairedCertificate.IsConsistent(chosen) && !EndsWithLine(body, chosen, out endIsOpen))))
        {
            return false;
        }

        if (endIsOpen && framed.TryRead(result, body))
        {
            return true;
        }

        if (acceptance.TryTake(result, body, chosen, BodyReading.Plain, demandCertificate: false, "", lossy: true))
        {
            notes.Add(PemDefectKind.TrailingBytes, body.Start);
            result.NeedsProof = endIsOpen;
            return true;
        }

        return false;
    }

    // The rest of a buffer: characters put in before the end would have pushed some of the signature there.
    private static bool RestIsEmpty(ReadOnlySpan<byte> all, ReadOnlySpan<byte> der) =>
        all.StartsWith(der) && all[der.Length..].IndexOfAnyExcept((byte)0) < 0;

    private bool EndsWithLine(in BodyInText body, ReadOnlySpan<byte> der, out bool isOpen)
    {
        List<PemContent> found = [];
        List<(int Start, int End)> extents = [];
        isOpen = false;
        if (!bare.FindIn(body.Text, body.Start, body.End, found, extents) || !found[0].Der.Span.SequenceEqual(der))
        {
            return false;
        }

        isOpen = found[0].EndIsOpen;
        int after = extents[0].End;
        return after >= body.End || body.Text[after] is (byte)'\n' or (byte)'\r' or (byte)' ' or (byte)'\\' or (byte)'<' or (byte)'"'
            || body.Text[after - 1] == '=';
    }

    // One DER after the other in one block.
    private bool TrySeveral(PemBodyResult result, in BodyInText body, byte[] all, int total)
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

        notes.Add(PemDefectKind.SeveralInOneBlock, body.Start);
        if (!rest.IsEmpty)
        {
            notes.Add(PemDefectKind.TrailingBytes, body.Start);
        }

        return true;
    }
}
