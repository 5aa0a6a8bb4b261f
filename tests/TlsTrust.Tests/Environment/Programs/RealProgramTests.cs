using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using TlsTrust.Environment.Catalogue;
using TlsTrust.Environment.Inspection;
using TlsTrust.Environment.Machines;
using TlsTrust.Environment.Probes;
using TlsTrust.Environment.Provisioning.Requests;
using TlsTrust.Environment.Provisioning.Writing;
using TlsTrust.Environment.Provisioning;

namespace TlsTrust.Tests.Environment.Programs;

/// <summary>The programs of this machine themselves, against a server with a private CA, with made variables and a made home.</summary>
public sealed class RealProgramTests(ITestOutputHelper output)
{
    private static readonly string[] All =
        ["cargo", "curl", "dotnet", "git", "go", "java", "ldap", "node", "npm", "perl-lwp", "php", "php-curl", "podman", "pwsh", "python",
            "requests", "ruby", "wget"];

    // The slow ones take part in the long run; each of them was compared once for every defect. Go compiles its probe each time.
    private static readonly string[] Quick = System.Environment.GetEnvironmentVariable("TLSTRUST_LONG") == "1"
        ? ["cargo", "curl", "dotnet", "git", "go", "node", "npm", "perl-lwp", "php", "pwsh", "python", "requests", "ruby"]
        : ["curl", "git", "node", "php", "python", "ruby", "perl-lwp"];

    public static TheoryData<string> Programs => [.. All];

    [Theory]
    [MemberData(nameof(Programs))]
    public void A_program_fails_before_works_after_Set_fails_after_Remove_and_each_time_as_predicted(string program)
    {
        using MadeMachine made = RealPrograms();
        ProgramFacts facts = ProgramCatalogue.Find(program)!;
        Assert.SkipUnless(IsHere(made.Machine, facts), $"{program} is not on this machine");
        using HttpsServer server = new(MadeMachine.Issued("localhost", MadeMachine.PrivateRoot, isAuthority: false));
        using HttpsServer publicServer = new(MadeMachine.Issued("localhost", MadeMachine.PublicRoot, isAuthority: false));

        Expect(made, facts, server, ChangeCheck.Refused, "before");
        TrustProvisioner provisioner = new(made.Machine);
        provisioner.Apply(
            provisioner.Plan(
                new ProvisionRequest { Anchors = [new(MadeMachine.Read(MadeMachine.PrivateRoot), "test")], Programs = [program],
                    IncludeConfiguration = true }));
        Expect(made, facts, server, ChangeCheck.Accepted, "after Set");

        // The lab's "public" root is in the made system bundle only: what accepts it has read the merged one.
        Expect(made, facts, publicServer, ChangeCheck.Accepted, "after Set, public root");
        new TrustRemoval(made.Machine).Remove(TrustScope.Process, apply: true);
        Expect(made, facts, server, ChangeCheck.Refused, "after Remove");
    }

    public static TheoryData<string> Kept =>
        [.. System.Environment.GetEnvironmentVariable("TLSTRUST_LONG") == "1" ? All.Except(["wget", "php-curl"])
            : ["curl", "git", "node", "python"]];

