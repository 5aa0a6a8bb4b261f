using System.Runtime.InteropServices;
using TlsTrust.Bundles.Laws;
using TlsTrust.CertificateFiles;
using TlsTrust.CertificateFiles.Containers;
using TlsTrust.CertificateFiles.Defects;
using TlsTrust.CertificateFiles.Text;
using TlsTrust.Certificates;
using TlsTrust.Certificates.Der;
using TlsTrust.Certificates.Extensions;
using TlsTrust.Certificates.Signatures;
using TlsTrust.Environment.Provisioning;

namespace TlsTrust.Bundles;

/// <summary>Puts one plan together.</summary>
internal sealed class PlanBuilder(string path, ReadOnlyMemory<byte> original, BundleContent content, BundleRepairOptions options)
{
    private const int MaxChecks = 200; // of changed certificates, with others of their name

    private readonly PlanFindings _findings = new();
    private readonly Dictionary<Certificate, ChainCertificate> _described = [];

    private LineEnding CurrentEnding => content.Document is null ? LineEnding.Lf : BundleText.EndingOf(PemText.Of(original.Span, [], []));

    private LineEnding WantedEnding => options.LineEnding == LineEnding.AsIs ? CurrentEnding : options.LineEnding ?? LineEnding.Lf;

    public BundlePlan Build()
    {
        bool isOwnForm = content.IsPure && BundleNames.IsOwn(path, content.Form);
        (PemBundleKind kind, string reason) = BundleKind.Classify(content, options);
        new DefectReport(content, options, _findings).Report(kind, isOwnForm);
        ReportKeys();
        ServerArrangement server = new(content, options, _findings);
        List<BundlePart> parts = kind == PemBundleKind.Server ? server.Arrange() : new TrustBundle(content, options, _findings).Arrange();
        NoteFaults(parts);
        foreach ((BundlePart part, string field) in content.Apart)
        {
            string what = part.Certificate?.ToString() ?? part.Block!.ToString();
            _findings.LeaveOut(part, PlanFindings.Of("OtherField", part, kind == PemBundleKind.Trust
                ? (FormattableString)$"{what} stands in {field}: somebody's own, and nothing to be trusted."
                : $"{what} stands in {field}: a CA to be trusted, and no part of the chain beside it; -Kind Trust takes the CAs.",
                    Severity.Information));
        }

        if (!parts.Exists(p => p.Certificate is not null) && !_findings.Notes.Exists(n => n.Severity == Severity.Error))
        {
            _findings.Notes.Add(
                PlanFindings.Plain(nameof(PemDefectKind.NoCertificate), PemDefects.Of(PemDefectKind.NoCertificate).Words, Severity.Error));
        }

        bool otherEnds = options.LineEnding is not null && WantedEnding != CurrentEnding;
        if (otherEnds)
        {
            _findings.Changes.Add(
                PlanFindings.Plain(
                    "LineEnding", $"Lines end in {BundleText.Name(CurrentEnding)} and are to end in {BundleText.Name(WantedEnding)}.",
                        Severity.Information));
        }

        if (content.Document is { IsComplete: false })
        {
            _findings.Refusal = "The file has more damaged blocks than can be listed; rewriting it would lose some.";
        }

        bool rewrite = (content.Defects.Any(DefectReport.IsMended) || content.IsBinary || !parts.SequenceEqual(content.Parts) || otherEnds)
            && parts.Count > 0 && content.Document?.IsComplete != false;
        byte[]? written = rewrite ? Write(kind, parts) : null;
        bool differs = written is not null && !original.Span.SequenceEqual(written);
        byte[]? store = isOwnForm && kind == PemBundleKind.Server ? Completed(parts) : null;
        bool changed = (differs && !isOwnForm) || store is not null;
        if (!changed)
        {
            _findings.Reset();
            foreach (BundlePart part in isOwnForm && kind == PemBundleKind.Server
                ? Missing(parts).Where(part => !part.Certificate!.IsSelfSigned) : [])
            {
                _findings.Notes.Add(PlanFindings.Of("MissingIntermediate", part,
                    $"{part.Certificate} is missing, and this form is not written: -Destination makes a PEM file with it, from {part.Origin}.",
                    Severity.Error));
            }
        }
        else if (store is not null)
        {
            // Nothing in a key store has an order, and nothing is taken out of it.
            PemChange[] added = [.. _findings.Changes.Where(change => change.What is "Added" or "MissingIntermediate")];
            _findings.Reset();
            _findings.Changes.AddRange(added);
        }
        else
        {
            NameWhatIsOff();
            if (_findings.Changes.Count == 0)
            {
                _findings.Changes.Add(
                    PlanFindings.Plain(
                        "OutOfOrder", "A private key or another block stands between the certificates and is moved out of the chain.",
                            Severity.Warning));
            }
        }

        bool sound = !changed && _findings.Unrecovered.Count == 0 && !_findings.Notes.Exists(n => n.Severity == Severity.Error)
            && server.KeyMatches != false
            && _findings.Refusal is null && parts.Exists(p => p.Certificate is not null);
        PemRepairReport report = new()
        {
            Path = path,
            Kind = kind,
            KindReason = reason,
            Form = content.Form,
            IsSound = sound,
            Changed = changed,
            Changes = [.. _findings.Changes],
            Notes = [.. _findings.Notes],
            LeftOut = [.. _findings.Refusal is null ? _findings.LeftOut.Select(l => l.Change) : []],
            Before = Describe(content.Parts, kind),
            After = Describe(!isOwnForm ? parts : store is null ? content.Parts : [.. content.Parts, .. Missing(parts)], kind),
            Unrecovered = [.. _findings.Unrecovered],
            KeyMatches = server.KeyMatches,
            Refusal = _findings.Refusal,
            Summary = "",
        };
        report = report with { Summary = BundleSummary.Of(report) };
        return new BundlePlan
        {
            Original = original,
            Content = store ?? (changed ? written! : original),
            Copy = differs ? written! : original,
            HoldsKey = parts.Any(p => p.IsPrivateKey || (p.Block is { } block && PemLabel.IsSecret(block.Label)))
                || (written ?? original.Span).IndexOf("PRIVATE KEY"u8) >= 0, // text that is kept may hold one too
            Report = report,
            DestinationReason = store is null ? BundleNames.WhyElsewhere(path, content) : null,
            LeftOut = _findings.LeftOut.Select(l => l.Hash).ToHashSet(),
            Apart = content.Apart.Where(other => other.Part.Certificate is { } certificate
                    && !content.Parts.Any(part => part.Certificate?.Equals(certificate) == true))
                .Select(other => FileInventory.HashOf(other.Part.Certificate!.RawData.Span)).ToHashSet(),
            OpenEnd = server.OpenEnd,
            Sought = options.Sought ?? [],
            Certificates = [.. parts.Where(p => p.Certificate is not null).Select(p => p.Certificate!)],
        };
    }

