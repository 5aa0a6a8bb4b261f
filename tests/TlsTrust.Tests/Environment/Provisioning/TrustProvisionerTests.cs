using System.Security.Cryptography.X509Certificates;
using TlsTrust.CertificateFiles;
using TlsTrust.CertificateFiles.Defects;
using TlsTrust.Certificates;
using TlsTrust.Environment.Configuration;
using TlsTrust.Environment.Inspection;
using TlsTrust.Environment.Machines;
using TlsTrust.Environment.Provisioning.Planning;
using TlsTrust.Environment.Provisioning.Records;
using TlsTrust.Environment.Provisioning.Requests;
using TlsTrust.Environment.Provisioning.Writing;
using TlsTrust.Environment.Provisioning;
using TlsTrust.Stores;
using static TlsTrust.Tests.Environment.MadeProvisioning;

namespace TlsTrust.Tests.Environment.Provisioning;

public sealed class TrustProvisionerTests
{
    [Theory]
    [InlineData(TrustScope.User)]
    [InlineData(TrustScope.Machine)]
    [InlineData(TrustScope.Process)]
    public void Setting_twice_changes_nothing_and_removing_restores_every_byte(TrustScope scope)
    {
        using MadeMachine made = Prepared();
        SortedDictionary<string, string> before = made.Snapshot();
        IReadOnlyDictionary<string, string> variables = new Dictionary<string, string>(made.Machine.Variables);
        ProvisionRequest request = Request(scope) with { IncludeConfiguration = true, HashedDirectory = true, CaOnly = true };

        ProvisionPlan plan = new TrustProvisioner(made.Machine).Plan(request);
        Assert.Equal(before, made.Snapshot()); // a plan touches nothing
        IReadOnlyList<TrustEnvironmentChange> changes = new TrustProvisioner(made.Machine).Apply(plan);
        Assert.NotEmpty(changes);
        Assert.All(changes, change => Assert.Equal(ChangeCheck.ReadBack, change.Verified));
        Assert.Contains(changes, change => change is { Program: "curl", Setting: "CURL_CA_BUNDLE" });
        SortedDictionary<string, string> once = made.Snapshot();

        IReadOnlyList<TrustEnvironmentChange> again = Apply(made, request);
        Assert.All(again, change => Assert.False(change.IsChange, change.ToString()));
        Assert.Equal(once, made.Snapshot());

        Assert.NotEmpty(new TrustRemoval(made.Machine).Remove(scope, apply: false));
        Assert.Equal(once, made.Snapshot());
        new TrustRemoval(made.Machine).Remove(scope, apply: true);
        Assert.Equal(before, made.Snapshot());
        Assert.Equal(variables, made.Machine.Variables);
        Assert.Empty(new TrustRemoval(made.Machine).Remove(scope, apply: true));
    }

    [Fact]
    public void The_bundle_has_the_public_roots_and_the_added_CA_each_once_with_a_comment()
    {
        using MadeMachine made = Prepared();
        string bundle = Apply(made, Request(TrustScope.Process))[0].After!;
        PemDocument document = PemDocument.Read(File.ReadAllBytes(bundle));
        Assert.Equal(1 + made.SystemRootCount, document.Certificates.Count);
        Assert.StartsWith("# added by TlsTrust: ", File.ReadAllText(bundle), StringComparison.Ordinal);
        Assert.Equal(1 + made.SystemRootCount, File.ReadLines(bundle).Count(line => line.StartsWith('#')));
        Assert.DoesNotContain(document.Defects, defect => defect.Severity == Severity.Error);
    }

