using TlsTrust.Certificates;
using TlsTrust.Environment.Catalogue;
using TlsTrust.Environment.Inspection;
using TlsTrust.Environment.Machines;
using TlsTrust.Environment.Provisioning.Records;
using TlsTrust.Environment.Provisioning.Requests;
using TlsTrust.Environment.Provisioning.Writing;
using TlsTrust.Stores;

namespace TlsTrust.Environment.Provisioning.Planning;

/// <summary>
/// The law of provisioning: what a program accepted before, with verification on, it accepts after. The anchors of every store that
/// gives way come along, each with its origin, and are never moved to a wider scope: a user's own don't go into the machine's bundle.
/// </summary>
internal sealed class SupersededStores(IMachine machine, PublicRootSet publicRoots, StorePlaces places)
{
    /// <summary>Names of programs and certificates in one sentence: more are counted.</summary>
    private const int MostNames = 3;

    /// <summary>Completes a draft with what has to come along.</summary>
    /// <param name="draft">The draft; its settings are chosen.</param>
    /// <param name="assumed">The machine as the draft would leave it.</param>
    /// <exception cref="ProvisioningException">Something would be lost all the same.</exception>
    public void Keep(PlanDraft draft, Func<AssumedChanges> assumed)
    {
        TrustScope scope = draft.Request.Target is null ? draft.Request.Scope : TrustScope.Process;
        List<ProgramStores> before = [.. Stores(scope, [.. draft.Changes.Select(change => change.Program)])];
        Dictionary<string, EffectiveStore> after = After(assumed(), scope, before);
        Dictionary<Certificate, string> lost = [];
        HashSet<Certificate> left = [];
        foreach ((ProgramStores program, Certificate anchor, AnchorOrigin origin) in Lost(before, after, draft))
        {
            if (scope == TrustScope.Machine && machine.IsInHome(origin.Place) && !publicRoots.Contains(anchor))
            {
                left.Add(anchor);
                draft.Warnings.Add($"{program.Id} trusts '{anchor.Subject}' by {origin}, which is one user's; it does not go into the " +
                    $"machine's bundle, and {program.Id} will refuse what it issued.");
            }
            else
            {
                lost.TryAdd(anchor, origin.ToString());
            }
        }

        if (lost.Count > 0)
        {
            draft.Parts =
                draft.Parts with { Kept = [.. draft.Parts.Kept, .. lost.Select(anchor => new KeptAnchor(anchor.Key, anchor.Value))] };
            after = After(assumed(), scope, before);
        }

        (ProgramStores Program, Certificate Anchor, AnchorOrigin Origin)[] still =
            [.. Lost(before, after, draft).Where(loss => !left.Contains(loss.Anchor))];
        if (still.Length > 0)
        {
            (ProgramStores program, Certificate anchor, AnchorOrigin origin) = still[0];
            throw new ProvisioningException(
                Refusal.AnchorsLost,
                $"{program.Id} would not trust '{anchor.Subject}' any more " +
                $"({origin}){(still.Length > 1 ? $", and {still.Length - 1} more would be lost" : string.Empty)}: it would not read the " +
                $"bundle.",
                "Name the programs that need the CA as -Program, or add -Replace when that is what you want.");
        }

        Tell(draft, lost, before, after);
        WarnOfUnread(draft, before, after);
        WarnOfProcess(draft, scope, before, after);
    }

    // Of the programs that are here, and of those whose settings change: what is not found may lie elsewhere, or be a library.
    private IEnumerable<ProgramStores> Stores(TrustScope scope, HashSet<string> changed)
    {
        TrustInspector inspector = new(machine, publicRoots, places, withProject: false);
        foreach (ProgramFacts program in ProgramCatalogue.Programs.Where(program => program.Reader != "none"))
        {
            string? executable = inspector.Executable(program);
            if (executable is not null || changed.Contains(program.Id))
            {
                yield return new ProgramStores(program, executable, inspector.Effective(program, scope, executable));
            }
        }
    }

    private Dictionary<string, EffectiveStore> After(AssumedChanges changes, TrustScope scope, List<ProgramStores> before)
    {
        TrustInspector inspector = new(new AssumedMachine(machine, changes), publicRoots, places, withProject: false);
        return before.ToDictionary(program => program.Id, program => inspector.Effective(program.Facts, scope, program.Executable));
    }

    private IEnumerable<(ProgramStores Program, Certificate Anchor, AnchorOrigin Origin)> Lost(List<ProgramStores> before,
        Dictionary<string, EffectiveStore> after, PlanDraft draft)
    {
        foreach (ProgramStores program in before)
        {
            foreach (Certificate anchor in program.Before.Anchors.Where(anchor => !after[program.Id].Anchors.Contains(anchor)))
            {
                // A root that our own bundle of yesterday had and the system has no more is gone on purpose.
                if (!IsOurs(draft.Record, program.Before.Origins[anchor].Place))
                {
                    yield return (program, anchor, program.Before.Origins[anchor]);
                }
            }
        }
    }

