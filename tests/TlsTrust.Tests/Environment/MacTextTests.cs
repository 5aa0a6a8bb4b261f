using System.Diagnostics;
using System.Xml;
using System.Xml.Linq;
using TlsTrust.Environment.Provisioning.SystemStores;
using TlsTrust.Environment.Provisioning.Writing;

namespace TlsTrust.Tests.Environment;

/// <summary>What a Mac would be told, held to what Apple's manuals and mkcert say; no Mac has seen it.</summary>
public sealed class MacTextTests
{
    private static readonly Dictionary<string, string> Variables = new()
    {
        ["SSL_CERT_FILE"] = "/Users/a b/it's \"here\" & <there>/$HOME/`x`/trust-bundle.pem",
        ["NODE_EXTRA_CA_CERTS"] = "/Users/a/ca.pem",
    };

    [Fact]
    public void Keychain_commands_are_those_of_mkcert_and_the_certificate_goes_too()
    {
        using MadeMachine made = new();
        MacMachine mac = new(made.Machine);
        MacKeychainStore store = new(mac);
        TlsTrust.Certificates.Certificate root = MadeMachine.Read(MadeMachine.PrivateRoot);
        store.Add([root]);
        store.Remove([root]);
        const string Keychain = "/Library/Keychains/System.keychain";
        Assert.All(mac.Commands, command => Assert.Equal("/usr/bin/security", command[0]));
        // mkcert's truststore_darwin.go: add-trusted-cert -d -k KEYCHAIN file, remove-trusted-cert -d file; -r trustRoot is the default.
        Assert.Equal(["add-trusted-cert", "-d", "-r", "trustRoot", "-k", Keychain], mac.Commands[0][1..^1]);
        Assert.Equal(["remove-trusted-cert", "-d"], mac.Commands[1][1..^1]);
        Assert.Equal(["delete-certificate", "-Z", root.Sha1, Keychain], mac.Commands[2][1..]);
        Assert.False(File.Exists(mac.Commands[0][^1]));
    }

    [Fact]
    public void The_launch_agent_is_a_property_list_named_by_its_label_that_runs_at_load()
    {
        using MadeMachine made = new();
        foreach ((string path, XElement dictionary) in new[] { TrustScope.User, TrustScope.Machine }.Select(scope => Agent(made, scope)))
        {
            // launchd.plist(5): the file is to be called <Label>.plist; Label and ProgramArguments are required.
            Dictionary<string, XElement> entries = dictionary.Elements("key").ToDictionary(key => key.Value, key =>
                (XElement)key.NextNode!);
            Assert.Equal(Path.GetFileNameWithoutExtension(path), entries["Label"].Value);
            Assert.Equal("true", entries["RunAtLoad"].Name.LocalName);
            Assert.Equal(["/bin/sh", "-c"], entries["ProgramArguments"].Elements("string").Take(2).Select(each => each.Value));
            Assert.EndsWith(Path.Combine("Library", "LaunchAgents"), Path.GetDirectoryName(path), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_shell_gives_launchctl_the_values_as_they_are()
    {
        Assert.SkipUnless(File.Exists("/bin/sh"), "there is no /bin/sh here");
        using MadeMachine made = new();
        string said = Path.Combine(made.Folder, "said");
        made.InstallScript("launchctl", $"printf '%s\\n' \"$@\" >> '{said}'");
        string script = Agent(made, TrustScope.User).Dictionary.Descendants("string").Last().Value;
        ProcessStartInfo start = new("/bin/sh", ["-c", script]);
        start.Environment["PATH"] = Path.Combine(made.Root, "bin");
        using Process shell = Process.Start(start)!;
        shell.WaitForExit();
        Assert.Equal(Variables.SelectMany(variable => new[] { "setenv", variable.Key, variable.Value }), File.ReadAllLines(said));
    }

    private static (string Path, XElement Dictionary) Agent(MadeMachine made, TrustScope scope)
    {
        (string path, IReadOnlyList<string> lines) =
            ScopeFiles.For(new MacMachine(made.Machine), scope, Variables).Single(file => ScopeFiles.IsWholeFile(file.Path));
        using XmlReader reader = XmlReader.Create(new StringReader(string.Join('\n', lines)),
            new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        return (path, XDocument.Load(reader).Root!.Element("dict")!);
    }
}
