using System.Globalization;
using System.Text.RegularExpressions;
using TlsTrust.Environment.Catalogue;
using TlsTrust.Environment.Inspection;
using TlsTrust.Environment.Machines;
using TlsTrust.Environment.Provisioning.Requests;

namespace TlsTrust.Environment.Probes;

/// <summary>What a program itself said about an endpoint.</summary>
/// <param name="Check">Accepted, refused, or not checked when it said neither.</param>
/// <param name="Detail">Its own words, or why it could not be asked.</param>
public sealed record ProbeAnswer(ChangeCheck Check, string Detail);

/// <summary>Asks programs harmlessly: a read-only request to one endpoint, with verification as the program has it.</summary>
public static partial class ProgramProbe
{
    /// <summary>A JVM that compiles first, or the .NET command line, on a busy machine.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    // Their protocols begin without TLS.
    private static readonly string[] SpeakFirst = ["freetds", "mysql", "psql"];

    /// <summary>Ids of the programs that can be asked.</summary>
    public static IReadOnlyCollection<string> Programs => Recipes.Keys;

    /// <summary>Ids of those that begin with TLS at once, and so can be sent to any server of TLS.</summary>
    internal static IEnumerable<string> SpeakTls => Recipes.Keys.Except(SpeakFirst);

    private static readonly SortedDictionary<string, Func<Target, Recipe>> Recipes = new(StringComparer.Ordinal)
    {
        ["curl"] = target =>
            new("curl", ["-sS", "-o", Target.Null, "--max-time", "20", target.Url]) { Refused = code =>
                code is 60 or 77 or 51 or 83, Accepted = code => code == 0 },
        ["wget"] = target =>
            new("wget", ["-nv", "-O", Target.Null, "--tries=1", "--timeout=20", target.Url]) { Refused = code =>
                code == 5, Accepted = code => code is 0 or 8 },
        ["git"] = target =>
            new("git", ["ls-remote", target.Url + "tlstrust-probe.git"]) { Changes = { ["GIT_TERMINAL_PROMPT"] = "0" },
                RefusedText = "certificate|CAfile|CA cert",
                    AcceptedText = "not found|not valid|unable to update url base|expected|requested URL returned|dumb http" },
        ["openssl"] = target =>
            new("openssl",
                ["s_client", "-connect", $"{target.Host}:{target.PortText}", "-servername", target.Host, "-verify_hostname", target.Host,
                    "-verify_return_error", "-brief"])
        {
            Refused = code => code != 0,
            Accepted = code => code == 0,
        },
        ["pip"] = target =>
            new("pip3", ["download", "--no-deps", "--no-cache-dir", "--disable-pip-version-check", "--retries", "0", "--timeout", "20",
                "-d", target.Folder, "--index-url", target.Url + "simple/", "tlstrust-probe"])
        {
            RefusedText = "CERTIFICATE_VERIFY_FAILED|confirming the ssl certificate|TLS CA certificate|SSLError",
            AcceptedText = "No matching distribution|404|HTTP error",
        },
        ["python"] = target => new("python3", ["-c", ProbeScripts.Python, target.Host, target.PortText]),
        ["psql"] = target =>
            new("psql", ["-w", "-c", "select 1",
                $"host={target.Host} port={target.PortText} user=tlstrust dbname=postgres sslmode=verify-full connect_timeout=20"])
        {
            RefusedText = "certificate verify failed|root certificate file|does not match host name",
            AcceptedText = "FATAL|no password supplied|expected authentication request",
        },
        ["mysql"] = target =>
            new("mariadb", ["--protocol=tcp", "-h", target.Host, "-P", target.PortText, "-u", "tlstrust", "--connect-timeout=20",
                "--ssl-verify-server-cert", "-e", "select 1"])
        {
            RefusedText = "TLS/SSL error|certificate",
            AcceptedText = "Access denied",
        },
        // Both an accepted and a refused certificate end without a login; only the one brings the server's own message.
        ["freetds"] = target => new("tsql", ["-H", target.Host, "-p", target.PortText, "-U", "tlstrust", "-P", "tlstrust"])
        {
            Changes = { ["TDSVER"] = "7.4" },
            RefusedText = @"\A(?![\s\S]*Msg \d)[\s\S]*Adaptive Server connection failed",
            AcceptedText = @"^Msg \d",
        },
        ["kubectl"] = target => new("kubectl", ["get", "--raw", "/tlstrust-probe", "--server", target.Url, "--request-timeout", "20s",
            "--token", "tlstrust", .. target.KubeCluster is { } cluster ? new[] { "--cluster", cluster } : []])
        {
            RefusedText = "x509:|certificate",
            AcceptedText = "Error from server|NotFound|Forbidden|Unauthorized",
        },
        // It expects the host's own name of a server called localhost; what it does with TLS it tells only when asked to.
        ["ldap"] = target =>
            new("ldapsearch", ["-x", "-d", "1", "-o", "nettimeout=20", "-b", "", "-s", "base", "-H",
                $"ldaps://{(target.Host == "localhost" ? "127.0.0.1" : target.Host)}:{target.PortText}"])
        {
            RefusedText = "peer cert untrusted|could not use CA certificate|does not match|certificate verify failed",
            AcceptedText = "ldap_open_defconn: successful",
        },
        ["podman"] = target =>
            new("podman", ["--root", target.Folder, "--runroot", target.Folder, "--storage-driver", "vfs", "--events-backend", "none",
                "pull", "-q", $"{target.Host}:{target.PortText}/tlstrust-probe"])
        {
            RefusedText = "x509:|certificate",
            AcceptedText = "invalid character|status code|StatusCode|404|manifest unknown|not found|unauthorized",
        },
        ["requests"] = target => new("python3", ["-c", ProbeScripts.Requests, target.Url]),
        ["httpx"] = target => new("python3", ["-c", ProbeScripts.Httpx, target.Url]),
        ["node"] = target => new("node", ["-e", ProbeScripts.Node, target.Url]),
        ["npm"] = target =>
            new("npm", ["view", "tlstrust-probe", "--registry", target.Url, "--cache", target.Folder, "--fetch-retries", "0",
                "--no-update-notifier", "--loglevel", "error"]) { RefusedText = "UNABLE_TO_|SELF_SIGNED|CERT_|certificate",
                    AcceptedText = "E404|404|EJSONPARSE|invalid json|No match|code E\\d" },
        ["pnpm"] = target =>
            new("pnpm", ["add", "tlstrust-probe", "--registry", target.Url, "--fetch-retries", "0", "--lockfile-only", "--store-dir",
                target.Folder, "--cache-dir", target.Folder, "--reporter", "append-only"])
        {
            RefusedText = "unable to |self.signed|certificate",
            AcceptedText = "ERR_PNPM_FETCH_\\d|404",
        },
        ["deno"] = target => new("deno", ["eval", ProbeScripts.Fetch.Replace("URL", target.Url, StringComparison.Ordinal)]),
        ["bun"] = target => new("bun", ["-e", ProbeScripts.Fetch.Replace("URL", target.Url, StringComparison.Ordinal)]),
        ["newman"] = target => new("newman", ["run", ProbeScripts.WriteCollection(target.Folder, target.Url), "--color", "off"])
        {
            RefusedText = "unable to |self.signed|certificate",
            AcceptedText = "\\[\\d{3} ",
        },
        ["ruby"] = target => new("ruby", ["-e", ProbeScripts.Ruby, target.Url]),
        ["php"] = target => new("php", ["-r", ProbeScripts.Php, target.Url]),
        ["php-curl"] = target => new("php", ["-r", ProbeScripts.PhpCurl, target.Url]),
        ["perl-lwp"] = target => new("perl", ["-e", ProbeScripts.PerlLwp, target.Url]),
        ["go"] = target => new("go", ["list", "-m", "-versions", "example.com/tlstrust-probe"])
        {
            Changes = { ["GOPROXY"] = target.Url, ["GONOSUMDB"] = "*", ["GOFLAGS"] = "-mod=mod", ["GOPATH"] = target.Folder,
                ["GOCACHE"] = target.Folder, ["GO111MODULE"] = "on", ["GOENV"] = "off" },
            RefusedText = "x509:|certificate",
            AcceptedText = "404|410|not found|invalid|unrecognized|no matching|^example\\.com",
        },
        ["java"] = target => new("java", [ProbeScripts.WriteJava(target.Folder), target.Url]),
        ["cargo"] = target =>
            new("cargo",
                ["install", "--index", "sparse+" + target.Url, "tlstrust-probe"]) { Changes =
                    { ["CARGO_HOME"] = target.Folder, ["CARGO_NET_RETRY"] = "0" },
                        RefusedText = "SSL certificate|certificate verify|\\[35\\]|\\[60\\]|\\[77\\]|CA cert",
                            AcceptedText = "404|config\\.json|could not find|failed to parse|download of|expected" },
        // A search would hide why it failed behind "unable to load the service index"; a restore says it.
        ["dotnet"] = target => new("dotnet", ["restore", ProbeScripts.WriteDotNet(target.Folder, target.Url)])
        {
            Changes = { ["DOTNET_NOLOGO"] = "1", ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1", ["NUGET_ENHANCED_MAX_NETWORK_TRY_COUNT"] = "1",
                ["NUGET_PACKAGES"] = target.Folder },
            RefusedText = "SSL connection could not be established|certificate is invalid|UntrustedRoot|PartialChain",
            AcceptedText = "NU1301|NU1101|404|Not Found",
        },
        ["pwsh"] = target =>
            new("pwsh", ["-NoProfile", "-NonInteractive", "-Command",
                ProbeScripts.PowerShell.Replace("URL", target.Url, StringComparison.Ordinal)]),
    };

