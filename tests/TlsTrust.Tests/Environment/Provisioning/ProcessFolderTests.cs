using System.Globalization;
using TlsTrust.Environment.Provisioning.Records;
using TlsTrust.Environment.Provisioning;

namespace TlsTrust.Tests.Environment.Provisioning;

/// <summary>The folder of -Scope Process goes when its process is gone, and not before.</summary>
public sealed class ProcessFolderTests
{
    [Fact]
    public void What_a_dead_process_left_is_swept_and_what_a_living_one_holds_is_not()
    {
        using MadeMachine made = MadeProvisioning.Prepared();
        string data = Path.Combine(made.Home, OperatingSystem.IsWindows() ? "AppData/Local/TlsTrust" : ".local/share/tlstrust");
        string dead = Left(data, "process-2-20260101T000000", signed: true, DateTime.UtcNow);
        string living = Left(data, "process-3-20260101T000000", signed: true, DateTime.UtcNow);
        string old =
            Left(data, $"process-{int.MaxValue.ToString(CultureInfo.InvariantCulture)}-20260101T000000", signed: false,
                DateTime.UtcNow.AddDays(-40));
        string young =
            Left(data, $"process-{int.MaxValue.ToString(CultureInfo.InvariantCulture)}-20260102T000000", signed: false, DateTime.UtcNow);
        string others = Left(data, "processes", signed: true, DateTime.UtcNow.AddDays(-40));
        using (new FileStream(Path.Combine(living, ".alive"), FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            MadeProvisioning.Apply(made, MadeProvisioning.Request() with { Programs = ["curl"] });
        }

        Assert.False(Directory.Exists(dead));
        Assert.False(Directory.Exists(old));
        Assert.True(Directory.Exists(living));
        Assert.True(Directory.Exists(young));
        Assert.True(Directory.Exists(others));
        string own = ProvisionRecord.FolderFor(made.Machine, TrustScope.Process);
        Assert.True(File.Exists(Path.Combine(own, ".alive")));
        new TrustRemoval(made.Machine).Remove(TrustScope.Process, apply: true);
        Assert.False(Directory.Exists(own));
        Assert.False(Directory.Exists(living)); // let go of meanwhile
    }

    private static string Left(string data, string name, bool signed, DateTime time)
    {
        string folder = Directory.CreateDirectory(Path.Combine(data, name)).FullName;
        File.WriteAllText(Path.Combine(folder, signed ? ".alive" : "trust-bundle.pem"), string.Empty);
        Directory.SetLastWriteTimeUtc(folder, time);
        return folder;
    }
}
