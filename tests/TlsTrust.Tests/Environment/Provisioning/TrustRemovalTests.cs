using TlsTrust.Environment.Machines;
using TlsTrust.Environment.Provisioning.Records;
using TlsTrust.Environment.Provisioning.Requests;
using TlsTrust.Environment.Provisioning;
using static TlsTrust.Tests.Environment.MadeProvisioning;

namespace TlsTrust.Tests.Environment.Provisioning;

/// <summary>What was there before comes back, whatever happened in between.</summary>
public sealed class TrustRemovalTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_setting_of_the_users_comes_back_in_a_file_that_was_edited_since(bool setAgain)
    {
        using MadeMachine made = Prepared();
        made.Install("npm", "node");
        string npmrc = made.Write("home/.npmrc", "registry=https://r.example/\ncafile=/mine.pem\n");
        ProvisionRequest request = Request(TrustScope.User) with { Programs = ["npm"], IncludeConfiguration = true };
        Apply(made, request);
        File.AppendAllText(npmrc, "fund=false\n");
        if (setAgain)
        {
            Apply(made, request);
        }

        TrustEnvironmentChange said =
            Assert.Single(new TrustRemoval(made.Machine).Remove(TrustScope.User, apply: true), change => change.File == npmrc);
        Assert.Equal("registry=https://r.example/\ncafile=/mine.pem\nfund=false\n", File.ReadAllText(npmrc));
        Assert.DoesNotContain("left as it is", said.Effect, StringComparison.Ordinal);
    }

    [Fact]
    public void Our_line_goes_also_when_the_program_wrote_its_file_anew_without_our_marks()
    {
        using MadeMachine made = Prepared();
        made.Install("npm", "node");
        string npmrc = made.Write("home/.npmrc", "registry=https://r.example/\n");
        string bundle = Apply(made, Request(TrustScope.User) with { Programs = ["npm"], IncludeConfiguration = true })[0].After!;
        File.WriteAllText(npmrc, $"registry=https://r.example/\ncafile={bundle}\nfund=false\n"); // as npm config set does
        new TrustRemoval(made.Machine).Remove(TrustScope.User, apply: true);
        Assert.Equal("registry=https://r.example/\nfund=false\n", File.ReadAllText(npmrc));
    }

    [Fact]
    public void What_git_itself_writes_into_our_section_stays()
    {
        using MadeMachine made = Prepared();
        string config = made.Write("home/.gitconfig", "[user]\n\tname = A");
        ProvisionRequest request = Request(TrustScope.User) with { Programs = ["git"], IncludeConfiguration = true };
        Apply(made, request);
        // git config --global http.proxy http://p
        File.WriteAllText(config, File.ReadAllText(config).Replace("# <<<", "\tproxy = http://p\n# <<<", StringComparison.Ordinal));
        Assert.DoesNotContain(Apply(made, request), change => change.IsChange);
        new TrustRemoval(made.Machine).Remove(TrustScope.User, apply: true);
        Assert.Equal("[user]\n\tname = A\n[http]\n\tproxy = http://p\n", File.ReadAllText(config));
    }

    [Fact]
    public void What_was_set_for_one_program_stays_when_another_is_set()
    {
        using MadeMachine made = Prepared();
        SortedDictionary<string, string> before = made.Snapshot();
        Apply(made, Request(TrustScope.User) with { Programs = ["curl"] });
        Apply(made, Request(TrustScope.User) with { Programs = ["git"] });
        Assert.All(new[] { "CURL_CA_BUNDLE", "GIT_SSL_CAINFO" }, name => Assert.Contains(name, SetForUser(made)));
        new TrustRemoval(made.Machine).Remove(TrustScope.User, apply: true);
        Assert.Equal(before, made.Snapshot());
    }

    [Theory]
    [InlineData(TrustScope.Process)]
    [InlineData(TrustScope.User)]
    public void A_file_that_had_to_give_way_is_put_back_however_often_ours_was_written(TrustScope scope)
    {
        using MadeMachine made = Prepared();
        made.Install("java");
        string mine = made.Write("home/here/mine.pem", "mine");
        string store = made.Write("home/here/trust-store.p12", "my store");
        SortedDictionary<string, string> before = made.Snapshot();
        Apply(made, Request(scope));
        ProvisionRequest request = Request(scope) with { Destination = mine, IncludeConfiguration = true, Force = true };
        Apply(made, request);
        Apply(made, request with { Anchors = [new(MadeMachine.Read(MadeMachine.OtherRoot), "test")], Force = false });
        string? roots = OperatingSystem.IsWindows() ? null
            : made.Write("root/etc/ssl/certs/ca-certificates.crt", MadeMachine.Pem(MadeMachine.PublicRoot)
            + MadeMachine.Pem(MadeMachine.Issued("another", MadeMachine.OtherRoot, isAuthority: true)));
        new TrustRenewal(made.Machine).Update(scope, apply: true);
        if (roots is not null)
        {
            File.WriteAllText(roots, MadeMachine.Pem(MadeMachine.PublicRoot));
        }

        new TrustRemoval(made.Machine).Remove(scope, apply: true);
        Assert.Equal(before, made.Snapshot());
        Assert.Equal("my store", File.ReadAllText(store));
    }

    [Fact]
    public void What_others_keep_beside_the_destination_is_refused_not_overwritten()
    {
        using MadeMachine made = Prepared();
        made.Install("java");
        string destination = Path.Combine(made.Home, "ssl", "company.pem");
        made.Write("home/ssl/trust-store.p12", "mine");
        made.Write("home/ssl/added-cas.pem", "mine");
        made.Write("home/ssl/certs/0a1b2c3d.0", "mine");
        SortedDictionary<string, string> before = made.Snapshot();
        Assert.Contains("trust-store.p12", Refused(made, Request() with { Destination = destination, IncludeConfiguration = true }).Message,
            StringComparison.Ordinal);
        Assert.Contains("added-cas.pem", Refused(made, Request() with { Destination = destination, CaOnly = true }).Message,
            StringComparison.Ordinal);

        // A directory can't be put back as a file can: no -Force for it.
        Assert.Equal(Refusal.DestinationExists,
            Refused(made, Request() with { Destination = destination, HashedDirectory = true, Force = true }).Refusal);
        Assert.Equal(before, made.Snapshot());
    }

    [Theory]
    [InlineData("added-cas.pem")]
    [InlineData("trust-store.p12")]
    [InlineData("certs")]
    public void A_destination_called_as_what_is_written_beside_it_is_refused(string name)
    {
        using MadeMachine made = Prepared();
        made.Install("java");
        SortedDictionary<string, string> before = made.Snapshot();
        string destination = Path.Combine(made.Home, "ssl", OperatingSystem.IsWindows() ? name.ToUpperInvariant() : name);
        ProvisionRequest request = Request() with { Destination = destination, CaOnly = true, HashedDirectory = true };
        Assert.Equal(Refusal.NotSupported, Refused(made, request).Refusal);
        Assert.Equal(before, made.Snapshot());
    }

    [Fact]
    public void What_was_never_reached_is_not_called_edited()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Unix permissions");
            return;
        }

        using MadeMachine made = Prepared();
        string config = made.Write("home/.gitconfig", "[user]\n\tname = A\n");
        SortedDictionary<string, string> before = made.Snapshot();
        File.SetUnixFileMode(config, UnixFileMode.UserRead);
        Assert.Equal(Refusal.FileNotWritable,
            Refused(made, Request(TrustScope.User) with { Programs = ["git"], IncludeConfiguration = true }).Refusal);
        Assert.Equal("bundle", Assert.Single(new TrustRemoval(made.Machine).Remove(TrustScope.User, apply: false)).Setting);
        Assert.Equal("bundle", Assert.Single(new TrustRemoval(made.Machine).Remove(TrustScope.User, apply: true)).Setting);
        Assert.Empty(new TrustRemoval(made.Machine).Remove(TrustScope.User, apply: false));
        Assert.Equal(before, made.Snapshot());
    }

    [Fact]
    public void What_a_killed_run_left_in_the_hashed_directory_goes_too()
    {
        using MadeMachine made = Prepared();
        SortedDictionary<string, string> before = made.Snapshot();
        string folder = Directory.CreateDirectory(Path.Combine(made.Home, "here", "certs")).FullName;
        File.WriteAllText(Path.Combine(folder, ".tlstrust-0011223344556677.pem.0123456789AB.tlstrust-tmp"), "half");
        Apply(made, Request() with { Destination = Path.Combine(made.Home, "here", "bundle.pem"), HashedDirectory = true });
        new TrustRemoval(made.Machine).Remove(TrustScope.Process, apply: true);
        Directory.Delete(Path.Combine(made.Home, "here")); // which is empty
        Assert.Equal(before, made.Snapshot());
    }

    [Fact]
    public void A_folder_made_for_the_destination_goes_again()
    {
        using MadeMachine made = Prepared();
        SortedDictionary<string, string> before = made.Snapshot();
        Apply(made, Request() with { Destination = Path.Combine(made.Home, "new", "deep", "bundle.pem") });
        new TrustRemoval(made.Machine).Remove(TrustScope.Process, apply: true);
        Assert.Equal(before, made.Snapshot());
    }

    [Fact]
    public void Machine_scope_opens_no_folder_that_was_there_before()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Unix permissions");
            return;
        }

        using MadeMachine made = Prepared();
        string closed = Directory.CreateDirectory(Path.Combine(made.Root, "secret")).FullName;
        File.SetUnixFileMode(closed, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        ProvisioningException refused =
            Refused(made, Request(TrustScope.Machine) with { Destination = Path.Combine(closed, "deeper", "bundle.pem") });
        Assert.Contains(closed, refused.Message, StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(closed));
    }

    [Fact]
    public void A_process_that_gets_the_number_of_a_dead_one_inherits_nothing()
    {
        using MadeMachine made = Prepared();
        string folder = ProvisionRecord.FolderFor(made.Machine, TrustScope.Process);
        string number = made.Machine.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture);
        Assert.NotEqual("process-" + number, Path.GetFileName(folder));
        Assert.StartsWith($"process-{number}-", Path.GetFileName(folder), StringComparison.Ordinal);
        Assert.Equal(folder, ProvisionRecord.FolderFor(made.Machine, TrustScope.Process));
    }
}
