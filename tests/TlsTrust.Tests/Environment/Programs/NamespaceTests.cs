using System.Text.Json;

namespace TlsTrust.Tests.Environment.Programs;

/// <summary>
/// Real programs, with the paths that are compiled into them, in a mount namespace: a machine whose stores are empty, and the system's
/// own tools with all that reads what they make.
/// </summary>
public sealed class NamespaceTests(ITestOutputHelper output)
{
    private static readonly string[] Interpreters = ["curl", "openssl", "python", "ruby", "php"];

    [Fact]
    public void A_program_whose_compiled_in_paths_are_empty_is_pointed_at_roots_that_are_there_and_follows_when_they_vanish()
    {
        using MountNamespace machine = MountNamespace.Enter();
        using MadeMachine made = new();
        machine.Empty("/usr/lib/ssl", "/etc/ssl");
        string roots = made.Write("home/miniconda3/ssl/cacert.pem", MadeMachine.Pem(MadeMachine.PublicRoot));
        SortedDictionary<string, string> before = made.Snapshot();
        using HttpsServer server = new(MadeMachine.Issued("localhost", MadeMachine.PublicRoot, isAuthority: false));
        string port = server.Endpoint.ToString();
        string[] programs = [.. Interpreters.Where(program => Ask(machine, made, "is-there", program) == "yes")];
        Assert.SkipWhen(programs.Length == 0, "none of the programs is on this machine");
        foreach (string program in programs)
        {
            SeenTrust trust = Inspect(machine, made, program);
            output.WriteLine($"{program}: {trust.Detail}");
            Assert.Equal(0, trust.AnchorCount);
            Assert.NotEmpty(trust.Places);
            Assert.All(trust.Places, place => Assert.Equal(0, place.AnchorCount ?? 0));
            Assert.Contains(trust.Alternatives, text => text.StartsWith($"Conda {roots} (1 roots, ", StringComparison.Ordinal));
            Assert.Contains(trust.Alternatives, text => text.StartsWith("BuiltIn (", StringComparison.Ordinal));
            Assert.Equal($"Set-TrustBundleEnvironment -PublicRoots Auto -Program {program} -Scope User", trust.Recommendation);
            Assert.StartsWith("Refused", Ask(machine, made, "ask", program, port, "User"), StringComparison.Ordinal);
        }

        // What Python itself says, and in its order.
        SeenTrust python = Inspect(machine, made, "python");
        string compiled = machine.Run(Variables(made), "python3", "-c",
            "import ssl; v = ssl.get_default_verify_paths(); print(v.openssl_cafile, v.openssl_capath)").Said.Trim();
        Assert.Equal(compiled, string.Join(' ', python.Places.Take(2).Select(place => place.Place)));

        Assert.Equal("done", Ask(machine, made, "public-roots", "User", "Auto", string.Join(',', programs)));
        foreach (string program in programs)
        {
            Assert.StartsWith("Accepted", Ask(machine, made, "ask", program, port, "User"), StringComparison.Ordinal);
        }

        File.Delete(roots);
        foreach (string program in programs)
        {
            Assert.Contains(Inspect(machine, made, program).Places, place => !place.Exists);
            Assert.StartsWith("Refused", Ask(machine, made, "ask", program, port, "User"), StringComparison.Ordinal);
        }

        Assert.Contains("another takes its place", Ask(machine, made, "update", "User"), StringComparison.Ordinal);
        Assert.True(Inspect(machine, made, programs[0]).AnchorCount > 50, "the built-in list took its place");
        made.Write("home/miniconda3/ssl/cacert.pem", MadeMachine.Pem(MadeMachine.PublicRoot));
        Ask(machine, made, "remove", "User");
        Assert.Equal(before, made.Snapshot());
    }

