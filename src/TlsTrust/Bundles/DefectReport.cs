using TlsTrust.CertificateFiles.Defects;
using TlsTrust.Certificates;

namespace TlsTrust.Bundles;

/// <summary>What the reader found in a file, sorted by what a repair makes of it.</summary>
/// <param name="content">The file.</param>
/// <param name="options">What is wanted.</param>
/// <param name="findings">Receives it.</param>
internal sealed class DefectReport(BundleContent content, BundleRepairOptions options, PlanFindings findings)
{
    /// <summary>Whether a rewrite undoes a defect, and it is worth one.</summary>
    public static bool IsMended(PemDefect defect) => defect.IsRepairable && defect.Severity != Severity.Information;

    /// <summary>Sorts all defects.</summary>
    /// <param name="kind">What the file is for.</param>
    /// <param name="isOwnForm">The file is in the binary form that its name says, and stays so.</param>
    public void Report(PemBundleKind kind, bool isOwnForm)
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
            if (isOwnForm && IsMended(defect))
            {
                findings.Notes.Add(
                    change with { Why = change.Why + " Its name says so, and it stays; with -Destination PEM is written.",
                        Severity = Severity.Information, Clients = [] });
                continue;
            }

            Sort(defect, change, kind);
        }
    }

    private void Sort(PemDefect defect, PemChange change, PemBundleKind kind)
    {
        switch (PemDefects.Of(defect.Kind).Repair)
        {
            case PemRepair.Kept:
            case PemRepair.KeptWhereUnsure when !defect.IsRepairable:
                findings.Unrecovered.Add(change);
                break;
            case PemRepair.BelongsToServer when kind == PemBundleKind.Server
                || (defect.Kind == PemDefectKind.CertificateRequest && content.Parts.Any(p => p.Certificate is not null)):
                break; // whoever arranges the parts says what becomes of it
            case PemRepair.BelongsToServer when defect.Kind == PemDefectKind.PrivateKey:
                findings.Notes.Add(
                    change with { Severity = Severity.Error, Why =
                        "There is a private key among the trusted certificates; it is left there, and belongs elsewhere." });
                break;
            case PemRepair.BelongsToServer when change.Clients.Count > 0:
                findings.Notes.Add(change with { Severity = Severity.Error });
                break;
            case PemRepair.NothingToMend when options.Additional.Count > 0 && defect.Kind != PemDefectKind.PasswordNeeded:
                break; // it will have some
            case PemRepair.NothingToMend:
                findings.Notes.Add(change with { Severity = Severity.Error });
                break;
            case PemRepair.KeptAsText:
                findings.Notes.Add(
                    options.KeepText ? change : change with { Why = change.Why + " A rewrite drops it unless -KeepText is given." });
                break;
            default:
                (IsMended(defect) ? findings.Changes : findings.Notes).Add(change);
                break;
        }
    }
}
