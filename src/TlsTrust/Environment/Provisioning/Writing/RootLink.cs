using TlsTrust.Environment.Inspection;
using TlsTrust.Environment.Machines;
using TlsTrust.Environment.Provisioning.Requests;
using TlsTrust.Files;
using TlsTrust.Stores;

namespace TlsTrust.Environment.Provisioning.Writing;

/// <summary>A bundle that is a link to a store which its owner renews: it is never out of date, and there is nothing to update.</summary>
internal static class RootLink
{
    /// <summary>The file to link to; null where a copy is better: no file, no links on the platform, a file in which some program finds a
    /// fault, or one that a user could change under everybody's hands.</summary>
    public static string? For(IMachine machine, ProvisionRequest request, RootSource source)
    {
        bool isOne = source.Path is { } path && File.Exists(path) && StoreFile.Read(path) is { Fault: null, Defects.Count: 0 };
        bool isEverybodys = request.Scope != TrustScope.Machine
            || (source.Path is { } file && FileIdentity.Of(file) is { } identity && identity.Owner == UnixFile.EffectiveUser()
            && !machine.IsInHome(file));
        return isOne && isEverybodys && request.Target is null && machine.Platform != StorePlatform.Windows ? source.Path : null;
    }

    /// <summary>Puts the link there in one step.</summary>
    public static void Write(string path, string target)
    {
        string temporary = path + ".tlstrust-link";
        File.Delete(temporary);
        File.CreateSymbolicLink(temporary, target);
        File.Move(temporary, path, overwrite: true);
    }
}
