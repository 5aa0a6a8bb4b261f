using System.Text;
using TlsTrust.Environment.Machines;
using TlsTrust.Environment.Provisioning;
using TlsTrust.Environment.Provisioning.Planning;
using TlsTrust.Stores;

namespace TlsTrust.Tests.Environment.Provisioning;

/// <summary>What the machine's settings name comes along into its bundle, but for a file that a user could change.</summary>
public sealed class UsersAnchorTests
{
    [Theory]
    [InlineData("home/ca.pem", true)]
    [InlineData("root/../home/ca.pem", true)]
    [InlineData("root/srv/link.pem", true)]
    [InlineData("root/srv/own.pem", false)]
    public void A_file_of_a_users_does_not_go_into_the_machines_bundle_however_its_path_is_written(string named, bool isUsers)
    {
        Assert.SkipWhen(named.Contains("link", StringComparison.Ordinal) && OperatingSystem.IsWindows(), "links need a privilege there");
        using MadeMachine made = MadeProvisioning.Prepared();
        string pem = MadeMachine.Pem(MadeMachine.OtherRoot);
        string home = made.Write("home/ca.pem", pem);
        made.Write("root/srv/own.pem", pem);
        if (OperatingSystem.IsWindows())
        {
            made.Machine.StoreVariable(machine: true, "CURL_CA_BUNDLE", new StoredVariable($"{made.Folder.ToUpperInvariant()}/{named}"));
        }
        else
        {
            File.CreateSymbolicLink(Path.Combine(made.Folder, "root/srv/link.pem"), home);
            made.Write("root/etc/environment", $"CURL_CA_BUNDLE={made.Folder}/{named}\n");
        }

        ProvisionPlan plan = new TrustProvisioner(made.Machine, PublicRootSet.BuiltIn).Plan(MadeProvisioning.Request(TrustScope.Machine));

        Assert.Equal(isUsers, plan.Warnings.Any(warning => warning.Contains("which is one user's", StringComparison.Ordinal)));
        Assert.Equal(!isUsers, plan.Files.Any(file =>
            Encoding.UTF8.GetString(file.After).Contains(pem.Trim(), StringComparison.Ordinal)));
    }
}
