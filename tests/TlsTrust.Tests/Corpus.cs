namespace TlsTrust.Tests;

/// <summary>Other people's test data beside the repository; tests that need it skip, counted, where it is absent.</summary>
internal static class Corpus
{
    private static readonly string? Directory = Find();

    public static string Path(string name) => System.IO.Path.Combine(Directory ?? "", name);

    public static void SkipWhereAbsent(string name) =>
        Assert.SkipUnless(Directory is not null && File.Exists(Path(name)), $"../shared/corpora/{name} is not beside the repository");

    private static string? Find()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            string candidate = System.IO.Path.Combine(at.FullName, "shared", "corpora");
            if (System.IO.Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        return null;
    }
}
