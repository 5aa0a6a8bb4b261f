using System.Globalization;
using System.Runtime.InteropServices;
using TlsTrust.CertificateFiles;
using TlsTrust.CertificateFiles.Blocks;
using TlsTrust.CertificateFiles.Containers;
using TlsTrust.CertificateFiles.Defects;
using TlsTrust.CertificateFiles.Text;
using TlsTrust.Certificates;
using TlsTrust.Certificates.Der;
using TlsTrust.Certificates.Extensions;
using TlsTrust.Certificates.Names;
using TlsTrust.Certificates.Signatures;

namespace TlsTrust.Bundles;

/// <summary>Puts one plan together.</summary>
internal sealed partial class PlanBuilder(string path, ReadOnlyMemory<byte> original, BundleContent content, BundleRepairOptions options)
{
    private const int MaxChecks = 200; // of changed certificates, with others of their name

    private readonly List<PemChange> _changes = [];
    private readonly List<PemChange> _notes = [];
    private readonly List<PemChange> _unrecovered = [];
    private readonly Dictionary<Certificate, ChainCertificate> _described = [];
    private string? _refusal;
    private bool? _keyMatches;
    private Certificate? _openEnd;

    private bool HasCertificates => content.Parts.Any(p => p.Certificate is not null);

    private LineEnding CurrentEnding => content.Document is null ? LineEnding.Lf : BundleText.EndingOf(PemText.Of(original.Span, [], []));

    private LineEnding WantedEnding => options.LineEnding == LineEnding.AsIs ? CurrentEnding : options.LineEnding ?? LineEnding.Lf;

    public BundlePlan Build()
    {
        (PemBundleKind kind, string reason) = BundleKind.Classify(content, options);
        ReportDefects(kind);
        ReportKeys();
        List<BundlePart> parts = kind == PemBundleKind.Server ? ArrangeServer() : ArrangeTrust();
        NoteFaults(parts);
        if (!parts.Exists(p => p.Certificate is not null) && !_notes.Exists(n => n.Severity == Severity.Error))
        {
            _notes.Add(Plain(nameof(PemDefectKind.NoCertificate), PemMessages.For(PemDefectKind.NoCertificate), Severity.Error));
        }

        bool reordered = !parts.SequenceEqual(content.Parts);
        bool otherEnds = options.LineEnding is not null && WantedEnding != CurrentEnding;
        bool mended = content.Defects.Any(IsMended) || content.IsBinary;
        bool rewrite = (mended || reordered || otherEnds) && parts.Count > 0 && content.Document?.IsComplete != false;
        if (otherEnds)
        {
            _changes.Add(Plain("LineEnding", $"Lines end in {BundleText.Name(CurrentEnding)} and are to end in {BundleText.Name(WantedEnding)}.", Severity.Information));
        }

        if (content.Document is { IsComplete: false })
        {
            _refusal = "The file has more damaged blocks than can be listed; rewriting it would lose some.";
        }

        byte[]? written = rewrite ? Write(kind, parts) : null;
        bool changed = written is not null && !original.Span.SequenceEqual(written);
        bool sound = !changed && _unrecovered.Count == 0 && !_notes.Exists(n => n.Severity == Severity.Error) && _keyMatches != false && _refusal is null && parts.Exists(p => p.Certificate is not null);
        if (!changed)
        {
            _changes.Clear();
        }
        else if (_changes.Count == 0)
        {
            _changes.Add(Plain("OutOfOrder", "A private key or another block stands between the certificates and is moved out of the chain.", Severity.Warning));
        }

        PemRepairReport report = new()
        {
            Path = path,
            Kind = kind,
            KindReason = reason,
            Form = content.Form,
            IsSound = sound,
            Changed = changed,
            Changes = [.. _changes],
            Notes = [.. _notes],
            Before = Describe(content.Parts, kind),
            After = Describe(parts, kind),
            Unrecovered = [.. _unrecovered],
            KeyMatches = _keyMatches,
            Refusal = _refusal,
            Summary = "",
        };
        report = report with { Summary = BundleSummary.Of(report) };
        return new BundlePlan
        {
            Original = original,
            Content = changed ? written! : original,
            HoldsKey = parts.Any(p => p.IsPrivateKey) || (written ?? original.Span).IndexOf("PRIVATE KEY"u8) >= 0, // text that is kept may hold one too
            Report = report,
            NeedsDestination = content.Document?.IsEmbedded == true
                || (BundlePlanner.IsBinaryName(path) && (content.IsBinary || content.Document?.Blocks.Any(b => b.Kind == PemBlockKind.Pkcs7) == true))
                || content.LosesKey || content.Form == "Java key store",
            OpenEnd = _openEnd,
            Sought = options.Sought ?? [],
            Certificates = [.. parts.Where(p => p.Certificate is not null).Select(p => p.Certificate!)],
        };
    }

