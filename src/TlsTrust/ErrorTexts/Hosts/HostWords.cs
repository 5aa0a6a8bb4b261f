namespace TlsTrust.ErrorTexts.Hosts;

/// <summary>What tells a host and its port from other words around a colon.</summary>
internal static class HostWords
{
    internal static readonly HashSet<string> Schemes = new(StringComparer.OrdinalIgnoreCase)
    {
        "https", "wss", "ftps", "ldap", "ldaps", "imap", "imaps", "pop3", "pop3s", "smtp", "smtps", "amqps", "mqtts", "rediss", "xmpp",
            "xmpps",
        "postgres", "postgresql", "mysql", "mariadb", "tls", "ssl", "h2", "grpcs", "svn", "docker", "tcp", "sips", "ircs", "nats",
            "mongodb", "amqp", "mqtt", "redis",
    };

    // Schemes that Endpoint knows no service of; their ports are those of the TLS form.
    internal static readonly Dictionary<string, int> PlainSchemes = new(StringComparer.OrdinalIgnoreCase)
    {
        ["tcp"] = 443, ["docker"] = 443, ["h2"] = 443, ["grpcs"] = 443, ["svn"] = 443, ["nats"] = 4222, ["mongodb"] = 27017,
            ["amqp"] = 5671,
        ["mqtt"] = 8883, ["redis"] = 6379,
    };

    // What speaks no TLS: proxies and responders of revocation are named by these.
    internal static readonly HashSet<string> PlainWeb = new(StringComparer.OrdinalIgnoreCase)
    {
        "http", "ws", "ftp", "file", "git", "ssh", "sftp", "socks4", "socks5", "socks5h", "udp", "unix", "data", "jar", "npipe", "dns",
    };

    // Line numbers of source files look like ports.
    internal static readonly HashSet<string> FileEndings = new(StringComparer.OrdinalIgnoreCase)
    {
        "java", "kt", "kts", "scala", "groovy", "gradle", "clj", "py", "pyx", "rb", "php", "pl", "pm", "js", "mjs", "cjs", "ts", "tsx",
            "jsx",
        "vue", "go", "rs", "c", "cc", "cpp", "cxx", "h", "hpp", "m", "mm", "swift", "cs", "fs", "vb", "ps1", "psm1", "sh", "bash", "lua",
            "ex",
        "exs", "erl", "hs", "ml", "dart", "r", "jl", "sql", "yml", "yaml", "json", "xml", "toml", "ini", "conf", "cfg", "log", "txt", "md",
        "html", "css", "tf", "hcl", "proto", "dll", "exe", "so", "jar", "pem", "crt", "key", "csr", "cer", "jks", "pfx", "tgz", "gz", "zip",
    };

    // Some of those endings are countries; there these ports, rare as line numbers, make the difference.
    internal static readonly HashSet<int> TlsPorts = [443, 465, 563, 587, 636, 853, 989, 990, 992, 993, 994, 995, 5061, 6697];
}
