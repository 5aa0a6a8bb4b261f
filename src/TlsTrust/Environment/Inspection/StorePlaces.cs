using System.Text;
using System.Text.Json;
using TlsTrust.Environment.Machines;
using TlsTrust.Stores;

namespace TlsTrust.Environment.Inspection;

/// <summary>Resolves the catalogue's names of default places on one machine.</summary>
internal sealed class StorePlaces(IMachine machine)
{
    private static readonly TimeSpan ChildLimit = TimeSpan.FromSeconds(10); // a pyenv shim on a busy machine takes seconds

    private static readonly string[] OpenSslDirectories = ["/usr/lib/ssl", "/etc/pki/tls", "/etc/ssl", "/usr/local/etc/openssl@3", "/opt/homebrew/etc/openssl@3", "/usr/local/ssl"];

    private static readonly string[] Bundles =
    [
        "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem", "/etc/pki/tls/cacert.pem",
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "/etc/ssl/cert.pem",
    ];

    private static readonly string[] GoDirectories = ["/etc/ssl/certs", "/etc/pki/tls/certs"];

    private static readonly string[] GitForWindowsBundles = [@"mingw64\etc\ssl\certs\ca-bundle.crt", @"mingw64\ssl\certs\ca-bundle.crt"];

    private static readonly string[] GitTransports = ["/usr/lib/git-core/git-remote-http", "/usr/libexec/git-core/git-remote-http"];

    // JSSE prefers jssecacerts; the third is where a JDK 8 keeps it.
    private static readonly string[] JavaStores = ["lib/security/jssecacerts", "lib/security/cacerts", "jre/lib/security/cacerts"];

    private readonly Lazy<PythonFacts> _python = new(() => PythonFacts.Ask(machine, ChildLimit));
    private readonly Dictionary<string, string> _builds = [];

    /// <summary>What the Python on the PATH says about its packages.</summary>
    public PythonFacts Python => _python.Value;

    /// <summary>The file that a name of the catalogue stands for; null when it is not there or not known.</summary>
    public string? File(string? token) => token switch
    {
        "opensslFile" => OpenSslHome() is { } home && System.IO.File.Exists(machine.Locate(home + "/cert.pem")) ? machine.Locate(home + "/cert.pem") : null,
        "curlFile" or "debianBundle" or "goFile" => Bundles.Select(machine.Locate).FirstOrDefault(System.IO.File.Exists),
        "certifi" => Python.Certifi,
        "pipCertifi" => Python.PipCertifi,
        "javaCacerts" => JavaStore(),
        "gitForWindows" => GitForWindowsBundles.Select(path => Path.Combine(machine.Variable("ProgramFiles") ?? @"C:\Program Files", "Git", path)).FirstOrDefault(System.IO.File.Exists),
        _ => null,
    };

    /// <summary>The directories that a name of the catalogue stands for, and whether only hashed names count in them.</summary>
    public (IReadOnlyList<string> Paths, bool Hashed) Directories(string? token) => token switch
    {
        "opensslDirectory" when OpenSslHome() is { } home && Directory.Exists(machine.Locate(home + "/certs")) => ([machine.Locate(home + "/certs")], true),
        "goDirectories" => ([.. GoDirectories.Select(machine.Locate).Where(Directory.Exists)], false),
        _ => ([], true),
    };

    /// <summary>How an executable was built, where programs of one name differ: gnutls, openssl, libnode or bundled.</summary>
    public string Build(string program, string? executable)
    {
        if (machine.Platform != StorePlatform.Linux || executable is null)
        {
            return string.Empty;
        }

        if (!_builds.TryGetValue(program, out string? build))
        {
            build = program switch
            {
                "wget" => Mentions(MachinePaths.Resolved(executable), "libgnutls.so") ? "gnutls" : "openssl",
                "git" => GitTransport() is { } transport && Mentions(transport, "libcurl-gnutls.so") ? "gnutls" : "openssl",
                "node" or "npm" or "yarn" or "yarn-berry" or "pnpm" => machine.FindExecutable("node") is { } node && Mentions(MachinePaths.Resolved(node), "libnode.so") ? "libnode" : "bundled",
                _ => string.Empty,
            };
            _builds[program] = build;
        }

        return build;
    }

    private string? OpenSslHome() => Array.Find(OpenSslDirectories, candidate =>
        System.IO.File.Exists(machine.Locate(candidate + "/cert.pem")) || Directory.Exists(machine.Locate(candidate + "/certs")) || System.IO.File.Exists(machine.Locate(candidate + "/openssl.cnf")));

    private string? GitTransport() => GitTransports.Select(machine.Locate).FirstOrDefault(System.IO.File.Exists);

    private string? JavaStore()
    {
        string? home = machine.Variable("JAVA_HOME") is { } set && Directory.Exists(machine.Locate(set)) ? machine.Locate(set)
            : machine.FindExecutable("java") is { } java ? Path.GetDirectoryName(Path.GetDirectoryName(MachinePaths.Resolved(java)))
            : null;
        return home is null ? null : JavaStores.Select(path => Path.Combine(home, path)).FirstOrDefault(System.IO.File.Exists);
    }

    // The names of needed libraries stand in the file as text; that is enough to tell two builds apart, without running anything.
    private static bool Mentions(string path, string library)
    {
        const int LargestScan = 16 * 1024 * 1024; // Node.js with everything inside has 100 MB; its small sibling of a distribution has 100 kB
        try
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (stream.Length > LargestScan)
            {
                return false;
            }

            byte[] bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(library)) >= 0;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}

/// <summary>What the Python on the PATH has.</summary>
/// <param name="Certifi">certifi's file, or what a distribution put in its place.</param>
/// <param name="PipCertifi">The file inside pip.</param>
/// <param name="PipAddsSystem">True from pip 24.2 on (with Python 3.10): settings add to the system's store.</param>
/// <param name="Modules">Modules of the catalogue that are there.</param>
/// <param name="IsStrict">True from 3.13 on: its default contexts check as <c>-x509_strict</c> does; null when it did not answer.</param>
internal sealed record PythonFacts(string? Certifi, string? PipCertifi, bool PipAddsSystem, IReadOnlySet<string> Modules, bool? IsStrict)
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
        string? python = machine.FindExecutable("python3") ?? machine.FindExecutable("python");
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
                    facts.GetProperty("strict").GetBoolean());
            }
            catch (Exception fault) when (fault is JsonException or InvalidOperationException or KeyNotFoundException)
            {
                // A start-up file that prints; then nothing is known.
            }
        }

        return new PythonFacts(null, null, false, new HashSet<string>(), null);
    }
}
