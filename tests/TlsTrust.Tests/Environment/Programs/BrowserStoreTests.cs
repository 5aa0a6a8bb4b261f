using System.Diagnostics;
using TlsTrust.Environment.Provisioning;
using TlsTrust.Environment.Provisioning.Requests;

namespace TlsTrust.Tests.Environment.Programs;

/// <summary>Chromium and Firefox themselves reach a server once the CA is in their store, and not before and not after.</summary>
public sealed class BrowserStoreTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40); // a browser's first start on a busy machine

    [Theory]
    [InlineData("chromium", ".pki/nssdb")]
    [InlineData("firefox", ".mozilla/firefox/a.default")]
    public void A_browser_trusts_the_CA_from_its_users_database(string browser, string database)
    {
        Demand(browser);
        Assert.SkipUnless(File.Exists("/usr/bin/certutil"), "there is no certutil of NSS");
        using MadeMachine made = new();
        string folder = Directory.CreateDirectory(Path.Combine(made.Home, database)).FullName;
        using (Process tool = Process.Start("/usr/bin/certutil", ["-N", "-d", "sql:" + folder, "--empty-password"]))
        {
            tool.WaitForExit();
        }

        using HttpsServer server = new(MadeMachine.Issued("localhost", MadeMachine.PrivateRoot, isAuthority: false));
        Assert.False(Reaches(null, browser, made.Home, folder, server), "before");
        TrustProvisioner provisioner = new(made.Machine);
        provisioner.Apply(provisioner.Plan(MadeProvisioning.Request(TrustScope.User) with { Programs = ["openssl"],
            IncludeSystemStore = true }));
        Assert.True(Reaches(null, browser, made.Home, folder, server), "after Set");
        new TrustRemoval(made.Machine).Remove(TrustScope.User, apply: true);
        Assert.False(Reaches(null, browser, made.Home, folder, server), "after Remove");
    }

    [Fact]
    public void Firefox_trusts_the_CA_of_its_enterprise_policy_in_a_new_profile()
    {
        Demand("firefox");
        Assert.SkipUnless(System.Environment.IsPrivilegedProcess, "it needs root");
        using MountNamespace machine = MountNamespace.Enter();
        using MadeMachine made = new();
        machine.Copy("/etc");
        machine.Empty("/var/lib");
        string ca = made.Write("ca.pem", MadeMachine.Pem(MadeMachine.PrivateRoot));
        using HttpsServer server = new(MadeMachine.Issued("localhost", MadeMachine.PrivateRoot, isAuthority: false));
        Dictionary<string, string> variables = new() { ["HOME"] = made.Home, ["PATH"] = "/usr/bin:/bin:/usr/sbin:/sbin",
            ["DOTNET_ROOT"] = ChildProcess.RuntimeRoot };
        Assert.False(Reaches(machine, "firefox", made.Home, Path.Combine(made.Home, "p1"), server), "before");
        Assert.Equal("done", machine.Run(variables, ChildProcess.CommandOf("trust", "provision-machine", ca)).Said.Trim());
        Assert.True(Reaches(machine, "firefox", made.Home, Path.Combine(made.Home, "p2"), server), "after Set");
        Assert.Equal(0, machine.Run(variables, ChildProcess.CommandOf("trust", "remove", "Machine")).ExitCode);
        Assert.False(Reaches(machine, "firefox", made.Home, Path.Combine(made.Home, "p3"), server), "after Remove");
    }

    private static void Demand(string browser)
    {
        Assert.SkipUnless(System.Environment.GetEnvironmentVariable("TLSTRUST_LONG") == "1", "browsers take part in the long run");
        Assert.SkipUnless(File.Exists("/usr/bin/" + browser), $"there is no {browser}");
    }

    // A browser that refuses a certificate asks for nothing.
    private bool Reaches(MountNamespace? machine, string browser, string home, string profile, HttpsServer server)
    {
        int before = server.Requests;
        string url = $"https://localhost:{server.Endpoint.Port}/";
        Directory.CreateDirectory(profile);
        string[] command = browser == "chromium"
            ? ["/usr/bin/chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
                $"--user-data-dir={home}/chromium", "--dump-dom", url]
            : ["/usr/bin/firefox", "--headless", "--no-remote", "--profile", profile, url];
        ProcessStartInfo start = machine?.Start(command) ?? new(command[0], command[1..]);
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        start.Environment["HOME"] = home;
        using Process process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        Stopwatch watch = Stopwatch.StartNew();
        while (watch.Elapsed < Patience && server.Requests == before && !process.HasExited
            && server.Refusals == 0)
        {
            Thread.Sleep(100);
        }

        Thread.Sleep(500);
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
        output.WriteLine($"{browser}: {server.Requests - before} requests, {server.Refusals} refusals after " +
            $"{watch.Elapsed.TotalSeconds:0.0} s");
        server.Refusals = 0;
        return server.Requests > before;
    }
}