    [Theory]
    [MemberData(nameof(Kept))]
    public void What_a_program_accepted_through_its_old_setting_it_accepts_after_Set(string program)
    {
        using MadeMachine made = RealPrograms();
        ProgramFacts facts = ProgramCatalogue.Find(program)!;
        Assert.SkipUnless(new TrustInspector(made.Machine).Executable(facts) is not null, $"{program} is not on this machine");
        using HttpsServer old = new(MadeMachine.Issued("localhost", MadeMachine.OtherRoot, isAuthority: false));
        using HttpsServer ours = new(MadeMachine.Issued("localhost", MadeMachine.PrivateRoot, isAuthority: false));
        SettingFacts setting =
            facts.Settings.First(setting => setting.IsVariable && setting.Provision is "merged" or "extra" or "keystore");
        string value = made.Write("home/old.pem", MadeMachine.Pem(MadeMachine.OtherRoot));
        if (setting.Provision == "keystore")
        {
            value = Path.Combine(made.Home, "old.p12");
            File.WriteAllBytes(value, JavaTrustStoreWriter.Write([MadeMachine.Read(MadeMachine.OtherRoot)]));
            value = JavaOptions.For(value, "changeit");
        }

        made.Machine.SetVariable(setting.Name, value);
        Expect(made, facts, old, ChangeCheck.Accepted, "old setting, its own CA");
        Expect(made, facts, ours, ChangeCheck.Refused, "old setting, our CA");
        TrustProvisioner provisioner = new(made.Machine);
        provisioner.Apply(
            provisioner.Plan(
                new ProvisionRequest { Anchors = [new(MadeMachine.Read(MadeMachine.PrivateRoot), "test")], Programs = [program],
                    IncludeConfiguration = true }));
        Expect(made, facts, old, ChangeCheck.Accepted, "after Set, its own CA");
        Expect(made, facts, ours, ChangeCheck.Accepted, "after Set, our CA");
        new TrustRemoval(made.Machine).Remove(TrustScope.Process, apply: true);
        Assert.Equal(value, made.Machine.Variables[setting.Name]);
        Expect(made, facts, ours, ChangeCheck.Refused, "after Remove, our CA");
    }

    [Fact]
    public void What_a_damaged_or_missing_bundle_does_is_predicted()
    {
        using MadeMachine made = RealPrograms();
        using HttpsServer server = new(MadeMachine.Issued("localhost", MadeMachine.PrivateRoot, isAuthority: false));
        string ca = MadeMachine.Pem(MadeMachine.PrivateRoot), other = MadeMachine.Pem(MadeMachine.PublicRoot);
        (string Name, string? Content)[] defects =
        [
            ("sound", other + ca), ("BOM, CA first", "\uFEFF" + ca + other), ("BOM, CA second", "\uFEFF" + other + ca),
                ("glued", other.TrimEnd() + ca), ("missing", null), ("empty", ""),
            ("bad block before", Damaged(other) + ca), ("bad block behind", ca + Damaged(other)), ("no PEM", "hello\n"),
                ("CR LF", (other + ca).ReplaceLineEndings("\r\n")), ("cut off", other + ca[..^40]),
        ];
        ConcurrentBag<string> wrong = [];
        int run = 0;
        Parallel.ForEach(Quick.SelectMany(program => defects.Select(defect => (program, defect))),
            new ParallelOptions { MaxDegreeOfParallelism = 4 }, pair =>
        {
            ProgramFacts facts = ProgramCatalogue.Find(pair.program)!;
            if (!IsHere(made.Machine, facts))
            {
                return;
            }

            string path = Path.Combine(made.Home, $"{pair.program}-{pair.defect.Name.Replace(' ', '-')}.pem");
            if (pair.defect.Content is { } content)
            {
                File.WriteAllText(path, content);
            }

            LocalMachine machine =
                Like(made, facts.Settings.First(setting => setting.Provision is not null && setting.IsVariable).Name, path);
            if (Compare(machine, facts, server, pair.defect.Name) is { } fault)
            {
                wrong.Add(fault);
            }

            Interlocked.Increment(ref run);
        });
        Assert.SkipWhen(run == 0, "none of the programs is on this machine");
        output.WriteLine($"{run} runs");
        Assert.True(wrong.IsEmpty, string.Join('\n', wrong.Order()));
    }

