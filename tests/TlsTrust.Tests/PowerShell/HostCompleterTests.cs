using TlsTrust.PowerShell.Completion;

namespace TlsTrust.Tests.PowerShell;

public sealed class HostCompleterTests
{
    [Fact]
    public void Reads_the_names_of_known_hosts_and_leaves_hashes_patterns_and_comments() =>
        Assert.Equal(
            ["git.example.org", "192.0.2.4", "build.example.org", "ca.example.org"],
            HostCompleter.FromKnownHosts(
            [
                "git.example.org,192.0.2.4 ssh-ed25519 AAAA",
                "[build.example.org]:2222 ssh-rsa AAAA",
                "|1|F1E1KeoE/eEWhi10WpGv4OdiO6Y=|3988QV0VE8wmZL7suNrYQLITLCg= ssh-rsa AAAA",
                "*.example.org,!bad.example.org ssh-rsa AAAA",
                "@cert-authority ca.example.org ssh-rsa AAAA",
                "# a comment",
                "",
            ]).Select(entry => entry.Word));

    [Fact]
    public void Reads_the_names_of_the_hosts_file() =>
        Assert.Equal(
            ["localhost", "app", "app.example.org"],
            HostCompleter.FromHosts(["127.0.0.1\tlocalhost # loopback", "#192.0.2.1 gone", "192.0.2.2 app app.example.org", ""])
                .Select(entry => entry.Word));
}
