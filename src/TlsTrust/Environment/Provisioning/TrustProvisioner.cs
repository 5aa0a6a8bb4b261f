using TlsTrust.Certificates;
using TlsTrust.Environment.Catalogue;
using TlsTrust.Environment.Configuration;
using TlsTrust.Environment.Inspection;
using TlsTrust.Environment.Machines;
using TlsTrust.Stores;

namespace TlsTrust.Environment.Provisioning;

/// <summary>Plans and applies what makes programs trust further CAs, with the public roots kept and verification on.</summary>
public sealed partial class TrustProvisioner
{
    private readonly IMachine _machine;
    private readonly PublicRootSet _publicRoots;
    private readonly TrustInspector _inspector;
    private readonly StorePlaces _places;

    /// <summary>A provisioner for one machine.</summary>
    /// <param name="machine">Which machine.</param>
    /// <param name="publicRoots">The roots that stand in where the system has none; the built-in list when null.</param>
    public TrustProvisioner(IMachine machine, PublicRootSet? publicRoots = null)
    {
        _machine = machine;
        _publicRoots = publicRoots ?? PublicRootSet.BuiltIn;
        _inspector = new TrustInspector(machine, _publicRoots);
        _places = new StorePlaces(machine);
    }

    /// <summary>What would be done. Nothing is touched.</summary>
    /// <exception cref="ProvisioningException">It is refused.</exception>
    public ProvisionPlan Plan(ProvisionRequest request)
    {
        RequirePermission(request);
        (IReadOnlyList<Certificate> anchors, IReadOnlyList<string> left) = AnchorSelection.Choose(request);
        ProvisionRecord? record = request.Target is null ? ProvisionRecord.Read(_machine, request.Scope) : null;
        ProvisionPlan plan = new(request);
        List<string> notes = [.. left.Select(text => "left aside: " + text)];
        (IReadOnlyList<Certificate> roots, string source) = BundleComposer.SystemRoots(_machine, _publicRoots);
        notes.Add($"public roots: {roots.Count} from {source}");
        plan.Anchors = anchors;
        plan.Warnings = [.. anchors.Where(anchor => anchor.NotAfter < _machine.UtcNow).Select(anchor => FormattableString.Invariant($"{anchor.Subject} expired on {anchor.NotAfter:yyyy-MM-dd}: no program will accept what it issued."))];
        plan.Added = [.. (record?.AddedCertificates ?? []).Concat(anchors).Distinct()];
        plan.Roots = request.WithoutPublicRoots ? [] : roots;
        string folder = Folder(request, record);
        plan.Bundle = request.Destination ?? record?.Bundle ?? Path.Combine(folder, "trust-bundle.pem");
        string beside = Path.GetDirectoryName(plan.Bundle) ?? folder;
        plan.CaOnlyBundle = request.CaOnly || record?.CaOnlyBundle is not null ? Path.Combine(beside, "added-cas.pem") : null;
        plan.Directory = request.HashedDirectory || record?.Directory is not null ? Path.Combine(beside, "certs") : null;
        DemandDestination(request, plan);

        List<TrustEnvironmentChange> changes = [];
        foreach ((ProgramFacts program, SettingFacts setting) in Settings(request, notes))
        {
            Assign(request, plan, program, setting, record, changes);
        }

        if (request.IncludeConfiguration)
        {
            AddSpecialCases(request, plan, beside, record, changes, notes);
        }

        if (request.WithoutPublicRoots && !request.Force && changes.Count > 0)
        {
            throw new ProvisioningException(Refusal.PublicRootsLost, "The bundle would hold the given CAs only, and most of these settings replace the store: servers of the internet would be refused.", "Leave -WithoutPublicRoots out, or add -Force when that is what you want.");
        }

        ComposeFiles(plan);
        DemandNothingOfOthers(plan, record);
        if (request.Target is { } target)
        {
            plan.Lines = Lines(target, plan);
        }
        else
        {
            AddScopeFiles(plan, record);
        }

        plan.Changes = changes;
        plan.Notes = notes;
        return plan;
    }

    private string Folder(ProvisionRequest request, ProvisionRecord? record) =>
        record is not null ? Path.GetDirectoryName(record.Bundle)!
        : request.Target is { } target ? Path.Combine(_machine.DataFolder(forMachine: false), target.ToString().ToLowerInvariant())
        : ProvisionRecord.FolderFor(_machine, request.Scope);