    [Theory]
    [InlineData(TrustScope.User)]
    [InlineData(TrustScope.Process)]
    public void A_later_run_still_tells_what_was_there_before_the_first(TrustScope scope)
    {
        using MadeMachine made = Prepared();
        DateTime began = made.Machine.UtcNow;
        Dictionary<string, string?> first =
            Apply(made, Request(scope)).ToDictionary(change => change.Program + change.Setting, change => change.Before);
        Assert.Contains(null, first.Values);
        foreach (TrustEnvironmentChange change in Apply(made, Request(scope)))
        {
            Assert.False(change.IsChange);
            Assert.Equal(first[change.Program + change.Setting], change.Original);
            Assert.InRange(change.Since!.Value, began, made.Machine.UtcNow);
        }
    }

    [Fact]
    public void What_was_set_before_comes_back_and_what_was_changed_since_stays()
    {
        using MadeMachine made = Prepared();
        made.Machine.SetVariable("CURL_CA_BUNDLE", "/old.pem");
        Apply(made, Request(TrustScope.Process));
        Apply(made, Request(TrustScope.Process) with { Anchors = [new(MadeMachine.Read(MadeMachine.OtherRoot), "test")] });
        Assert.Equal(2 + made.SystemRootCount,
            PemDocument.Read(File.ReadAllBytes(made.Machine.Variables["CURL_CA_BUNDLE"])).Certificates.Count); // both CAs
        made.Machine.SetVariable("GIT_SSL_CAINFO", "/mine.pem");
        new TrustRemoval(made.Machine).Remove(TrustScope.Process, apply: true);
        Assert.Equal("/old.pem", made.Machine.Variables["CURL_CA_BUNDLE"]);
        Assert.Equal("/mine.pem", made.Machine.Variables["GIT_SSL_CAINFO"]);
        Assert.False(made.Machine.Variables.ContainsKey("SSL_CERT_FILE"));
    }

