using TlsTrust.Tests.Pem;
using TlsTrust.Tests.Pem.Clients;

namespace TlsTrust.Tests.Bundles;

public sealed class CommandLineTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("tlstrust-cli-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Lint_and_repair_answer_with_the_exit_codes_of_the_contract()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the shell of this test is Unix's");
        string program = Program();
        string sound = Path.Combine(_directory, "sound.pem");
        File.WriteAllText(sound, MadeCertificates.Instance.Bundle);
        string glued = Path.Combine(_directory, "glued.pem");
        File.WriteAllText(glued, MadeCertificates.Instance.Bundle.Replace("-----\n-----", "----------", StringComparison.Ordinal));

        (int code, string output) = Tool(program, "lint", sound);
        Assert.True(code == 0, output);
        Assert.Contains("sound trust bundle with 3 certificates", output, StringComparison.Ordinal);
        (code, output) = Tool(program, "lint", glued);
        Assert.Equal(1, code);
        Assert.Contains("GluedMarkers", output, StringComparison.Ordinal);
        Assert.Contains("Go: file lost", output, StringComparison.Ordinal);
        Assert.Equal(0, Tool(program, "repair", glued).Code);
        Assert.Equal(0, Tool(program, "lint", glued).Code);
        Assert.Equal(64, Tool(program, "lint", glued + ".absent").Code);
        Assert.Equal(64, Tool(program, "lint", Directory.CreateDirectory(Path.Combine(_directory, "nothing")).FullName).Code);
        File.WriteAllText(glued, MadeCertificates.Instance.Bundle.Replace("-----\n-----", "----------", StringComparison.Ordinal));
        File.SetAttributes(glued, FileAttributes.ReadOnly);
        (code, output) = Tool(program, "repair", glued);
        Assert.Equal(1, code);
        Assert.Contains("  to mend ", output, StringComparison.Ordinal); // the report comes, though nothing was written
        Assert.Equal(64, Tool(program, "repair", glued, "--add-missing", "--search-path", glued + ".absent").Code);
    }

    [Fact]
    public void A_dry_run_says_what_the_run_would()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the shell of this test is Unix's");
        string program = Program();
        string glued = Path.Combine(_directory, "glued.pem");
        File.WriteAllText(glued, MadeCertificates.Instance.Bundle.Replace("-----\n-----", "----------", StringComparison.Ordinal));
        string other = Path.Combine(_directory, "other.pem");
        (int code, string output) = Tool(program, "repair", glued, "--out", other, "--dry-run", "--json");
        Assert.True(code == 0, output);
        Assert.Contains($"\"destination\": \"{other}\"", output, StringComparison.Ordinal);
        Assert.Contains($"{glued} as {other}: ", Tool(program, "repair", glued, "--out", other).Output, StringComparison.Ordinal);
        Assert.Equal(64, Tool(program, "repair", glued, "--out", other, "--dry-run").Code);
        Assert.Equal(64, Tool(program, "repair", glued, "--out", other).Code);
        Assert.Equal(0, Tool(program, "repair", glued, "--out", other, "--force").Code);
        Assert.Equal(64, Tool(program, "repair", glued, "--search-path", other).Code);
    }

    [Fact]
    public void A_file_that_can_not_be_read_is_named_and_the_others_are_reported_all_the_same()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the shell of this test is Unix's");
        string program = Program();
        string sound = Path.Combine(_directory, "sound.pem");
        File.WriteAllText(sound, MadeCertificates.Instance.Bundle);
        string circle = Path.Combine(_directory, "circle.pem"); // root may read any file, but not this one
        File.CreateSymbolicLink(circle, circle);
        foreach (string command in new[] { "lint", "repair" })
        {
            (int code, string output) = Tool(program, command, _directory);
            Assert.True(code == 1, output);
            Assert.Contains("sound trust bundle", output, StringComparison.Ordinal);
            Assert.Equal(64, Tool(program, command, sound, "--key", Path.Combine(_directory, "absent.key")).Code);
            Assert.Equal(64, Tool(program, command, sound, "--at", "yesterday").Code);
        }
    }

    [Fact]
    public void A_file_that_is_mounted_by_itself_is_left_alone_with_no_copy_beside_it()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "mounts of single files are Linux's, as in containers");
        string program = Program();
        string glued = Path.Combine(_directory, "glued.pem");
        File.WriteAllText(glued, MadeCertificates.Instance.Bundle.Replace("-----\n-----", "----------", StringComparison.Ordinal));
        File.Copy(glued, glued + ".source");
        const string Script = "mount --bind \"$1.source\" \"$1\" && echo ready; dotnet \"$0\" repair \"$1\" 2>&1; true";
        string? output = ClientLoaders.Run("unshare", ["-rm", "sh", "-c", Script, program, glued]);
        Assert.SkipUnless(output?.StartsWith("ready", StringComparison.Ordinal) == true, "this user may not mount in a name space of their own");
        Assert.Contains("mounted by itself", output, StringComparison.Ordinal);
        Assert.Equal(["glued.pem", "glued.pem.source"], Directory.EnumerateFileSystemEntries(_directory).Select(Path.GetFileName).Order());
    }

    private static string Program()
    {
        string program = Path.Combine(AppContext.BaseDirectory, "TlsTrust.Cli.dll");
        Assert.SkipUnless(File.Exists(program), "the command line program is not beside the tests");
        return program;
    }

    private static (int Code, string Output) Tool(string program, params string[] arguments)
    {
        string output = ClientLoaders.Run("sh", ["-c", "dotnet \"$@\"; echo \"code $?\"", "sh", program, .. arguments])!;
        int at = output.LastIndexOf("code ", StringComparison.Ordinal);
        return (int.Parse(output.AsSpan(at + 5).Trim(), System.Globalization.CultureInfo.InvariantCulture), output[..at]);
    }
}