    private void RequirePermission(ProvisionRequest request)
    {
        if (request.Target is null && request.Scope == TrustScope.Project)
        {
            throw new ProvisioningException(Refusal.NotSupported, "A project has no environment variables.", "Use the scope Process, User or Machine.");
        }

        if (request.Target is null && request.Scope == TrustScope.Machine && _machine.Root is "/" or "" && !_machine.IsAdministrator)
        {
            throw new ProvisioningException(
                Refusal.PermissionDenied,
                "The scope Machine changes what every user trusts.",
                _machine.Platform == StorePlatform.Windows ? "Run it as administrator (an elevated PowerShell), or use -Scope User." : "Run it as root (sudo), or use -Scope User.");
        }

        if (request.Target is null && request.Scope == TrustScope.Process && !_machine.CanSetVariables)
        {
            throw new ProvisioningException(Refusal.NotSupported, "The variables of another process can't be set.", "Run it in that process, or use -Scope User.");
        }
    }

    private void DemandDestination(ProvisionRequest request, ProvisionPlan plan)
    {
        if (plan.Bundle.IndexOfAny(['\n', '\r', '\0']) >= 0)
        {
            throw new ProvisioningException(Refusal.PathNotCarriable, $"A line break in a path can't be carried by any of the formats: {plan.Bundle.ReplaceLineEndings(" ")}", "Choose another -Destination.");
        }

        if (Directory.Exists(plan.Bundle))
        {
            throw new ProvisioningException(Refusal.DestinationExists, $"'{plan.Bundle}' is a directory.", "Give the name of a file as -Destination.");
        }

        if (plan.Directory is { } directory && directory.Contains(_machine.Platform == StorePlatform.Windows ? ';' : ':', StringComparison.Ordinal))
        {
            throw new ProvisioningException(Refusal.PathNotCarriable, $"SSL_CERT_DIR is a list, and '{directory}' has its separator in it.", "Choose a -Destination in a folder without it.");
        }

        if (request.Target is null or ProvisionTarget.GitHubActions)
        {
            GuardedFile.RequireSafePlace(plan.Bundle);
        }

        if (request is { Target: null, Scope: TrustScope.Machine, Destination: not null })
        {
            GuardedFile.DemandOpenPlace(plan.Bundle, _machine.Root);
        }
    }

    private void DemandNothingOfOthers(ProvisionPlan plan, ProvisionRecord? record)
    {
        foreach ((string path, byte[] content) in plan.OwnFiles)
        {
            if (!plan.Request.Force && IsOfOthers(plan.Request, record, path) && !File.ReadAllBytes(path).AsSpan().SequenceEqual(content))
            {
                throw new ProvisioningException(Refusal.DestinationExists, $"'{path}' exists and was not made by TlsTrust.", "Choose another -Destination, or -Force to replace it (it is put back by Remove-TrustBundleEnvironment).");
            }
        }

        // Two who link hashed names in one directory undo each other's.
        if (plan.Directory is { } directory && directory != record?.Directory && !IsInOwnFolder(plan.Request, directory) && HashedDirectoryWriter.HoldsOthers(directory))
        {
            throw new ProvisioningException(Refusal.DestinationExists, $"The hashed directory would be '{directory}', where there are files that TlsTrust did not make.", "Choose a -Destination in a folder of its own.");
        }
    }

    private bool IsOfOthers(ProvisionRequest request, ProvisionRecord? record, string path) =>
        File.Exists(path) && record?.OwnFiles.Contains(path) != true && !IsInOwnFolder(request, path) && !BundleIsOurs(path);

