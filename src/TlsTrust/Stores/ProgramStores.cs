namespace TlsTrust.Stores;

/// <summary>A store of a program, or of the system, that lies on this machine.</summary>
/// <param name="Program">Whose it is.</param>
/// <param name="Path">File or directory.</param>
public sealed record ProgramStore(string Program, string Path)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Program} {Path}";
}

/// <summary>Finds the stores that lie around on a machine: the system's bundles, certifi copies, conda, Git, each JDK's cacerts, Node's extra file and what other variables name. They are searched, never trusted.</summary>
public static class ProgramStores
{
    /// <summary>500 stores: a machine with many virtual environments has some dozens; beyond it, all are copies of each other.</summary>
    public const int MaxStores = 500;

    // Variables that name a file or a directory of anchors (facts: trust-env).
    private static readonly string[] _variables =
    [
        "SSL_CERT_FILE", "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "GIT_SSL_CAINFO", "GIT_SSL_CAPATH", "PIP_CERT", "AWS_CA_BUNDLE",
        "CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE", "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH", "HTTPLIB2_CA_CERTS", "NIX_SSL_CERT_FILE", "CARGO_HTTP_CAINFO",
        "DENO_CERT", "PERL_LWP_SSL_CA_FILE", "HEX_CACERTS_PATH", "VAULT_CACERT", "npm_config_cafile", "YARN_HTTPS_CA_FILE_PATH", "BUNDLE_SSL_CA_CERT",
    ];

    // Where distributions keep their bundle; the same file often goes by several of these names.
    private static readonly string[] _systemFiles =
    [
        "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem", "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
        "/etc/ssl/cert.pem", "/usr/lib/ssl/cert.pem", "/usr/local/share/certs/ca-root-nss.crt", "/usr/local/etc/openssl@3/cert.pem", "/opt/homebrew/etc/openssl@3/cert.pem",
        "/usr/share/ca-certificates", "/usr/local/share/ca-certificates", "/etc/pki/ca-trust/source/anchors", "/etc/ca-certificates/trust-source/anchors",
    ];

    // Folders below which Python keeps packages; each <this>/certifi/cacert.pem is a copy.
    private static readonly string[] _pythonRoots =
    [
        "/usr/lib", "/usr/lib64", "/usr/local/lib", "/opt/conda", "/opt/miniconda3", "/opt/anaconda3", "/opt/az",
        "~/.local/lib", "~/miniconda3", "~/anaconda3", "~/miniforge3", "~/mambaforge", "~/.pyenv/versions", "~/.local/pipx/venvs", "~/.local/share/pipx/venvs", "~/.virtualenvs",
        "~/AppData/Local/Programs/Python", "~/AppData/Roaming/Python",
        "C:/Program Files/Git", "C:/ProgramData/miniconda3", "C:/ProgramData/Anaconda3", "/Library/Frameworks/Python.framework/Versions",
    ];

    private static readonly string[] _javaRoots =
    [
        "/usr/lib/jvm", "/usr/java", "/opt/java", "/Library/Java/JavaVirtualMachines", "~/.sdkman/candidates/java", "~/.jdks", "~/Library/Java/JavaVirtualMachines",
        "C:/Program Files/Java", "C:/Program Files/Eclipse Adoptium", "C:/Program Files/Microsoft", "C:/Program Files/Zulu",
    ];

    private static readonly string[] _javaFiles = ["lib/security/cacerts", "jre/lib/security/cacerts", "Contents/Home/lib/security/cacerts"];

    private static readonly string[] _gitFiles =
    [
        "C:/Program Files/Git/mingw64/etc/ssl/certs/ca-bundle.crt", "C:/Program Files/Git/mingw64/ssl/certs/ca-bundle.crt", "C:/Program Files/Git/usr/ssl/certs/ca-bundle.crt",
        "~/AppData/Local/Programs/Git/mingw64/etc/ssl/certs/ca-bundle.crt",
    ];