    private static bool IsMended(PemDefect defect) => defect.IsRepairable && defect.Severity != Severity.Information;

    private void ReportDefects(PemBundleKind kind)
    {
        foreach (PemDefect defect in content.Defects)
        {
            PemChange change = new()
            {
                What = defect.Kind.ToString(),
                Line = defect.Line,
                Column = defect.Column,
                Why = defect.Message,
                Severity = defect.Severity,
                Clients = [.. defect.Clients.Select(e => e.ToString())],
            };
            switch (defect.Kind)
            {
                case PemDefectKind.NotBase64 or PemDefectKind.Ambiguous or PemDefectKind.TruncatedDer or PemDefectKind.MalformedCertificate or PemDefectKind.TrustSettings:
                case PemDefectKind.MissingBegin or PemDefectKind.BareBase64 when !defect.IsRepairable:
                    _unrecovered.Add(change);
                    break;
                case PemDefectKind.PrivateKey or PemDefectKind.OtherBlock when kind == PemBundleKind.Server:
                    break; // belongs there
                case PemDefectKind.CertificateRequest when kind == PemBundleKind.Trust && HasCertificates:
                    _changes.Add(change with { Severity = Severity.Error, Why = "There is a certificate request among the trusted certificates; it is taken out." });
                    break;
                case PemDefectKind.CertificateRequest or PemDefectKind.RevocationList or PemDefectKind.OtherBlock when kind == PemBundleKind.Trust && change.Clients.Count > 0:
                    _notes.Add(change with { Severity = Severity.Error });
                    break;
                case PemDefectKind.PrivateKey:
                    _notes.Add(change with { Severity = Severity.Error, Why = "There is a private key among the trusted certificates; it is left there, and belongs elsewhere." });
                    break;
                case PemDefectKind.EmptyFile or PemDefectKind.NoCertificate when options.Additional.Count > 0:
                    break; // it will have some
                case PemDefectKind.EmptyFile or PemDefectKind.NoCertificate or PemDefectKind.PasswordNeeded:
                    _notes.Add(change with { Severity = Severity.Error });
                    break;
                case PemDefectKind.CommentedOut or PemDefectKind.Comment or PemDefectKind.TextDump:
                    _notes.Add(options.KeepText ? change : change with { Why = change.Why + " A rewrite drops it unless -KeepText is given." });
                    break;
                default:
                    (IsMended(defect) ? _changes : _notes).Add(change);
                    break;
            }
        }
    }

    private void ReportKeys()
    {
        if (content.LosesKey && content.Parts.Any(p => p.Certificate is not null))
        {
            _notes.Add(Plain("KeyNotTaken", $"There is a private key in the {content.Form} that can't be taken out of it here.", Severity.Warning));
        }
        else if (content.Password is not null && options.Password is null && content.Parts.Any(p => p.IsPrivateKey))
        {
            _notes.Add(Plain("KeyPassword", $"The private key stays under the password that opened the {content.Form}, Java's customary one.", Severity.Information));
        }
    }

    // Whole blocks all the same: what is wrong inside does not hinder reading here, and does in most clients.
    private void NoteFaults(List<BundlePart> parts)
    {
        int checks = MaxChecks;
        foreach (BundlePart part in parts.Where(p => p.Certificate is not null))
        {
            Certificate certificate = part.Certificate!;
            if (certificate.Faults.FirstOrDefault(f => f.Kind == DerFaultKind.Encoding) is { } fault)
            {
                _notes.Add(TrustBundle.Change(nameof(PemDefectKind.MalformedCertificate), part, $"{certificate} is not encoded as it should be: {fault}. Strict clients refuse it, and with it the file.", Severity.Error));
            }
            else if (IsAltered(certificate, parts, ref checks))
            {
                _notes.Add(TrustBundle.Change("SignatureInvalid", part, $"{certificate} names itself as its issuer, and its key did not make its signature: some of it was changed. Few clients look, and what it issued may not verify.", Severity.Warning));
            }
        }
    }

