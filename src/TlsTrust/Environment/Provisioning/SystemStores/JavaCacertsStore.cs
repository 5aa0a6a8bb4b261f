using TlsTrust.Certificates;
using TlsTrust.Environment.Inspection;
using TlsTrust.Environment.Machines;
using TlsTrust.Environment.Provisioning.Writing;
using TlsTrust.Files;
using TlsTrust.Stores;

namespace TlsTrust.Environment.Provisioning.SystemStores;

/// <summary>
/// cacerts of a JDK, by keytool on a copy: keytool writes in place, and a run that is killed must leave the old or the new store whole.
/// </summary>
internal sealed class JavaCacertsStore(IMachine machine, string path, string keytool) : ISystemStore
{
    private const string Prefix = "java:";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1); // a JVM on a busy machine

    /// <inheritdoc/>
    public string Id => Prefix + path;

    /// <summary>Those of every JDK, each file once.</summary>
    public static IEnumerable<JavaCacertsStore> Find(IMachine machine)
    {
        if (SystemTool.Find(machine, "keytool") is not { } keytool)
        {
            yield break;
        }

        HashSet<string> seen = new(machine.PathComparer());
        foreach ((StoreKind kind, string found) in KnownStores.Find(new StoreView(machine)))
        {
            string real = MachinePaths.Resolved(found);
            if (kind == StoreKind.JavaKeyStore && Path.GetFileName(found) != "jssecacerts" && File.Exists(real) && seen.Add(real))
            {
                yield return new JavaCacertsStore(machine, real, keytool);
            }
        }
    }

    /// <summary>The store of an id; null for another kind's.</summary>
    public static JavaCacertsStore? Open(IMachine machine, string id) =>
        id.StartsWith(Prefix, StringComparison.Ordinal)
            && SystemTool.Find(machine, "keytool") is { } keytool
            ? new JavaCacertsStore(machine, id[Prefix.Length..], keytool)
            : null;

    /// <inheritdoc/>
    public byte[]? Content => File.Exists(path) ? InputFile.ReadAllBytes(path) : null;

    /// <inheritdoc/>
    public void PutBack(byte[] content) => OnCopy((copy, folder) =>
    {
        string earlier = Path.Combine(folder, "earlier");
        File.WriteAllBytes(earlier, content);
        AnchorReading reading = new();
        IReadOnlyList<Certificate> now = reading.File(copy, "java").Anchors, then = reading.File(earlier, "java").Anchors;
        if (now.Count == then.Count && now.ToHashSet().SetEquals(then))
        {
            File.WriteAllBytes(copy, content);
        }
    });

    /// <inheritdoc/>
    public bool Holds(Certificate anchor) => File.Exists(path) && new AnchorReading().File(path, "java").Anchors.Contains(anchor);

    /// <inheritdoc/>
    public IReadOnlyList<string> Steps(IReadOnlyList<Certificate> anchors) =>
        [path, .. anchors.Select(anchor => $"keytool -importcert -noprompt -alias {OwnName.Of(anchor)} -keystore {path}")];

    /// <inheritdoc/>
    public void Add(IReadOnlyList<Certificate> anchors) => OnCopy((copy, folder) =>
    {
        foreach (Certificate anchor in anchors.Where(anchor => !Holds(anchor)))
        {
            string file = Path.Combine(folder, "ca.der");
            File.WriteAllBytes(file, anchor.RawData.ToArray());
            Keytool("-importcert", "-noprompt", "-alias", OwnName.Of(anchor), "-keystore", copy, "-storepass",
                BundleComposer.KeyStorePassword, "-file", file);
        }
    });

    /// <inheritdoc/>
    public void Remove(IReadOnlyList<Certificate> anchors) => OnCopy((copy, _) =>
    {
        // Debian's hook adds local CAs under a name of its own, and never takes one out.
        foreach (string alias in anchors.SelectMany(anchor => new[] { OwnName.Of(anchor), $"debian:{OwnName.Of(anchor)}.pem" })
            .Where(alias => Has(copy, alias)))
        {
            Keytool("-delete", "-alias", alias, "-keystore", copy, "-storepass", BundleComposer.KeyStorePassword);
        }
    });

    private void OnCopy(Action<string, string> change)
    {
        if (!File.Exists(path))
        {
            return; // the JDK is gone
        }

        DirectoryInfo folder = Directory.CreateTempSubdirectory("tlstrust-");
        try
        {
            byte[] before = InputFile.ReadAllBytes(path);
            string copy = Path.Combine(folder.FullName, "cacerts");
            File.WriteAllBytes(copy, before);
            change(copy, folder.FullName);
            byte[] after = InputFile.ReadAllBytes(copy);
            if (!after.AsSpan().SequenceEqual(before))
            {
                AtomicFile.Write(path, after, new AtomicWriteOptions { Expected = before });
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private bool Has(string copy, string alias) =>
        machine.Run(keytool, ["-list", "-alias", alias, "-keystore", copy, "-storepass", BundleComposer.KeyStorePassword],
            Limit) is { ExitCode: 0 };

    private void Keytool(params string[] arguments)
    {
        if (machine.Run(keytool, arguments, Limit) is not { ExitCode: 0 })
        {
            throw new IOException($"keytool could not change '{path}'; nothing was changed. Its password may not be the customary one.");
        }
    }
}