    [Fact]
    public void The_systems_tools_make_every_program_trust_the_CA_and_leave_no_byte_behind()
    {
        Assert.SkipUnless(System.Environment.GetEnvironmentVariable("TLSTRUST_LONG") == "1", "it takes part in the long run");
        Assert.SkipUnless(File.Exists("/usr/sbin/update-ca-certificates"), "there is no update-ca-certificates of Debian");
        Assert.SkipUnless(System.Environment.IsPrivilegedProcess, "it needs root");
        using MountNamespace machine = MountNamespace.Enter();
        using MadeMachine made = new();
        string[] jdks = [.. Directory.Exists("/usr/lib/jvm") ? Directory.GetDirectories("/usr/lib/jvm")
            .Where(home => File.Exists(home + "/bin/java") && new DirectoryInfo(home).LinkTarget is null) : []];
        machine.Copy("/etc", "/usr/local/share/ca-certificates");
        machine.Empty("/var/lib");
        machine.Demand("update-ca-certificates"); // as the tool itself leaves a store
        bool ownJava = jdks.Length > 1 && File.Exists("/etc/ssl/certs/java/cacerts");
        if (ownJava)
        {
            // Each JDK has its own store, as those that are unpacked have.
            machine.Copy(jdks[^1] + "/lib/security");
            machine.Demand("sh", "-c", $"rm {jdks[^1]}/lib/security/cacerts && cp /etc/ssl/certs/java/cacerts {jdks[^1]}/lib/security/");
        }

        string[] watched = ["/etc", "/usr/local/share/ca-certificates", .. ownJava ? [jdks[^1] + "/lib/security"] : Array.Empty<string>()];
        string before = State(machine, watched);
        using HttpsServer server = new(MadeMachine.Issued("localhost", MadeMachine.PrivateRoot, isAuthority: false));
        string port = server.Endpoint.ToString(), ca = made.Write("ca.pem", MadeMachine.Pem(MadeMachine.PrivateRoot));
        string[] programs = [.. new[] { "curl", "git", "openssl", "php", "python", "ruby", "wget" }
            .Where(program => Ask(machine, made, "is-there", program) == "yes")];
        Assert.All(programs, program =>
            Assert.StartsWith("Refused", Ask(machine, made, "ask", program, port, "Process"), StringComparison.Ordinal));

        Assert.Equal("done", Ask(machine, made, "provision-machine", ca));
        foreach (string program in programs)
        {
            Assert.StartsWith("Accepted", Ask(machine, made, "ask", program, port, "Process"), StringComparison.Ordinal);
        }

        foreach (string jdk in ownJava ? jdks : [])
        {
            string said = Ask(machine, made, jdk + "/bin:/usr/bin:/bin", "ask", "java", port, "Process");
            output.WriteLine($"{jdk}: {said}");
            Assert.StartsWith("Accepted", said, StringComparison.Ordinal);
        }

        if (File.Exists("/usr/bin/trust"))
        {
            // p11-kit, and so GnuTLS and what Flatpak passes on.
            string extracted = Path.Combine(made.Folder, "extracted.pem");
            machine.Demand("trust", "extract", "--format=pem-bundle", "--filter=ca-anchors", "--purpose=server-auth", extracted);
            Assert.Contains(MadeMachine.Pem(MadeMachine.PrivateRoot).Split('\n')[1], File.ReadAllText(extracted), StringComparison.Ordinal);
        }

        Ask(machine, made, "remove", "Machine");
        Assert.All(programs, program =>
            Assert.StartsWith("Refused", Ask(machine, made, "ask", program, port, "Process"), StringComparison.Ordinal));
        Assert.Equal(before, State(machine, watched));
    }

    // Name, kind, mode, target and content of all there is.
    private static string State(MountNamespace machine, string[] folders) => machine.Demand("sh", "-c",
        $"find {string.Join(' ', folders)} -printf '%p %y %m %l\\n' | sort; " +
        $"find {string.Join(' ', folders)} -type f -exec sha256sum {{}} + | sort -k2");

    private static Dictionary<string, string> Variables(MadeMachine made, string path = "/usr/bin:/bin:/usr/sbin:/sbin") =>
        new() { ["HOME"] = made.Home, ["PATH"] = path, ["LANG"] = "C.UTF-8", ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1" };

    private static string Ask(MountNamespace machine, MadeMachine made, params string[] task) => AskWith(machine, Variables(made), task);

    private static string Ask(MountNamespace machine, MadeMachine made, string path, string task, string program, string port,
        string scope) => AskWith(machine, Variables(made, path), [task, program, port, scope]);

    private static string AskWith(MountNamespace machine, Dictionary<string, string> variables, string[] task)
    {
        // The test's own runtime, wherever it is.
        variables["DOTNET_ROOT"] = ChildProcess.RuntimeRoot;
        (int code, string said) = machine.Run(variables, ChildProcess.CommandOf(["trust", .. task]));
        Assert.True(code == 0, $"{string.Join(' ', task)}: {said}");
        return said.Trim();
    }

    private static SeenTrust Inspect(MountNamespace machine, MadeMachine made, string program) =>
        JsonSerializer.Deserialize<SeenTrust>(Ask(machine, made, "inspect", program, "User"))!;
}
