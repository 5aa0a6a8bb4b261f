using System.Diagnostics;
using TlsTrust.Environment.Configuration;
using TlsTrust.Environment.Provisioning.Requests;
using TlsTrust.Environment.Provisioning.Writing;

namespace TlsTrust.Tests.Environment.Provisioning.Writing;

public sealed class VariableTextTests
{
    private const string Awkward = "/a b/o'clock/$HOME/`x`/\"q\"/ü\\n%PATH%";

    [Theory]
    [InlineData(ProvisionTarget.GitHubActions, "/a b.pem", "X=/a b.pem")]
    [InlineData(ProvisionTarget.AzurePipelines, "/100%;]/a", "##vso[task.setvariable variable=X]/100%AZP25;]/a")]
    [InlineData(ProvisionTarget.Dockerfile, "/a \"b\"\\$c", "ENV X=\"/a \\\"b\\\"\\\\\\$c\"")]
    [InlineData(ProvisionTarget.PowerShell, "/o'clock\u2019s", "$env:X = '/o''clock\u2019\u2019s'")]
    [InlineData(ProvisionTarget.Cmd, "C:\\a b\\100%.pem", "set \"X=C:\\a b\\100%%.pem\"")]
    public void Each_target_is_quoted_its_own_way(ProvisionTarget target, string value, string expected) =>
        Assert.Equal(expected, VariableText.For(target, "X", value));

    [Theory]
    [InlineData(ProvisionTarget.GitHubActions, "a\nB=c")]
    [InlineData(ProvisionTarget.Dockerfile, "a\nRUN x")]
    [InlineData(ProvisionTarget.Bash, "a\nb")]
    [InlineData(ProvisionTarget.PowerShell, "a\nb")]
    [InlineData(ProvisionTarget.Cmd, "a\"&calc&\"")]
    public void What_a_format_cannot_carry_is_refused(ProvisionTarget target, string value) =>
        Assert.Equal(Refusal.PathNotCarriable, Assert.Throws<ProvisioningException>(() => VariableText.For(target, "X", value)).Refusal);

    [Fact]
    public void A_shell_reads_back_what_was_meant() =>
        Assert.Equal(Awkward, Run("/bin/sh", "-c", VariableText.For(ProvisionTarget.Bash, "X", Awkward) + "; printf %s \"$X\""));

    [Fact]
    public void PowerShell_reads_back_what_was_meant() =>
        Assert.Equal(Awkward + "\u2019",
            Run("pwsh", "-NoProfile", "-Command", VariableText.For(ProvisionTarget.PowerShell, "X", Awkward + "\u2019")
                + "; [Console]::OutputEncoding = [Text.Encoding]::UTF8; [Console]::Write($env:X)"));

    [Theory]
    [InlineData(Awkward)]
    [InlineData("-Dx=\"/home/a b\" '-Dy=c d' $$ ${HOME} C:\\x # ;")]
    public void Systemd_and_our_reader_read_back_what_was_meant(string value)
    {
        string text = VariableText.EnvironmentD("X", value) + "\n";
        Assert.Equal(value, Assert.Single(ConfigurationReader.Read(ConfigurationFormat.EnvironmentD, text)).Value);
        const string Generator = "/usr/lib/systemd/user-environment-generators/30-systemd-environment-d-generator";
        DirectoryInfo configuration = Directory.CreateTempSubdirectory("tlstrust-test-");
        File.WriteAllText(Path.Combine(configuration.CreateSubdirectory("environment.d").FullName, "x.conf"), text);
        // It prints lines for a shell.
        string lines = Run("/bin/sh", "-c", $"test -x {Generator} && XDG_CONFIG_HOME='{configuration.FullName}' {Generator}");
        configuration.Delete(recursive: true);
        Assert.SkipWhen(lines.Length == 0, "there is no systemd");
        Assert.Equal(value, Run("/bin/sh", "-c", lines + "printf %s \"$X\""));
    }

    private static string Run(string program, params string[] arguments)
    {
        bool found = Path.IsPathRooted(program) ? !OperatingSystem.IsWindows() && File.Exists(program)
            : (System.Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
                .Any(folder => File.Exists(Path.Combine(folder, program)));
        Assert.SkipUnless(found, $"there is no {program}");
        using Process process =
            Process.Start(
                new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true,
                    StandardOutputEncoding = System.Text.Encoding.UTF8 })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output;
    }
}