    /// <summary>Asks one program.</summary>
    /// <param name="machine">With whose variables.</param>
    /// <param name="program">Id of the program.</param>
    /// <param name="endpoint">Where to.</param>
    public static ProbeAnswer Ask(IMachine machine, string program, Endpoint endpoint) => Said(machine, program, endpoint).Answer;

    /// <summary>The machine as programs of a scope see it; null when no login shell answered.</summary>
    internal static IMachine? Asked(IMachine machine, TrustScope scope) =>
        scope == TrustScope.Process ? machine : FreshShell.Of(machine);

    /// <summary>As <see cref="Ask"/>, and all that it said.</summary>
    internal static (ProbeAnswer Answer, string Text) Said(IMachine machine, string program, Endpoint endpoint)
    {
        if (!Recipes.TryGetValue(program, out Func<Target, Recipe>? make))
        {
            return (new ProbeAnswer(ChangeCheck.NotChecked, "this program can't be asked without side effects"), string.Empty);
        }

        DirectoryInfo folder = Directory.CreateTempSubdirectory("tlstrust-");
        try
        {
            Recipe recipe = make(new Target(endpoint, folder.FullName, machine));
            if (machine.FindExecutable(recipe.Executable) is not { } executable)
            {
                return (new ProbeAnswer(ChangeCheck.NotChecked, $"{recipe.Executable} is not on the PATH"), string.Empty);
            }

            // Their words are judged, so they speak English.
            Dictionary<string, string?> changes = new(recipe.Changes) { ["LC_ALL"] = "C.UTF-8", ["LANGUAGE"] = null };
            return machine.Run(executable, recipe.Arguments, Limit, changes, folder.FullName) is { } child
                ? (Judge(recipe, child), child.Error + "\n" + child.Output)
                : (new ProbeAnswer(ChangeCheck.NotChecked, "it gave no answer in time"), string.Empty);
        }
        finally
        {
            Delete(folder);
        }
    }

