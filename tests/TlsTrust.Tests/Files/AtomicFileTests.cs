using System.Text;
using TlsTrust.Bundles;
using TlsTrust.Files;
using TlsTrust.Tests.CertificateFiles;
using TlsTrust.Tests.CertificateFiles.Clients;

namespace TlsTrust.Tests.Files;

public sealed class AtomicFileTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("tlstrust-files-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void A_file_keeps_its_mode_and_a_backup_has_the_same()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "modes are Unix's");
        string path = Make("key.pem", "old", UnixFileMode.UserRead | UnixFileMode.UserWrite);
        AtomicWriteResult result =
            AtomicFile.Write(path, Bytes("new"), new AtomicWriteOptions { BackupAt = new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc) });
        Assert.Equal("new", File.ReadAllText(path));
        Assert.Equal(path + ".bak-20260102T030405Z", result.Backup);
        Assert.Equal("old", File.ReadAllText(result.Backup!));
        Assert.Equal(Mode(path), Mode(result.Backup!));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, Mode(path));
        Assert.Equal(2, Directory.GetFiles(_directory).Length);
    }

    [Fact]
    public void Two_backups_of_one_second_do_not_overwrite_each_other()
    {
        string path = Make("a.pem", "1");
        DateTime at = DateTime.UtcNow;
        AtomicFile.Write(path, Bytes("2"), new AtomicWriteOptions { BackupAt = at });
        string second = AtomicFile.Write(path, Bytes("3"), new AtomicWriteOptions { BackupAt = at }).Backup!;
        Assert.Equal("2", File.ReadAllText(second));
        Assert.Equal(3, Directory.GetFiles(_directory).Length);
    }

    [Fact]
    public void A_link_stays_a_link_and_its_target_is_replaced()
    {
        string target = Make("real.pem", "old");
        string link = Path.Combine(_directory, "link.pem");
        string second = Path.Combine(_directory, "second.pem");
        SymbolicLink.Create(link, "real.pem");
        SymbolicLink.Create(second, link);
        AtomicFile.Write(second, Bytes("new"));
        Assert.Equal("new", File.ReadAllText(target));
        Assert.Equal("real.pem", new FileInfo(link).LinkTarget);
        Assert.Equal(link, new FileInfo(second).LinkTarget);
    }

    [Fact]
    public void A_name_that_leaves_no_room_for_the_copy_beside_it_is_named_as_the_cause()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there a path has a limit, not a name");
        string path = Make(new string('n', 240), "old");
        IOException fault = Assert.ThrowsAny<IOException>(() => AtomicFile.Write(path, "new"u8.ToArray()));
        Assert.StartsWith("The name is too long", fault.Message, StringComparison.Ordinal);
        Assert.Equal("old", File.ReadAllText(path));
    }

    [Fact]
    public void A_link_to_nothing_is_an_error()
    {
        string link = Path.Combine(_directory, "link.pem");
        SymbolicLink.Create(link, "nowhere.pem");
        Assert.Throws<FileNotFoundException>(() => AtomicFile.Write(link, Bytes("new")));
    }

    [Fact]
    public void A_file_that_changed_meanwhile_is_left_alone()
    {
        string path = Make("a.pem", "theirs");
        IOException fault =
            Assert.Throws<IOException>(() => AtomicFile.Write(path, Bytes("new"), new AtomicWriteOptions { Expected = Bytes("old") }));
        Assert.Contains("someone else", fault.Message, StringComparison.Ordinal);
        Assert.Equal("theirs", File.ReadAllText(path));
        Assert.Single(Directory.GetFiles(_directory));
    }

    [Fact]
    public void A_read_only_file_is_refused_also_for_the_administrator()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "modes are Unix's");
        string path = Make("a.pem", "old", UnixFileMode.UserRead);
        Assert.Throws<UnauthorizedAccessException>(() => AtomicFile.Write(path, Bytes("new")));
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Single(Directory.GetFiles(_directory));
    }

    [Fact]
    public void A_pipe_is_refused_at_once_and_stays_a_pipe()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "what a file is shows on Linux only");
        string path = Path.Combine(_directory, "pipe.pem");
        Assert.SkipUnless(CertificateFiles.Clients.ClientLoaders.Run("mkfifo", [path]) is not null
            && File.Exists(path), "mkfifo is not there");
        IOException fault =
            Assert.Throws<IOException>(() => AtomicFile.Write(path, Bytes("new"), new AtomicWriteOptions { BackupAt = DateTime.UtcNow }));
        Assert.Contains("pipe", fault.Message, StringComparison.Ordinal);
        Assert.Equal([path], Directory.GetFiles(_directory));
        Assert.Empty(TlsTrust.Bundles.BundleFiles.Of(_directory));
    }

    [Fact]
    public void A_file_with_several_names_is_refused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "hard links are seen on Linux only");
        string path = Make("a.pem", "old");
        Assert.Equal("", CertificateFiles.Clients.ClientLoaders.Run("ln", [path, path + "2"]));
        Assert.Throws<IOException>(() => AtomicFile.Write(path, Bytes("new")));
        Assert.Equal("old", File.ReadAllText(path));
    }

    [Fact]
    public void An_existing_file_is_replaced_only_when_that_is_wanted()
    {
        string path = Make("a.pem", "old");
        Assert.Throws<IOException>(() => AtomicFile.Write(path, Bytes("new"), new AtomicWriteOptions { Overwrite = false }));
        Assert.Equal("old", File.ReadAllText(path));
    }

    [Fact]
    public void Of_two_writers_at_once_one_wins_and_the_other_says_so()
    {
        string path = Make("a.pem", "old");
        using (FileReservation held = FileReservation.Take(path))
        {
            IOException fault = Assert.Throws<IOException>(() => AtomicFile.Write(path, Bytes("new")));
            Assert.Contains("another run", fault.Message, StringComparison.Ordinal);
        }

        AtomicFile.Write(path, Bytes("new"));
        Assert.Equal("new", File.ReadAllText(path));
    }

    [Fact]
    public void Readers_are_not_disturbed_by_a_reservation()
    {
        string path = Make("a.pem", "old");
        using FileReservation held = FileReservation.Take(path);
        Assert.Equal("old", File.ReadAllText(path));
    }

    [Fact]
    public void What_a_killed_run_left_behind_goes_with_the_next_run_and_nothing_else_does()
    {
        string path = Make("a.pem", "old");
        string stale = Make(".a.pem.0123456789AB.tlstrust-tmp", "half");
        string others = Make(".b.pem.0123456789AB.tlstrust-tmp", "somebody's");
        AtomicFile.Write(path, Bytes("new"));
        Assert.False(File.Exists(stale));
        Assert.True(File.Exists(others));
    }

    [Fact]
    public void A_key_is_not_copied_to_where_more_may_read_it()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "modes are Unix's");
        string path =
            Make("open.pem", "old", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        AtomicFile.Write(path, Bytes("key"), new AtomicWriteOptions { MostAllowed = UnixFileMode.UserRead | UnixFileMode.UserWrite });
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, Mode(path));
    }

    [Fact]
    public void Owner_and_group_stay()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && System.Environment.UserName == "root", "only the administrator can give files away");
        string path = Make("a.pem", "old");
        Assert.Equal("", CertificateFiles.Clients.ClientLoaders.Run("chown", ["1:1", path]));
        string? backup = AtomicFile.Write(path, Bytes("new"), new AtomicWriteOptions { BackupAt = DateTime.UtcNow }).Backup;
        Assert.Equal("1 1\n1 1\n", CertificateFiles.Clients.ClientLoaders.Run("stat", ["-c", "%u %g", path, backup!]));
    }

    [Fact]
    public void An_access_list_stays()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "access lists are kept on Linux and Windows");
        string path = Make("a.pem", "old");
        Assert.SkipUnless(CertificateFiles.Clients.ClientLoaders.Run("setfacl", ["-m", "u:1:r", path]) == "",
            "setfacl is not on this machine, or the disk has no access lists");
        AtomicFile.Write(path, Bytes("new"));
        Assert.Contains("user:daemon:r--", CertificateFiles.Clients.ClientLoaders.Run("getfacl", ["-p", path]), StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_folder_gives_to_new_files_is_not_given_to_a_file_that_had_less()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "access lists are kept on Linux and Windows");
        string path = Make("key.pem", "old", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        Assert.SkipUnless(CertificateFiles.Clients.ClientLoaders.Run("setfacl", ["-d", "-m", "u:1:r", _directory]) == "",
            "setfacl is not on this machine, or the disk has no access lists");
        string? backup = AtomicFile.Write(path, Bytes("new"), new AtomicWriteOptions { BackupAt = DateTime.UtcNow }).Backup;
        Assert.DoesNotContain("daemon", CertificateFiles.Clients.ClientLoaders.Run("getfacl", ["-p", path, backup!]),
            StringComparison.Ordinal);
        AtomicFile.Write(path, Bytes("newer"),
            new AtomicWriteOptions { MostAllowed = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead });
        Assert.DoesNotContain("daemon", CertificateFiles.Clients.ClientLoaders.Run("getfacl", ["-p", path]), StringComparison.Ordinal);
    }

    [Fact]
    public void The_mode_is_kept_where_the_platform_does_not_tell_the_owner()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "strace is Linux's");
        string path =
            Make("key.pem", "\uFEFF" + CertificateFiles.MadeCertificates.Instance.Bundle, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        string? said =
            CertificateFiles.Clients.ClientLoaders.Run("strace",
                ["-f", "-o", "/dev/null", "-e", "trace=statx", "-e", "inject=statx:error=EPERM",
                    .. ChildProcess.CommandOf("repair", path)]);
        Assert.SkipUnless(said?.Contains("backup", StringComparison.Ordinal) == true, "strace is not on this machine, or may not trace");
        Assert.All(Directory.GetFiles(_directory), f => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, Mode(f)));
    }

    [Fact]
    public void A_file_that_is_mounted_by_itself_is_left_alone_with_no_copy_beside_it()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "mounts of single files are Linux's, as in containers");
        string glued =
            Make("glued.pem",
                CertificateFiles.MadeCertificates.Instance.Bundle.Replace("-----\n-----", "----------", StringComparison.Ordinal));
        File.Copy(glued, glued + ".source");
        const string Script = "mount --bind \"$0.source\" \"$0\" && echo ready; \"$@\" 2>&1; true";
        string? output =
            CertificateFiles.Clients.ClientLoaders.Run("unshare",
                ["-rm", "sh", "-c", Script, glued, .. ChildProcess.CommandOf("repair", glued)]);
        Assert.SkipUnless(output?.StartsWith("ready", StringComparison.Ordinal) == true,
            "this user may not mount in a name space of their own");
        Assert.Contains("mounted by itself", output, StringComparison.Ordinal);
        Assert.Equal(["glued.pem", "glued.pem.source"], Directory.EnumerateFileSystemEntries(_directory).Select(Path.GetFileName).Order());
    }

#pragma warning disable CA1416 // its callers skip on Windows
    private static UnixFileMode Mode(string path) => File.GetUnixFileMode(path);
#pragma warning restore CA1416

    private static byte[] Bytes(string text) => Encoding.ASCII.GetBytes(text);

    private string Make(string name, string content, UnixFileMode? mode = null)
    {
        string path = Path.Combine(_directory, name);
        File.WriteAllText(path, content);
        if (mode is { } wanted && !OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, wanted);
        }

        return path;
    }
}
