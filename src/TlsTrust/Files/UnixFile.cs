using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace TlsTrust.Files;

/// <summary>The few calls of the C library that .NET has no name for: owner, lock, extended attributes, flushing a directory.</summary>
internal static partial class UnixFile
{
    private const int AtFdCwd = -100;
    private const int AtEmptyPath = 0x1000;
    private const uint StatxBasicStats = 0x7ff;
    private const int LockExclusive = 2;
    private const int LockNonBlocking = 4;
    private const int SetOpenFileLock = 37; // F_OFD_SETLK of Linux
    private const int FileTypeMask = 0xF000; // S_IFMT
    private const int NonBlocking = 0x4; // O_NONBLOCK of macOS and the BSDs

    /// <summary>What swallows all and gives nothing.</summary>
    public const string EmptyDevice = "/dev/null";

    private const int ResultTooLarge = 34; // ERANGE

    // Who may read a file is more than its mode; security.selinux decides on Red Hat's systems.
    private const string AccessList = "system.posix_acl_access";
    private const string SecurityLabel = "security.selinux";

    public static uint EffectiveUser() => GetEffectiveUser();

    public static FileIdentity? Status(string path) => Status(AtFdCwd, path, 0);

    public static FileIdentity? Status(SafeFileHandle file)
    {
        bool added = false;
        try
        {
            file.DangerousAddRef(ref added);
            return Status((int)file.DangerousGetHandle(), "", AtEmptyPath);
        }
        finally
        {
            if (added)
            {
                file.DangerousRelease();
            }
        }
    }

    /// <summary>False when another process, or another run in this one, holds the lock.</summary>
    public static bool TryLock(SafeFileHandle file)
    {
        if (!OperatingSystem.IsLinux())
        {
            return Flock(file, LockExclusive | LockNonBlocking) == 0;
        }

        // A lock of the open file, not of the process, and not flock: .NET's own readers take flock and would fail beside us.
        Span<byte> request = stackalloc byte[32];
        request.Clear();
        BinaryPrimitives.WriteInt16LittleEndian(request, 1); // F_WRLCK, whole file
        if (FileControl(file, SetOpenFileLock, ref MemoryMarshal.GetReference(request)) == 0)
        {
            return true;
        }

        // A file system without locks (some network mounts) is no reason to refuse the repair; the rename is atomic all the same.
        return Marshal.GetLastPInvokeError() is not (11 or 13);
    }

    public static void ChangeOwner(SafeFileHandle file, uint owner, uint group, string path)
    {
        if (FileChangeOwner(file, owner, group) != 0)
        {
            throw new UnauthorizedAccessException($"'{path}' has an owner or group (user {owner}, group {group}) that this user may not " +
                $"give to a new file; nothing was changed.");
        }
    }

    /// <summary>Copies access list and security label where there are any; a file system without them has none to lose.</summary>
    /// <param name="from">The file that is replaced.</param>
    /// <param name="to">What replaces it.</param>
    /// <param name="accessList">False: it shall have none.</param>
    public static void CopyAttributes(string from, SafeFileHandle to, bool accessList)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        byte[] value = new byte[4096];
        nint length = GetAttribute(from, SecurityLabel, value, (nuint)value.Length);
        if (length > 0)
        {
            _ = SetAttribute(to, SecurityLabel, value, (nuint)length, 0);
        }

        length = accessList ? GetAttribute(from, AccessList, value, (nuint)value.Length) : 0;
        if (length > 0 ? SetAttribute(to, AccessList, value, (nuint)length, 0) != 0 : length < 0
            && Marshal.GetLastPInvokeError() == ResultTooLarge)
        {
            throw new UnauthorizedAccessException($"The access list of '{from}' could not be kept; nothing was changed.");
        }

        if (length <= 0)
        {
            _ = RemoveAttribute(to, AccessList); // what the folder gives to new files would let more people in than before
        }
    }

    /// <summary>True where an access list says more than the mode.</summary>
    public static bool HasAccessList(string path) => OperatingSystem.IsLinux() && GetAttribute(path, AccessList, new byte[4096], 4096) > 0;

    /// <summary>Makes a rename last through a power cut. A file system that refuses has its own way of doing so.</summary>
    public static void FlushDirectory(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        int descriptor = Open(directory, 0);
        if (descriptor >= 0)
        {
            _ = Synchronize(descriptor);
            _ = Close(descriptor);
        }
    }

    /// <summary>Where no status is to be had: opened without waiting, what can't be wound back is a pipe or its like.</summary>
    public static FileKind KindByOpening(string path)
    {
        int descriptor = OperatingSystem.IsLinux() ? -1 : Open(path, NonBlocking);
        if (descriptor < 0)
        {
            return FileKind.Regular; // opening it in earnest says what is wrong
        }

        long position = Seek(descriptor, 0, 1);
        _ = Close(descriptor);
        return position < 0 ? FileKind.Pipe : FileKind.Regular;
    }

    private static FileIdentity? Status(int descriptor, string path, int flags)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        Span<byte> status = stackalloc byte[256];
        try
        {
            if (Statx(descriptor, path, flags, StatxBasicStats, ref MemoryMarshal.GetReference(status)) != 0)
            {
                return null;
            }
        }
        catch (EntryPointNotFoundException)
        {
            return null; // musl before 1.2.5
        }

        // struct statx is the same on every architecture: nlink 16, uid 20, gid 24, mode 28, ino 32, dev_major 136, dev_minor 140.
        return new FileIdentity(
            ((ulong)MemoryMarshal.Read<uint>(status[136..]) << 32) | MemoryMarshal.Read<uint>(status[140..]),
            MemoryMarshal.Read<ulong>(status[32..]),
            MemoryMarshal.Read<uint>(status[20..]),
            MemoryMarshal.Read<uint>(status[24..]),
            MemoryMarshal.Read<uint>(status[16..]),
            (UnixFileMode)(MemoryMarshal.Read<ushort>(status[28..]) & 0xFFF),
            KindOf(MemoryMarshal.Read<ushort>(status[28..]) & FileTypeMask));
    }

    // S_IFMT of every Unix.
    private static FileKind KindOf(int type) => type switch
    {
        0x1000 => FileKind.Pipe,
        0x2000 or 0x6000 => FileKind.Device,
        0x4000 => FileKind.Folder,
        0xC000 => FileKind.Socket,
        _ => FileKind.Regular,
    };

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int directory, string path, int flags, uint mask, ref byte status);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetEffectiveUser();

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Flock(SafeFileHandle file, int operation);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int FileControl(SafeFileHandle file, int command, ref byte argument);

    [LibraryImport("libc", EntryPoint = "fchown", SetLastError = true)]
    private static partial int FileChangeOwner(SafeFileHandle file, uint owner, uint group);

    [LibraryImport("libc", EntryPoint = "getxattr", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint GetAttribute(string path, string name, byte[] value, nuint size);

    [LibraryImport("libc", EntryPoint = "fsetxattr", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetAttribute(SafeFileHandle file, string name, byte[] value, nuint size, int flags);

    [LibraryImport("libc", EntryPoint = "fremovexattr", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RemoveAttribute(SafeFileHandle file, string name);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    private static partial long Seek(int descriptor, long offset, int from);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Synchronize(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