    /// <summary>
    /// A change as its program confirms it: accepted when it accepts every endpoint. What can't be asked stays as it was read back.
    /// </summary>
    public static TrustEnvironmentChange Confirm(IMachine machine, TrustEnvironmentChange change, IReadOnlyCollection<Endpoint> endpoints)
    {
        ArgumentNullException.ThrowIfNull(change);
        ArgumentNullException.ThrowIfNull(endpoints);

        if (endpoints.Count == 0 || !Recipes.ContainsKey(change.Program))
        {
            return change;
        }

        // Another scope's variables are not those of this process, but those of a shell that is started anew.
        if (Asked(machine, change.Scope) is not { } asked)
        {
            return change with { VerifiedDetail =
                $"{change.VerifiedDetail}; a login shell gave no answer, so that the program was not asked" };
        }

        foreach (Endpoint endpoint in endpoints)
        {
            ProbeAnswer answer = Ask(asked, change.Program, endpoint);
            if (answer.Check != ChangeCheck.NotChecked)
            {
                change = change with { Verified = answer.Check, VerifiedDetail = $"{endpoint}: {answer.Detail}" };
            }

            if (answer.Check == ChangeCheck.Refused)
            {
                break;
            }
        }

        return change;
    }

    private static ProbeAnswer Judge(Recipe recipe, ChildResult child)
    {
        string said = (child.Error + "\n" + child.Output).Trim();
        string line = said.Split('\n').Select(text => text.Trim())
            .FirstOrDefault(text =>
                recipe.RefusedText is not null && Regex.IsMatch(text, recipe.RefusedText, RegexOptions.IgnoreCase, TimeSpan.FromSeconds(1)))
            ?? said.Split('\n').FirstOrDefault(text => text.StartsWith("curl: (", StringComparison.Ordinal))
                ?? said.Split('\n').LastOrDefault(text => text.Trim().Length > 0)?.Trim() ?? $"exit code {child.ExitCode}";
        string detail = line.Length > 300 ? line[..300] + "…" : line;
        if (recipe.Accepted is not null)
        {
            return new ProbeAnswer(recipe.Accepted(child.ExitCode) ? ChangeCheck.Accepted : recipe.Refused!(child.ExitCode)
                ? ChangeCheck.Refused : ChangeCheck.NotChecked, recipe.Accepted(child.ExitCode)
                    ? $"exit code {child.ExitCode.ToString(CultureInfo.InvariantCulture)}" : detail);
        }

        if (recipe.RefusedText is null)
        {
            // Our own scripts say which it was.
            return said.Contains("TLSTRUST-ACCEPTED", StringComparison.Ordinal) ? new ProbeAnswer(ChangeCheck.Accepted, "connected")
                : said.Contains("TLSTRUST-REFUSED", StringComparison.Ordinal) ? new ProbeAnswer(ChangeCheck.Refused, Refusal(said))
                : new ProbeAnswer(ChangeCheck.NotChecked, detail);
        }

        TimeSpan limit = TimeSpan.FromSeconds(1);
        return Regex.IsMatch(said, recipe.RefusedText, RegexOptions.IgnoreCase, limit) ? new ProbeAnswer(ChangeCheck.Refused, detail)
            : child.ExitCode == 0 || Regex.IsMatch(said, recipe.AcceptedText!, RegexOptions.IgnoreCase | RegexOptions.Multiline, limit)
                ? new ProbeAnswer(ChangeCheck.Accepted, detail)
            : new ProbeAnswer(ChangeCheck.NotChecked, detail);
    }

