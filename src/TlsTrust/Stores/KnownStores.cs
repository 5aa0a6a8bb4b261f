namespace TlsTrust.Stores;

/// <summary>What a place holds.</summary>
internal enum StoreKind
{
    /// <summary>The bundle of a distribution, one file under several names.</summary>
    SystemBundle,

    /// <summary>The directory beside it.</summary>
    SystemDirectory,

    /// <summary>Certificates that the system's tool makes its stores of.</summary>
    SystemSource,

    /// <summary>The bundle that comes with Git.</summary>
    GitBundle,

    /// <summary>certifi, of Python or of a tool made with it.</summary>
    Certifi,

    /// <summary>conda's own bundle.</summary>
    Conda,

    /// <summary>The key store of a JDK.</summary>
    JavaKeyStore,
}

/// <summary>A place where a store lies.</summary>
/// <param name="Kind">What it holds.</param>
/// <param name="Pattern">Path with <c>~</c>, names in braces and <c>*</c>, as <see cref="PathPattern"/> reads it.</param>
/// <param name="Rank">For bundles of the system: in which order programs that search look (Go, curl, composer); 0 for those that none
/// does.</param>
internal sealed record StorePlace(StoreKind Kind, string Pattern, int Rank = 0);

/// <summary>
/// The one table of places of stores: what programs have by default, what is shown and what is searched for issuers are read from it.
/// </summary>
internal static class KnownStores
{
    /// <summary>OPENSSLDIR is fixed when OpenSSL is built; these are the values of the distributions. Where two exist the first is
    /// the one that OpenSSL was built with: /etc/ssl is there on all of them, the others only where they count.</summary>
    public static readonly IReadOnlyList<string> OpenSslHomes =
    [
        "/usr/lib/ssl", // Debian, Ubuntu
        "/etc/pki/tls", // Fedora, Red Hat, Amazon Linux
        "/etc/ssl", // Alpine, Arch, SUSE, Gentoo, the BSDs
        "/usr/local/etc/openssl@3", "/opt/homebrew/etc/openssl@3", // Homebrew
        "/usr/local/ssl", // OpenSSL's own default
    ];

    /// <summary>
    /// In a JDK's home, in the order in which JSSE looks: it prefers jssecacerts; the third is where a JDK 8 keeps it, the last the layout
    /// of macOS.
    /// </summary>
    public static readonly IReadOnlyList<string> JavaFiles =
        ["lib/security/jssecacerts", "lib/security/cacerts", "jre/lib/security/cacerts", "Contents/Home/lib/security/cacerts"];

    /// <summary>Directories that Go reads, every file of them.</summary>
    public static readonly IReadOnlyList<string> GoDirectories = ["/etc/ssl/certs", "/etc/pki/tls/certs"];

    /// <summary>Homes of JDKs, of IDEs with a JDK inside, and of Android's.</summary>
    public static readonly IReadOnlyList<string> JavaHomes =
    [
        "{env:JAVA_HOME}", "{env:JDK_HOME}", "/usr/lib/jvm/*", "/usr/java/*", "/opt/java/*", "/opt/*", "/opt/*/jbr",
            "~/.sdkman/candidates/java/*", "~/.jdks/*", "~/.gradle/jdks/*",
        "/Library/Java/JavaVirtualMachines/*", "~/Library/Java/JavaVirtualMachines/*",
        "{programfiles}/Java/*", "{programfiles}/Eclipse Adoptium/*", "{programfiles}/Microsoft/*", "{programfiles}/Zulu/*",
            "{programfiles}/Amazon Corretto/*", "{programfiles}/BellSoft/*", "{programfiles}/Semeru/*", "{programfiles}/SapMachine/*",
            "{env:LOCALAPPDATA}/Programs/Eclipse Adoptium/*", "~/scoop/apps/*jdk*/current",
    ];

