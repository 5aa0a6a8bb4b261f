using TlsTrust.Certificates;
using TlsTrust.Environment.Catalogue;
using TlsTrust.Environment.Inspection;
using TlsTrust.Environment.Machines;
using TlsTrust.Environment.Provisioning.Records;
using TlsTrust.Environment.Provisioning.Requests;
using TlsTrust.Environment.Provisioning.Targets;
using TlsTrust.Environment.Provisioning.SystemStores;
using TlsTrust.Environment.Provisioning.Writing;
using TlsTrust.Stores;

namespace TlsTrust.Environment.Provisioning.Planning;

/// <summary>Makes plans. It reads, and touches nothing; what can be refused is refused here.</summary>
internal sealed class ProvisionPlanner
{
    private readonly IMachine _machine;
    private readonly PublicRootSet _publicRoots;
    private readonly StorePlaces _places;

    /// <summary>A planner for one machine.</summary>
    public ProvisionPlanner(IMachine machine, PublicRootSet publicRoots)
    {
        _machine = machine;
        _publicRoots = publicRoots;
        _places = new StorePlaces(machine);
    }

    /// <summary>The programs a request is about.</summary>
    public IReadOnlyList<ProgramFacts> Programs(ProvisionRequest request) => new SettingChoice(_machine, Inspector()).Programs(request);

    /// <summary>The plan.</summary>
    /// <exception cref="ProvisioningException">It is refused.</exception>
    public ProvisionPlan Plan(ProvisionRequest request)
    {
        PlanDemands demands = new(_machine);
        demands.Right(request);
        (IReadOnlyList<Certificate> anchors, IReadOnlyList<string> left) = request.PublicRoots is not null && request.Anchors.Count == 0
            ? ([], []) : AnchorSelection.Choose(request);
        if (request.Target is null)
        {
            RecordGuard.DemandOwn(_machine, request.Scope);
        }

        byte[]? recordBytes = request.Target is null ? ProvisionRecord.ReadBytes(_machine, request.Scope) : null;
        ProvisionRecord? record = recordBytes is null ? null : ProvisionRecord.Read(_machine, request.Scope);
        if (record is not null)
        {
            RecordGuard.DemandConfined(_machine, record);
        }

        try
        {
            PlanDraft draft = Draft(request, anchors, record);
            draft.Notes.AddRange(left.Select(text => "left aside: " + text));
            demands.Destination(draft);
            Choose(draft);
            if (request.WithoutPublicRoots && !request.Force && draft.Changes.Count > 0)
            {
                throw new ProvisioningException(
                    Refusal.PublicRootsLost,
                    "The bundle would hold the given CAs only, and most of these settings replace the store: servers of the internet " +
                    "would be refused.",
                    "Leave -WithoutPublicRoots out, or add -Force when that is what you want.");
            }

            if (!request.Replace && !request.WithoutPublicRoots && (request.Target is null || !TargetText.IsContext(request.Target.Value)))
            {
                new SupersededStores(_machine, _publicRoots, _places).Keep(draft, () => Assumed(draft));
            }

            if (request.IncludeSystemStore)
            {
                ChooseSystemStores(draft);
            }

            demands.NothingOfOthers(draft);
            return Finished(draft, recordBytes);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ProvisioningException(Refusal.FileNotWritable, fault.Message, "Mend what the message names, and run it again.",
                fault);
        }
    }

    /// <summary>True while everything is still as it was when the plan was made.</summary>
    public bool StillHolds(ProvisionPlan plan) =>
        Same(plan.Request.Target is null ? ProvisionRecord.ReadBytes(_machine, plan.Request.Scope) : null, plan.RecordBefore)
        && plan.Files.All(file => Same(PlanDraft.Content(file.Path), file.Before))
        && plan.Variables.All(variable => Current(plan.Request.Scope, variable.Name) == variable.Before);

    private static bool Same(byte[]? left, byte[]? right) =>
        left is null ? right is null : right is not null && left.AsSpan().SequenceEqual(right);

    private TrustInspector Inspector() => new(_machine, _publicRoots, _places, withProject: true);

    // One file has many spellings on Windows; the one that is written everywhere already stays.
    private string BundlePath(ProvisionRequest request, ProvisionRecord? record, string folder) =>
        record is not null && (request.Destination is null || _machine.PathComparer().Equals(record.Bundle, request.Destination))
            ? record.Bundle : request.Destination ?? Path.Combine(folder, "trust-bundle.pem");

