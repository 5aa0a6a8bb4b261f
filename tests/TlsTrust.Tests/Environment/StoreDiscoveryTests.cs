using TlsTrust.Environment.Discovery;
using TlsTrust.Environment.Machines;
using TlsTrust.Environment.Provisioning;
using TlsTrust.Environment.Provisioning.Requests;
using TlsTrust.Stores;

namespace TlsTrust.Tests.Environment;

public sealed class StoreDiscoveryTests
{
    [Fact]
    public void Stores_that_lie_around_are_found_with_what_is_in_them()
    {
        using MadeMachine made = new();
        string pem = MadeMachine.Pem(MadeMachine.PrivateRoot) + MadeMachine.Pem(MadeMachine.PublicRoot);
        bool isWindows = OperatingSystem.IsWindows();
        string packages = isWindows ? "project/.venv/Lib/site-packages" : "project/.venv/lib/python3.12/site-packages";
        string environment = Path.GetDirectoryName(made.Write("project/.venv/pyvenv.cfg", "home = /usr/bin\n"))!;
        made.Write(packages + "/certifi/cacert.pem", pem);
        made.Write(packages + "/pip/_vendor/certifi/cacert.pem", "");
        made.Write($"home/miniconda3/envs/x/{(isWindows ? "Library/" : string.Empty)}ssl/cacert.pem", pem);
        made.Write(isWindows ? "root/Program Files/Java/jdk-17/lib/security/cacerts" : "root/usr/lib/jvm/java-17/lib/security/cacerts",
            "no key store");
        made.Write("root/Program Files/Git/mingw64/etc/ssl/certs/ca-bundle.crt", pem);
        made.WithVariables(new()
        {
            ["VIRTUAL_ENV"] = isWindows ? environment.ToUpperInvariant() : environment,
            ["NODE_EXTRA_CA_CERTS"] = made.Write("home/extra.pem", pem).Replace('\\', '/'),
        });
        made.Install("curl");
        TrustProvisioner provisioner = new(made.Machine);
        provisioner.Apply(
            provisioner.Plan(
                new ProvisionRequest { Anchors = [new(MadeMachine.Read(MadeMachine.PrivateRoot), "test")], Scope = TrustScope.User }));

        FoundTrustStore[] found =
            [.. StoreDiscovery.Find(made.Machine,
                new PublicRootSet("test", new DateOnly(2026, 1, 1), [MadeMachine.Read(MadeMachine.PublicRoot)]))];
        Assert.Equal(found.Length, found.Select(store => Path.GetFullPath(store.Location)).Distinct(made.Machine.PathComparer()).Count());
        Assert.All(found, store => Assert.Equal(Path.GetFullPath(store.Location), store.Location)); // one spelling, the platform's
        Assert.Contains(found, store => isWindows ? store is { Kind: "GitBundle", AnchorCount: 2, PublicRootCount: 1 }
            : store is { Kind: "SystemBundle", AnchorCount: 1, PublicRootCount: 1, Status: TrustStatus.Ok });
        Assert.Contains(found, store =>
            store.Kind == "Certifi" && store.Location.Contains(Path.Combine("site-packages", "certifi"), StringComparison.OrdinalIgnoreCase)
                && store is { AnchorCount: 2, PublicRootCount: 1 });
        Assert.Contains(found, store =>
            store.Kind == "Certifi" && store.Location.Contains("_vendor", StringComparison.OrdinalIgnoreCase)
                && store.Status == TrustStatus.Empty);
        Assert.Contains(found, store => store.Kind == "Certifi" && store.Location.Contains("miniconda3", StringComparison.Ordinal));
        Assert.Contains(found, store => store.Kind == "NodeExtra");
        Assert.Contains(found, store => store is { Kind: "JavaKeyStore", Status: TrustStatus.Malformed });
        Assert.Contains(found, store => store.Kind == "Provisioned" && store.AnchorCount == 1 + made.SystemRootCount);
    }
}