    private bool IsInOwnFolder(ProvisionRequest request, string path) => path.StartsWith(Folder(request, null) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static bool BundleIsOurs(string path)
    {
        using StreamReader reader = new(path);
        return reader.ReadLine()?.StartsWith("# added by TlsTrust: ", StringComparison.Ordinal) == true;
    }

    private IEnumerable<(ProgramFacts Program, SettingFacts Setting)> Settings(ProvisionRequest request, List<string> notes)
    {
        if (request.Variables is { Count: > 0 } variables)
        {
            foreach (string name in variables)
            {
                (ProgramFacts Program, SettingFacts Setting)[] readers = [.. ProgramCatalogue.Programs
                    .SelectMany(program => program.Settings.Where(setting => setting.IsVariable && setting.Provision is not null && setting.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(setting => (program, setting)))];
                if (readers.Length == 0)
                {
                    throw new ProvisioningException(Refusal.NotSupported, $"{name} is no variable that is provisioned.", $"Known are: {string.Join(", ", ProgramCatalogue.ProvisionedVariables)}.");
                }

                yield return readers[0];
            }

            yield break;
        }

        foreach (ProgramFacts program in Programs(request))
        {
            string? executable = _inspector.Executable(program);
            string build = _places.Build(program.Id, executable);
            string platform = _machine.Platform.ToString().ToLowerInvariant();
            SettingFacts[] usable = [.. program.Settings.Where(setting => setting.Provision is not null
                && (setting.Platforms is null || setting.Platforms.Contains(platform))
                && (setting.Builds is null || setting.Builds.Contains(build)))];
            bool any = false;
            foreach (SettingFacts setting in Overriding(program, usable, platform, build, request))
            {
                any = true;
                yield return (program, setting);
            }

            foreach (SettingFacts setting in usable.Where(setting => setting.IsVariable ? setting.Provision != "keystore" || request.IncludeConfiguration : request.IncludeConfiguration && request.Target is null))
            {
                if (setting.Provision == "directory" && !request.HashedDirectory)
                {
                    continue;
                }

                any = true;
                yield return (program, setting);
            }

            if (!any)
            {
                notes.Add(usable.Length > 0 ? $"{program.Id}: has no variable; -IncludeConfiguration writes its configuration" : $"{program.Id}: has no setting that could be provisioned{(program.Note is null ? string.Empty : $" ({program.Note})")}");
            }
        }
    }

    // What is already set and comes before ours would keep ours from being read: a variable of that rank gets our bundle too.
    private IEnumerable<SettingFacts> Overriding(ProgramFacts program, SettingFacts[] usable, string platform, string build, ProvisionRequest request)
    {
        if (request.Target is not null || usable.FirstOrDefault(setting => setting.IsVariable) is not { } ours)
        {
            yield break;
        }

        SettingLookup lookup = new(_machine, request.Scope);
        SettingFacts[] active = [.. program.Settings.Where(setting => setting.Effect is SettingEffect.ReplacesAll or SettingEffect.ReplacesFile && setting.Holds is "file" or "fileOrDirectory"
            && (setting.Platforms is null || setting.Platforms.Contains(platform)) && (setting.Builds is null || setting.Builds.Contains(build)))];
        if (ours.Effect == SettingEffect.Adds)
        {
            if (active.Any(setting => lookup.Find(setting) is not null) && active.FirstOrDefault(setting => setting.IsVariable) is { } replacing)
            {
                yield return replacing;
            }

            yield break;
        }

        foreach (SettingFacts setting in active.TakeWhile(setting => setting != ours).Where(setting => setting.IsVariable && lookup.Find(setting) is not null))
        {
            yield return setting;
        }
    }

    /// <summary>The programs a request is about.</summary>
    /// <exception cref="ProvisioningException">An id is not in the catalogue.</exception>
    public IReadOnlyList<ProgramFacts> Programs(ProvisionRequest request) => request.Programs is { Count: > 0 } ids
        ? [.. ids.Select(id => ProgramCatalogue.Find(id) ?? throw new ProvisioningException(Refusal.NotSupported, $"'{id}' is no program of the catalogue.", $"Known are: {string.Join(", ", ProgramCatalogue.Programs.Select(program => program.Id))}."))]
        : [.. ProgramCatalogue.Programs.Where(program => request.Target is not null || _inspector.Executable(program) is not null)];

    private void Assign(ProvisionRequest request, ProvisionPlan plan, ProgramFacts program, SettingFacts setting, ProvisionRecord? record, List<TrustEnvironmentChange> changes)
    {
        if (!setting.IsVariable)
        {
            AssignFile(request, plan, program, setting, changes);
            return;
        }

        string value = setting.Provision switch
        {
            "extra" => plan.CaOnlyBundle ?? plan.Bundle,
            "directory" => plan.Directory!,
            "keystore" => KeyStoreOptions(plan, setting.Name, record),
            _ => plan.Bundle,
        };
        string? before = Current(request.Scope, setting.Name);
        plan.Variables[setting.Name] = value;
        changes.Add(new TrustEnvironmentChange
        {
            Program = program.Id,
            Setting = setting.Name,
            Scope = request.Scope,
            Before = before,
            After = value,
            Effect = EffectOf(request, setting),
        });
    }

    private string KeyStoreOptions(ProvisionPlan plan, string variable, ProvisionRecord? record)
    {
        plan.KeyStore = Path.Combine(Path.GetDirectoryName(plan.Bundle)!, "trust-store.p12");
        string existing = record?.Variables.FirstOrDefault(entry => entry.Name == variable) is { } recorded ? recorded.Before ?? string.Empty : Current(plan.Request.Scope, variable) ?? string.Empty;
        return $"{JavaOptions.Without(existing)} {JavaOptions.For(plan.KeyStore, BundleComposer.KeyStorePassword)}".Trim();
    }

    private void AssignFile(ProvisionRequest request, ProvisionPlan plan, ProgramFacts program, SettingFacts setting, List<TrustEnvironmentChange> changes)
    {
        if (ConfigurationProvision.PathFor(_machine, setting.File!, request.Scope) is not { } path || plan.Files.Any(file => file.Path == path))
        {
            return;
        }

        ConfigurationProvision.DemandCarriable(setting.File!, plan.Bundle);
        byte[]? now = File.Exists(path) ? File.ReadAllBytes(path) : null;
        (Func<byte[]?, byte[]> change, bool isBlock) = ConfigurationProvision.Change(setting.File!, path, plan.Bundle, now);
        _ = change(now); // what it refuses is refused with -WhatIf too
        plan.Files.Add((path, change, isBlock, setting.File));
        string? before = now is null ? null : Configuration.ConfigurationFile.Parse(path, ProgramCatalogue.FormatOf(ProgramCatalogue.File(setting.File!)), now).Entries.LastOrDefault(entry => entry.Key == setting.Name)?.Value;
        changes.Add(new TrustEnvironmentChange
        {
            Program = program.Id,
            Setting = setting.Name,
            File = path,
            Scope = request.Scope,
            Before = before,
            After = plan.Bundle,
            Effect = "the next time the program starts",
        });
    }

    private string? Current(TrustScope scope, string variable) => scope == TrustScope.Process
        ? _machine.Variables.GetValueOrDefault(variable)
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
            : request.Scope == TrustScope.Process ? "at once, for programs that this process starts; gone with it (also with a job or a remote session)"
            : _machine.Platform == StorePlatform.Windows ? "for programs started from now on"
            : "from the next login on; shells that are open keep what they have";
        return $"{what}; {when}";
    }

    private static void ComposeFiles(ProvisionPlan plan)
    {
        byte[] bundle = BundleComposer.Pem(plan.Added, plan.Roots);
        plan.OwnFiles[plan.Bundle] = bundle;
        if (plan.CaOnlyBundle is { } caOnly)
        {
            plan.OwnFiles[caOnly] = BundleComposer.Pem(plan.Added, []);
        }

        if (plan.KeyStore is { } keyStore)
        {
            plan.OwnFiles[keyStore] = BundleComposer.KeyStore(plan.Added.Concat(plan.Roots));
        }
    }

    private void AddScopeFiles(ProvisionPlan plan, ProvisionRecord? record)
    {
        if (plan.Request.Scope == TrustScope.Process || _machine.Platform == StorePlatform.Windows)
        {
            return;
        }

        // There is one block for all: what was set for other programs before is written with it.
        plan.Assigned = new(plan.Variables, StringComparer.Ordinal);
        foreach ((string name, string value) in record?.Assigned ?? new Dictionary<string, string>())
        {
            plan.Assigned.TryAdd(name, value);
        }

        foreach ((string path, IReadOnlyList<string> lines) in ScopeFiles.For(_machine, plan.Request.Scope, plan.Assigned))
        {
            plan.Files.RemoveAll(file => file.Path == path);
            if (ScopeFiles.IsWholeFile(path))
            {
                plan.Files.Add((path, _ => System.Text.Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n"), false, null));
            }
            else
            {
                plan.Files.Add((path, content => MarkedBlock.Put(content, lines), true, null));
            }
        }
    }

    private static List<string> Lines(ProvisionTarget target, ProvisionPlan plan)
    {
        List<string> lines = [.. plan.Variables.Select(variable => VariableText.For(target, variable.Key, variable.Value))];
        if (target == ProvisionTarget.Dockerfile)
        {
            // The file has to be in the image before a variable may name it.
            lines.InsertRange(0, plan.OwnFiles.Keys.Select(path => $"COPY [\"{Path.GetFileName(path)}\", \"{path}\"]"));
        }

        return lines;
    }
}