    private bool IsOurs(ProvisionRecord? record, string place) => record is not null
        && (record.OwnFiles.Contains(place, machine.PathComparer()) || machine.PathComparer().Equals(record.Directory, place)
            || machine.PathComparer().Equals(record.KeyStore, place));

    // What comes along is named with its origin, and so is each program that did not trust it before.
    private void Tell(PlanDraft draft, Dictionary<Certificate, string> lost, List<ProgramStores> before,
        Dictionary<string, EffectiveStore> after)
    {
        foreach (IGrouping<string, Certificate> origin in lost.GroupBy(anchor => anchor.Value, anchor => anchor.Key))
        {
            draft.Notes.Add($"{origin.Count()} come along from {origin.Key}: {Names(origin.Select(anchor => anchor.Subject.ToString()))}");
        }

        // One sentence for a store, however many it had.
        foreach (var group in lost.Keys.Where(anchor => !publicRoots.Contains(anchor))
            .Select(anchor => (Anchor: anchor, Newly: NewlyTrusting(anchor, before, after)))
                .GroupBy(found => (Origin: lost[found.Anchor], found.Newly)))
        {
            string[] names = [.. group.Select(found => $"'{found.Anchor.Subject}'")];
            string newly = group.Key.Newly.Length == 0 ? string.Empty : $"; newly trusted by {group.Key.Newly}";
            draft.Warnings.Add($"{Names(names)} come{(names.Length == 1 ? "s" : string.Empty)} along from {group.Key.Origin}{newly}. " +
                $"-Replace leaves {(names.Length == 1 ? "it" : "them")} out.");
        }
    }

    private static string NewlyTrusting(Certificate anchor, List<ProgramStores> before, Dictionary<string, EffectiveStore> after) =>
        Names(before.Where(program => !program.Before.Anchors.Contains(anchor) && after[program.Id].Anchors.Contains(anchor))
            .Select(program => program.Id));

    // A file that comes before the variable, or one that makes the program fail: the setting is there and does nothing.
    private static void WarnOfUnread(PlanDraft draft, List<ProgramStores> before, Dictionary<string, EffectiveStore> after)
    {
        foreach (ProgramStores program in before.Where(program =>
            draft.Changes.Any(change => change.Program == program.Id)
                && draft.Anchors.Any(anchor => !after[program.Id].Anchors.Contains(anchor))))
        {
            EffectiveStore store = after[program.Id];
            string why = store.FailsWith ?? string.Join("; ", store.Reasons.Distinct());
            draft.Overridden.Add(program.Id);
            draft.Warnings.Add($"{program.Id} will not read what is set for it: {why}. Change that first, or use -IncludeConfiguration.");
        }
    }

    // A variable of this process is nobody else's: it does not become the user's, but a login shell will have ours in its place.
    private void WarnOfProcess(PlanDraft draft, TrustScope scope, List<ProgramStores> before, Dictionary<string, EffectiveStore> after)
    {
        if (scope == TrustScope.Process)
        {
            return;
        }

        TrustInspector inspector = new(machine, publicRoots, places, withProject: false);
        Dictionary<string, HashSet<Certificate>> left = [];
        foreach (ProgramStores program in before)
        {
            EffectiveStore now = inspector.Effective(program.Facts, TrustScope.Process, program.Executable);
            foreach (Certificate anchor in now.Set.Where(anchor =>
                !after[program.Id].Anchors.Contains(anchor) && !publicRoots.Contains(anchor)))
            {
                string origin = now.Origins.TryGetValue(anchor, out AnchorOrigin? from) ? from.ToString() : string.Empty;
                if (origin.Contains("(process)", StringComparison.Ordinal))
                {
                    (left.TryGetValue(origin, out HashSet<Certificate>? same) ? same : left[origin] = []).Add(anchor);
                }
            }
        }

        foreach ((string origin, HashSet<Certificate> anchors) in left)
        {
            draft.Warnings.Add($"{origin} is set in this process only; {Names(anchors.Select(anchor => $"'{anchor.Subject}'"))} of it " +
                $"does not go into the bundle of the scope {scope}. Give it as a further -Path where programs need it after the next " +
                $"login.");
        }
    }

    private static string Names(IEnumerable<string> names)
    {
        string[] all = [.. names.Distinct()];
        return string.Join(", ", all.Take(MostNames)) + (all.Length > MostNames ? $" and {all.Length - MostNames} more" : string.Empty);
    }

    private sealed record ProgramStores(ProgramFacts Facts, string? Executable, EffectiveStore Before)
    {
        public string Id => Facts.Id;
    }
}
