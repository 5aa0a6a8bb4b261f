using TlsTrust.PowerShell.Remoting;

namespace TlsTrust.Tests.PowerShell.Remoting;

/// <summary>What a session says of itself when it is opened decides whether anything goes there.</summary>
public sealed class RemoteShellTests
{
    [Theory]
    [InlineData("5.1.20348.2227", "Windows PowerShell")]
    [InlineData("2.0", "Windows PowerShell")]
    [InlineData("7.3.12", "PowerShell 7.3.12")]
    [InlineData("6.2.0", "PowerShell 6.2.0")]
    [InlineData("what is this", "what is this")]
    public void A_shell_that_is_too_old_gets_a_row_that_names_what_to_use(string version, string said)
    {
        MachineException? refusal = RemoteShell.TooOld(version);
        Assert.NotNull(refusal);
        Assert.Equal(MachineFault.ShellTooOld, refusal.Fault);
        Assert.Contains(said, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("-ConfigurationName PowerShell.7", refusal.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("7.4.0")]
    [InlineData("7.6.9")]
    [InlineData("7.5.0-preview.3")]
    [InlineData("8.0.0")]
    public void A_newer_one_is_asked(string version) => Assert.Null(RemoteShell.TooOld(version));
}