    private static string Refusal(string said)
    {
        string line = said.Split('\n').First(text => text.Contains("TLSTRUST-REFUSED", StringComparison.Ordinal));
        line = line[(line.IndexOf("TLSTRUST-REFUSED", StringComparison.Ordinal) + 16)..].Trim();
        return line.Length > 300 ? line[..300] + "…" : line;
    }

    private static void Delete(DirectoryInfo folder)
    {
        try
        {
            folder.Delete(recursive: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // Go writes its module cache read-only; what stays is in the temporary folder.
        }
    }

    private sealed record Target(Endpoint Endpoint, string Folder, IMachine Machine)
    {
        // The one at this address, or that of the current context.
        public string? KubeCluster => new SettingLookup(Machine, TrustScope.Process, url: new Uri(Url))
            .Entries(ProgramCatalogue.File("kubeconfig")).FirstOrDefault(entry => entry.Key == "clusters.name")?.Value;

        public string Host => Endpoint.HostName;

        public string PortText => Endpoint.Port.ToString(CultureInfo.InvariantCulture);

        public string Url => Host.Contains(':', StringComparison.Ordinal) ? $"https://[{Host}]:{PortText}/" : $"https://{Host}:{PortText}/";

        public static string Null => OperatingSystem.IsWindows() ? "NUL" : "/dev/null";
    }

    private sealed record Recipe(string Executable, IReadOnlyList<string> Arguments)
    {
        public Dictionary<string, string?> Changes { get; } = [];

        public Func<int, bool>? Accepted { get; init; }

        public Func<int, bool>? Refused { get; init; }

        public string? RefusedText { get; init; }

        public string? AcceptedText { get; init; }
    }
}
