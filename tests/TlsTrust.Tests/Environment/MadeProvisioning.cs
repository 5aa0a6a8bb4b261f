using TlsTrust.Environment.Configuration;
using TlsTrust.Environment.Provisioning;
using TlsTrust.Environment.Provisioning.Planning;
using TlsTrust.Environment.Provisioning.Requests;
using TlsTrust.Stores;

namespace TlsTrust.Tests.Environment;

/// <summary>Gives a made machine a private root, as a user would.</summary>
internal static class MadeProvisioning
{
    internal static MadeMachine Prepared(string name = "machine")
    {
        MadeMachine made = new(name);
        made.Install("curl", "git", "openssl", "wget", "pip3");
        made.Write("home/.profile", "umask 022\n");
        made.Write("root/etc/wgetrc", "# tries = 20");
        return made;
    }

    internal static ProvisionRequest Request(TrustScope scope = TrustScope.Process) =>
        new() { Anchors = [new(MadeMachine.Read(MadeMachine.PrivateRoot), "test")], Scope = scope };

    internal static IReadOnlyList<TrustEnvironmentChange> Apply(MadeMachine made, ProvisionRequest request)
    {
        TrustProvisioner provisioner = new(made.Machine, PublicRootSet.BuiltIn);
        return provisioner.Apply(provisioner.Plan(request));
    }

    /// <summary>Names of the variables that a user's new programs get.</summary>
    internal static IReadOnlyCollection<string> SetForUser(MadeMachine made) => OperatingSystem.IsWindows()
        ? [.. made.Machine.StoredVariables(machine: false).Keys]
        : [.. ConfigurationFile.Read(Path.Combine(made.Home, ".profile"), ConfigurationFormat.Shell).Entries.Select(entry => entry.Key)];

    internal static ProvisioningException Refused(MadeMachine made, ProvisionRequest request)
    {
        ProvisioningException refused = Assert.Throws<ProvisioningException>(() => Apply(made, request));
        Assert.NotEmpty(refused.Recommendation);
        return refused;
    }
}
