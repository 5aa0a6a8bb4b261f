using TlsTrust.Environment.Inspection;
using TlsTrust.Environment.Machines;
using TlsTrust.Environment.Provisioning.Records;
using TlsTrust.Environment.Provisioning.Requests;
using TlsTrust.Stores;

namespace TlsTrust.Environment.Discovery;

/// <summary>Finds the trust stores that lie around: each distribution's bundles and directories, certifi in every Python and virtual
/// environment, every JDK's cacerts, Git's bundle, what Node.js adds, and what was provisioned.</summary>
public static class StoreDiscovery
{
    /// <summary>
    /// Folders looked through below home and project for virtual environments; a home has thousands, and this is no search of the disk.
    /// </summary>
    private const int MaximumFolders = 20_000;

    /// <summary>Virtual environments lie in projects, projects in a folder of projects.</summary>
    private const int MaximumDepth = 4;

    private static readonly string[] PackageFolders = ["lib/python3*/site-packages", "Lib/site-packages"];

    // Packages of a language that are large and hold no certifi.
    private static readonly string[] Skipped = ["node_modules", ".git", ".cargo", ".rustup", ".nuget", ".cache", "proc", "sys"];

    /// <summary>The stores, each place once.</summary>
    public static IEnumerable<FoundTrustStore> Find(IMachine machine, PublicRootSet? publicRoots = null)
    {
        AnchorReading reading = new();
        PublicRootSet known = publicRoots ?? PublicRootSet.BuiltIn;
        HashSet<string> seen = new(machine.PathComparer());
        foreach ((string kind, string path) in All(machine).Select(found => (found.Kind, Spelled(machine, found.Path)))
            .Where(found => seen.Add(found.Item2)))
        {
            bool isFolder = Directory.Exists(path);
            if (!isFolder && !File.Exists(path))
            {
                continue;
            }

            // Fedora's directory holds a bundle and no hashed names: for a folder of the system that is its custom and no mistake.
            AnchorPart part = isFolder ? reading.Folder(path, "openssl", hashed: true)
                : reading.File(path, kind == "JavaKeyStore" || path.EndsWith(".p12", StringComparison.Ordinal) ? "java" : "openssl");
            yield return new FoundTrustStore
            {
                Kind = kind,
                Location = path,
                Target = MachinePaths.Resolved(path),
                AnchorCount = part.Anchors.Count,
                PublicRootCount = part.Anchors.Count(known.Contains),
                Status = part.Status,
                Detail = part.Detail,
            };
        }
    }

    // Windows takes both slashes; what is shown, and compared, has one.
    private static string Spelled(IMachine machine, string path) =>
        machine.Platform == StorePlatform.Windows ? Path.GetFullPath(path) : path;

    private static IEnumerable<(string Kind, string Path)> All(IMachine machine)
    {
        foreach ((StoreKind kind, string path) in KnownStores.Find(new StoreView(machine))
            .Where(found => found.Kind != StoreKind.SystemSource))
        {
            // conda keeps a copy of certifi's list under a name of its own.
            yield return ((kind == StoreKind.Conda ? StoreKind.Certifi : kind).ToString(), path);
        }

        if (machine.Variable("NODE_EXTRA_CA_CERTS") is { } extra)
        {
            yield return ("NodeExtra", machine.Locate(extra));
        }

        foreach (string environment in VirtualEnvironments(machine))
        {
            foreach (string path in PackageFolders.SelectMany(folder =>
                KnownStores.PackageFiles.SelectMany(file => PathPattern.Glob($"{environment}/{folder}/{file}"))))
            {
                yield return ("Certifi", path);
            }
        }

        foreach (TrustScope scope in new[] { TrustScope.Process, TrustScope.User, TrustScope.Machine })
        {
            if (Record(machine, scope) is { } record)
            {
                foreach (string path in new[] { record.Bundle, record.CaOnlyBundle, record.KeyStore, record.Directory }.OfType<string>())
                {
                    yield return ("Provisioned", path);
                }
            }
        }
    }

    private static ProvisionRecord? Record(IMachine machine, TrustScope scope)
    {
        try
        {
            return ProvisionRecord.Read(machine, scope);
        }
        catch (ProvisioningException)
        {
            return null; // another user's record of the machine scope
        }
    }

    // A virtual environment is a folder with pyvenv.cfg.
    private static IEnumerable<string> VirtualEnvironments(IMachine machine)
    {
        Queue<(string Folder, int Depth)> open = new([(machine.WorkingDirectory, 0), (machine.Home, 0)]);
        HashSet<string> seen = new(machine.PathComparer());
        while (open.TryDequeue(out (string Folder, int Depth) next) && seen.Count < MaximumFolders)
        {
            if (!seen.Add(next.Folder))
            {
                continue;
            }

            if (File.Exists(Path.Combine(next.Folder, "pyvenv.cfg")))
            {
                yield return next.Folder;
                continue;
            }

            if (next.Depth == MaximumDepth)
            {
                continue;
            }

            foreach (string folder in Folders(next.Folder)
                .Where(folder => !Skipped.Contains(Path.GetFileName(folder)) && new DirectoryInfo(folder).LinkTarget is null))
            {
                open.Enqueue((folder, next.Depth + 1));
            }
        }
    }

    private static string[] Folders(string folder)
    {
        try
        {
            return Directory.GetDirectories(folder);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