    /// <summary>The stores of the machine, each file once, in the order: variables, system, Git, Python, Java, other folders.</summary>
    public static IReadOnlyList<ProgramStore> Find(IMachineEnvironment environment)
    {
        List<ProgramStore> stores = [];
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (string variable in _variables)
        {
            if (environment.GetVariable(variable) is { Length: > 0 } value)
            {
                foreach (string path in variable == "SSL_CERT_DIR" ? value.Split(environment.Platform == StorePlatform.Windows ? ';' : ':', StringSplitOptions.RemoveEmptyEntries) : [value])
                {
                    Add(variable, path);
                }
            }
        }

        foreach (string path in _systemFiles)
        {
            Add("system", Expand(environment, path));
        }

        foreach (string path in _gitFiles)
        {
            Add("Git", Expand(environment, path));
        }

        IEnumerable<string> pythons = new[] { environment.GetVariable("VIRTUAL_ENV"), environment.GetVariable("CONDA_PREFIX") }.OfType<string>().Where(path => path.Length > 0)
            .Concat(_pythonRoots.Select(path => Expand(environment, path)));
        foreach (string file in pythons.Distinct().SelectMany(Certifi))
        {
            Add("certifi", file);
        }

        IEnumerable<string> javas = new[] { environment.GetVariable("JAVA_HOME"), environment.GetVariable("JDK_HOME") }.OfType<string>().Where(path => path.Length > 0)
            .Concat(_javaRoots.SelectMany(path => Folders(Expand(environment, path))));
        foreach (string home in javas)
        {
            foreach (string file in _javaFiles)
            {
                Add("Java", Path.Combine(home, file));
            }
        }

        Add("Java", Expand(environment, "/etc/ssl/certs/java/cacerts"));
        Add("Java", Expand(environment, "/etc/pki/ca-trust/extracted/java/cacerts"));
        Add("conda", Expand(environment, "/opt/conda/ssl/cacert.pem"));
        Add("conda", environment.GetVariable("CONDA_PREFIX") is { Length: > 0 } prefix ? Path.Combine(prefix, "ssl", "cacert.pem") : "");
        return stores;

        void Add(string program, string path)
        {
            if (path.Length > 0 && stores.Count < MaxStores && Real(path) is { } real && seen.Add(real))
            {
                stores.Add(new(program, path));
            }
        }
    }

    /// <summary>The certificates of a store, whatever its form; nothing where it can't be read.</summary>
    public static IEnumerable<StoredCertificate> Read(ProgramStore store) =>
        Directory.Exists(store.Path) ? CertificateFolder.Read(store.Path, recurse: true) : CertificateFolder.ReadFile(store.Path);

    private static string Expand(IMachineEnvironment environment, string path)
    {
        bool windows = environment.Platform == StorePlatform.Windows;
        return path.StartsWith('~') ? environment.HomeDirectory.Length == 0 ? "" : Path.Combine(environment.HomeDirectory, path[2..])
            : path.StartsWith("C:", StringComparison.Ordinal) ? windows ? path : ""
            : windows ? "" : environment.MapPath(path);
    }

    // <root>/**/certifi/cacert.pem, where packages lie: at most as deep as <root>/<version>/lib/python3.x/site-packages/pip/_vendor/certifi.
    private static IEnumerable<string> Certifi(string root)
    {
        if (root.Length == 0 || !Directory.Exists(root))
        {
            yield break;
        }

        EnumerationOptions options = new() { IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint };
        Queue<(string Folder, int Depth)> open = new([(root, 0)]);
        int visited = 0;
        while (open.TryDequeue(out var next) && visited++ < 5000)
        {
            foreach (string package in new[] { "certifi/cacert.pem", "pip/_vendor/certifi/cacert.pem", "botocore/cacert.pem" })
            {
                string file = Path.Combine(next.Folder, package);
                if (File.Exists(file))
                {
                    yield return file;
                }
            }

            string name = Path.GetFileName(next.Folder);
            if (next.Depth >= 5 || name is "site-packages" or "dist-packages")
            {
                continue;
            }

            foreach (string folder in Directory.EnumerateDirectories(next.Folder, "*", options))
            {
                string child = Path.GetFileName(folder);

                // Only what leads to packages: an environment, a version, lib, pythonX.Y, site-packages.
                bool leads = next.Depth == 0 && root.Contains("lib", StringComparison.Ordinal) ? child.StartsWith("python", StringComparison.OrdinalIgnoreCase)
                    : next.Depth == 0 || child is "lib" or "Lib" or "lib64" or "envs" or "site-packages" or "dist-packages"
                        || child.StartsWith("python", StringComparison.OrdinalIgnoreCase) || Path.GetFileName(next.Folder) == "envs";
                if (leads)
                {
                    open.Enqueue((folder, next.Depth + 1));
                }
            }
        }
    }

    private static string[] Folders(string root)
    {
        if (root.Length == 0 || !Directory.Exists(root))
        {
            return [];
        }

        try
        {
            return Directory.GetDirectories(root, "*", new EnumerationOptions { IgnoreInaccessible = true });
        }
        catch (Exception fault) when (StoreFile.IsFileFault(fault))
        {
            return [];
        }
    }

    // The file behind links, so that one bundle is read once under its many names; null where there is nothing.
    private static string? Real(string path)
    {
        try
        {
            FileSystemInfo info = Directory.Exists(path) ? new DirectoryInfo(path) : new FileInfo(path);
            return info.Exists ? info.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? info.FullName : null;
        }
        catch (Exception fault) when (StoreFile.IsFileFault(fault))
        {
            return null;
        }
    }
}
