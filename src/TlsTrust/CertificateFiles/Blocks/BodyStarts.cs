using TlsTrust.CertificateFiles.Containers;
using TlsTrust.CertificateFiles.Defects;

namespace TlsTrust.CertificateFiles.Blocks;

/// <summary>Looks in a body for certificates that start anew within it, by how a certificate begins.</summary>
/// <param name="notes">Where the damage is noted.</param>
/// <param name="readings">Of the body that is read now.</param>
/// <param name="bare">Finds certificates without markers.</param>
internal sealed class BodyStarts(DefectNotes notes, BodyReadings readings, BareCertificates bare)
{
    /// <summary>
    /// Blocks that were put together by taking the lines between them away: each starts anew, perhaps behind the padding of the last.
    /// </summary>
    public bool TryMany(PemBodyResult result, in BodyInText body)
    {
        BodyReading plain = BodyReading.Plain;
        int total = readings.TotalLength(plain);
        if (body.HoldsKey || total < 0 || readings.Base64Length(plain).Length < total + DerShape.MinCertificate)
        {
            return false;
        }

        bare.FindIn(body.Text, body.Start, body.End, result.Contents, null);
        if (result.Contents.Count < 2)
        {
            result.Contents.Clear();
            return false;
        }

        notes.Add(PemDefectKind.SeveralInOneBlock, body.Start);
        result.NeedsProof = result.Contents.Exists(c => c.EndIsOpen);
        result.IsLossy |= result.NeedsProof;
        return true;
    }

    /// <summary>A certificate somewhere between other things.</summary>
    public bool TryOne(PemBodyResult result, in BodyInText body)
    {
        if (body.HoldsKey || !bare.FindIn(body.Text, body.Start, body.End, result.Contents, null))
        {
            return false;
        }

        notes.Add(result.Contents.Count > 1 ? PemDefectKind.SeveralInOneBlock : PemDefectKind.OddLines, body.Start);
        result.NeedsProof = result.Contents.Exists(c => c.EndIsOpen);
        result.IsLossy |= result.NeedsProof;
        return true;
    }
}
