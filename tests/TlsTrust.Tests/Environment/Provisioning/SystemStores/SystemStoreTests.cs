using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using TlsTrust.Certificates;
using TlsTrust.Environment.Machines;
using TlsTrust.Environment.Provisioning;
using TlsTrust.Environment.Provisioning.Planning;
using TlsTrust.Environment.Provisioning.Requests;
using TlsTrust.Environment.Provisioning.SystemStores;
using TlsTrust.Stores;

namespace TlsTrust.Tests.Environment.Provisioning.SystemStores;

/// <summary>The systems' own tools in a root of their own: Debian's update-ca-certificates, Arch's p11-kit, keytool, certutil.</summary>
public sealed class SystemStoreTests(ITestOutputHelper output)
{
    // The long run (200) is made by hand.
    private static readonly int Kills = int.TryParse(System.Environment.GetEnvironmentVariable("TLSTRUST_TEST_KILLS"), out int set) ? set
        : 4;

    [Fact]
    public void Debians_tool_adds_a_CA_and_takes_it_out_byte_for_byte()
    {
        using MadeMachine made = Debian();
        SortedDictionary<string, string> before = made.Snapshot();
        ProvisionRequest request = Request(TrustScope.Machine);
        TrustProvisioner provisioner = new(made.Machine);
        ProvisionPlan plan = provisioner.Plan(request);
        Assert.Equal(before, made.Snapshot());
        Assert.Contains(plan.SystemStores.SelectMany(store => store.Steps), step =>
            step.Contains("update-ca-certificates", StringComparison.Ordinal));
        Assert.Contains("/usr/local/share/ca-certificates/tlstrust-", plan.Target, StringComparison.Ordinal);
        TrustEnvironmentChange change = Assert.Single(provisioner.Apply(plan), change => change.Program == "system");
        Assert.Equal(ChangeCheck.ReadBack, change.Verified);
        output.WriteLine(change.VerifiedDetail ?? string.Empty);
        Assert.Contains(MadeMachine.Read(MadeMachine.PrivateRoot), Anchors(made));
        Assert.DoesNotContain(provisioner.Apply(provisioner.Plan(request)), again => again.IsChange);
        Assert.NotEmpty(new TrustRemoval(made.Machine).Remove(TrustScope.Machine, apply: true));
        Assert.Equal(before, made.Snapshot());
    }

    [Fact]
    public void What_others_added_before_or_since_stays()
    {
        using MadeMachine made = Debian();
        made.Write("root/usr/local/share/ca-certificates/theirs.crt", MadeMachine.Pem(MadeMachine.PrivateRoot));
        Update(made);
        TrustProvisioner provisioner = new(made.Machine);
        provisioner.Apply(
            provisioner.Plan(
                Request(TrustScope.Machine) with { Anchors =
                    [.. Request(TrustScope.Machine).Anchors, new(MadeMachine.Read(MadeMachine.OtherRoot), "test")] }));
        X509Certificate2 since = MadeMachine.MadeRoot("Added Since");
        made.Write("root/usr/local/share/ca-certificates/since.crt", MadeMachine.Pem(since));
        Update(made);
        new TrustRemoval(made.Machine).Remove(TrustScope.Machine, apply: true);
        Certificate[] left = [.. Anchors(made)];
        Assert.Contains(MadeMachine.Read(MadeMachine.PrivateRoot), left);
        Assert.Contains(MadeMachine.Read(since), left);
        Assert.DoesNotContain(MadeMachine.Read(MadeMachine.OtherRoot), left);
    }

    [Fact]
    public void A_store_that_was_made_anew_gets_the_CA_again_by_Update()
    {
        using MadeMachine made = Debian();
        TrustProvisioner provisioner = new(made.Machine);
        provisioner.Apply(provisioner.Plan(Request(TrustScope.Machine)));
        foreach (string path in Directory.GetFiles(Path.Combine(made.Root, "usr/local/share/ca-certificates")))
        {
            File.Delete(path);
        }

        Update(made);
        Assert.DoesNotContain(MadeMachine.Read(MadeMachine.PrivateRoot), Anchors(made));
        Assert.Contains(new TrustRenewal(made.Machine).Update(TrustScope.Machine, apply: true), change =>
            change.Effect.Contains("put there again", StringComparison.Ordinal));
        Assert.Contains(MadeMachine.Read(MadeMachine.PrivateRoot), Anchors(made));
    }