    [Fact]
    public void An_unhashed_directory_is_predicted()
    {
        using MadeMachine made = RealPrograms();
        using HttpsServer server = new(MadeMachine.Issued("localhost", MadeMachine.PrivateRoot, isAuthority: false));
        made.Write("home/plain/ca.pem", MadeMachine.Pem(MadeMachine.PrivateRoot));
        string hashed = Path.Combine(made.Home, "hashed");
        HashedDirectoryWriter.Write(hashed, [MadeMachine.Read(MadeMachine.PrivateRoot)]);
        List<string> wrong = [];
        foreach (string program in new[] { "python", "ruby", "go", "curl" }.Where(id =>
            new TrustInspector(made.Machine).Executable(ProgramCatalogue.Find(id)!) is not null))
        {
            foreach (string folder in new[] { Path.Combine(made.Home, "plain"), hashed })
            {
                if (Compare(Like(made, "SSL_CERT_DIR", folder), ProgramCatalogue.Find(program)!, server,
                    Path.GetFileName(folder)) is { } fault)
                {
                    wrong.Add(fault);
                }
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void What_a_faulty_chain_does_is_predicted()
    {
        using MadeMachine made = RealPrograms();
        X509Certificate2 issuing = MadeMachine.Issued("Issuing", MadeMachine.PrivateRoot, isAuthority: true);
        string root = MadeMachine.Pem(MadeMachine.PrivateRoot), intermediate = MadeMachine.Pem(issuing);
        X509Certificate2 leaf = MadeMachine.Issued("localhost", issuing, isAuthority: false);
        (string Name, string Store, X509Certificate2[] Sent)[] chains =
        [
            ("complete", root, [leaf, issuing]),
            ("missing intermediate", root, [leaf]),
            ("missing intermediate, in the store", root + intermediate, [leaf]),
            ("only the intermediate in the store", intermediate, [leaf, issuing]),
            ("expired", root, [MadeMachine.Issued("localhost", issuing, isAuthority: false, days: -1), issuing]),
            ("another name", root, [MadeMachine.Issued("other", issuing, isAuthority: false, "other.example"), issuing]),
            ("common name only", root, [MadeMachine.Issued("localhost", issuing, isAuthority: false, dnsName: null), issuing]),
            ("for clients", root, [MadeMachine.Issued("localhost", issuing, isAuthority: false, purpose: "1.3.6.1.5.5.7.3.2"), issuing]),
        ];
        ConcurrentBag<string> wrong = [];
        int run = 0;
        foreach ((string name, string store, X509Certificate2[] sent) in chains)
        {
            using HttpsServer server = new(sent[0], sent[1..]);
            string path = Path.Combine(made.Home, name.Replace(' ', '-') + ".pem");
            File.WriteAllText(path, store);
            Parallel.ForEach(Quick, new ParallelOptions { MaxDegreeOfParallelism = 4 }, program =>
            {
                ProgramFacts facts = ProgramCatalogue.Find(program)!;
                if (!IsHere(made.Machine, facts))
                {
                    return;
                }

                if (Compare(Like(made, facts.Settings.First(setting => setting.Provision is not null && setting.IsVariable).Name, path),
                    facts, server, name) is { } fault)
                {
                    wrong.Add(fault);
                }

                Interlocked.Increment(ref run);
            });
        }

        Assert.SkipWhen(run == 0, "none of the programs is on this machine");
        output.WriteLine($"{run} runs");
        Assert.True(wrong.IsEmpty, string.Join('\n', wrong.Order()));
    }

    private void Expect(MadeMachine made, ProgramFacts facts, HttpsServer server, ChangeCheck expected, string when)
    {
        ProbeAnswer answer = ProgramProbe.Ask(made.Machine, facts.Id, server.Endpoint);
        output.WriteLine($"{facts.Id,-9} {when,-24} {answer.Check,-9} {answer.Detail}");
        Assert.True(answer.Check == expected, $"{facts.Id} {when}: {answer.Check}, {answer.Detail}");
        ProgramTrust predicted = Predict(made.Machine, facts, server);
        Assert.True(predicted.Accepts == (expected == ChangeCheck.Accepted),
            $"{facts.Id} {when}: predicted {predicted.Accepts} ({predicted.AcceptsDetail}; {predicted})");
    }

    private string? Compare(IMachine machine, ProgramFacts facts, HttpsServer server, string when)
    {
        ProbeAnswer answer = ProgramProbe.Ask(machine, facts.Id, server.Endpoint);
        if (answer.Check == ChangeCheck.NotChecked)
        {
            answer = ProgramProbe.Ask(machine, facts.Id, server.Endpoint); // a program that was starved of time gets another chance
        }

        ProgramTrust predicted = Predict(machine, facts, server);
        bool? real = answer.Check switch { ChangeCheck.Accepted => true, ChangeCheck.Refused => false, _ => null };
        return predicted.Accepts == real ? null : $"{facts.Id}, {when}: predicted {predicted.Accepts} ({predicted.Status}, " +
            $"{predicted.Detail} {predicted.AcceptsDetail}), really {answer.Check} ({answer.Detail})";
    }

    // Every Debian has a perl; what it needs for TLS is a package of its own.
    private static bool IsHere(IMachine machine, ProgramFacts facts) =>
        new TrustInspector(machine).Executable(facts) is not null && facts.Id switch
        {
            "perl-lwp" => Answers(machine, "perl", "-MLWP::Protocol::https", "-e", "1"),
            "php-curl" => Answers(machine, "php", "-r", "exit(extension_loaded('curl') ? 0 : 1);"),
            "cargo" => Answers(machine, "cargo", "--version"),
            _ => true,
        };

    // A package of its own, or a toolchain (rustup), may be missing where the program is there.
    private static bool Answers(IMachine machine, string program, params string[] arguments) =>
        machine.Run(program, arguments, TimeSpan.FromSeconds(20)) is { ExitCode: 0 };

    private static ProgramTrust Predict(IMachine machine, ProgramFacts facts, HttpsServer server) =>
        new EndpointAcceptance(machine, new TrustInspector(machine)).PredictAsync(server.Endpoint, [facts], TrustScope.Process, false,
            CancellationToken.None).ToBlockingEnumerable().Single();

    private static string Damaged(string pem) => pem.Replace("MII", "M!I", StringComparison.Ordinal);

    // Real programs on the PATH (through links inside the made root), everything else made: home, project, system bundle.
    internal static MadeMachine RealPrograms()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the programs are looked for as Linux has them");
        MadeMachine made = new();
        string[] folders =
            [.. (System.Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries).Distinct()
                .Where(Directory.Exists)];
        List<string> path = [];
        foreach (string folder in folders)
        {
            string link = Path.Combine(made.Root, $"path{path.Count}");
            File.CreateSymbolicLink(link, folder);
            path.Add(link);
        }

        if (Directory.Exists("/usr/lib/git-core"))
        {
            File.CreateSymbolicLink(Path.Combine(made.Root, "usr/lib/git-core"), "/usr/lib/git-core");
        }

        Dictionary<string, string> variables =
            new() { ["PATH"] = string.Join(':', path), ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1", ["DOTNET_NOLOGO"] = "1",
                ["MSBUILDDISABLENODEREUSE"] = "1", ["LANG"] = "C.UTF-8", ["npm_config_globalconfig"] = made.Write("root/etc/npmrc", "") };
        foreach (string name in new[] { "RUSTUP_HOME", "PYENV_ROOT", "JAVA_HOME", "DOTNET_ROOT" })
        {
            string? value = System.Environment.GetEnvironmentVariable(name)
                ?? (name == "RUSTUP_HOME"
                    ? Path.Combine(System.Environment.GetFolderPath(System.Environment.SpecialFolder.UserProfile), ".rustup") : null);
            if (value is not null && Directory.Exists(value))
            {
                variables[name] = value;
            }
        }

        made.WithVariables(variables);
        return made;
    }

    private static LocalMachine Like(MadeMachine made, string name, string value) =>
        new(new Dictionary<string, string>(made.Machine.Variables) { [name] = value }) { Root = made.Root,
            WorkingDirectory = made.Project };
}
