using TlsTrust.CertificateFiles.Blocks;
using TlsTrust.CertificateFiles.Defects;
using TlsTrust.Certificates;
using TlsTrust.Certificates.Extensions;
using TlsTrust.Certificates.Names;
using TlsTrust.Certificates.Signatures;

namespace TlsTrust.CertificateFiles;

/// <summary>Whether what was put together from damage is what was there, as far as signatures tell.</summary>
internal sealed class RepairProof(PemCollector found)
{
    // Certificates looked at that did not sign, in one file. Public names have some ten certificates of one subject; a file of nothing but
    // namesakes must not cost the square of its length.
    private const int MaxDisagreements = 1000;

    private readonly List<(int Block, int Certificate, PemPlace Place, bool NeedsProof)> _lossy = [];

    /// <summary>Remembers the certificate and the block that are added next.</summary>
    /// <param name="place">Where the block stands.</param>
    /// <param name="needsProof">True where nothing but a signature tells which of the text belongs to it.</param>
    public void Expect(PemPlace place, bool needsProof) =>
        _lossy.Add((found.Blocks.Count - 1, found.Certificates.Count, place, needsProof));

    /// <summary>
    /// A certificate put together from damage whose issuer is in the file must carry that issuer's signature; else it is not the
    /// certificate
    /// that was there, and its block stays as it was.
    /// </summary>
    public void Check(ReadOnlySpan<byte> text)
    {
        if (_lossy.Count == 0)
        {
            return;
        }

        Certificate[] all = [.. found.Certificates.Select(c => c.Certificate).Distinct()];
        ILookup<DistinguishedName, Certificate> byName = all.ToLookup(c => c.Subject);
        ILookup<(DistinguishedName, KeyIdentifier?), Certificate> byKey = all.ToLookup(c => (c.Subject, c.SubjectKeyIdentifier));
        HashSet<Certificate> denied = [];
        Dictionary<int, string> refused = []; // by the start of the block
        int looks = 0;
        for (int i = _lossy.Count - 1; i >= 0; i--)
        {
            (int blockIndex, int certificateIndex, PemPlace place, bool needsProof) = _lossy[i];
            Certificate repaired = found.Certificates[certificateIndex].Certificate;
            if (repaired.IsSelfIssued && !needsProof)
            {
                continue;
            }

            // Without a key identifier that points elsewhere, an issuer of this name is taken for the issuer.
            IEnumerable<Certificate> named = repaired.AuthorityKeyIdentifier?.KeyIdentifier is { } key
                ? byKey[(repaired.Issuer, key)].Concat(byKey[(repaired.Issuer, null)]) : byName[repaired.Issuer];
            Certificate? denying = null;
            bool proven = false;
            foreach (Certificate issuer in named)
            {
                bool counts = !denied.Contains(issuer);
                denying = counts ? issuer : denying;
                proven = counts && looks < MaxDisagreements
                    && (needsProof
                        ? repaired.VerifySignature(issuer) == SignatureStatus.Valid : RepairedCertificate.Agrees(repaired, issuer));
                if (proven || looks >= MaxDisagreements)
                {
                    denying ??= issuer;
                    break;
                }

                looks++;
            }

            if (proven || (denying is null && !needsProof))
            {
                continue;
            }

            denied.Add(repaired);
            PemBlock block = found.Blocks[blockIndex];
            string reason = denying is null || repaired.IsSelfIssued
                ? "there is more base64 than its certificate has, and nothing tells which of it is too much"
                : $"what can be put together of it is not signed by {denying}, which it names as its issuer"
                    + (looks < MaxDisagreements ? "" : ", or there are too many of that name to try them all");
            if (refused.TryAdd(place.Start, reason))
            {
                found.Add(PemDefectKind.Ambiguous, block.Line, block.Column, reason);
            }
        }

        Refuse(refused, text);
    }

    // Such a block stays as it was, once and with all that is in it: what of it was proven would stand in the file twice.
    private void Refuse(Dictionary<int, string> refused, ReadOnlySpan<byte> text)
    {
        HashSet<int> certificates = [];
        HashSet<int> blocks = [];
        int last = -1;
        foreach ((int blockIndex, int certificateIndex, PemPlace place, _) in _lossy)
        {
            if (!refused.TryGetValue(place.Start, out string? reason))
            {
                continue;
            }

            certificates.Add(certificateIndex);
            if (place.Start == last)
            {
                blocks.Add(blockIndex);
                continue;
            }

            last = place.Start;
            PemBlock block = found.Blocks[blockIndex];
            found.Blocks[blockIndex] =
                PemCollector.Unreadable(
                    block.Label, block.Kind, place, reason, text[place.Start..place.End], block.EndLine, block.Preamble);
        }

        int index = 0;
        found.Certificates.RemoveAll(_ => certificates.Contains(index++));
        index = 0;
        found.Blocks.RemoveAll(_ => blocks.Contains(index++));
    }
}
