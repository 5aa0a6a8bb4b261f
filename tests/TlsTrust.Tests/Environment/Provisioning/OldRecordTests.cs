using System.Text;
using System.Text.Json.Nodes;
using TlsTrust.Environment.Provisioning;

namespace TlsTrust.Tests.Environment.Provisioning;

/// <summary>What 0.1.0 recorded is still read, renewed and undone.</summary>
public sealed class OldRecordTests
{
    private const string RecordedHome = "/made/home";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_record_of_0_1_0_is_renewed_and_undone_byte_for_byte(bool setAgain)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "it was recorded on Linux");
        using MadeMachine made = MadeProvisioning.Prepared();
        made.Write("home/.gitconfig", "[user]\n\tname = A\n");
        SortedDictionary<string, string> before = made.Snapshot();
        Restore(made);
        Assert.Equal(3, new TrustRenewal(made.Machine).Update(TrustScope.User, apply: false).Count);
        new TrustRenewal(made.Machine).Update(TrustScope.User, apply: true);
        string bundle = File.ReadAllText(Path.Combine(made.Home, ".local/share/tlstrust/trust-bundle.pem"));
        Assert.Contains("added by TlsTrust: CN=Recorded Root", bundle, StringComparison.Ordinal);
        if (setAgain)
        {
            MadeProvisioning.Apply(made, MadeProvisioning.Request(TrustScope.User));
        }

        new TrustRemoval(made.Machine).Remove(TrustScope.User, apply: true);
        Assert.Equal(before, made.Snapshot());
    }

    // As 0.1.0 left the home: the record, and the files as it says it wrote them.
    private static void Restore(MadeMachine made)
    {
        string recorded = Path.Combine(Repository.Root, "tests/TlsTrust.Tests/Environment/Provisioning/Records/record-0.1.0.json");
        JsonNode record = JsonNode.Parse(File.ReadAllText(recorded).Replace(RecordedHome, made.Home, StringComparison.Ordinal))!;
        foreach (JsonNode? file in record["files"]!.AsArray())
        {
            foreach (string name in new[] { "before", "after" }.Where(name => file![name] is not null))
            {
                file![name] =
                    Convert.ToBase64String(
                        Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Convert.FromBase64String((string)file[name]!))
                            .Replace(RecordedHome, made.Home, StringComparison.Ordinal)));
            }

            string path = (string)file!["path"]!;
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, Convert.FromBase64String((string)file["after"]!));
        }

        made.Write("home/.local/share/tlstrust/record.json", record.ToJsonString());
    }
}