    // Folders with Python's packages.
    private static readonly string[] Packages =
    [
        "{env:VIRTUAL_ENV}/lib/python3*/site-packages", "{env:VIRTUAL_ENV}/Lib/site-packages",
            "{env:CONDA_PREFIX}/lib/python3*/site-packages", "{env:CONDA_PREFIX}/Lib/site-packages",
        "/usr/lib/python3/dist-packages", "/usr/lib/python3*/site-packages", "/usr/lib64/python3*/site-packages",
            "/usr/local/lib/python3*/dist-packages", "/usr/local/lib/python3*/site-packages",
        "/opt/az/lib/python3*/site-packages", "/opt/*conda*/lib/python3*/site-packages", "/opt/*conda*/envs/*/lib/python3*/site-packages",
        "~/.local/lib/python3*/site-packages", "~/.pyenv/versions/*/lib/python3*/site-packages", "~/*conda*/lib/python3*/site-packages",
            "~/*conda*/envs/*/lib/python3*/site-packages",
        "~/*forge*/lib/python3*/site-packages", "~/*forge*/envs/*/lib/python3*/site-packages",
        "~/.local/pipx/venvs/*/lib/python3*/site-packages", "~/.local/share/pipx/venvs/*/lib/python3*/site-packages",
            "~/.virtualenvs/*/lib/python3*/site-packages",
        "~/AppData/Local/Programs/Python/*/Lib/site-packages", "~/AppData/Roaming/Python/*/site-packages",
            "~/scoop/apps/python*/current/Lib/site-packages", "{programfiles}/Python3*/Lib/site-packages",
        "{programdata}/*conda3/Lib/site-packages", "~/*conda3/Lib/site-packages", "~/*conda3/envs/*/Lib/site-packages",
            "/Library/Frameworks/Python.framework/Versions/*/lib/python3*/site-packages",
    ];

    private static readonly string[] CondaHomes =
        ["{env:CONDA_PREFIX}", "/opt/*conda*", "/opt/*conda*/envs/*", "~/*conda*", "~/*conda*/envs/*", "~/*forge*", "~/*forge*/envs/*",
            "{programdata}/*conda3", "{programdata}/*conda3/envs/*"];

    // The second on Windows: the recipe of ca-certificates puts it into LIBRARY_PREFIX there.
    private static readonly string[] CondaFiles = ["ssl/cacert.pem", "Library/ssl/cacert.pem"];

    /// <summary>Below a folder of packages: certifi, pip's own copy of it, and botocore's.</summary>
    public static readonly IReadOnlyList<string> PackageFiles =
        ["certifi/cacert.pem", "pip/_vendor/certifi/cacert.pem", "botocore/cacert.pem"];

