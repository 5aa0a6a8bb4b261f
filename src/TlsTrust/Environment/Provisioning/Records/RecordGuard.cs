using System.Runtime.Versioning;
using System.Security.AccessControl;
using System.Security.Principal;
using TlsTrust.Environment.Catalogue;
using TlsTrust.Environment.Machines;
using TlsTrust.Environment.Provisioning.Requests;
using TlsTrust.Environment.Provisioning.Writing;
using TlsTrust.Files;

namespace TlsTrust.Environment.Provisioning.Records;

/// <summary>A record says what is deleted and written back, with the rights of whoever runs us: one that somebody else could have
/// put there is not obeyed, and one of the machine names only what Set itself writes.</summary>
internal static class RecordGuard
{
    /// <summary>Refuses a folder of records that is somebody else's, or has something of somebody else's in it.</summary>
    public static void DemandOwn(IMachine machine, TrustScope scope)
    {
        string folder = ProvisionFolders.For(machine, scope);
        if (!Directory.Exists(folder))
        {
            return;
        }

        foreach (string path in Directory.EnumerateFileSystemEntries(folder).Prepend(folder))
        {
            if (WhoElse(path, scope) is { } other)
            {
                throw new ProvisioningException(
                    Refusal.RecordOfOthers,
                    $"'{path}' {other}; what it says is not obeyed.",
                    scope == TrustScope.Machine
                        ? $"Look who made '{folder}', delete it as administrator, and run Set-TrustBundleEnvironment again."
                        : "Run it as that user (with sudo: sudo -H, or sudo -u), or delete the folder.");
            }
        }
    }

    /// <summary>Refuses a record of the machine that names what Set-TrustBundleEnvironment never writes.</summary>
    public static void DemandConfined(IMachine machine, ProvisionRecord record)
    {
        if (record.Scope != TrustScope.Machine)
        {
            return;
        }

        string folder = Path.GetDirectoryName(record.Bundle) ?? string.Empty;
        StringComparer paths = machine.PathComparer();
        HashSet<string> own =
            new(FolderNames.BesideBundle
                .SelectMany(name => new[] { Path.Combine(folder, name), Path.Combine(folder, FolderNames.PhpFolder, name) })
                .Append(record.Bundle), paths);
        HashSet<string> files = new(ScopeFiles.Known(machine, record.Scope).Concat(own), paths);
        files.UnionWith(ProgramCatalogue.Files.Where(file => file.Write is not null)
            .SelectMany(file => ConfigurationProvision.Places(machine, file, record.Scope)));
        string? stranger = record.OwnFiles.FirstOrDefault(path => !own.Contains(path))
            ?? record.Files.Select(file => file.Path).FirstOrDefault(path => !files.Contains(path))
            ?? (record.Directory is { } directory && !paths.Equals(directory, Path.Combine(folder, FolderNames.Hashed)) ? directory : null);
        if (stranger is not null)
        {
            throw new ProvisioningException(
                Refusal.RecordOfOthers,
                $"The record '{ProvisionRecord.PathFor(machine, record.Scope)}' names '{stranger}', which Set-TrustBundleEnvironment " +
                $"never writes; it is not obeyed.",
                "Look who wrote the record; delete it when it is not yours.");
        }
    }

    /// <summary>Makes the folder of a scope as it has to be: the machine's is written by administrators only.</summary>
    public static void Make(IMachine machine, TrustScope scope)
    {
        string folder = ProvisionFolders.For(machine, scope);
        if (OperatingSystem.IsWindows() && scope == TrustScope.Machine)
        {
            MakeForAdministrators(folder);
        }
        else
        {
            Directory.CreateDirectory(folder);
        }
    }

    private static string? WhoElse(string path, TrustScope scope)
    {
        if (OperatingSystem.IsWindows())
        {
            return scope == TrustScope.Machine ? StrangerOf(path) : null;
        }

        if (FileIdentity.Of(path) is not { } identity)
        {
            return null; // a platform that does not say
        }

        const UnixFileMode Foreign = UnixFileMode.OtherWrite | UnixFileMode.GroupWrite;
        return identity.Owner != UnixFile.EffectiveUser() ? $"belongs to user {identity.Owner}"
            : (identity.Mode & UnixFileMode.OtherWrite) != 0 ? "can be written by everybody"
            : scope == TrustScope.Machine && (identity.Mode & Foreign) != 0 && identity.Group != 0
                ? $"can be written by group {identity.Group}"
            : null;
    }

    // Whoever owns the system's own folder needs no record to do as they like: the installer, and under Wine, which keeps no owners, the
    // one user there is.
    [SupportedOSPlatform("windows")]
    private static string? StrangerOf(string path) =>
        OwnerOf(path) is not { } owner || owner.IsWellKnown(WellKnownSidType.BuiltinAdministratorsSid)
            || owner.IsWellKnown(WellKnownSidType.LocalSystemSid) || owner == OwnerOf(System.Environment.SystemDirectory)
            ? null : $"belongs to {owner}";

    [SupportedOSPlatform("windows")]
    private static SecurityIdentifier? OwnerOf(string path)
    {
        FileSystemSecurity security = Directory.Exists(path)
            ? new DirectoryInfo(path).GetAccessControl(AccessControlSections.Owner)
            : new FileInfo(path).GetAccessControl(AccessControlSections.Owner);
        return (SecurityIdentifier?)security.GetOwner(typeof(SecurityIdentifier));
    }

    [SupportedOSPlatform("windows")]
    private static void MakeForAdministrators(string folder)
    {
        SecurityIdentifier administrators = new(WellKnownSidType.BuiltinAdministratorsSid, null);
        DirectorySecurity security = new();
        security.SetOwner(administrators);
        security.SetAccessRuleProtection(isProtected: true, preserveInheritance: false);
        const InheritanceFlags Below = InheritanceFlags.ContainerInherit | InheritanceFlags.ObjectInherit;
        foreach ((SecurityIdentifier who, FileSystemRights rights) in new[]
        {
            (administrators, FileSystemRights.FullControl),
            (new SecurityIdentifier(WellKnownSidType.LocalSystemSid, null), FileSystemRights.FullControl),
            (new SecurityIdentifier(WellKnownSidType.BuiltinUsersSid, null), FileSystemRights.ReadAndExecute),
        })
        {
            security.AddAccessRule(new FileSystemAccessRule(who, rights, Below, PropagationFlags.None, AccessControlType.Allow));
        }

        if (Directory.Exists(folder))
        {
            new DirectoryInfo(folder).SetAccessControl(security);
        }
        else
        {
            security.CreateDirectory(folder);
        }
    }
}
