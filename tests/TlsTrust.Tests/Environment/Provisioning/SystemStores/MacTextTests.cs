using System.Diagnostics;
using System.Xml;
using System.Xml.Linq;
using TlsTrust.Environment.Provisioning.SystemStores;
using TlsTrust.Environment.Provisioning.Writing;

namespace TlsTrust.Tests.Environment.Provisioning.SystemStores;

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
        Assert.Equal(["find-certificate", "-a", "-c", root.Subject.CommonName!, "-Z", Keychain], mac.Commands[0][1..]);
        Assert.Equal(["add-trusted-cert", "-d", "-r", "trustRoot", "-k", Keychain], mac.Commands[1][1..^1]);
        Assert.Equal(["remove-trusted-cert", "-d"], mac.Commands[2][1..^1]);
        Assert.Equal(["delete-certificate", "-Z", root.Sha1, Keychain], mac.Commands[3][1..]);
        Assert.False(File.Exists(mac.Commands[1][^1]));
    }

    /// <summary>
    /// Apple's trusted_cert_add.c puts the certificate into the keychain before it asks for the trust, and leaves it there when that is
    /// refused. The words are those of macOS 11 and later with nobody at the screen (see FiloSottile/mkcert #415).
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_refused_root_is_taken_out_of_the_keychain_unless_it_was_there_before(bool wasThere)
    {
        using MadeMachine made = new();
        TlsTrust.Certificates.Certificate root = MadeMachine.Read(MadeMachine.PrivateRoot);
        MacMachine mac = new(made.Machine)
        {
            Answer = command => command[1] switch
            {
                "find-certificate" => new(0, Listed(wasThere ? root.Sha1 : "7E04DE896A3E666D00E687D33FFAD93BE83D349E"), string.Empty),
                "add-trusted-cert" => new(1, string.Empty,
                    "SecTrustSettingsSetTrustSettings: The authorization was denied since no user interaction was possible.\n"),
                _ => new(0, string.Empty, string.Empty),
            },
        };
        IOException fault = Assert.Throws<IOException>(() => new MacKeychainStore(mac).Add([root]));
        Assert.Contains("no user interaction was possible", fault.Message, StringComparison.Ordinal);
        Assert.Equal(!wasThere, mac.Commands.Any(command => command[1] == "delete-certificate" && command[3] == root.Sha1));
    }

    /// <summary>
    /// The tool's listing has the hashes before everything else (its keychain_find.c), and names in hexadecimal, in which anything may
    /// stand.
    /// </summary>
    [Fact]
    public void A_hash_within_another_certificate_s_name_is_not_that_certificate()
    {
        using MadeMachine made = new();
        TlsTrust.Certificates.Certificate root = MadeMachine.Read(MadeMachine.PrivateRoot);
        MacMachine mac = new(made.Machine)
        {
            Answer = command => command[1] switch
            {
                "find-certificate" => new(0, Listed("7E04DE896A3E666D00E687D33FFAD93BE83D349E")
                    + $"\n    \"subj\"<blob>=0x{root.Sha1}  \"0\\020\"\n", string.Empty),
                "add-trusted-cert" => new(1, string.Empty, "SecTrustSettingsSetTrustSettings: One or more parameters were not valid.\n"),
                _ => new(0, string.Empty, string.Empty),
            },
        };
        Assert.Throws<IOException>(() => new MacKeychainStore(mac).Add([root]));
        Assert.Contains(mac.Commands, command => command[1] == "delete-certificate");
    }

    /// <summary>The words are those of security(1) in actions/runner-images #4734, and of delete-certificate's manual.</summary>
    [Fact]
    public void What_somebody_took_out_before_is_no_fault_and_what_is_refused_is()
    {
        using MadeMachine made = new();
        TlsTrust.Certificates.Certificate root = MadeMachine.Read(MadeMachine.PrivateRoot);
        MacMachine mac = new(made.Machine)
        {
            Answer = command => command[1] == "remove-trusted-cert"
                ? new(1, string.Empty, "SecTrustSettingsRemoveTrustSettings: No Trust Settings were found.\n")
                : new(44, string.Empty, "Unable to delete certificate matching \"" + root.Sha1 + "\""),
        };
        new MacKeychainStore(mac).Remove([root]);
        mac.Answer = _ => new(1, string.Empty, "SecTrustSettingsRemoveTrustSettings: The authorization was canceled by the user.\n");
        Assert.Contains("canceled by the user", Assert.Throws<IOException>(() => new MacKeychainStore(mac).Remove([root])).Message,
            StringComparison.Ordinal);
    }

    /// <summary>bash reads the first of .bash_profile, .bash_login and .profile, zsh what lies in ZDOTDIR, on a Mac as on Linux.</summary>
    [Fact]
    public void The_files_are_those_that_the_shells_of_a_Mac_read()
    {
        using MadeMachine made = new();
        MacMachine mac = new(made.Machine);
        Assert.Equal([".zprofile", ".profile"], Names(mac));
        File.WriteAllText(Path.Combine(mac.Home, ".bash_login"), "");
        Assert.Equal([".zprofile", ".bash_login"], Names(mac));
        File.WriteAllText(Path.Combine(mac.Home, ".bash_profile"), "");
        mac.SetVariable("ZDOTDIR", Path.Combine(mac.Home, "zsh"));
        Assert.Equal([Path.Combine("zsh", ".zprofile"), ".bash_profile"], Names(mac));
    }

    private static IEnumerable<string> Names(MacMachine mac) => ScopeFiles.For(mac, TrustScope.User, Variables)
        .Where(file => !ScopeFiles.IsWholeFile(file.Path)).Select(file => Path.GetRelativePath(mac.Home, file.Path));

    // As `security find-certificate -a -Z` lists what it found.
    private static string Listed(string sha1) => $"""
        SHA-256 hash: 1CDDFE2C1DFE0B2B2D8BBD5D2A2B4D2E8A1AE8DA33E1F41D3C4B5A69788796A5
        SHA-1 hash: {sha1}
        keychain: "/Library/Keychains/System.keychain"
        version: 256
        class: 0x80001000
        attributes:
            "alis"<blob>="com.apple.kerberos.kdc"
            "cenc"<uint32>=0x00000003
            "labl"<blob>="com.apple.kerberos.kdc"
        """;

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
        Assert.SkipWhen(OperatingSystem.IsWindows() || !File.Exists("/bin/sh"), "there is no /bin/sh here");
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
