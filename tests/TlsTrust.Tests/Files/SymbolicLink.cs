namespace TlsTrust.Tests.Files;

/// <summary>A link for a test, which is skipped where there are none: Wine says that it made one, and did not.</summary>
internal static class SymbolicLink
{
    public static void Create(string path, string target)
    {
        File.CreateSymbolicLink(path, target);
        Assert.SkipWhen(new FileInfo(path).LinkTarget is null, "this platform (Wine) makes no symbolic links");
    }
}
