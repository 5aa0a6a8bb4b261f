namespace TlsTrust.Tests.PowerShell;

/// <summary>The Pester files test what ships, in any shell.</summary>
public sealed class ShellSuiteArchitectureTests
{
    public static TheoryData<string> Files =>
        [.. Directory.GetFiles(Path.Combine(Repository.Root, "tests"), "*.ps1").Select(file => Path.GetFileName(file)!)];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_file_of_the_shell_suite_tests_the_package_and_starts_shells_that_are_there(string file)
    {
        string text = File.ReadAllText(Path.Combine(Repository.Root, "tests", file));
        Assert.False(text.Contains("out/TlsTrust", StringComparison.Ordinal),
            "the module under test is $env:TLSTRUST_MODULE, as Save-PSResource brought it");
        Assert.False(text.Contains("(Get-Process -Id $PID).Path", StringComparison.Ordinal),
            "as a .NET tool the process is dotnet: use Invoke-Shell of Shell.ps1");
    }
}
