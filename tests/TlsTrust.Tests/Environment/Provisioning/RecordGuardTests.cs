using System.Diagnostics;
using System.Text.Json.Nodes;
using TlsTrust.Environment.Provisioning.Records;
using TlsTrust.Environment.Provisioning.Requests;
using TlsTrust.Environment.Provisioning;

namespace TlsTrust.Tests.Environment.Provisioning;

/// <summary>A record that somebody else could have put there is not obeyed.</summary>
public sealed class RecordGuardTests
{
    [Theory]
    [InlineData(TrustScope.Machine)]
    [InlineData(TrustScope.User)]
    public void A_folder_of_another_user_is_not_obeyed(TrustScope scope)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && System.Environment.IsPrivilegedProcess, "only root can give files away");
        using MadeMachine made = MadeProvisioning.Prepared();
        MadeProvisioning.Apply(made, MadeProvisioning.Request(scope));
        string victim = made.Write("home/victim", "dear");
        string record = ProvisionRecord.PathFor(made.Machine, scope);
        using (Process giving = Process.Start("chown", ["65534", record]))
        {
            giving.WaitForExit();
        }

        SortedDictionary<string, string> before = made.Snapshot();
        Assert.Equal(Refusal.RecordOfOthers,
            Assert.Throws<ProvisioningException>(() => new TrustRemoval(made.Machine).Remove(scope, apply: true)).Refusal);
        Assert.Equal(Refusal.RecordOfOthers,
            Assert.Throws<ProvisioningException>(() => new TrustRenewal(made.Machine).Update(scope, apply: true)).Refusal);
        Assert.Equal(Refusal.RecordOfOthers, MadeProvisioning.Refused(made, MadeProvisioning.Request(scope)).Refusal);
        Assert.Equal(before, made.Snapshot());
        Assert.Equal("dear", File.ReadAllText(victim));
    }

    [Theory]
    [InlineData("ownFiles")]
    [InlineData("files")]
    [InlineData("directory")]
    public void A_record_of_the_machine_that_names_what_is_never_written_is_not_obeyed(string where)
    {
        using MadeMachine made = MadeProvisioning.Prepared();
        MadeProvisioning.Apply(made, MadeProvisioning.Request(TrustScope.Machine));
        string victim = made.Write("root/etc/sudoers", "root ALL=(ALL) ALL\n");
        string path = ProvisionRecord.PathFor(made.Machine, TrustScope.Machine);
        JsonNode record = JsonNode.Parse(File.ReadAllText(path))!;
        switch (where)
        {
            case "ownFiles":
                record["ownFiles"]!.AsArray().Add(victim);
                break;
            case "files":
                string now = Convert.ToBase64String(File.ReadAllBytes(victim));
                record["files"]!.AsArray()
                    .Add(new JsonObject { ["path"] = victim, ["before"] = Convert.ToBase64String("everybody ALL=(ALL) ALL\n"u8),
                        ["after"] = now, ["isBlock"] = false });
                break;
            default:
                record["directory"] = Path.Combine(made.Root, "etc");
                break;
        }

        File.WriteAllText(path, record.ToJsonString());
        Assert.Equal(Refusal.RecordOfOthers,
            Assert.Throws<ProvisioningException>(() => new TrustRemoval(made.Machine).Remove(TrustScope.Machine, apply: true)).Refusal);
        Assert.Equal("root ALL=(ALL) ALL\n", File.ReadAllText(victim));
    }
}
