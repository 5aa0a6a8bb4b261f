using System.Collections.Concurrent;
using System.Text.Json;
using TlsTrust.Environment.Catalogue;
using TlsTrust.Environment.Machines;
using TlsTrust.Stores;

namespace TlsTrust.Environment.Inspection;

/// <summary>Resolves the catalogue's names of default places on one machine; what it has found it keeps.</summary>
internal sealed class StorePlaces(IMachine machine)
{
    private static readonly TimeSpan ChildLimit = TimeSpan.FromSeconds(10); // a pyenv shim on a busy machine takes seconds

    private static readonly string[] GitBundles =
        ["mingw64/etc/ssl/certs/ca-bundle.crt", "mingw64/ssl/certs/ca-bundle.crt", "usr/ssl/certs/ca-bundle.crt"];

    private readonly ConcurrentDictionary<string, string?> _executables = new();
    private readonly Lazy<TrustStore> _system = new(() => TrustStores.Default(new StoreView(machine)));
    private readonly Lazy<PythonFacts> _python = new(() => PythonFacts.Ask(machine, ChildLimit));
    private readonly Lazy<string?> _toolHome = new(() => AskTool(machine));
    private readonly Lazy<bool> _nodeKnowsSystemStore = new(() => KnowsSystemStore(machine));
    private ProgramBuild? _build;

    /// <summary>The system's own store.</summary>
    public TrustStore SystemStore => _system.Value;

    /// <summary>What the Python on the PATH says about its packages.</summary>
    public PythonFacts Python => _python.Value;

    /// <summary>The first program of that name, as <see cref="MachinePaths.FindExecutable"/> has it.</summary>
    public string? Executable(string name) => _executables.GetOrAdd(name, machine.FindExecutable);

    /// <summary>The file that a name of the catalogue stands for; null when it is not there or not known.</summary>
    public string? File(string? token) => Files(token).FirstOrDefault(System.IO.File.Exists);

    /// <summary>The files at which a program with that default looks, in its order; it takes the first that is there.</summary>
    public IEnumerable<string> Files(string? token) => token switch
    {
        "opensslFile" => [machine.Locate(OpenSslHome() + "/cert.pem")],
        // On Windows the folder is the tool's builder's choice, and only the tool knows it.
        "opensslToolFile" when machine.Platform == StorePlatform.Windows => ToolHome() is { } home ? [Path.Combine(home, "cert.pem")] : [],
        "opensslToolFile" => [machine.Locate((ToolHome() ?? OpenSslHome()) + "/cert.pem")],
        "pythonFile" => [machine.Locate(Python.File ?? OpenSslHome() + "/cert.pem")],
        // Lists of Unix places: on Windows they would mean the folder \etc of some drive.
        "curlFile" or "debianBundle" or "goFile" when machine.Platform == StorePlatform.Windows => [],
        "curlFile" or "debianBundle" or "goFile" => KnownStores.InOrder(StoreKind.SystemBundle).SelectMany(machine.Expand),
        "certifi" => Python.Certifi is { } certifi ? [certifi] : [],
        "pipCertifi" => Python.PipCertifi is { } certifi ? [certifi] : [],
        "javaCacerts" => JavaFiles(LauncherHome() ?? VariableHome()),
        "javaHomeCacerts" => JavaFiles(VariableHome() ?? LauncherHome()),
        "libpqRoot" => machine.Expand(
            machine.Platform == StorePlatform.Windows ? "{appdata}/postgresql/root.crt" : "~/.postgresql/root.crt"),
        "condaBundle" => KnownStores.Places.Where(place => place.Kind == StoreKind.Conda)
            .SelectMany(place => machine.Expand(place.Pattern)),
        "curlForWindows" => BesideCurl(),
        "rubyForWindows" => BesideRuby("cert.pem"),
        "gitForWindows" => BesideGit().Concat(KnownStores.InOrder(StoreKind.GitBundle).SelectMany(machine.Expand)),
        _ => [],
    };

