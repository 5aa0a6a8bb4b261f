using System.Text;
using TlsTrust.Environment.Provisioning;
using TlsTrust.Environment.Provisioning.Requests;
using TlsTrust.Environment.Provisioning.SystemStores;

namespace TlsTrust.Tests.Environment.Provisioning.SystemStores;

/// <summary>Firefox's policy: a CA goes into whatever is there, and out again byte for byte.</summary>
public sealed class FirefoxPolicyTests
{
    private const string File = "/etc/firefox/policies/tlstrust-1.pem";

    [Theory]
    [InlineData(null)]
    [InlineData("{}")]
    [InlineData("{ }\n")]
    [InlineData("{\"policies\": {}}")]
    [InlineData("\uFEFF{\r\n  \"policies\": {\r\n    \"DisableTelemetry\": true\r\n  }\r\n}\r\n")]
    [InlineData("{\"other\": {\"policies\": {\"Certificates\": 1}}, \"policies\": {\"Certificates\": {\"ImportEnterpriseRoots\": true}}}")]
    [InlineData("{\"policies\": {\"Certificates\": {}}}")]
    [InlineData("{\"policies\": {\"Certificates\": {\"Install\": []}}}")]
    [InlineData("{\"policies\": {\"A\": [{\"Install\": []}], \"Certificates\": {\"Install\": [ \"one.pem\",\n\"/y.der\" ], \"B\": 1}}}")]
    public void One_file_more_goes_in_and_out_of_every_form(string? text)
    {
        byte[]? before = text is null ? null : Encoding.UTF8.GetBytes(text);
        byte[] with = PolicyText.With(before, File, "policies.json");
        IReadOnlyList<string> theirs = before is null ? [] : PolicyText.Installed(before);
        Assert.Equal(theirs.Append(File).Order(), PolicyText.Installed(with).Order());
        Assert.Equal(with, PolicyText.With(with, File, "policies.json"));
        Assert.Equal(before, PolicyText.Without(with, File));

        // Two, and out in either order.
        byte[] two = PolicyText.With(with, File + "2", "policies.json");
        Assert.Equal(theirs.Append(File).Append(File + "2").Order(), PolicyText.Installed(two).Order());
        Assert.Equal(before, PolicyText.Without(PolicyText.Without(two, File + "2"), File));
        Assert.Equal(theirs.Append(File + "2").Order(), PolicyText.Installed(PolicyText.Without(two, File)!).Order());
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"policies\": 1}")]
    [InlineData("{\"policies\": {\"Certificates\": {\"Install\": \"one.pem\"}}}")]
    public void What_is_no_policy_is_left_alone(string text) =>
        Assert.Throws<IOException>(() => PolicyText.With(Encoding.UTF8.GetBytes(text), File, "policies.json"));

    [Fact]
    public void Set_and_Remove_leave_others_policies_and_nothing_of_ours()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the policy is Linux's");
        using MadeMachine made = MadeProvisioning.Prepared();
        made.Install("firefox");
        string policies = made.Write("root/etc/firefox/policies/policies.json", "{\"policies\": {\"DisableTelemetry\": true}}\n");
        SortedDictionary<string, string> before = made.Snapshot();
        TrustProvisioner provisioner = new(made.Machine);
        ProvisionRequest request = MadeProvisioning.Request(TrustScope.Machine) with { Programs = ["curl"],
            IncludeSystemStore = true };
        Assert.Contains(provisioner.Apply(provisioner.Plan(request)), change =>
            change is { File: "policies:/etc/firefox/policies/policies.json", Verified: ChangeCheck.ReadBack });
        Assert.Contains("DisableTelemetry", System.IO.File.ReadAllText(policies), StringComparison.Ordinal);
        Assert.DoesNotContain(provisioner.Apply(provisioner.Plan(request)), change => change.IsChange);
        new TrustRemoval(made.Machine).Remove(TrustScope.Machine, apply: true);
        Assert.Equal(before, made.Snapshot());
    }
}
