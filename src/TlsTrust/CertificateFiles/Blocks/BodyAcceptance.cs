using TlsTrust.CertificateFiles.Containers;
using TlsTrust.CertificateFiles.Defects;
using TlsTrust.CertificateFiles.Text;
using TlsTrust.Certificates;
using TlsTrust.Certificates.Der;

namespace TlsTrust.CertificateFiles.Blocks;

/// <summary>Decides whether the bytes that a reading gave are what the body held, and takes them if so.</summary>
/// <param name="notes">Where the damage is noted.</param>
/// <param name="found">Knows whether the characters were clean.</param>
internal sealed class BodyAcceptance(DefectNotes notes, GatheredCharacters found)
{
    /// <summary>Adds the object to the result; false where it is not whole, or damage can't be told from it.</summary>
    /// <param name="result">Takes the object.</param>
    /// <param name="body">Where the bytes come from.</param>
    /// <param name="der">The bytes.</param>
    /// <param name="reading">What gave them.</param>
    /// <param name="demandCertificate">True where only an object of a known kind will do.</param>
    /// <param name="label">What the object may be taken for when its bytes don't tell.</param>
    /// <param name="lossy">True when something had to be left out to get at the bytes.</param>
    public bool TryTake(
        PemBodyResult result, in BodyInText body, byte[] der, BodyReading reading, bool demandCertificate, string label, bool lossy = false)
    {
        PemBlockKind kind = DerShape.Classify(der);
        lossy |= !found.IsClean || !reading.IsPlain;
        if (lossy && body.HoldsKey && kind is not (PemBlockKind.PrivateKey or PemBlockKind.EncryptedPrivateKey))
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
            if (lossy && ((certificate.IsSelfIssued && !RepairedCertificate.IsConsistent(certificate))
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
            notes.Add(PemDefectKind.PlusBecameSpace, body.Start);
        }
        else if (reading.Dropped != DroppedLines.None)
        {
            notes.Add(PemDefectKind.OddLines, body.Start);
        }

        return true;
    }
}