    /// <summary>
    /// The directories that a name of the catalogue stands for and that are there, and whether only hashed names count in them.
    /// </summary>
    public (IReadOnlyList<string> Paths, bool Hashed) Directories(string? token) =>
        ([.. Folders(token).Where(Directory.Exists)], token != "goDirectories");

    /// <summary>The directories at which a program with that default looks.</summary>
    public IEnumerable<string> Folders(string? token) => token switch
    {
        "opensslDirectory" => [machine.Locate(OpenSslHome() + "/certs")],
        "opensslToolDirectory" when machine.Platform == StorePlatform.Windows =>
            ToolHome() is { } home ? [Path.Combine(home, "certs")] : [],
        "rubyForWindows" => BesideRuby("certs"),
        "opensslToolDirectory" => [machine.Locate((ToolHome() ?? OpenSslHome()) + "/certs")],
        "pythonDirectory" => [machine.Locate(Python.Directory ?? OpenSslHome() + "/certs")],
        "goDirectories" => KnownStores.GoDirectories.Select(machine.Locate),
        _ => [],
    };

    /// <summary>How a program was built, where builds of one name differ; empty where they don't.</summary>
    public string Build(ProgramFacts program, string? executable) =>
        (_build ??= new ProgramBuild(machine, () => Python.PipAddsSystem)).Of(program, executable);

    /// <summary>True when the Node.js on the PATH knows NODE_USE_SYSTEM_CA.</summary>
    public bool NodeKnowsSystemStore => _nodeKnowsSystemStore.Value;

    private static bool KnowsSystemStore(IMachine machine) =>
        machine.FindExecutable("node") is { } node && machine.Run(node, ["--version"], ChildLimit) is { ExitCode: 0 } answer
        && Version.TryParse(answer.Output.Trim().TrimStart('v'), out Version? version)
        && (version >= new Version(24, 6) || (version.Major == 22 && version >= new Version(22, 19)));

    // curl of Windows looks beside itself and along the PATH: curl/src/tool_operate.c, FindWin32CACert.
    private IEnumerable<string> BesideCurl() => (Executable("curl") is { } curl
            ? [Path.GetDirectoryName(MachinePaths.Resolved(curl))!] : Array.Empty<string>())
        .Concat(ExecutableSearch.Elements(machine.Variable("PATH") ?? string.Empty).Select(machine.Locate))
        .Select(folder => Path.Combine(folder, "curl-ca-bundle.crt"));

    // RubyInstaller brings OpenSSL and its list: in bin\etc from 3.2.1 on, beside bin before (its resources/ssl/README-SSL.md).
    private string[] BesideRuby(string name) => Executable("ruby") is { } ruby
        && Path.GetDirectoryName(MachinePaths.Resolved(ruby)) is { } bin
            ? new[] { Path.Combine(bin, "etc", "ssl", name), Path.GetFullPath(Path.Combine(bin, "..", "ssl", name)) } : [];

    // Git for Windows lies wherever it was installed; git.exe is in its cmd, bin or mingw64\bin.
    private IEnumerable<string> BesideGit()
    {
        string? folder = Path.GetDirectoryName(Executable("git") is { } git ? MachinePaths.Resolved(git) : null);
        for (; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            foreach (string bundle in GitBundles.Select(path => Path.Combine(folder, path)).Where(System.IO.File.Exists))
            {
                yield return bundle;
            }
        }
    }

    private string OpenSslHome() => OpenSslDefaultStore.Home(new StoreView(machine)) ?? KnownStores.OpenSslHomes[0];

    // OPENSSLDIR: "/usr/lib/ssl"
    private string? ToolHome() => _toolHome.Value;

    private static string? AskTool(IMachine machine) =>
        machine.FindExecutable("openssl") is { } tool && machine.Run(tool, ["version", "-d"], ChildLimit) is { ExitCode: 0 } answer
        && answer.Output.Split('"') is [_, { Length: > 0 } home, ..] ? home : null;

