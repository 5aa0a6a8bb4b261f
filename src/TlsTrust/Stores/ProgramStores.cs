namespace TlsTrust.Stores;

/// <summary>A store of a program, or of the system, that lies on this machine.</summary>
/// <param name="Program">Whose it is.</param>
/// <param name="Path">File or directory.</param>
public sealed record ProgramStore(string Program, string Path)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Program} {Path}";
}

/// <summary>
/// The stores that lie around on a machine, to look issuers up in: what variables name, and every place of <see cref="KnownStores"/>. They
/// are searched, never trusted.
/// </summary>
public static class ProgramStores
{
    /// <summary>500 stores: a machine with many virtual environments has some dozens; beyond it, all are copies of each other.</summary>
    public const int MaxStores = 500;

    /// <summary>The stores of the machine, each file once, in the order: variables, then the table's.</summary>
    public static IReadOnlyList<ProgramStore> Find(IMachineEnvironment environment)
    {
        List<ProgramStore> stores = [];
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (string variable in KnownStores.Variables)
        {
            foreach (string path in Paths(environment, variable))
            {
                Add(variable, path);
            }
        }

        foreach ((StoreKind kind, string path) in KnownStores.Find(environment).Where(found => found.Kind != StoreKind.SystemDirectory))
        {
            Add(Word(kind), path);
        }

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

    private static string[] Paths(IMachineEnvironment environment, string variable)
    {
        char separator = environment.Platform == StorePlatform.Windows ? ';' : ':';
        return environment.GetVariable(variable) is not { Length: > 0 } value ? []
            : variable == "SSL_CERT_DIR" ? value.Split(separator, StringSplitOptions.RemoveEmptyEntries)
            : [value];
    }

    private static string Word(StoreKind kind) => kind switch
    {
        StoreKind.GitBundle => "Git",
        StoreKind.Certifi => "certifi",
        StoreKind.Conda => "conda",
        StoreKind.JavaKeyStore => "Java",
        _ => "system",
    };

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
