using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using TlsTrust.Environment.Machines;
using TlsTrust.Environment.Provisioning.Records;
using TlsTrust.Environment.Provisioning;

namespace TlsTrust.Tests.Environment.Provisioning;

/// <summary>What 0.1.0 recorded is still read, renewed and undone.</summary>
public sealed class OldRecordTests
{
    private const string RecordedHome = "/made/home", RecordedData = "/made/home/.local/share/tlstrust";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_record_of_0_1_0_is_renewed_and_undone_byte_for_byte(bool setAgain)
    {
        using MadeMachine made = MadeProvisioning.Prepared();
        made.Write("home/.gitconfig", "[user]\n\tname = A\n");
        SortedDictionary<string, string> before = made.Snapshot();
        Restore(made);
        Assert.Equal(3, new TrustRenewal(made.Machine).Update(TrustScope.User, apply: false).Count);
        new TrustRenewal(made.Machine).Update(TrustScope.User, apply: true);
        string bundle = File.ReadAllText(Path.Combine(ProvisionRecord.FolderFor(made.Machine, TrustScope.User), "trust-bundle.pem"));
        Assert.Contains("added by TlsTrust: CN=Recorded Root", bundle, StringComparison.Ordinal);
        if (setAgain)
        {
            MadeProvisioning.Apply(made, MadeProvisioning.Request(TrustScope.User));
        }

        new TrustRemoval(made.Machine).Remove(TrustScope.User, apply: true);
        Assert.Equal(before, made.Snapshot());
    }

    // As 0.1.0 left the home: the record, and the files as it says it wrote them. On Windows it kept variables in the registry and recorded
    // them one by one.
    private static void Restore(MadeMachine made)
    {
        string recorded = Path.Combine(Repository.Root, "tests/TlsTrust.Tests/Environment/Provisioning/Records/record-0.1.0.json");
        JsonObject record = JsonNode.Parse(Here(made, File.ReadAllText(recorded)))!.AsObject();
        if (OperatingSystem.IsWindows())
        {
            record["files"] = new JsonArray([.. record["files"]!.AsArray().Where(file => file!["kind"] is not null)
                .Select(file => file!.DeepClone())]);
            record["folders"] = new JsonArray();
            foreach ((string name, JsonNode? value) in record["assigned"]!.AsObject())
            {
                record["variables"]!.AsArray().Add(new JsonObject { ["name"] = name, ["after"] = (string)value! });
                made.Machine.StoreVariable(machine: false, name, new StoredVariable((string)value!));
            }

            record.Remove("assigned");
        }

        foreach (JsonNode? file in record["files"]!.AsArray())
        {
            foreach (string name in new[] { "before", "after" }.Where(name => file![name] is not null))
            {
                file![name] =
                    Convert.ToBase64String(
                        Encoding.UTF8.GetBytes(Here(made, Encoding.UTF8.GetString(Convert.FromBase64String((string)file[name]!)))));
            }

            string at = (string)file!["path"]!;
            Directory.CreateDirectory(Path.GetDirectoryName(at)!);
            File.WriteAllBytes(at, Convert.FromBase64String((string)file["after"]!));
        }

        string path = ProvisionRecord.PathFor(made.Machine, TrustScope.User);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, record.ToJsonString());
    }

    // Paths of this machine in place of the recorded ones; JSON and git's configuration escape a backslash alike.
    private static string Here(MadeMachine made, string text) => !OperatingSystem.IsWindows()
        ? text.Replace(RecordedHome, made.Home, StringComparison.Ordinal)
        : Regex.Replace(text, RecordedHome + "[^\"\\s]*", found =>
            found.Value.Replace(RecordedData, ProvisionRecord.FolderFor(made.Machine, TrustScope.User), StringComparison.Ordinal)
                .Replace(RecordedHome, made.Home, StringComparison.Ordinal).Replace('/', '\\')
                .Replace("\\", "\\\\", StringComparison.Ordinal));
}
