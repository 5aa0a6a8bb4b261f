using Microsoft.Win32.SafeHandles;

namespace TlsTrust.Files;

/// <summary>Who a file belongs to and who may do what with it (Unix). Null stands for a platform that does not say.</summary>
internal sealed record FileIdentity(ulong Device, ulong Inode, uint Owner, uint Group, uint Links, UnixFileMode Mode, FileKind Kind)
{
    private const UnixFileMode AnyWrite = UnixFileMode.UserWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    /// <summary>True for what a program may replace.</summary>
    public bool IsRegular => Kind == FileKind.Regular;

    public static FileIdentity? Of(string path) => UnixFile.Status(path);

    /// <summary>What a name leads to. The empty device is as good as an empty file.</summary>
    public static FileKind KindOf(string path) =>
        OperatingSystem.IsWindows() || path == UnixFile.EmptyDevice ? FileKind.Regular : Of(path)?.Kind ?? UnixFile.KindByOpening(path);

    public static FileIdentity? Of(SafeFileHandle file) => UnixFile.Status(file);

    public bool IsSameFileAs(FileIdentity? other) => other is not null && Device == other.Device && Inode == other.Inode;

    /// <summary>Refuses a file that nobody may write.</summary>
    public static void DemandWritable(string path, UnixFileMode mode)
    {
        if ((mode & AnyWrite) == 0)
        {
            // The administrator may write it all the same; whoever took the last write bit away meant something by it.
            throw new UnauthorizedAccessException($"'{path}' is read-only (mode {Convert.ToString((int)mode, 8)}); nothing was changed. " +
                $"Allow writing, or name another destination.");
        }
    }

    /// <summary>Refuses before anything is written, where the replacement could not be like the file it replaces.</summary>
    public void DemandReplaceable(string path)
    {
        DemandWritable(path, Mode);
        uint user = UnixFile.EffectiveUser();
        if (user != 0 && Owner != user)
        {
            throw new UnauthorizedAccessException($"'{path}' belongs to user {Owner} and this is user {user}, who could not keep its " +
                $"owner; nothing was changed. Run as the owner, or name another destination.");
        }

        if (Links > 1)
        {
            throw new IOException($"'{path}' is one of {Links} names (hard links) of one file; replacing it would leave the others with " +
                $"the old content. Nothing was changed; name another destination.");
        }
    }

    /// <summary>
    /// Gives a new file this file's owner, group, access list and mode, in the order that never lets in more people than before.
    /// </summary>
    public void CopyTo(SafeFileHandle file, string path, UnixFileMode? mostAllowed)
    {
        FileIdentity? own = Of(file);
        if (own is not null && (own.Owner != Owner || own.Group != Group))
        {
            UnixFile.ChangeOwner(file, Owner, Group, path);
        }

        UnixFile.CopyAttributes(path, file, accessList: mostAllowed is null);

#pragma warning disable CA1416 // an identity exists on Unix only
        File.SetUnixFileMode(file, mostAllowed is { } most ? Mode & most : Mode);
#pragma warning restore CA1416
    }
}