    // A CA that changes its key may sign the new one with the old: then the identifiers differ, or the other certificate is at hand.
    private static bool IsAltered(Certificate certificate, List<BundlePart> parts, ref int checks)
    {
        if (!certificate.IsSelfIssued || certificate.IsSelfSigned || certificate.VerifySignature(certificate) != SignatureStatus.Invalid
            || (certificate.AuthorityKeyIdentifier?.KeyIdentifier is { } signer && certificate.SubjectKeyIdentifier is { } own && !signer.Equals(own)))
        {
            return false;
        }

        checks--;
        foreach (BundlePart part in parts)
        {
            if (checks <= 0 || (part.Certificate is { } other && other.Subject.Equals(certificate.Subject) && checks-- > 0 && certificate.VerifySignature(other) == SignatureStatus.Valid))
            {
                return false;
            }
        }

        return true;
    }

    private List<BundlePart> ArrangeTrust()
    {
        List<BundlePart> anchors = [.. content.Parts.Where(p => p.Certificate is not null && !p.KeepAsIs)];
        HashSet<Certificate> present = [.. anchors.Select(a => a.Certificate!)];
        foreach (AdditionalCertificate added in options.Additional)
        {
            if (!added.IsExplicit || !(added.Certificate.IsCA || added.Certificate.IsSelfIssued))
            {
                _notes.Add(Plain("NotAdded", $"{added.Certificate}, from {added.Origin}, is not made an anchor: trust is given to a certificate that was named for it, never to one that was met.", Severity.Information));
            }
            else if (present.Add(added.Certificate))
            {
                BundlePart part = new() { Certificate = added.Certificate, Origin = added.Origin };
                anchors.Add(part);
                _changes.Add(TrustBundle.Change("Added", part, $"{added.Certificate} is added, from {added.Origin}.", Severity.Information));
            }
        }

        List<PemChange> gone = [];
        List<BundlePart> kept = TrustBundle.Select(anchors, options, gone);
        bool looksOtherwise = options is { Kind: PemBundleKind.Auto, RemoveExpired: true } && BundleKind.Classify(kept.Select(p => p.Certificate!)).Kind == PemBundleKind.Server;
        if ((kept.Count == 0 && anchors.Count > 0) || looksOtherwise)
        {
            _notes.Add(looksOtherwise
                ? Plain("ExpiredKept", "Without its expired certificates the file would look like a server's, so they stay; -Kind Trust removes them.", Severity.Warning)
                : Plain("AllExpired", "All its certificates have expired; they stay, since without them nothing would be left.", Severity.Error));
            kept = TrustBundle.Select(anchors, options with { RemoveExpired = false }, gone = []);
        }

        _changes.AddRange(gone);
        TrustBundle.Judge(kept, options, _notes);
        HashSet<BundlePart> staying = new(kept, ReferenceEqualityComparer.Instance);
        List<BundlePart> parts = [.. content.Parts.Where(p => p.Certificate is null || p.KeepAsIs || staying.Remove(p))];
        if (HasCertificates)
        {
            parts.RemoveAll(p => p is { Block.Kind: PemBlockKind.CertificateRequest, KeepAsIs: false });
        }

        return [.. parts, .. kept.Where(staying.Contains)];
    }

    private byte[]? Write(PemBundleKind kind, List<BundlePart> parts)
    {
        IEnumerable<BundlePart> lines = kind == PemBundleKind.Trust && !options.KeepText
            ? parts.Select(p => p.Certificate is null || p.KeepAsIs ? p : p with { Comment = BundleText.Comment(p.Certificate) })
            : parts;
        byte[] text = BundleText.Write(lines, content.Document?.Trailer, options.KeepText, WantedEnding);

        // What is about to replace a file is read once more: the same certificates, and nothing left to mend.
        PemDocument check = PemDocument.Read(text);
        Certificate[] planned = [.. parts.Where(p => p.Certificate is not null).Select(p => p.Certificate!)];
        if (!check.Certificates.Select(c => c.Certificate).ToHashSet().SetEquals(planned))
        {
            _refusal = "In a new order, what can't be read would be read as something else.";
            return null;
        }

        return text;
    }

    // Each certificate is put into words once, before, after and as a duplicate: the words take more memory than the file.
    private ResultList<ChainCertificate> Describe(IEnumerable<BundlePart> parts, PemBundleKind kind)
    {
        List<ChainCertificate> all = [];
        foreach (BundlePart part in parts.Where(p => p.Certificate is not null))
        {
            ref ChainCertificate? known = ref CollectionsMarshal.GetValueRefOrAddDefault(_described, part.Certificate!, out _);
            known ??= BundlePlanner.Describe(part, 0, kind, options);
            all.Add(known with { Depth = all.Count, Origin = part.Origin });
        }

        return [.. all];
    }

    private static PemChange Plain(string what, string why, Severity severity) => new() { What = what, Why = why, Severity = severity };
}