    [Fact]
    public void What_a_user_writes_into_a_file_meanwhile_outlives_the_removal()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "variables are in the registry, not in files of shells");
        using MadeMachine made = Prepared();
        string profile = Path.Combine(made.Home, ".profile");
        Apply(made, Request(TrustScope.User));
        File.AppendAllText(profile, "alias ll='ls -l'\n");
        Apply(made, Request(TrustScope.User) with { Anchors = [new(MadeMachine.Read(MadeMachine.OtherRoot), "test")] });
        new TrustRemoval(made.Machine).Remove(TrustScope.User, apply: true);
        Assert.Equal("umask 022\nalias ll='ls -l'\n", File.ReadAllText(profile));
    }

    [Fact]
    public void A_profile_that_is_a_link_stays_one()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links to profiles are a Unix custom");
        using MadeMachine made = Prepared();
        string real = made.Write("home/dotfiles/profile with blanks", "umask 027\n");
        File.Delete(Path.Combine(made.Home, ".profile"));
        File.CreateSymbolicLink(Path.Combine(made.Home, ".profile"), real);
        Apply(made, Request(TrustScope.User));
        Assert.True(MarkedBlock.IsIn(File.ReadAllBytes(real)));
        Assert.Equal(real, new FileInfo(Path.Combine(made.Home, ".profile")).LinkTarget);
        new TrustRemoval(made.Machine).Remove(TrustScope.User, apply: true);
        Assert.Equal("umask 027\n", File.ReadAllText(real));
        Assert.Equal(real, new FileInfo(Path.Combine(made.Home, ".profile")).LinkTarget);
    }

    [Theory]
    [InlineData("with blank")]
    [InlineData("o'clock")]
    [InlineData("\"quoted\"")]
    [InlineData("dollar$HOME`x`")]
    [InlineData("ünïcödé")]
    [InlineData("hash#and%and&")]
    public void A_login_shell_gets_the_path_whatever_is_in_it(string name)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || !File.Exists("/bin/sh"), "there is no /bin/sh");
        using MadeMachine made = Prepared(name);
        ProvisionRequest request = Request(TrustScope.User) with { Programs = ["curl"] };
        string bundle = Apply(made, request)[0].After!;
        TlsTrust.Environment.Machines.ChildResult? child =
            made.Machine.Run("/bin/sh", ["-c", $". \"$HOME/.profile\"; printf %s \"$CURL_CA_BUNDLE\""], TimeSpan.FromSeconds(20));
        Assert.Equal(bundle, child!.Output);
    }

    [Fact]
    public void What_one_file_cannot_carry_is_written_into_none()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such names");
        using MadeMachine made = Prepared("line\nbreak");
        SortedDictionary<string, string> before = made.Snapshot();
        Assert.Equal(Refusal.PathNotCarriable, Refused(made, Request(TrustScope.User) with { Programs = ["curl"] }).Refusal);
        Assert.Equal(before, made.Snapshot());
    }

    [Theory]
    [InlineData("with blank")]
    [InlineData("o'clock")]
    public void Java_gets_its_options_whatever_is_in_the_path(string name)
    {
        using MadeMachine made = Prepared(name);
        made.Install("java");
        TrustEnvironmentChange change =
            Apply(made, Request(TrustScope.User) with { Programs = ["java"], IncludeConfiguration = true })[0];
        Assert.Equal(ChangeCheck.ReadBack, change.Verified);
        string file = Path.Combine(made.Home, ".config/environment.d/60-tlstrust.conf");
        Assert.Equal(change.After, OperatingSystem.IsWindows() ? made.Machine.StoredVariables(machine: false)["JAVA_TOOL_OPTIONS"].Text
            : ConfigurationFile.Read(file, ConfigurationFormat.EnvironmentD).Entries
                .Single(entry => entry.Key == "JAVA_TOOL_OPTIONS").Value);
        Assert.StartsWith(made.Home, JavaOptions.Property(change.After!, JavaOptions.TrustStore), StringComparison.Ordinal);
    }

    [Fact]
    public void A_very_long_path_is_carried()
    {
        using MadeMachine made = Prepared();
        string destination = Path.Combine([made.Home, .. Enumerable.Repeat(new string('d', 200), 12), "bundle.pem"]);
        Assert.Equal(destination, Apply(made, Request(TrustScope.User) with { Destination = destination, Programs = ["curl"] })[0].After);
        new TrustRemoval(made.Machine).Remove(TrustScope.User, apply: true);
        Assert.False(File.Exists(destination));
    }

    [Fact]
    public void Updating_renews_the_bundle_when_the_systems_roots_change()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the system's roots are those of the registry, which no test changes");
        using MadeMachine made = Prepared();
        string bundle = Apply(made, Request(TrustScope.Process))[0].After!;
        Assert.All(new TrustRenewal(made.Machine).Update(TrustScope.Process, apply: true), change => Assert.False(change.IsChange));
        made.Write("root/etc/ssl/certs/ca-certificates.crt", MadeMachine.Pem(MadeMachine.PublicRoot)
            + MadeMachine.Pem(MadeMachine.OtherRoot));
        byte[] old = File.ReadAllBytes(bundle);
        Assert.True(Assert.Single(new TrustRenewal(made.Machine).Update(TrustScope.Process, apply: false)).IsChange);
        Assert.Equal(old, File.ReadAllBytes(bundle));
        new TrustRenewal(made.Machine).Update(TrustScope.Process, apply: true);
        Assert.Equal(3, PemDocument.Read(File.ReadAllBytes(bundle)).Certificates.Count);
    }

    [Fact]
    public void Configuration_files_take_the_path_where_their_format_wants_it()
    {
        using MadeMachine made = Prepared();
        made.Write("home/.npmrc", "registry=https://r.example/");
        string pip = made.Write(MadeMachine.Place("home/.config/pip/pip.conf")!, "[global]\ntimeout = 60\n[install]\nuser = true\n");
        made.Write("home/.gitconfig", "[http]\n\tproxy = http://p\n[user]\n\tname = A\n");
        made.Write("home/.condarc", "ssl_verify: true # default\nchannels: []\n");
        made.Install("conda", "npm", "node");
        SortedDictionary<string, string> before = made.Snapshot();
        string bundle = Apply(made, Request(TrustScope.User) with { IncludeConfiguration = true })[0].After!;
        Assert.Equal(bundle, Value(made, ".npmrc", ConfigurationFormat.NpmRc, "cafile"));
        Assert.Equal(bundle, Value(made, pip, ConfigurationFormat.Ini, "global.cert"));
        Assert.Equal(bundle, Value(made, ".gitconfig", ConfigurationFormat.GitConfig, "http.sslcainfo"));
        Assert.Equal(bundle, Value(made, ".condarc", ConfigurationFormat.Yaml, "ssl_verify"));
        Assert.Equal(bundle, Value(made, ".wgetrc", ConfigurationFormat.WgetRc, "ca_certificate"));
        Assert.Contains("# default", File.ReadAllText(Path.Combine(made.Home, ".condarc")), StringComparison.Ordinal);
        new TrustRemoval(made.Machine).Remove(TrustScope.User, apply: true);
        Assert.Equal(before, made.Snapshot());
    }

    [Theory]
    [InlineData(".config/pip/pip.conf", "[global] # company\ntimeout = 60\n", "[global] # company\n«cert = @\n»timeout = 60\n")]
    [InlineData(".cargo/config.toml", "[ http ] # company\nmultiplexing = false\n",
        "[ http ] # company\n«cainfo = \"@\"\n»multiplexing = false\n")]
    [InlineData(".cargo/config.toml", "net.retry = 2\nhttp.multiplexing = false\n[build]\njobs = 1\n",
        "net.retry = 2\n«http.cainfo = \"@\"\n»http.multiplexing = false\n[build]\njobs = 1\n")]
    public void A_section_that_is_there_in_another_spelling_is_not_opened_a_second_time(string file, string content, string expected)
    {
        // pip and cargo refuse the whole file then.
        using MadeMachine made = Prepared();
        made.Install("cargo");
        string path = made.Write(MadeMachine.Place("home/" + file)!, content);
        ProvisionRequest request = Request(TrustScope.User) with { Programs = ["pip", "cargo"], IncludeConfiguration = true };
        string bundle = Apply(made, request)[0].After!;
        bundle = file.EndsWith(".toml", StringComparison.Ordinal) ? bundle.Replace("\\", "\\\\", StringComparison.Ordinal) : bundle;
        Assert.Equal(expected.Replace("«", "# >>> TlsTrust >>>\n", StringComparison.Ordinal)
            .Replace("»", "# <<< TlsTrust <<<\n", StringComparison.Ordinal).Replace("@", bundle, StringComparison.Ordinal),
                File.ReadAllText(path));
        Assert.DoesNotContain(Apply(made, request), change => change.IsChange);
        File.AppendAllText(path, "# mine\n");
        new TrustRemoval(made.Machine).Remove(TrustScope.User, apply: true);
        Assert.Equal(content + "# mine\n", File.ReadAllText(path));
    }

    [Theory]
    [InlineData("cargo", ".cargo/config.toml", "http = { multiplexing = false }\n")]
    [InlineData("conda", ".condarc", "# mine\n{channels: [defaults]}\n")]
    public void A_table_in_one_line_takes_no_further_line_and_is_refused(string program, string file, string content)
    {
        using MadeMachine made = Prepared();
        made.Install(program);
        string path = made.Write("home/" + file, content);
        ProvisioningException refused =
            Assert.Throws<ProvisioningException>(() =>
                new TrustProvisioner(made.Machine).Plan(
                    Request(TrustScope.User) with { Programs = [program], IncludeConfiguration = true }));
        Assert.Contains(path, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_must_not_be_trusted_as_it_is_is_refused_and_the_reason_named()
    {
        using MadeMachine made = Prepared();
        X509Certificate2 leaf = MadeMachine.Issued("leaf", MadeMachine.PrivateRoot, isAuthority: false);
        X509Certificate2 intermediate = MadeMachine.Issued("intermediate", MadeMachine.PrivateRoot, isAuthority: true);
        CandidateAnchor fetched = new(MadeMachine.Read(MadeMachine.PrivateRoot), "http://ca.example/root.cer", IsFromNetwork: true);
        SortedDictionary<string, string> before = made.Snapshot();
        Assert.Equal(Refusal.NotAnAuthority, Refused(made, Request() with { Anchors = [new(MadeMachine.Read(leaf), "x")] }).Refusal);
        Assert.Equal(Refusal.Intermediate, Refused(made, Request() with { Anchors = [new(MadeMachine.Read(intermediate), "x")] }).Refusal);
        Assert.Equal(Refusal.NoCertificate, Refused(made, Request() with { Anchors = [] }).Refusal);
        ProvisioningException unverified = Refused(made, Request() with { Anchors = [fetched], Force = true });
        Assert.Equal(Refusal.FingerprintRequired, unverified.Refusal);
        Assert.Contains(fetched.Certificate.Sha256, unverified.Recommendation, StringComparison.Ordinal);
        Assert.Equal(Refusal.FingerprintRequired,
            Refused(made, Request() with { Anchors = [fetched], Fingerprints = [new string('A', 64)] }).Refusal);
        Assert.Equal(Refusal.PublicRootsLost, Refused(made, Request() with { WithoutPublicRoots = true }).Refusal);
        Assert.Equal(Refusal.PathNotCarriable, Refused(made, Request() with { Destination = Path.Combine(made.Home, "a\nb.pem") }).Refusal);
        string inList = Path.Combine(made.Home, $"a{Path.PathSeparator}b", "c.pem");
        Assert.Equal(Refusal.PathNotCarriable, Refused(made, Request() with { Destination = inList, HashedDirectory = true }).Refusal);
        Assert.Equal(Refusal.NotSupported, Refused(made, Request() with { Variables = ["HTTPS_CA_FILE"] }).Refusal);
        Assert.Equal(Refusal.DestinationExists,
            Refused(made, Request() with { Destination = made.Write("home/mine.pem", "mine") }).Refusal);
        File.Delete(Path.Combine(made.Home, "mine.pem"));
        Assert.Equal(before, made.Snapshot());

        Assert.NotEmpty(
            Apply(made, Request() with { Anchors = [fetched],
                Fingerprints = [string.Join(':', fetched.Certificate.Sha256.Chunk(2).Select(pair => new string(pair)))] }));
        Assert.NotEmpty(Apply(made, Request() with { Anchors = [new(MadeMachine.Read(intermediate), "x")], AllowIntermediate = true }));
    }

    [Fact]
    public void A_target_leaves_nothing_behind_for_each_process()
    {
        using MadeMachine made = Prepared();
        Apply(made, Request() with { Target = ProvisionTarget.Bash, Programs = ["curl"] });
        Assert.False(Directory.Exists(ProvisionRecord.FolderFor(made.Machine, TrustScope.Process)));
    }

    [Fact]
    public void A_CA_that_has_expired_is_warned_of()
    {
        using MadeMachine made = Prepared();
        Assert.Empty(new TrustProvisioner(made.Machine).Plan(Request()).Warnings);
        LocalMachine later = new(made.Machine.Variables) { Root = made.Root, WorkingDirectory = made.Project, Time = new LaterTime() };
        Assert.Contains("expired on", Assert.Single(new TrustProvisioner(later).Plan(Request()).Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_record_that_can_not_be_read_is_named_with_what_to_do()
    {
        using MadeMachine made = Prepared();
        Apply(made, Request());
        string record = ProvisionRecord.PathFor(made.Machine, TrustScope.Process);
        File.WriteAllText(record, "{ \"broken");
        Assert.Contains(record, Refused(made, Request()).Message, StringComparison.Ordinal);
        ProvisioningException refused =
            Assert.Throws<ProvisioningException>(() => new TrustRemoval(made.Machine).Remove(TrustScope.Process, apply: true));
        Assert.Contains("delete it", refused.Recommendation, StringComparison.Ordinal);
    }

    [Fact]
    public void A_place_that_everybody_can_write_is_refused()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Unix permissions");
            return;
        }

        using MadeMachine made = Prepared();
        string open = Directory.CreateDirectory(Path.Combine(made.Home, "open")).FullName;
        File.SetUnixFileMode(open, (UnixFileMode)0b111_111_111);
        Assert.Equal(Refusal.WorldWritable, Refused(made, Request() with { Destination = Path.Combine(open, "b.pem") }).Refusal);
        Assert.Equal(Refusal.WorldWritable, Refused(made, Request() with { Destination = Path.Combine(open, "deeper", "b.pem") }).Refusal);
        File.SetUnixFileMode(open, (UnixFileMode)0b111_101_101);
        string file = made.Write("home/open/b.pem", "# added by TlsTrust: x\n");
        File.SetUnixFileMode(file, (UnixFileMode)0b110_110_110);
        Assert.Equal(Refusal.WorldWritable, Refused(made, Request() with { Destination = file }).Refusal);
    }

    [Fact]
    public void A_variable_that_comes_before_ours_gets_the_bundle_too()
    {
        using MadeMachine made = Prepared();
        string other = made.Write("home/other.pem", MadeMachine.Pem(MadeMachine.PublicRoot));
        made.Install("gcloud");
        made.Machine.SetVariable("REQUESTS_CA_BUNDLE", other);
        made.Write("home/.npmrc", $"cafile={other}\n");
        made.Install("npm", "node");
        IReadOnlyList<TrustEnvironmentChange> changes = Apply(made, Request() with { Programs = ["gcloud", "npm"] });
        Assert.Contains(changes, change => change is { Program: "gcloud", Setting: "REQUESTS_CA_BUNDLE" });
        Assert.Contains(changes, change => change is { Program: "npm", Setting: "npm_config_cafile" });
    }

    [Fact]
    public void Java_keeps_its_other_options_and_gets_a_key_store_that_is_read_again()
    {
        using MadeMachine made = Prepared();
        made.Machine.SetVariable("JAVA_TOOL_OPTIONS", "-Xmx64m '-Dx=a b'");
        made.Install("java");
        string after = Apply(made, Request() with { Programs = ["java"], IncludeConfiguration = true })[0].After!;
        Assert.StartsWith("-Xmx64m '-Dx=a b' -Djavax.net.ssl.trustStore=", after, StringComparison.Ordinal);
        string store = after.Split("trustStore=")[1].Split(' ')[0];
        Assert.Equal(1 + made.SystemRootCount, CertificateFile.Read(store).Certificates.Count);
        new TrustRemoval(made.Machine).Remove(TrustScope.Process, apply: true);
        Assert.Equal("-Xmx64m '-Dx=a b'", made.Machine.Variables["JAVA_TOOL_OPTIONS"]);
    }

    [Fact]
    public void GitHub_gets_its_lines_once()
    {
        using MadeMachine made = Prepared();
        string file = made.Write("home/github_env", "FIRST=1");
        made.Machine.SetVariable("GITHUB_ENV", file);
        ProvisionRequest request = Request() with { Target = ProvisionTarget.GitHubActions, Programs = ["curl"] };
        string bundle = Apply(made, request)[0].After!;
        Apply(made, request);
        Assert.Equal($"FIRST=1\nCURL_CA_BUNDLE={bundle}\n", File.ReadAllText(file));
    }

    private sealed class LaterTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UtcNow.AddYears(10);
    }

    private static string? Value(MadeMachine made, string file, ConfigurationFormat format, string key) =>
        ConfigurationFile.Read(Path.Combine(made.Home, file), format).Entries.LastOrDefault(entry => entry.Key == key)?.Value;
}
