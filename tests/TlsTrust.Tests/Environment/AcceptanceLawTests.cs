using System.Security.Cryptography.X509Certificates;
using TlsTrust.Certificates;
using TlsTrust.Environment.Catalogue;
using TlsTrust.Environment.Inspection;
using TlsTrust.Environment.Machines;
using TlsTrust.Environment.Provisioning.Planning;
using TlsTrust.Environment.Provisioning.Requests;
using TlsTrust.Environment.Provisioning.Writing;
using TlsTrust.Environment.Provisioning;
using TlsTrust.Stores;

namespace TlsTrust.Tests.Environment;

/// <summary>
/// The law of provisioning: what a program accepted before, with verification on, it accepts after, and undoing gives back every byte.
/// </summary>
public sealed class AcceptanceLawTests(ITestOutputHelper output)
{
    // The long run (2,000) is made by hand; it takes minutes.
    private static int States => System.Environment.GetEnvironmentVariable("TLSTRUST_LONG") == "1" ? 2000 : TestKeys.Usual(60);

    private static readonly PublicRootSet Public = new("made", new DateOnly(2026, 1, 1), [MadeMachine.Read(MadeMachine.PublicRoot)]);

    [Fact]
    public void Whatever_was_set_before_what_was_accepted_is_accepted_after()
    {
        int compared = 0, kept = 0, refused = 0;
        for (int state = 0; state < States; state++)
        {
            Random random = new(state);
            using MadeMachine made = Generated(random, out TrustScope scope);
            SortedDictionary<string, string> files = made.Snapshot();
            Dictionary<string, string> variables = new(made.Machine.Variables);
            Dictionary<string, HashSet<Certificate>> before = Trusted(made.Machine, scope);
            ProvisionRequest request = new()
            {
                Anchors = [new(MadeMachine.Read(MadeMachine.PrivateRoot), "test")],
                Scope = scope,
                Programs = random.Next(3) == 0 ? null : [Choose(random, Installed).Id],
                IncludeConfiguration = random.Next(2) == 0,
                HashedDirectory = random.Next(3) == 0,
                CaOnly = random.Next(3) == 0,
            };
            string what = $"state {state}, {scope}, {string.Join(',', request.Programs ?? ["all"])}";
            TrustProvisioner provisioner = new(made.Machine, Public);
            ProvisionPlan plan;
            try
            {
                plan = provisioner.Plan(request);
            }
            catch (ProvisioningException refusal)
            {
                Assert.True(refusal.Refusal is Refusal.AnchorsLost or Refusal.NotSupported, $"{what}: {refusal.Message}");
                refused++;
                continue;
            }

            Assert.Equal(files, made.Snapshot());
            provisioner.Apply(plan);
            foreach ((string program, HashSet<Certificate> anchors) in Trusted(made.Machine, scope))
            {
                Certificate[] lost = [.. before[program].Except(anchors)];
                Assert.True(lost.Length == 0, $"{what}: {program} lost {string.Join(", ", lost.Select(anchor => anchor.Subject))}");
                compared++;
            }

            kept += plan.Kept.Count;
            Assert.All(plan.Kept, anchor => Assert.NotEmpty(anchor.Origin));
            string[] planned = [.. plan.Files.Select(file => file.Path)];
            string[] changed =
                [.. Changed(files, made.Snapshot())
                    .Where(path => Path.GetFileName(path) is not ("record.json" or ".lock" or ".alive"))
                    .Select(path => Path.Combine(made.Folder, path))];
            Assert.All(changed.Where(File.Exists), path =>
                Assert.True(planned.Contains(path)
                    || (plan.Directory is not null && path.StartsWith(plan.Directory, StringComparison.Ordinal)),
                        $"{what}: {path} was written and not planned"));
            string[] again =
                [.. provisioner.Apply(provisioner.Plan(request)).Where(change => change.IsChange)
                    .Select(change => $"{change}, was {change.Before}")];
            Assert.True(again.Length == 0, $"{what}: the second time {string.Join("; ", again)}");
            new TrustRemoval(made.Machine).Remove(scope, apply: true);
            Assert.Equal(files, made.Snapshot());
            Assert.Equal(variables, made.Machine.Variables);
        }

        output.WriteLine($"{States} states, {compared} program states compared, {kept} anchors kept, {refused} refused");
        Assert.True(kept > States / 4, "the generated states have next to nothing to lose");
        Assert.True(refused <= States / 10, "most plans must be possible");
    }