    private PlanDraft Draft(ProvisionRequest request, IReadOnlyList<Certificate> anchors, ProvisionRecord? record)
    {
        PlanDemands.FileAt(request.Destination);
        string folder = record is not null ? Path.GetDirectoryName(record.Bundle)! : ProvisionFolders.For(_machine, request);
        PlanDraft draft = new(request, record, BundlePath(request, record, folder)) { Anchors = anchors };
        (IReadOnlyList<Certificate> roots, string source) = Roots(request.PublicRoots ?? record?.PublicRoots, draft);
        draft.RootSource = source;
        draft.Notes.Add($"public roots: {roots.Count} from {source}");
        draft.Warnings.AddRange(anchors.Where(anchor => anchor.NotAfter < _machine.UtcNow)
            .Select(anchor =>
                FormattableString.Invariant(
                    $"{anchor.Subject} expired on {anchor.NotAfter:yyyy-MM-dd}: no program will accept what it issued.")));
        draft.Parts = new BundleParts(
            [.. (record?.AddedCertificates ?? []).Concat(anchors).Distinct()],
            request.Replace ? [] : record?.KeptAnchors ?? [],
            request.WithoutPublicRoots ? [] : roots);
        draft.CaOnlyBundle = request.CaOnly || request.ImageBase is not null || record?.CaOnlyBundle is not null
            ? Path.Combine(draft.Folder, FolderNames.AddedCas) : null;
        draft.Directory = request.HashedDirectory || record?.Directory is not null ? Path.Combine(draft.Folder, FolderNames.Hashed) : null;
        return draft;
    }

    private (IReadOnlyList<Certificate> Roots, string Source) Roots(string? choice, PlanDraft draft)
    {
        if (choice is null)
        {
            return BundleComposer.SystemRoots(_places.SystemStore, _publicRoots);
        }

        RootSources sources = new(_machine, _places, _publicRoots);
        RootSource chosen = sources.Choose(choice) ?? throw new ProvisioningException(
            Refusal.PublicRootsLost,
            $"There are no public roots of '{choice}' on this machine, or none that can be read.",
            $"There are: {string.Join("; ", sources.All())}. Give the name of one as -PublicRoots.");
        draft.Link = RootLink.For(_machine, draft.Request, chosen);
        return (chosen.Roots, chosen.ToString());
    }

    private void Choose(PlanDraft draft)
    {
        foreach ((ProgramFacts program, SettingFacts setting) in new SettingChoice(_machine, Inspector()).Settings(draft))
        {
            if (draft.Parts.Added.Count == 0 && setting.Effect == SettingEffect.Adds)
            {
                draft.Notes.Add($"{program.Id}: {setting.Name} adds to its own roots, and nothing is to be added");
            }
            else if (setting.Provision == "startFile")
            {
                AssignStartFile(draft, program, setting);
            }
            else if (setting.IsVariable)
            {
                Assign(draft, program, setting.Name, ValueFor(draft, setting), EffectOf(draft.Request, setting));
            }
            else
            {
                AssignFile(draft, program, setting);
            }
        }
    }

    // A CA that a store has already, by whomever, is left to whoever put it there.
    private void ChooseSystemStores(PlanDraft draft)
    {
        IReadOnlyList<ISystemStore> stores = KnownSystemStores.For(_machine, draft.Request.Scope);
        if (stores.Count == 0)
        {
            draft.Warnings.Add(
                $"There is no store of a system or browser here that the scope {draft.Request.Scope} reaches, or not the tool for it.");
        }

        foreach (ISystemStore store in stores)
        {
            Certificate[] missing = [.. draft.Anchors.Where(anchor => !store.Holds(anchor))];
            if (missing.Length > 0)
            {
                draft.SystemStores.Add(new PlannedSystemStore(store.Id, missing, store.Steps(missing)) { Content = store.Content });
            }

            foreach (Certificate anchor in draft.Anchors)
            {
                bool has = !missing.Contains(anchor);
                draft.Changes.Add(new TrustEnvironmentChange
                {
                    Program = TrustEnvironmentChange.SystemProgram,
                    Setting = anchor.Subject.ToString(),
                    File = store.Id,
                    Scope = draft.Request.Scope,
                    Before = has ? "trusted" : null,
                    After = "trusted",
                    Effect = has ? "already there" : "at once, for every program that reads this store",
                });
            }
        }
    }

