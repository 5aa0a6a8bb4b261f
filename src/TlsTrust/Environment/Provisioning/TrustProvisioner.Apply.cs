using System.Text;
using TlsTrust.Certificates;
using TlsTrust.Environment.Catalogue;
using TlsTrust.Environment.Inspection;
using TlsTrust.Environment.Machines;
using TlsTrust.Stores;

namespace TlsTrust.Environment.Provisioning;

/// <summary>Carrying a plan out.</summary>
public sealed partial class TrustProvisioner
{
    /// <summary>Carries a plan out. Files are replaced in one step each; the record is written before anything that names it, so
    /// that a crash at any moment leaves what <see cref="TrustRemoval"/> can take back.</summary>
    /// <returns>The changes, read back.</returns>
    /// <exception cref="ProvisioningException">A file can't be written.</exception>
    public IReadOnlyList<TrustEnvironmentChange> Apply(ProvisionPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        try
        {
            using ProvisionLock held = ProvisionLock.Take(Folder(plan.Request, null));
            return plan.Request.Target is null ? ApplyScope(plan) : ApplyTarget(plan);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ProvisioningException(Refusal.FileNotWritable, fault.Message, "Mend what the message names; Remove-TrustBundleEnvironment takes back what was already done.", fault);
        }
    }

    private List<TrustEnvironmentChange> ApplyScope(ProvisionPlan plan)
    {
        ProvisionRecord? record = ProvisionRecord.Read(_machine, plan.Request.Scope);

        // Another provisioner may have added a CA or a variable since the plan was made.
        if (record is not null && record.AddedCertificates.Except(plan.Added).Any())
        {
            plan.Added = [.. record.AddedCertificates.Concat(plan.Added).Distinct()];
            ComposeFiles(plan);
        }

        AddScopeFiles(plan, record);

        Dictionary<string, byte[]?> original = [];
        foreach ((string path, _, _, _) in plan.Files)
        {
            original[path] = File.Exists(path) ? File.ReadAllBytes(path) : null;
        }

        ProvisionRecord next = Record(plan, record, original);
        next.Write(_machine);
        WriteOwnFiles(plan);
        if (plan.Request.Scope == TrustScope.Machine)
        {
            LetEverybodyRead(plan, next);
        }

        foreach ((string path, Func<byte[]?, byte[]> change, _, _) in plan.Files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            GuardedFile.Change(path, change);
        }

        foreach ((string name, string value) in plan.Variables)
        {
            if (plan.Request.Scope == TrustScope.Process)
            {
                _machine.SetVariable(name, value);
            }
            else if (_machine.Platform == StorePlatform.Windows)
            {
                if (_machine.StoredVariables(plan.Request.Scope == TrustScope.Machine).GetValueOrDefault(name) != value)
                {
                    _machine.StoreVariable(plan.Request.Scope == TrustScope.Machine, name, value);
                }
            }
        }

        return [.. plan.Changes.Select(change => ReadBack(plan, change))];
    }

    private List<TrustEnvironmentChange> ApplyTarget(ProvisionPlan plan)
    {
        WriteOwnFiles(plan);
        if (plan.Request.Target == ProvisionTarget.GitHubActions)
        {
            string file = _machine.Variable("GITHUB_ENV") ?? throw new ProvisioningException(Refusal.NotSupported, "GITHUB_ENV is not set; this is no step of a GitHub Actions job.", "Run it in a workflow, or use -Target Bash.");
            GuardedFile.Change(file, content =>
            {
                string old = content is null ? string.Empty : Encoding.UTF8.GetString(content);
                HashSet<string> present = [.. old.Split('\n')];
                string added = string.Concat(plan.Lines.Where(line => !present.Contains(line)).Select(line => line + "\n"));
                return Encoding.UTF8.GetBytes(old + (old.Length > 0 && !old.EndsWith('\n') && added.Length > 0 ? "\n" : string.Empty) + added);
            });
        }

        return [.. plan.Changes];
    }