    /// <summary>All places.</summary>
    public static IReadOnlyList<StorePlace> Places { get; } =
    [
        new(StoreKind.SystemBundle, "/etc/ssl/certs/ca-certificates.crt", 1), // Debian, Ubuntu, Gentoo
        new(StoreKind.SystemBundle, "/etc/pki/tls/certs/ca-bundle.crt", 2), // Fedora, Red Hat 6
        new(StoreKind.SystemBundle, "/etc/ssl/ca-bundle.pem", 3), // SUSE
        new(StoreKind.SystemBundle, "/etc/pki/tls/cacert.pem", 4), // OpenELEC
        new(StoreKind.SystemBundle, "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", 5), // Red Hat 7
        new(StoreKind.SystemBundle, "/etc/ssl/cert.pem", 6), // Alpine
        new(StoreKind.SystemBundle, "/usr/lib/ssl/cert.pem"),
        new(StoreKind.SystemBundle, "/etc/pki/tls/cert.pem"),
        new(StoreKind.SystemBundle, "/var/lib/ca-certificates/ca-bundle.pem"),
        new(StoreKind.SystemBundle, "/usr/local/share/certs/ca-root-nss.crt"),
        new(StoreKind.SystemBundle, "/opt/homebrew/etc/openssl@3/cert.pem"),
        new(StoreKind.SystemBundle, "/usr/local/etc/openssl@3/cert.pem"),
        new(StoreKind.SystemBundle, "/opt/homebrew/etc/ca-certificates/cert.pem"),
        new(StoreKind.SystemDirectory, "/etc/ssl/certs"),
        new(StoreKind.SystemDirectory, "/usr/lib/ssl/certs"),
        new(StoreKind.SystemDirectory, "/etc/pki/tls/certs"),
        new(StoreKind.SystemDirectory, "/var/lib/ca-certificates/openssl"),
        new(StoreKind.SystemSource, "/usr/share/ca-certificates"),
        new(StoreKind.SystemSource, "/usr/local/share/ca-certificates"),
        new(StoreKind.SystemSource, "/etc/pki/ca-trust/source/anchors"),
        new(StoreKind.SystemSource, "/etc/ca-certificates/trust-source/anchors"),
        new(StoreKind.GitBundle, "{programfiles}/Git/mingw64/etc/ssl/certs/ca-bundle.crt", 1),
        new(StoreKind.GitBundle, "{programfiles}/Git/mingw64/ssl/certs/ca-bundle.crt", 2),
        new(StoreKind.GitBundle, "{programfiles}/Git/usr/ssl/certs/ca-bundle.crt", 3),
        new(StoreKind.GitBundle, "~/AppData/Local/Programs/Git/mingw64/etc/ssl/certs/ca-bundle.crt", 4),
        new(StoreKind.GitBundle, "~/scoop/apps/git/current/mingw64/etc/ssl/certs/ca-bundle.crt", 5),
        .. Packages.SelectMany(folder => PackageFiles.Select(file => new StorePlace(StoreKind.Certifi, $"{folder}/{file}"))),
        .. CondaHomes.SelectMany(home => CondaFiles.Select(file => new StorePlace(StoreKind.Conda, $"{home}/{file}"))),
        new(StoreKind.JavaKeyStore, "/etc/ssl/certs/java/cacerts"),
        new(StoreKind.JavaKeyStore, "/etc/pki/ca-trust/extracted/java/cacerts"),
        new(StoreKind.JavaKeyStore, "/var/lib/ca-certificates/java-cacerts"),
        .. JavaHomes.SelectMany(home => JavaFiles.Select(file => new StorePlace(StoreKind.JavaKeyStore, $"{home}/{file}"))),
    ];

    /// <summary>Variables that name a file or a directory of anchors; a test holds them against the catalogue of programs.</summary>
    public static IReadOnlyList<string> Variables { get; } =
    [
        "SSL_CERT_FILE", "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "GIT_SSL_CAINFO", "GIT_SSL_CAPATH",
            "PIP_CERT", "AWS_CA_BUNDLE",
        "CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE", "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH", "HTTPLIB2_CA_CERTS", "NIX_SSL_CERT_FILE",
            "CARGO_HTTP_CAINFO",
        "DENO_CERT", "PERL_LWP_SSL_CA_FILE", "PERL_LWP_SSL_CA_PATH", "HTTPS_CA_FILE", "HEX_CACERTS_PATH", "VAULT_CACERT", "VAULT_CAPATH",
            "npm_config_cafile", "pnpm_config_cafile",
        "YARN_CAFILE", "YARN_HTTPS_CA_FILE_PATH", "BUNDLE_SSL_CA_CERT", "COMPOSER_CAFILE", "CONDA_SSL_VERIFY", "HELM_KUBECAFILE",
            "PGSSLROOTCERT", "LDAPTLS_CACERT", "LDAPTLS_CACERTDIR",
    ];

    /// <summary>The places of a kind, in the order in which programs that search look.</summary>
    public static IEnumerable<string> InOrder(StoreKind kind) =>
        Places.Where(place => place.Kind == kind && place.Rank > 0).OrderBy(place => place.Rank).Select(place => place.Pattern);

    /// <summary>The file or directory at a place, each place that is there, in the table's order.</summary>
    public static IEnumerable<(StoreKind Kind, string Path)> Find(IMachineEnvironment environment)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (StorePlace place in Places)
        {
            foreach (string path in PathPattern.Expand(place.Pattern, environment)
                .Where(path => (File.Exists(path) || Directory.Exists(path)) && seen.Add(path)))
            {
                yield return (place.Kind, path);
            }
        }
    }
}
