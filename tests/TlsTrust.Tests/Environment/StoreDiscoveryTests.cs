using TlsTrust.Environment.Discovery;
using TlsTrust.Environment.Provisioning;
using TlsTrust.Environment.Provisioning.Requests;
using TlsTrust.Stores;

namespace TlsTrust.Tests.Environment;

public sealed class StoreDiscoveryTests
{
    [Fact]
    public void Stores_that_lie_around_are_found_with_what_is_in_them()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the places are those of Unix");
        using MadeMachine made = new();
        string pem = MadeMachine.Pem(MadeMachine.PrivateRoot) + MadeMachine.Pem(MadeMachine.PublicRoot);
        made.Write("project/.venv/pyvenv.cfg", "home = /usr/bin\n");
        made.Write("project/.venv/lib/python3.12/site-packages/certifi/cacert.pem", pem);
        made.Write("project/.venv/lib/python3.12/site-packages/pip/_vendor/certifi/cacert.pem", "");
        made.Write("home/miniconda3/envs/x/ssl/cacert.pem", pem);
        made.Write("root/usr/lib/jvm/java-17/lib/security/cacerts", "no key store");
        made.Install("curl");
        TrustProvisioner provisioner = new(made.Machine);
        provisioner.Apply(
            provisioner.Plan(
                new ProvisionRequest { Anchors = [new(MadeMachine.Read(MadeMachine.PrivateRoot), "test")], Scope = TrustScope.User }));

        FoundTrustStore[] found =
            [.. StoreDiscovery.Find(made.Machine,
                new PublicRootSet("test", new DateOnly(2026, 1, 1), [MadeMachine.Read(MadeMachine.PublicRoot)]))];
        Assert.Equal(found.Length, found.Select(store => store.Location).Distinct().Count());
        Assert.Contains(found, store => store is { Kind: "SystemBundle", AnchorCount: 1, PublicRootCount: 1, Status: TrustStatus.Ok });
        Assert.Contains(found, store =>
            store.Kind == "Certifi" && store.Location.Contains(".venv/lib", StringComparison.Ordinal)
                && store is { AnchorCount: 2, PublicRootCount: 1 });
        Assert.Contains(found, store =>
            store.Kind == "Certifi" && store.Location.Contains("_vendor", StringComparison.Ordinal) && store.Status == TrustStatus.Empty);
        Assert.Contains(found, store => store.Kind == "Certifi" && store.Location.Contains("miniconda3", StringComparison.Ordinal));
        Assert.Contains(found, store => store is { Kind: "JavaKeyStore", Status: TrustStatus.Malformed });
        Assert.Contains(found, store => store is { Kind: "Provisioned", AnchorCount: 2 });
    }
}