    // An administrator's umask may hide from everybody what everybody is to use.
    private void LetEverybodyRead(ProvisionPlan plan, ProvisionRecord record)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        const UnixFileMode Folder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
        const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        string own = ProvisionRecord.FolderFor(_machine, TrustScope.Machine);
        string[] hashed = plan.Directory is { } directory ? Directory.GetFiles(directory, "tlstrust-*.pem") : [];
        string[] files = [.. record.OwnFiles.Concat(hashed).Where(File.Exists)];
        foreach (string path in files)
        {
            File.SetUnixFileMode(path, Readable);
        }

        // Only folders that were made for it: what an administrator has closed stays closed.
        foreach (string folder in files.Select(path => Path.GetDirectoryName(path)!).Concat(record.Folders ?? []).Append(own).Distinct())
        {
            if (Directory.Exists(folder) && (folder == own || IsInOwnFolder(plan.Request, folder) || folder == plan.Directory || record.Folders?.Contains(folder) == true))
            {
                File.SetUnixFileMode(folder, Folder);
            }
        }
    }

    private static void WriteOwnFiles(ProvisionPlan plan)
    {
        foreach ((string path, byte[] content) in plan.OwnFiles)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            GuardedFile.Write(path, content);
        }

        if (plan.Directory is { } directory)
        {
            HashedDirectoryWriter.Write(directory, plan.Added.Concat(plan.Roots));
        }
    }

    private ProvisionRecord Record(ProvisionPlan plan, ProvisionRecord? old, Dictionary<string, byte[]?> original)
    {
        List<RecordedVariable> variables = [.. old?.Variables ?? []];
        if (plan.Request.Scope == TrustScope.Process || _machine.Platform == StorePlatform.Windows)
        {
            foreach ((string name, string value) in plan.Variables)
            {
                // What was there before the first time stays what is put back.
                int index = variables.FindIndex(entry => entry.Name == name);
                string? before = index >= 0 ? variables[index].Before : Current(plan.Request.Scope, name);
                variables.RemoveAll(entry => entry.Name == name);
                variables.Add(new RecordedVariable(name, before, value));
            }
        }

        List<RecordedFile> files = [.. old?.Files ?? []];
        foreach ((string path, Func<byte[]?, byte[]> change, bool isBlock, string? kind) in plan.Files)
        {
            RecordedFile? earlier = files.FirstOrDefault(file => file.Path == path);
            files.RemoveAll(file => file.Path == path);

            // Edited by somebody since: then what is to come back is that edit, without our lines.
            byte[]? before = earlier is not null ? earlier.WithoutOurs(original[path]) : kind is not null ? ConfigurationProvision.TakeOut(kind, original[path]) : isBlock ? MarkedBlock.TakeOut(original[path]) : original[path];
            files.Add(new RecordedFile(path, before, change(original[path]), isBlock, kind));
        }

        foreach ((string path, byte[] content) in plan.OwnFiles)
        {
            if (files.Find(file => file.Path == path) is { } earlier)
            {
                files[files.IndexOf(earlier)] = earlier with { After = content };
            }
            else if (IsOfOthers(plan.Request, old, path))
            {
                files.Add(new RecordedFile(path, File.ReadAllBytes(path), content, false));
            }
        }

        return new ProvisionRecord
        {
            Scope = plan.Request.Scope,
            Bundle = plan.Bundle,
            CaOnlyBundle = plan.CaOnlyBundle,
            Directory = plan.Directory,
            KeyStore = plan.KeyStore ?? old?.KeyStore,
            WithoutPublicRoots = plan.Request.WithoutPublicRoots,
            Added = [.. plan.Added.Select(certificate => certificate.ToPem())],
            OwnFiles = [.. (old?.OwnFiles ?? []).Concat(plan.OwnFiles.Keys).Distinct()],
            Variables = variables,
            Files = files,
            Assigned = plan.Assigned,
            Folders = [.. (old?.Folders ?? []).Concat(plan.Files.Select(file => file.Path).Concat(plan.OwnFiles.Keys).SelectMany(MissingFolders)).Distinct()],
        };
    }

    private static IEnumerable<string> MissingFolders(string path)
    {
        for (string? folder = Path.GetDirectoryName(path); folder is not null && !Directory.Exists(folder); folder = Path.GetDirectoryName(folder))
        {
            yield return folder;
        }
    }

    private TrustEnvironmentChange ReadBack(ProvisionPlan plan, TrustEnvironmentChange change)
    {
        bool good = change.File is { } file
            ? File.Exists(file) && Encoding.UTF8.GetString(File.ReadAllBytes(file)).Contains(plan.Bundle, StringComparison.Ordinal)
            : plan.Request.Scope == TrustScope.Process
                ? _machine.Variables.GetValueOrDefault(change.Setting) == change.After
                : _machine.Platform == StorePlatform.Windows
                    ? _machine.StoredVariables(plan.Request.Scope == TrustScope.Machine).GetValueOrDefault(change.Setting) == change.After
                    : new Inspection.SettingLookup(_machine, plan.Request.Scope).Variables.GetValueOrDefault(change.Setting) == change.After;
        return change with
        {
            Effect = change.IsChange ? change.Effect : "already so",
            Verified = good ? ChangeCheck.ReadBack : ChangeCheck.Failed,
            VerifiedDetail = good ? $"read back; {plan.Added.Count} added, {plan.Roots.Count} public roots" : "something else was read back; a later file of the login may set it again",
        };
    }

    // Programs that read neither a variable nor a file of the scope: a start-up file of our own, named by a variable.
    private void AddSpecialCases(ProvisionRequest request, ProvisionPlan plan, string folder, ProvisionRecord? record, List<TrustEnvironmentChange> changes, List<string> notes)
    {
        IReadOnlyList<ProgramFacts> programs = request.Variables is { Count: > 0 } ? [] : Programs(request);
        if (request.Scope == TrustScope.Process && request.Target is null && programs.FirstOrDefault(program => program.Id == "wget") is { } wget && _places.Build("wget", _inspector.Executable(wget)) == "gnutls")
        {
            ConfigurationProvision.DemandCarriable("wgetrc", plan.Bundle);
            string path = Path.Combine(folder, "wgetrc");
            string? before = Before(record, "WGETRC");
            string user = before is { Length: > 0 } ? _machine.Locate(before) : Path.Combine(_machine.Home, ".wgetrc");
            // WGETRC takes the place of the user's file, so that file's lines come along.
            string lines = File.Exists(user) && user != path ? Encoding.Latin1.GetString(File.ReadAllBytes(user)).TrimEnd('\n') + "\n" : string.Empty;
            plan.OwnFiles[path] = Encoding.Latin1.GetBytes(lines + Encoding.Latin1.GetString(Encoding.UTF8.GetBytes($"ca_certificate = {plan.Bundle}\n")));
            Set(request, plan, changes, "wget", "WGETRC", path, "names a start-up file with ca_certificate, which adds");
        }

        if (_machine.Platform != StorePlatform.Windows && request.Target is null && programs.Any(program => program.Id == "php-curl"))
        {
            string ini = Path.Combine(folder, "php", "99-tlstrust.ini");
            string? before = Before(record, "PHP_INI_SCAN_DIR");
            if (ini.Contains(':', StringComparison.Ordinal) || plan.Bundle.Contains('"', StringComparison.Ordinal))
            {
                notes.Add("php-curl: the path has a colon or a quote in it, which PHP_INI_SCAN_DIR or php.ini can't carry");
                return;
            }

            plan.OwnFiles[ini] = Encoding.UTF8.GetBytes($"curl.cainfo = \"{plan.Bundle}\"\n");
            // An empty element stands for the folder PHP was built with.
            Set(request, plan, changes, "php-curl", "PHP_INI_SCAN_DIR", $"{before}:{Path.GetDirectoryName(ini)}", "adds a folder with curl.cainfo; the public roots are in the bundle");
        }
    }

    private string? Before(ProvisionRecord? record, string name) =>
        record?.Variables.FirstOrDefault(variable => variable.Name == name) is { } recorded ? recorded.Before
        : record is not null && record.Scope != TrustScope.Process ? null
        : Current(record?.Scope ?? TrustScope.Process, name);

    private void Set(ProvisionRequest request, ProvisionPlan plan, List<TrustEnvironmentChange> changes, string program, string name, string value, string effect)
    {
        plan.Variables[name] = value;
        changes.Add(new TrustEnvironmentChange { Program = program, Setting = name, Scope = request.Scope, Before = Current(request.Scope, name), After = value, Effect = effect });
    }
}