    [Theory]
    [InlineData("curl", "CURL_CA_BUNDLE")]
    [InlineData("openssl", "SSL_CERT_FILE")]
    [InlineData("git", "GIT_SSL_CAINFO")]
    [InlineData("pip", "PIP_CERT")]
    [InlineData("npm", "NODE_EXTRA_CA_CERTS")]
    [InlineData("gcloud", "REQUESTS_CA_BUNDLE")]
    public void A_private_CA_that_the_old_value_named_comes_along_with_its_origin(string program, string variable)
    {
        using MadeMachine made = MadeProvisioning.Prepared();
        made.Install("npm", "node", "gcloud");
        string mine = made.Write("home/mine.pem", MadeMachine.Pem(MadeMachine.OtherRoot) + MadeMachine.Pem(MadeMachine.PublicRoot));
        made.Machine.SetVariable(variable, mine);
        ProvisionPlan plan =
            new TrustProvisioner(made.Machine, Public).Plan(MadeProvisioning.Request() with { Programs = [program], CaOnly = true });
        KeptAnchor kept =
            Assert.Single(plan.Kept, anchor =>
                anchor.Certificate.Subject.ToString().Contains("Another Private Root", StringComparison.Ordinal));
        Assert.Contains(variable, kept.Origin, StringComparison.Ordinal);
        Assert.Contains(mine, kept.Origin, StringComparison.Ordinal);
        Assert.Contains(plan.Warnings, warning =>
            warning.Contains("Another Private Root", StringComparison.Ordinal) && warning.Contains("-Replace", StringComparison.Ordinal));
        ProvisionPlan replaced =
            new TrustProvisioner(made.Machine, Public).Plan(MadeProvisioning.Request() with { Programs = [program], Replace = true });
        Assert.Empty(replaced.Kept);
    }

