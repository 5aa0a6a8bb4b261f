using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using TlsTrust.Certificates;
using TlsTrust.Environment.Inspection;
using TlsTrust.Environment.Provisioning.Writing;
using TlsTrust.Stores;

namespace TlsTrust.Tests.Environment.Provisioning.Writing;

public sealed class HashedDirectoryTests
{
    [Fact]
    public void Names_are_those_of_openssl_rehash_on_150_public_roots_and_on_equal_subjects()
    {
        Assert.SkipUnless(!OperatingSystem.IsWindows() && File.Exists("/usr/bin/openssl"), "there is no openssl command to compare with");
        X509Certificate2[] equal = [.. Enumerable.Range(0, 3).Select(_ => MadeMachine.MadeRoot("Equal Subject"))];
        List<Certificate> all = [.. PublicRootSet.BuiltIn.Roots, .. equal.Select(Certificate.From)];
        Assert.True(all.Count >= 140, $"only {all.Count} roots");
        DirectoryInfo folder = Directory.CreateTempSubdirectory("tlstrust-tests-");
        try
        {
            string theirs = folder.CreateSubdirectory("theirs").FullName;
            for (int i = 0; i < all.Count; i++)
            {
                File.WriteAllText(Path.Combine(theirs, $"{i}.pem"), all[i].ToPem());
            }

            using (Process openssl =
                Process.Start(new ProcessStartInfo("/usr/bin/openssl", ["rehash", "-compat", theirs]) { RedirectStandardError = true })!)
            {
                openssl.WaitForExit();
                Assert.Equal(0, openssl.ExitCode);
            }

            string ours = Path.Combine(folder.FullName, "ours");
            HashedDirectoryWriter.Write(ours, all);
            Assert.Equal(Hashed(theirs), Hashed(ours));

            // Names with a shared hash may count in another order; what each hash holds is the same.
            Assert.Equal(Contents(theirs), Contents(ours));
            AnchorPart read = new AnchorReading().Folder(ours, "openssl", hashed: true);
            Assert.Equal((all.Count, TrustStatus.Ok), (read.Anchors.Count, read.Status));

            HashedDirectoryWriter.Write(ours, all.Take(5));
            Assert.Equal(5, new AnchorReading().Folder(ours, "openssl", hashed: true).Anchors.Count);
            Assert.Equal(5, Directory.GetFiles(ours, "tlstrust-*").Length);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string[] Hashed(string folder) =>
        [.. Directory.EnumerateFileSystemEntries(folder).Select(path => Path.GetFileName(path)!).Where(HashedDirectory.IsHashName)
            .Order(StringComparer.Ordinal)];

    private static SortedDictionary<string, string> Contents(string folder) => new(
        Hashed(folder).GroupBy(name => name[..8])
            .ToDictionary(group => group.Key, group =>
                string.Join(' ',
                    group.Select(name => X509Certificate2.CreateFromPem(File.ReadAllText(Path.Combine(folder, name))).Thumbprint).Order())),
        StringComparer.Ordinal);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_certificate_that_goes_leaves_no_name_behind_whether_names_are_links_or_copies(bool copies)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() && !copies, "there are no links");
        string folder = Directory.CreateTempSubdirectory("tlstrust-hashed-").FullName;
        try
        {
            string mine = Path.Combine(folder, "0a1b2c3d.0");
            File.WriteAllText(mine, MadeMachine.Pem(MadeMachine.OtherRoot)); // somebody's, of a certificate that is not ours
            HashedDirectoryWriter.Write(folder, [MadeMachine.Read(MadeMachine.PrivateRoot), MadeMachine.Read(MadeMachine.PublicRoot)],
                copies);
            HashedDirectoryWriter.Write(folder, [MadeMachine.Read(MadeMachine.PublicRoot)], copies);
            string left = MadeMachine.Pem(MadeMachine.PrivateRoot).Trim();
            Assert.DoesNotContain(Directory.EnumerateFiles(folder), path =>
                File.ReadAllText(path).Contains(left, StringComparison.Ordinal));
            Assert.Equal(4, Directory.EnumerateFiles(folder).Count());
            HashedDirectoryWriter.Write(folder, [], copies);
            Assert.Equal([mine], Directory.EnumerateFiles(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