    private string ValueFor(PlanDraft draft, SettingFacts setting) => setting.Provision switch
    {
        "extra" => draft.CaOnlyBundle ?? draft.Bundle,
        "directory" => draft.Directory!,
        "keystore" => KeyStoreOptions(draft, setting.Name),
        _ => draft.Bundle,
    };

    private string KeyStoreOptions(PlanDraft draft, string variable)
    {
        draft.KeyStore = Path.Combine(draft.Folder, FolderNames.KeyStore);
        RecordedVariable? recorded = draft.Record?.Variables.FirstOrDefault(entry => entry.Name == variable);
        // where ours is in a block, only its store's options are ours
        string? others = recorded is null ? Current(draft.Request.Scope, variable) : recorded.Before;
        return $"{JavaOptions.Without(others ?? string.Empty)} {JavaOptions.For(draft.KeyStore, BundleComposer.KeyStorePassword)}".Trim();
    }

    private string? BeforeUs(PlanDraft draft, string name) =>
        draft.Record?.Variables.FirstOrDefault(variable => variable.Name == name) is { } recorded ? recorded.Before
        : draft.Record?.Assigned?.ContainsKey(name) == true ? null // in a block of ours: what is there is ours
        : Current(draft.Request.Scope, name);

    private void Assign(PlanDraft draft, ProgramFacts program, string variable, string value, string effect)
    {
        draft.Variables[variable] = value;
        draft.Changes.Add(new TrustEnvironmentChange
        {
            Program = program.Id,
            Setting = variable,
            Scope = draft.Request.Scope,
            Before = Current(draft.Request.Scope, variable),
            After = value,
            Effect = effect,
        });
    }

    private void AssignStartFile(PlanDraft draft, ProgramFacts program, SettingFacts setting)
    {
        StartFileRequest request =
            new(_machine, draft.Request.Scope, draft.Bundle, draft.Folder, BeforeUs(draft, setting.Name), draft.Notes);
        if (StartFiles.For(setting, request) is { } file)
        {
            draft.StartFiles[file.Path] = file.Content;
            Assign(draft, program, setting.Name, file.Value, file.Effect);
        }
    }

    private void AssignFile(PlanDraft draft, ProgramFacts program, SettingFacts setting)
    {
        if (ConfigurationProvision.PathFor(_machine, setting.File!, draft.Request.Scope) is not { } path)
        {
            if (draft.Request.Scope is TrustScope.User or TrustScope.Machine)
            {
                draft.Notes.Add($"{program.Id}: where its configuration lies for the scope {draft.Request.Scope} on this platform is not " +
                    $"known; it is left alone");
            }

            return;
        }

        if (draft.Configuration.Any(file => _machine.PathComparer().Equals(file.Path, path)))
        {
            return;
        }

        ConfigurationProvision.DemandCarriable(setting.File!, draft.Bundle);
        byte[]? now = PlanDraft.Content(path);
        (byte[] content, PlannedFileKind kind) = ConfigurationProvision.Change(setting.File!, path, draft.Bundle, now);
        draft.Configuration.Add(new PlannedFile(path, now, content, kind, setting.File));
        draft.Changes.Add(new TrustEnvironmentChange
        {
            Program = program.Id,
            Setting = setting.Name,
            File = path,
            Scope = draft.Request.Scope,
            Before = now is null ? null : ConfigurationProvision.Value(setting.File!, path, now),
            After = draft.Bundle,
            Effect = "the next time the program starts",
        });
    }

    // The registry's text is compared and put back as it is written there, not as it expands.
    private string? Current(TrustScope scope, string variable) =>
        scope == TrustScope.Process ? _machine.GetVariable(variable)
        : _machine.Platform == StorePlatform.Windows
            ? _machine.StoredVariables(scope == TrustScope.Machine).GetValueOrDefault(variable)?.Text
        : new SettingLookup(_machine, scope).Variables.GetValueOrDefault(variable);

    private string EffectOf(ProvisionRequest request, SettingFacts setting)
    {
        string what = setting.Effect switch
        {
            SettingEffect.Adds => "adds to the program's own roots",
            SettingEffect.ReplacesAll => "replaces the store; the public roots are in the bundle",
            _ => "replaces part of the store; the public roots are in the bundle",
        };
        string when = request.Target is not null ? "where the lines are run"
            : request.Scope == TrustScope.Process
                ? "at once, for programs that this process starts; gone with it (also with a job or a remote session)"
            : _machine.Platform == StorePlatform.Windows
                ? "for programs started from now on, not by this shell and what it starts: they keep what they have"
            : "from the next login on; shells that are open keep what they have";
        return $"{what}; {when}";
    }

