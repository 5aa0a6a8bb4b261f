using TlsTrust.Environment.Insecure;
using TlsTrust.Environment.Provisioning;
using TlsTrust.Environment.Provisioning.Records;
using TlsTrust.Environment.Provisioning.Requests;
using TlsTrust.Environment.Repairs;

namespace TlsTrust.Tests.Environment.Insecure;

/// <summary>What a repair took away is put back byte for byte, and nothing of what others did since is lost.</summary>
public sealed class RepairUndoTests
{
    [Fact]
    public void A_file_that_was_repaired_twice_goes_back_to_its_beginning()
    {
        using MadeMachine made = new();
        made.Write("home/.curlrc", "insecure\r\nsilent");
        SortedDictionary<string, string> before = made.Snapshot();
        Repair(made);
        string path = made.Write("home/.curlrc", "silent\n-k\n");
        Repair(made);
        Assert.Equal("silent\n", File.ReadAllText(path));
        TrustEnvironmentChange[] changes = [.. new TrustRepair(made.Machine).PutBack(TrustScope.User, apply: true)];
        Assert.Equal(["restored byte for byte: verification is off again", "was edited since; left as it is"],
            changes.Select(change => change.Effect));
        Assert.Equal("silent\n-k\n", File.ReadAllText(path));

        // Without an edit between the repairs, all the way.
        made.Write("home/.curlrc", "insecure\r\nsilent");
        Repair(made);
        new TrustRepair(made.Machine).PutBack(TrustScope.User, apply: true);
        Assert.Equal(before, made.Snapshot());
    }

    [Fact]
    public void What_was_edited_since_is_left_and_a_step_that_was_never_taken_does_nothing()
    {
        using MadeMachine made = new();
        string path = made.Write("home/.wgetrc", "check_certificate = off\n");
        Repair(made);
        File.WriteAllText(path, "tries = 4\n");
        made.Write("home/.curlrc", "insecure\n");
        new RepairRecord(made.Machine).Keep([InsecureScan.Find(made.Machine)[0]], "insecure\n"u8.ToArray(), []); // killed before it wrote
        Assert.Equal(["is as it was", "was edited since; left as it is"],
            new TrustRepair(made.Machine).PutBack(TrustScope.User, apply: true).Select(change => change.Effect));
        Assert.Equal(("tries = 4\n", "insecure\n"), (File.ReadAllText(path), File.ReadAllText(Path.Combine(made.Home, ".curlrc"))));
    }

    [Fact]
    public void Set_and_Remove_neither_need_nor_lose_it()
    {
        using MadeMachine made = MadeProvisioning.Prepared();
        made.Write("home/.wgetrc", "check_certificate = off\n");
        made.Machine.SetVariable("GIT_SSL_NO_VERIFY", "1");
        SortedDictionary<string, string> before = made.Snapshot();
        Repair(made);
        foreach (TrustScope scope in new[] { TrustScope.Process, TrustScope.User })
        {
            MadeProvisioning.Apply(made, MadeProvisioning.Request(scope));
            new TrustRemoval(made.Machine).Remove(scope, apply: true);
        }

        foreach (TrustScope scope in TrustRepair.Scopes)
        {
            Assert.All(new TrustRepair(made.Machine).PutBack(scope, apply: true), change =>
                Assert.Equal(ChangeCheck.ReadBack, change.Verified));
        }

        Assert.Equal("1", made.Machine.Variables["GIT_SSL_NO_VERIFY"]);
        Assert.Equal(before, made.Snapshot());
    }

    [Fact]
    public void A_process_that_goes_last_leaves_nothing_behind()
    {
        using MadeMachine made = MadeProvisioning.Prepared();
        made.Write("home/.curlrc", "insecure\n");
        SortedDictionary<string, string> before = made.Snapshot();
        MadeProvisioning.Apply(made, MadeProvisioning.Request());
        Repair(made);
        new TrustRepair(made.Machine).PutBack(TrustScope.User, apply: true);
        new TrustRemoval(made.Machine).Remove(TrustScope.Process, apply: true);
        Assert.Equal(before, made.Snapshot());
    }

    [Fact]
    public void The_record_is_for_its_owner_only_and_one_that_others_could_have_written_is_not_obeyed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "modes are those of Unix");
        using MadeMachine made = new();
        made.Write("home/.npmrc", "//registry/:_authToken=secret\nstrict-ssl=false\n");
        Repair(made);
        string record = Path.Combine(ProvisionFolders.For(made.Machine, TrustScope.User), "repairs.json");
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(record));
            File.SetUnixFileMode(record, File.GetUnixFileMode(record) | UnixFileMode.OtherWrite);
        }

        Assert.Equal(Refusal.RecordOfOthers, Assert.Throws<ProvisioningException>(() =>
            new TrustRepair(made.Machine).PutBack(TrustScope.User, apply: true)).Refusal);
    }

    private static void Repair(MadeMachine made) =>
        Assert.All(new TrustRepair(made.Machine).Repair([.. InsecureScan.Find(made.Machine)], apply: true).ToArray(), change =>
            Assert.Equal(ChangeCheck.ReadBack, change.Verified));
}
