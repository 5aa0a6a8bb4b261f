using TlsTrust.Environment.Inspection;
using TlsTrust.Environment.Machines;
using TlsTrust.Environment.Provisioning;
using TlsTrust.Environment.Provisioning.Planning;
using TlsTrust.Environment.Provisioning.Requests;
using TlsTrust.Stores;

namespace TlsTrust.Tests.Environment.Inspection;

/// <summary>A program that finds no store: where it looks, what would serve, and pointing it there without a CA.</summary>
public sealed class PublicRootsTests
{
    private static readonly PublicRootSet Public = new("made", new DateOnly(2026, 1, 1), [MadeMachine.Read(MadeMachine.PublicRoot)]);

    [Fact]
    public void A_program_without_a_store_names_where_it_looked_and_a_command_that_helps()
    {
        using MadeMachine made = Bare();
        ProgramTrust trust = Inspect(made, "openssl");
        Assert.Equal(0, trust.AnchorCount);
        Assert.Contains(trust.Places, place => Path.GetFileName(place.Place) == "cert.pem" && !place.Exists);
        Assert.Contains(trust.Places, place => Path.GetFileName(place.Place) == "certs" && !place.Exists);
        Assert.Contains("not there", trust.Detail, StringComparison.Ordinal);
        Assert.Contains(trust.Alternatives, text => text.StartsWith("Conda ", StringComparison.Ordinal));
        Assert.Contains(trust.Alternatives, text => text.StartsWith("BuiltIn (1 roots, 2026-01-01)", StringComparison.Ordinal));
        Assert.Equal("Set-TrustBundleEnvironment -PublicRoots Auto -Program openssl", trust.Recommendation);
        Assert.Empty(Inspect(MadeProvisioning.Prepared(), "openssl").Recommendation);
    }

    [Fact]
    public void It_is_pointed_at_a_link_that_follows_its_owner_and_undone()
    {
        using MadeMachine made = Bare();
        SortedDictionary<string, string> before = made.Snapshot();
        ProvisionRequest request = new() { Anchors = [], PublicRoots = "Auto", Scope = TrustScope.User, Programs = ["openssl"] };
        TrustProvisioner provisioner = new(made.Machine, Public);
        ProvisionPlan plan = provisioner.Plan(request);
        Assert.Contains("Use the public roots of Conda", plan.Action, StringComparison.Ordinal);
        Assert.All(provisioner.Apply(plan), change => Assert.Equal(ChangeCheck.ReadBack, change.Verified));
        // A link needs a privilege on Windows: a copy, which Update renews.
        Assert.Equal(OperatingSystem.IsWindows() ? null : Conda(made), new FileInfo(plan.Bundle).LinkTarget);
        Assert.DoesNotContain(provisioner.Apply(provisioner.Plan(request)), change => change.IsChange);
        Assert.All(new TrustRenewal(made.Machine, Public).Update(TrustScope.User, apply: true), change => Assert.False(change.IsChange));

        // The store vanishes: Get says so, Update takes another.
        File.Delete(Conda(made));
        Assert.Contains(Inspect(made, "openssl", TrustScope.User).Places, place => !place.Exists);
        Assert.Equal(!OperatingSystem.IsWindows(), // the copy has the one root there is, wherever it was from
            new TrustRenewal(made.Machine, Public).Update(TrustScope.User, apply: true).Any(change => change.IsChange));
        Assert.Equal(1, Inspect(made, "openssl", TrustScope.User).AnchorCount);
        File.WriteAllText(Conda(made), MadeMachine.Pem(MadeMachine.PublicRoot));
        new TrustRemoval(made.Machine).Remove(TrustScope.User, apply: true);
        Assert.Equal(before, made.Snapshot());
    }

    [Fact]
    public void With_a_CA_of_ours_it_is_a_copy_that_Update_renews()
    {
        using MadeMachine made = Bare();
        SortedDictionary<string, string> before = made.Snapshot();
        TrustProvisioner provisioner = new(made.Machine, Public);
        ProvisionRequest link = new() { Anchors = [], PublicRoots = "Conda", Scope = TrustScope.User, Programs = ["openssl"] };
        provisioner.Apply(provisioner.Plan(link));
        ProvisionPlan plan =
            provisioner.Plan(link with { Anchors = [new(MadeMachine.Read(MadeMachine.PrivateRoot), "test")], PublicRoots = null });
        provisioner.Apply(plan);
        Assert.Null(new FileInfo(plan.Bundle).LinkTarget);
        Assert.Equal(2, Inspect(made, "openssl", TrustScope.User).AnchorCount);
        Assert.Equal(1, Inspect(made, "openssl", TrustScope.User).AnchorCount - 1);
        File.WriteAllText(Conda(made), MadeMachine.Pem(MadeMachine.PublicRoot) + MadeMachine.Pem(MadeMachine.OtherRoot));
        new TrustRenewal(made.Machine, Public).Update(TrustScope.User, apply: true);
        Assert.Equal(3, Inspect(made, "openssl", TrustScope.User).AnchorCount);
        File.WriteAllText(Conda(made), MadeMachine.Pem(MadeMachine.PublicRoot));
        new TrustRemoval(made.Machine).Remove(TrustScope.User, apply: true);
        Assert.Equal(before, made.Snapshot());
    }

    [Fact]
    public void What_is_not_there_is_refused_with_what_is()
    {
        using MadeMachine made = Bare();
        ProvisioningException refused =
            Assert.Throws<ProvisioningException>(() =>
                new TrustProvisioner(made.Machine,
                    Public).Plan(new ProvisionRequest { Anchors = [], PublicRoots = "Git", Programs = ["openssl"] }));
        Assert.Contains("BuiltIn", refused.Recommendation, StringComparison.Ordinal);
    }

    // OpenSSL's folder is empty, as in a slim image; conda's bundle is there.
    private static MadeMachine Bare()
    {
        MadeMachine made = MadeProvisioning.Prepared();
        if (OperatingSystem.IsWindows())
        {
            // Where it looks only the tool knows there.
            made.InstallScript("openssl", string.Empty, $"@echo OPENSSLDIR: \"{Path.Combine(made.Root, "ssl")}\"");
        }
        else
        {
            File.Delete(Path.Combine(made.Root, "usr/lib/ssl/cert.pem"));
            File.Delete(Path.Combine(made.Root, "usr/lib/ssl/certs"));
            Directory.Delete(Path.Combine(made.Root, "etc/ssl"), recursive: true);
            made.Write("root/usr/lib/ssl/openssl.cnf", string.Empty);
        }

        Directory.CreateDirectory(Path.GetDirectoryName(Conda(made))!);
        File.WriteAllText(Conda(made), MadeMachine.Pem(MadeMachine.PublicRoot));
        return made;
    }

    private static string Conda(MadeMachine made) =>
        Path.Combine(made.Home, "miniconda3", OperatingSystem.IsWindows() ? "Library" : string.Empty, "ssl", "cacert.pem");

    private static ProgramTrust Inspect(MadeMachine made, string program, TrustScope scope = TrustScope.Process) =>
        new TrustInspector(made.Machine, Public).Inspect([TlsTrust.Environment.Catalogue.ProgramCatalogue.Find(program)!], scope).Single();
}