    private bool InFiles(PlanDraft draft) =>
        draft.Request.Target is null && draft.Request.Scope != TrustScope.Process && _machine.Platform != StorePlatform.Windows;

    /// <summary>
    /// All that the scope's files will set: there is one block for all, so what was set for other programs before is written with it.
    /// </summary>
    private static SortedDictionary<string, string> AssignedInFiles(PlanDraft draft)
    {
        SortedDictionary<string, string> assigned = new(draft.Variables, StringComparer.Ordinal);
        foreach ((string name, string value) in draft.Record?.Assigned ?? new Dictionary<string, string>())
        {
            assigned.TryAdd(name, value);
        }

        return assigned;
    }

    private IEnumerable<PlannedFile> ScopeFilesOf(PlanDraft draft) => !InFiles(draft) ? [] :
        ScopeFiles.For(_machine, draft.Request.Scope, AssignedInFiles(draft), draft.Request.IncludeServices
            || draft.Record?.Services == true).Select(file =>
        {
            byte[]? now = PlanDraft.Content(file.Path);
            return ScopeFiles.IsWholeFile(file.Path)
                ? new PlannedFile(file.Path, now, System.Text.Encoding.UTF8.GetBytes(string.Join('\n', file.Lines) + "\n"),
                    PlannedFileKind.Whole)
                : new PlannedFile(file.Path, now, MarkedBlock.Put(now, file.Lines, MarkedBlock.IsIn(now) ? null : ScopeFiles.At(file.Path)),
                    PlannedFileKind.Block) { Mode = ScopeFiles.Mode(file.Path) };
        });

    private List<PlannedFile> Files(PlanDraft draft) =>
        [.. draft.OwnFiles()
            .Select(file =>
                new PlannedFile(file.Key, PlanDraft.Content(file.Key), file.Value, PlannedFileKind.Own, link: file.Key == draft.Bundle
                    && draft.IsLink ? draft.Link : null)), .. draft.Configuration, .. ScopeFilesOf(draft)];

    private AssumedChanges Assumed(PlanDraft draft)
    {
        bool stored = draft.Request.Target is null && draft.Request.Scope != TrustScope.Process;
        return new AssumedChanges
        {
            Variables = stored ? new Dictionary<string, string?>()
                : draft.Variables.ToDictionary(variable => variable.Key, variable => (string?)variable.Value),
            Stored = stored && _machine.Platform == StorePlatform.Windows
                ? draft.Variables.ToDictionary(variable => (draft.Request.Scope == TrustScope.Machine, variable.Key), variable =>
                    variable.Value)
                : [],
            Files = Files(draft).ToDictionary(file => file.Path, file => file.After),
            Stores = draft.Stores(),
        };
    }

    private ProvisionPlan Finished(PlanDraft draft, byte[]? recordBytes)
    {
        List<PlannedFile> files = Files(draft);
        bool isText = draft.Request.Target is not null;
        PlannedVariable[] variables = isText || InFiles(draft) ? []
            : [.. draft.Variables.Select(variable =>
                new PlannedVariable(variable.Key, Current(draft.Request.Scope, variable.Key), variable.Value))];
        return new ProvisionPlan
        {
            Request = draft.Request,
            Changes = [.. draft.Changes.Select(change => draft.Record?.Tell(change) ?? change)],
            Files = files,
            Variables = variables,
            Lines = draft.Request.Target is { } target
                ? TargetText.For(target, draft.Request.ImageBase, draft.Folder, draft.Variables, draft.OwnFiles(), draft.Parts.Added) : [],
            Notes = [.. draft.Notes],
            Warnings = [.. draft.Warnings.Distinct()],
            Bundle = draft.Bundle,
            Anchors = draft.Anchors,
            Kept = draft.Parts.Kept,
            RootSource = draft.RootSource,
            SystemStores = [.. draft.SystemStores],
            Overridden = [.. draft.Overridden],
            Added = draft.Parts.Added,
            Roots = draft.Parts.Roots,
            Directory = draft.Directory,
            RecordBefore = recordBytes,
            Record = isText ? null : new NextRecord(_machine, draft).Make(files, variables, InFiles(draft) ? AssignedInFiles(draft) : null),
        };
    }
}