    // The launcher goes by where it lies; tools that look for a JVM themselves go by JAVA_HOME.
    private string? LauncherHome() =>
        Executable("java") is { } java ? Path.GetDirectoryName(Path.GetDirectoryName(MachinePaths.Resolved(java))) : null;

    private string? VariableHome() =>
        machine.Variable("JAVA_HOME") is { } set && Directory.Exists(machine.Locate(set)) ? machine.Locate(set) : null;

    private static IEnumerable<string> JavaFiles(string? home) =>
        home is null ? [] : KnownStores.JavaFiles.Select(path => Path.Combine(home, path));
}

/// <summary>What the Python on the PATH has.</summary>
/// <param name="Certifi">certifi's file, or what a distribution put in its place.</param>
/// <param name="PipCertifi">The file inside pip.</param>
/// <param name="PipAddsSystem">True from pip 24.2 on (with Python 3.10): settings add to the system's store.</param>
/// <param name="Modules">Modules of the catalogue that are there.</param>
/// <param name="File">The file that is compiled into its OpenSSL.</param>
/// <param name="Directory">The directory that is compiled into its OpenSSL.</param>
/// <param name="IsStrict">True from 3.13 on: its default contexts check as <c>-x509_strict</c> does; null when it did not answer.</param>
internal sealed record PythonFacts(string? Certifi, string? PipCertifi, bool PipAddsSystem, IReadOnlySet<string> Modules, bool? IsStrict,
    string? File = null, string? Directory = null)
{
    private const string Question = """
        import importlib.util as u, json, sys, os
        def at(n):
            try:
                s = u.find_spec(n)
                return s and s.origin
            except Exception:
                return None
        d = {"modules": [m for m in ("requests", "httpx", "httplib2", "grpc") if at(m)], "strict": sys.version_info >= (3, 13)}
        try:
            import ssl
            v = ssl.get_default_verify_paths()
            d["file"], d["directory"] = v.openssl_cafile, v.openssl_capath
        except Exception:
            pass
        try:
            import certifi
            d["certifi"] = certifi.where()
        except Exception:
            pass
        p = at("pip")
        if p:
            f = os.path.join(os.path.dirname(p), "_vendor", "certifi", "cacert.pem")
            if os.path.exists(f):
                d["pip"] = f
            try:
                from importlib.metadata import version
                v = [int(x) for x in version("pip").split(".")[:2]]
                d["adds"] = v >= [24, 2] and sys.version_info >= (3, 10)
            except Exception:
                pass
        print(json.dumps(d))
        """;

    public static PythonFacts Ask(IMachine machine, TimeSpan limit)
    {
        string? python = machine.FindExecutable("python3") ?? machine.FindExecutable("python") ?? machine.FindExecutable("py");
        if (python is not null && machine.Run(python, ["-c", Question], limit) is { ExitCode: 0 } answer)
        {
            try
            {
                using JsonDocument document = JsonDocument.Parse(answer.Output);
                JsonElement facts = document.RootElement;
                return new PythonFacts(
                    facts.TryGetProperty("certifi", out JsonElement certifi) ? certifi.GetString() : null,
                    facts.TryGetProperty("pip", out JsonElement pip) ? pip.GetString() : null,
                    facts.TryGetProperty("adds", out JsonElement adds) && adds.GetBoolean(),
                    facts.GetProperty("modules").EnumerateArray().Select(module => module.GetString()!).ToHashSet(),
                    facts.GetProperty("strict").GetBoolean(),
                    facts.TryGetProperty("file", out JsonElement file) ? file.GetString() : null,
                    facts.TryGetProperty("directory", out JsonElement directory) ? directory.GetString() : null);
            }
            catch (Exception fault) when (fault is JsonException or InvalidOperationException or KeyNotFoundException)
            {
                // A start-up file that prints; then nothing is known.
            }
        }

        return new PythonFacts(null, null, false, new HashSet<string>(), null);
    }
}