    [Fact]
    public void Keytool_adds_to_each_JDK_and_the_other_entries_stay()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/keytool"), "there is no keytool");
        using MadeMachine made = new();
        string store = Path.Combine(made.Root, "usr/lib/jvm/jdk-21/lib/security/cacerts");
        Directory.CreateDirectory(Path.GetDirectoryName(store)!);
        string other = made.Write("other.pem", MadeMachine.Pem(MadeMachine.OtherRoot));
        Keytool("-importcert", "-noprompt", "-alias", "theirs", "-keystore", store, "-storepass", "changeit", "-file", other);
        byte[] before = File.ReadAllBytes(store);
        ISystemStore found =
            Assert.Single(KnownSystemStores.For(made.Machine, TrustScope.Machine), one =>
                one.Id.StartsWith("java:", StringComparison.Ordinal));
        Certificate ours = MadeMachine.Read(MadeMachine.PrivateRoot), theirs = MadeMachine.Read(MadeMachine.OtherRoot);
        Assert.True(found.Holds(theirs));
        Assert.False(found.Holds(ours));
        found.Add([ours]);
        Assert.True(found.Holds(ours) && found.Holds(theirs));
        found.Remove([ours]);
        Assert.True(!found.Holds(ours) && found.Holds(theirs));
        Assert.InRange(File.ReadAllBytes(store).Length, before.Length - 8, before.Length + 8);
    }

    [Fact]
    public void Certutil_adds_to_Chromiums_and_Firefoxs_databases_of_the_user()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/certutil"), "there is no certutil of NSS");
        using MadeMachine made = new();
        foreach (string folder in new[] { ".pki/nssdb", ".mozilla/firefox/a.default" })
        {
            string full = Directory.CreateDirectory(Path.Combine(made.Home, folder)).FullName;
            Certutil(full, "-N", "--empty-password");
        }

        string[] databases = [Path.Combine(made.Home, ".pki/nssdb"), Path.Combine(made.Home, ".mozilla/firefox/a.default")];
        string theirs = made.Write("theirs.pem", MadeMachine.Pem(MadeMachine.OtherRoot));
        Certutil(databases[0], "-A", "-n", "theirs", "-t", "CT,,", "-i", theirs);
        string[] listed = [.. databases.Select(database => Certutil(database, "-L"))];
        string[] trusted = [.. databases.Select(database => Certutil(database, "-L", "-h", "all"))];
        byte[][] bytes = [.. databases.Select(database => File.ReadAllBytes(Path.Combine(database, "cert9.db")))];
        TrustProvisioner provisioner = new(made.Machine);
        IReadOnlyList<TrustEnvironmentChange> changes = provisioner.Apply(provisioner.Plan(Request(TrustScope.User)));
        Assert.Equal(2, changes.Count(change => change is { Program: "system", Verified: ChangeCheck.ReadBack }));
        new TrustRemoval(made.Machine).Remove(TrustScope.User, apply: true);
        Assert.All(KnownSystemStores.For(made.Machine, TrustScope.User), store =>
            Assert.False(store.Holds(MadeMachine.Read(MadeMachine.PrivateRoot))));

        // SQLite keeps its pages: what is in it is as it was, its file is not.
        Assert.Equal(listed, databases.Select(database => Certutil(database, "-L")));
        Assert.Equal(trusted, databases.Select(database => Certutil(database, "-L", "-h", "all")));
        int same = databases.Where((database, i) =>
            File.ReadAllBytes(Path.Combine(database, "cert9.db")).AsSpan().SequenceEqual(bytes[i])).Count();
        output.WriteLine($"{same} of {databases.Length} databases are the same byte for byte");
    }

    [Fact]
    public void The_tool_of_Arch_adds_a_CA_and_takes_it_out_byte_for_byte()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/trust") && System.Environment.IsPrivilegedProcess,
            "there is no trust of p11-kit, or this is not root");
        using MadeMachine made = new();
        string source = Path.Combine(made.Root, "etc/ca-certificates/trust-source"), modules = Path.Combine(made.Root, "modules");
        string extracted = Path.Combine(made.Root, "etc/ca-certificates/extracted");
        Directory.CreateDirectory(Path.Combine(source, "anchors"));
        Directory.CreateDirectory(extracted);
        made.Write("root/etc/ca-certificates/trust-source/anchors/public.crt", MadeMachine.Pem(MadeMachine.PublicRoot));
        made.Write("root/modules/p11-kit-trust.module",
            $"module: p11-kit-trust.so\npriority: 1\ntrust-policy: yes\nx-init-reserved: paths='{source}'\ndisable-in: p11-kit-proxy\n");
        string bundle = Path.Combine(made.Root, "etc/ssl/certs/ca-certificates.crt");
        File.Delete(bundle);
        File.CreateSymbolicLink(bundle, Path.Combine(extracted, "tls-ca-bundle.pem"));

        // p11-kit takes its paths from the module's configuration, which a mount namespace replaces.
        string within = $"exec unshare --mount --propagation private sh -c 'mount --bind {modules} /usr/share/p11-kit/modules "
            + "&& exec /usr/bin/trust \"$@\"' trust";
        made.InstallScript("trust", $"{within} \"$@\"");

        // What Arch's update-ca-trust does, for the bundle that programs read.
        made.InstallScript("update-ca-trust", $"{within} extract --overwrite --format=pem-bundle --filter=ca-anchors --purpose server-auth "
            + $"{extracted}/tls-ca-bundle.pem");
        made.WithVariables(new() { ["PATH"] = Path.Combine(made.Root, "bin") + ":/usr/bin:/bin:/usr/sbin" });
        Demand(made, "update-ca-trust");
        Certificate ours = MadeMachine.Read(MadeMachine.PrivateRoot), theirs = MadeMachine.Read(MadeMachine.OtherRoot);
        Assert.Equal([MadeMachine.Read(MadeMachine.PublicRoot)], Anchors(made));
        SortedDictionary<string, string> before = made.Snapshot();
        TrustProvisioner provisioner = new(made.Machine);
        TrustEnvironmentChange change =
            Assert.Single(provisioner.Apply(provisioner.Plan(Request(TrustScope.Machine))), change => change.Program == "system");
        Assert.Equal(ChangeCheck.ReadBack, change.Verified);
        Assert.Contains(ours, Anchors(made));
        new TrustRemoval(made.Machine).Remove(TrustScope.Machine, apply: true);
        Assert.Equal(before, made.Snapshot());

        // What somebody stores by Arch's own command in between stays.
        provisioner.Apply(provisioner.Plan(Request(TrustScope.Machine)));
        string other = made.Write("other.pem", MadeMachine.Pem(MadeMachine.OtherRoot));

        // Debian has no trust-extract-compat, which it runs behind that, so that it ends with 2.
        Assert.True(made.Machine.Run(Path.Combine(made.Root, "bin/trust"), ["anchor", "--store", other], TimeSpan.FromSeconds(60))
            is { ExitCode: 0 or 2 });
        Assert.NotEmpty(Directory.GetFiles(source, "*.p11-kit"));
        new TrustRemoval(made.Machine).Remove(TrustScope.Machine, apply: true);
        Assert.Contains(theirs, Anchors(made));
        Assert.DoesNotContain(ours, Anchors(made));
    }

    [Fact]
    public void A_run_that_is_killed_leaves_the_old_or_the_new_store_and_what_can_be_taken_back()
    {
        using MadeMachine made = Debian();
        string ca = made.Write("project/ca.pem", MadeMachine.Pem(MadeMachine.PrivateRoot));
        SortedDictionary<string, string> before = made.Snapshot();
        TimeSpan whole = Run(made, ca, null);
        Assert.Contains(MadeMachine.Read(MadeMachine.PrivateRoot), Anchors(made));
        Random random = new(11);
        int killed = 0;
        for (int i = 0; i < Kills; i++)
        {
            new TrustRemoval(made.Machine).Remove(TrustScope.Machine, apply: true);
            SortedDictionary<string, string> left = made.Snapshot();
            string[] differs =
                [.. before.Keys.Union(left.Keys).Where(path => before.GetValueOrDefault(path) != left.GetValueOrDefault(path))];
            Assert.True(differs.Length == 0, $"after kill {i}: {string.Join(", ", differs)}");
            killed += Run(made, ca, whole * random.NextDouble()) < whole ? 1 : 0;
            Certificate[] anchors = [.. Anchors(made)];
            Assert.Contains(MadeMachine.Read(MadeMachine.PublicRoot), anchors);
            Assert.True(anchors.Length is 1 or 2, $"{anchors.Length} anchors after a kill");
        }

        output.WriteLine($"{killed} of {Kills} killed before the end");
        Run(made, ca, null);
        new TrustRemoval(made.Machine).Remove(TrustScope.Machine, apply: true);
        Assert.Equal(before, made.Snapshot());
    }

    private static ProvisionRequest Request(TrustScope scope) => new()
    {
        Anchors = [new(MadeMachine.Read(MadeMachine.PrivateRoot), "test")],
        Scope = scope,
        Programs = ["openssl"],
        IncludeSystemStore = true,
    };

    private static IEnumerable<Certificate> Anchors(MadeMachine made) =>
        TrustStores.Default(new StoreView(made.Machine)).Anchors.Select(stored => stored.Certificate);

    // A root as Debian's package ca-certificates leaves it, with one public root.
    private static MadeMachine Debian()
    {
        Assert.SkipUnless(File.Exists("/usr/sbin/update-ca-certificates"), "there is no update-ca-certificates of Debian");
        MadeMachine made = new();
        made.Write("root/usr/share/ca-certificates/mozilla/Public.crt", MadeMachine.Pem(MadeMachine.PublicRoot));
        made.Write("root/etc/ca-certificates.conf", "mozilla/Public.crt\n");
        Directory.CreateDirectory(Path.Combine(made.Root, "usr/local/share/ca-certificates"));
        Directory.CreateDirectory(Path.Combine(made.Root, "etc/ca-certificates/update.d"));
        Update(made);
        return made;
    }

    private static void Update(MadeMachine made)
    {
        ProcessStartInfo start = new("/usr/sbin/update-ca-certificates",
        [
            "--fresh", "--certsconf", Path.Combine(made.Root, "etc/ca-certificates.conf"), "--certsdir",
                Path.Combine(made.Root, "usr/share/ca-certificates"), "--localcertsdir",
                    Path.Combine(made.Root, "usr/local/share/ca-certificates"),
            "--etccertsdir", Path.Combine(made.Root, "etc/ssl/certs"), "--hooksdir",
                Path.Combine(made.Root, "etc/ca-certificates/update.d"),
        ]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process tool = Process.Start(start)!;
        string said = tool.StandardOutput.ReadToEnd() + tool.StandardError.ReadToEnd();
        tool.WaitForExit();
        Assert.True(tool.ExitCode == 0, said);
    }

    private static void Demand(MadeMachine made, string tool, params string[] arguments)
    {
        ChildResult? child = made.Machine.Run(Path.Combine(made.Root, "bin", tool), arguments, TimeSpan.FromSeconds(60));
        Assert.True(child is { ExitCode: 0 }, $"{tool}: {child?.ExitCode} {child?.Error} {child?.Output}");
    }

    private static string Certutil(string database, params string[] arguments)
    {
        using Process tool = Process.Start(new ProcessStartInfo("/usr/bin/certutil", [.. arguments, "-d", "sql:" + database])
        {
            RedirectStandardOutput = true,
        })!;
        string said = tool.StandardOutput.ReadToEnd();
        tool.WaitForExit();
        return said;
    }

    private static void Keytool(params string[] arguments)
    {
        using Process tool =
            Process.Start(
                new ProcessStartInfo("/usr/bin/keytool", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        tool.StandardOutput.ReadToEnd();
        tool.WaitForExit();
        Assert.Equal(0, tool.ExitCode);
    }

    private static TimeSpan Run(MadeMachine made, string ca, TimeSpan? killAfter)
    {
        ProcessStartInfo start = ChildProcess.Start("provision-system", ca, made.Root);
        start.Environment["HOME"] = made.Home;
        Stopwatch watch = Stopwatch.StartNew();
        using Process process = Process.Start(start)!;
        Task<string> said = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEndAsync();
        if (killAfter is { } limit && !process.WaitForExit(limit))
        {
            process.Kill(entireProcessTree: true);
        }

        process.WaitForExit();

        // A tool that was started at the very moment outlives its parent, and writes on.
        for (int turn = 0; turn < 200 && IsStillUsed(made.Root); turn++)
        {
            Thread.Sleep(50);
        }

        Assert.True(killAfter is not null || process.ExitCode == 0, said.Result);
        return watch.Elapsed;
    }

    private static bool IsStillUsed(string root) => Directory.EnumerateDirectories("/proc").Any(folder =>
    {
        try
        {
            return char.IsDigit(Path.GetFileName(folder)[0])
                && File.ReadAllText(Path.Combine(folder, "cmdline")).Contains(root, StringComparison.Ordinal);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false; // it has ended
        }
    });
}
