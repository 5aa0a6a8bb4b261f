using TlsTrust.Environment.Machines;
using TlsTrust.Environment.Provisioning.Records;
using TlsTrust.Environment.Provisioning.Writing;
using TlsTrust.Stores;

namespace TlsTrust.Environment.Provisioning.Planning;

/// <summary>The record as a plan leaves it: what was there before the first time stays what is put back.</summary>
internal sealed class NextRecord(IMachine machine, PlanDraft draft)
{
    public ProvisionRecord Make(IReadOnlyList<PlannedFile> planned, IReadOnlyList<PlannedVariable> variables,
        IReadOnlyDictionary<string, string>? assigned)
    {
        ProvisionRecord? old = draft.Record;
        string[] own = [.. planned.Where(file => file.Kind == PlannedFileKind.Own).Select(file => file.Path)];
        return new ProvisionRecord
        {
            Scope = draft.Request.Scope,
            Bundle = draft.Bundle,
            CaOnlyBundle = draft.CaOnlyBundle,
            Directory = draft.Directory,
            KeyStore = draft.KeyStore ?? old?.KeyStore,
            WithoutPublicRoots = draft.Request.WithoutPublicRoots,
            Services = draft.Request.IncludeServices || old?.Services == true,
            SystemAnchors = SystemAnchors(old),
            PublicRoots = draft.Request.PublicRoots ?? old?.PublicRoots,
            Link = draft.IsLink ? draft.Link : null,
            Added = [.. draft.Parts.Added.Select(certificate => certificate.ToPem())],
            Kept = [.. draft.Parts.Kept.Select(kept => new RecordedAnchor(kept.Certificate.ToPem(), kept.Origin))],
            OwnFiles = [.. (old?.OwnFiles ?? []).Concat(own).Distinct(machine.PathComparer())],
            Variables = Variables(variables),
            MadeKey = old?.MadeKey
                ?? (draft.Request.Scope != TrustScope.Process && !machine.KeepsVariables(draft.Request.Scope == TrustScope.Machine)),
            Files = Files(planned),
            Assigned = assigned,
            Settings = Settings(old),
            Folders = [.. (old?.Folders ?? []).Concat(planned.Select(file => file.Path).Concat(own).SelectMany(MissingFolders))
                .Distinct(machine.PathComparer())],
        };
    }

    // Where somebody else's value was put over ours since, the first one stays what is told.
    private List<RecordedSetting> Settings(ProvisionRecord? old)
    {
        List<RecordedSetting> settings = [.. old?.Settings ?? []];
        foreach (TrustEnvironmentChange change in draft.Changes.Where(change => !settings.Exists(known => known.IsOf(change))))
        {
            RecordedVariable? variable = change.File is not null ? null
                : old?.Variables.FirstOrDefault(known => LocalMachine.VariableNames.Equals(known.Name, change.Setting));
            settings.Add(new(change.Program, change.Setting, change.File, variable is null ? change.Before : variable.Before,
                machine.UtcNow));
        }

        return settings;
    }

    private RecordedSystemAnchor[]? SystemAnchors(ProvisionRecord? old)
    {
        IReadOnlyList<RecordedSystemAnchor> known = old?.SystemAnchors ?? [];
        RecordedSystemAnchor[] all = [.. known.Concat(draft.SystemStores.SelectMany(store => store.Anchors.Select(anchor =>
            new RecordedSystemAnchor(store.Store, anchor.ToPem(), known.FirstOrDefault(one => one.Store == store.Store)?.Before
                ?? store.Content)))).DistinctBy(anchor => (anchor.Store, anchor.Pem))];
        return all.Length == 0 ? null : all;
    }

    private List<RecordedVariable> Variables(IReadOnlyList<PlannedVariable> planned)
    {
        List<RecordedVariable> variables = [.. draft.Record?.Variables ?? []];
        foreach (PlannedVariable variable in planned)
        {
            int index = variables.FindIndex(entry => LocalMachine.VariableNames.Equals(entry.Name, variable.Name));
            RecordedVariable entry = index >= 0
                ? variables[index] with { After = variable.After }
                : new RecordedVariable(variable.Name, variable.Before, variable.After, ExpandsNow(variable.Name),
                    ForeignNow(variable.Name));
            variables.RemoveAll(other => LocalMachine.VariableNames.Equals(other.Name, variable.Name));
            variables.Add(entry);
        }

        return variables;
    }

    private bool ExpandsNow(string name) => draft.Request.Scope != TrustScope.Process
        && machine.StoredVariables(draft.Request.Scope == TrustScope.Machine).GetValueOrDefault(name)?.Expands == true;

    private string? ForeignNow(string name) => draft.Request.Scope == TrustScope.Process ? null
        : machine.StoredForeign(draft.Request.Scope == TrustScope.Machine, name);

    private List<RecordedFile> Files(IReadOnlyList<PlannedFile> planned)
    {
        List<RecordedFile> files = [.. draft.Record?.Files ?? []];
        foreach (PlannedFile file in planned)
        {
            RecordedFile? earlier = files.Find(known => machine.PathComparer().Equals(known.Path, file.Path));
            if (file.Kind == PlannedFileKind.Own)
            {
                if (earlier is not null)
                {
                    files[files.IndexOf(earlier)] = earlier with { After = file.After };
                }
                else if (PlanDemands.IsOfOthers(machine, draft.Request, draft.Record, file.Path))
                {
                    files.Add(new RecordedFile(file.Path, file.Before, file.After, false));
                }

                continue;
            }

            files.RemoveAll(known => machine.PathComparer().Equals(known.Path, file.Path));

            // Edited by somebody since: then what is to come back is that edit, without our lines.
            byte[]? before = earlier is not null ? earlier.WithoutOurs(file.Before)
                : file.Configuration is not null ? ConfigurationProvision.TakeOut(file.Configuration, file.Before)
                : file.Kind == PlannedFileKind.Block ? MarkedBlock.TakeOut(file.Before)
                : file.Before;
            files.Add(new RecordedFile(file.Path, before, file.After, file.Kind == PlannedFileKind.Block, file.Configuration));
        }

        return files;
    }

    private static IEnumerable<string> MissingFolders(string path)
    {
        for (string? folder = Path.GetDirectoryName(path); folder is not null
            && !Directory.Exists(folder); folder = Path.GetDirectoryName(folder))
        {
            yield return folder;
        }
    }
}