    [Fact]
    public void What_a_program_trusts_that_is_not_found_here_comes_along_too()
    {
        using MadeMachine made = new();
        made.Machine.SetVariable("CURL_CA_BUNDLE", made.Write("home/mine.pem", MadeMachine.Pem(MadeMachine.OtherRoot)));
        Assert.Null(made.Machine.FindExecutable("curl"));
        ProvisionPlan plan =
            new TrustProvisioner(made.Machine, Public).Plan(MadeProvisioning.Request() with { Programs = ["curl"] });
        Assert.Contains("Another Private Root", Assert.Single(plan.Kept).Certificate.Subject.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Who_newly_trusts_what_came_along_is_named()
    {
        using MadeMachine made = MadeProvisioning.Prepared();
        made.Machine.SetVariable("CURL_CA_BUNDLE", made.Write("home/mine.pem", MadeMachine.Pem(MadeMachine.OtherRoot)));
        ProvisionPlan plan =
            new TrustProvisioner(made.Machine, Public).Plan(MadeProvisioning.Request() with { Programs = ["curl", "git"] });
        Assert.Contains(plan.Warnings, warning => warning.Contains("newly trusted by git", StringComparison.Ordinal));
    }

    [Fact]
    public void What_one_user_trusts_does_not_go_into_the_machines_bundle()
    {
        using MadeMachine made = MadeProvisioning.Prepared();
        string mine = made.Write("home/mine.pem", MadeMachine.Pem(MadeMachine.OtherRoot));
        SetForUser(made, new() { ["CURL_CA_BUNDLE"] = mine });
        made.Machine.SetVariable("CURL_CA_BUNDLE", mine);
        ProvisionPlan plan = new TrustProvisioner(made.Machine, Public).Plan(MadeProvisioning.Request(TrustScope.Machine));
        Assert.Empty(plan.Kept);
        ProvisionPlan users = new TrustProvisioner(made.Machine, Public).Plan(MadeProvisioning.Request(TrustScope.User));
        Assert.Single(users.Kept);
    }

    [Fact]
    public void A_variable_of_this_process_alone_does_not_become_the_users_and_that_is_said()
    {
        using MadeMachine made = MadeProvisioning.Prepared();
        made.Machine.SetVariable("CURL_CA_BUNDLE", made.Write("home/mine.pem", MadeMachine.Pem(MadeMachine.OtherRoot)));
        ProvisionPlan plan = new TrustProvisioner(made.Machine, Public).Plan(MadeProvisioning.Request(TrustScope.User));
        Assert.Empty(plan.Kept);
        Assert.Contains(plan.Warnings, warning => warning.Contains("set in this process only", StringComparison.Ordinal));
    }

    [Fact]
    public void What_came_along_outlives_an_update_and_a_second_run()
    {
        using MadeMachine made = MadeProvisioning.Prepared();
        made.Machine.SetVariable("CURL_CA_BUNDLE", made.Write("home/mine.pem", MadeMachine.Pem(MadeMachine.OtherRoot)));
        ProvisionRequest request = MadeProvisioning.Request() with { Programs = ["curl"] };
        TrustProvisioner provisioner = new(made.Machine, Public);
        provisioner.Apply(provisioner.Plan(request));
        Assert.All(new TrustRenewal(made.Machine, Public).Update(TrustScope.Process, apply: true), change => Assert.False(change.IsChange));
        Assert.Single(provisioner.Plan(request).Kept);
        Assert.Empty(provisioner.Plan(request).Warnings);
    }

    [Fact]
    public void A_root_that_the_system_dropped_does_not_come_along_from_our_own_bundle()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the system's roots are those of the registry, which no test changes");
        using MadeMachine made = MadeProvisioning.Prepared();
        made.Write("root/etc/ssl/certs/ca-certificates.crt", MadeMachine.Pem(MadeMachine.PublicRoot)
            + MadeMachine.Pem(MadeMachine.OtherRoot));
        ProvisionRequest request = MadeProvisioning.Request() with { Programs = ["curl"] };
        TrustProvisioner provisioner = new(made.Machine, Public);
        provisioner.Apply(provisioner.Plan(request));
        made.Write("root/etc/ssl/certs/ca-certificates.crt", MadeMachine.Pem(MadeMachine.PublicRoot));
        Assert.Empty(new TrustProvisioner(made.Machine, Public).Plan(request).Kept);
    }

    private static readonly ProgramFacts[] Installed =
        [.. ProgramCatalogue.Programs.Where(program => program.Reader != "none" && program.Module is null)];

    private static Dictionary<string, HashSet<Certificate>> Trusted(IMachine machine, TrustScope scope)
    {
        TrustInspector inspector = new(machine, Public);
        return Installed.ToDictionary(program => program.Id, program =>
            new HashSet<Certificate>(inspector.Effective(program, scope, inspector.Executable(program)).Anchors));
    }

    // A machine where people have been: bundles with private CAs here and there, named by variables, files and options, sound or not.
    private static MadeMachine Generated(Random random, out TrustScope scope)
    {
        scope = (TrustScope)random.Next(3);
        MadeMachine made = new();
        made.Install(
            [.. Installed.SelectMany(program => program.Executables).Where(name => name is not ("python3" or "python" or "java" or "node"))
                .Distinct()]);
        made.Write("home/.profile", "umask 022\n");
        string[] stores =
            [.. Enumerable.Range(0, 3)
                .Select(i =>
                    made.Write($"home/stores/s{i}.pem",
                        string.Concat(Enumerable.Range(0, random.Next(1, 3)).Select(_ => MadeMachine.Pem(Choose(random, Roots))))))];
        string hashed = Path.Combine(made.Home, "hashed");
        HashedDirectoryWriter.Write(hashed, [MadeMachine.Read(Choose(random, Roots))]);
        string keyStore = Path.Combine(made.Home, "store.p12");
        File.WriteAllBytes(keyStore, JavaTrustStoreWriter.Write([MadeMachine.Read(Choose(random, Roots))]));
        Dictionary<string, string> profile = [];
        foreach (SettingFacts setting in ProgramCatalogue.Programs.SelectMany(program => program.Settings)
            .Where(setting => setting.IsVariable && random.Next(12) == 0).DistinctBy(setting => setting.Name))
        {
            string? value = setting.Holds switch
            {
                "file" or "fileOrDirectory" => Choose(random, stores),
                "directory" => hashed,
                "keystoreOption" => $"-Xmx64m -Djavax.net.ssl.trustStore={keyStore} -Djavax.net.ssl.trustStorePassword=changeit",
                _ => null,
            };
            if (value is not null && setting.Provision != "startFile")
            {
                if (random.Next(2) == 0)
                {
                    made.Machine.SetVariable(setting.Name, value);
                }
                else
                {
                    profile[setting.Name] = value;
                }
            }
        }

        (string Path, Func<string, string> Content)[] files =
        [
            (".npmrc", store => $"registry=https://r.example/\ncafile={store}\n"), (".curlrc", store => $"cacert = \"{store}\"\n"),
                (".gitconfig", store => $"[http]\n\tsslCAInfo = {store}\n"),
            (".config/pip/pip.conf", store => $"[global]\ncert = {store}\n"), (".condarc", store => $"ssl_verify: {store}\n"),
                (".cargo/config.toml", store => $"[http]\ncainfo = \"{store}\"\n"),
            (".wgetrc", store => $"ca_certificate = {store}\n"), (".yarnrc.yml", store => $"httpsCaFilePath: \"{store}\"\n"),
                (".aws/config", store => $"[default]\nca_bundle = {store}\n"),
        ];
        foreach ((string path, Func<string, string> content) in files.Where(_ => random.Next(4) == 0))
        {
            string store = Choose(random, stores);
            string written = path.EndsWith("toml", StringComparison.Ordinal) || path.EndsWith("yml", StringComparison.Ordinal)
                || path is ".npmrc" or ".curlrc" or ".gitconfig" ? store.Replace("\\", "\\\\", StringComparison.Ordinal) : store;
            made.Write(MadeMachine.Place("home/" + path)!, content(written));
        }

        SetForUser(made, profile);
        return made;
    }

    private static void SetForUser(MadeMachine made, Dictionary<string, string> variables)
    {
        foreach ((string name, string value) in variables)
        {
            if (OperatingSystem.IsWindows())
            {
                made.Machine.StoreVariable(machine: false, name, new StoredVariable(value));
            }
            else
            {
                File.AppendAllText(Path.Combine(made.Home, ".profile"), $"export {name}='{value}'\n");
            }
        }
    }

    private static readonly X509Certificate2[] Roots =
        [MadeMachine.PublicRoot, MadeMachine.OtherRoot, MadeMachine.MadeRoot("Third Private Root"),
            MadeMachine.MadeRoot("Fourth Private Root")];

    private static T Choose<T>(Random random, T[] all) => all[random.Next(all.Length)];

    private static IEnumerable<string> Changed(SortedDictionary<string, string> before, SortedDictionary<string, string> after) =>
        after.Where(entry => !before.TryGetValue(entry.Key, out string? old) || old != entry.Value).Select(entry => entry.Key);
}