    private IEnumerable<BundlePart> Missing(List<BundlePart> parts)
    {
        HashSet<Certificate> there = [.. content.Parts.Where(p => p.Certificate is not null).Select(p => p.Certificate!)];
        return parts.Where(p => p.Certificate is { } certificate && there.Add(certificate));
    }

    // The key store with the issuers that it lacks; null where it lacks none, or can't be written again.
    private byte[]? Completed(List<BundlePart> parts)
    {
        KeyStoreItem[] missing =
            [.. Missing(parts).Select(p => new KeyStoreItem { Kind = KeyStoreItemKind.Certificate, Content = p.Certificate!.RawData })];
        if (content.Pkcs12 is not { } store || missing.Length == 0)
        {
            return null;
        }

        byte[] written = Pkcs12Writer.Add(store, missing);

        // What is about to replace a file is read once more: all that was there, and what was added.
        Pkcs12Content? check = Pkcs12Reader.Read(written, [store.Password], options.Cancellation).Content;
        IEnumerable<string> planned = store.Items.Concat(missing).Select(item => Convert.ToHexString(item.Content.Span));
        if (check?.Items.Select(item => Convert.ToHexString(item.Content.Span)).SequenceEqual(planned) != true)
        {
            _findings.Refusal = "The key store could not be read again after the issuers were added.";
            return null;
        }

        return written;
    }

    // A block behind a comment mark goes with the text around it.
    private void NameWhatIsOff()
    {
        foreach (PemDefect off in options.KeepText ? [] : content.Defects.Where(d => d.Kind == PemDefectKind.CommentedOut))
        {
            _findings.LeaveOut(new PemChange
            {
                What = off.Kind.ToString(),
                Line = off.Line,
                Column = off.Column,
                Why = off.Message.TrimEnd('.') + "; it goes with the text around the blocks, which -KeepText keeps.",
                Severity = Severity.Information,
            });
        }
    }

    private void ReportKeys()
    {
        if (content.LosesKey && content.Parts.Any(p => p.Certificate is not null))
        {
            _findings.Notes.Add(
                PlanFindings.Plain(
                    "KeyNotTaken", $"There is a private key in the {content.Form} that can't be taken out of it here.", Severity.Warning));
        }
        else if (content.Password is not null && options.Password is null && content.Parts.Any(p => p.IsPrivateKey))
        {
            _findings.Notes.Add(
                PlanFindings.Plain(
                    "KeyPassword", $"The private key stays under the password that opened the {content.Form}, Java's customary one.",
                        Severity.Information));
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
                _findings.Notes.Add(
                    PlanFindings.Of(
                        nameof(PemDefectKind.MalformedCertificate), part,
                            $"{certificate} is not encoded as it should be: {fault}. Strict clients refuse it, and with it the file.",
                                Severity.Error));
            }
            else if (IsAltered(certificate, parts, ref checks))
            {
                _findings.Notes.Add(
                    PlanFindings.Of(
                        "SignatureInvalid", part,
                            $"{certificate} names itself as its issuer, and its key did not make its signature: some of it was changed. Few clients look, and what it issued may not verify.", Severity.Warning));
            }
        }
    }

    // A CA that changes its key may sign the new one with the old: then the identifiers differ, or the other certificate is at hand.
    private static bool IsAltered(Certificate certificate, List<BundlePart> parts, ref int checks)
    {
        if (!certificate.IsSelfIssued || certificate.IsSelfSigned || certificate.VerifySignature(certificate) != SignatureStatus.Invalid
            || (certificate.AuthorityKeyIdentifier?.KeyIdentifier is { } signer && certificate.SubjectKeyIdentifier is { } own
                && !signer.Equals(own)))
        {
            return false;
        }

        checks--;
        foreach (BundlePart part in parts)
        {
            if (checks <= 0
                || (part.Certificate is { } other && other.Subject.Equals(certificate.Subject) && checks-- > 0
                    && certificate.VerifySignature(other) == SignatureStatus.Valid))
            {
                return false;
            }
        }

        return true;
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
            _findings.Refusal = "In a new order, what can't be read would be read as something else.";
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
            all.Add(known with { Depth = all.Count, CertificateOrigin = part.Origin });
        }

        return [.. all];
    }
}
