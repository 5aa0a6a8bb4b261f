using TlsTrust.Certificates;
using TlsTrust.Environment.Machines;
using TlsTrust.Environment.Provisioning.Records;
using TlsTrust.Environment.Provisioning.Requests;
using TlsTrust.Environment.Provisioning.Writing;
using TlsTrust.Files;

namespace TlsTrust.Environment.Provisioning.Planning;

/// <summary>A plan while it is made. It leaves the planner only as a <see cref="ProvisionPlan"/>.</summary>
internal sealed class PlanDraft(ProvisionRequest request, ProvisionRecord? record, string bundle)
{
    public ProvisionRequest Request { get; } = request;

    /// <summary>What was provisioned for the scope before.</summary>
    public ProvisionRecord? Record { get; } = record;

    public string Bundle { get; } = bundle;

    /// <summary>The folder in which all of ours lies together.</summary>
    public string Folder => Path.GetDirectoryName(Bundle)!;

    public IReadOnlyList<Certificate> Anchors { get; set; } = [];

    public BundleParts Parts { get; set; } = new([], [], []);

    /// <summary>A store that its owner renews and that the bundle is a link to; null for a bundle of our own.</summary>
    public string? Link { get; set; }

    public string? CaOnlyBundle { get; set; }

    public string? Directory { get; set; }

    public string? KeyStore { get; set; }

    public SortedDictionary<string, string> Variables { get; } = new(LocalMachine.VariableNames);

    /// <summary>Start-up files of ours, by path.</summary>
    public SortedDictionary<string, byte[]> StartFiles { get; } = new(StringComparer.Ordinal);

    /// <summary>Configuration files that get the bundle's path.</summary>
    public List<PlannedFile> Configuration { get; } = [];

    /// <summary>Where the public roots are from.</summary>
    public string RootSource { get; set; } = string.Empty;

    /// <summary>What is put into system stores.</summary>
    public List<PlannedSystemStore> SystemStores { get; } = [];

    public List<TrustEnvironmentChange> Changes { get; } = [];

    /// <summary>Programs that will not read what is set for them.</summary>
    public HashSet<string> Overridden { get; } = [];

    public List<string> Notes { get; } = [];

    public List<string> Warnings { get; } = [];

    /// <summary>Our own files with what they will hold.</summary>
    public SortedDictionary<string, byte[]> OwnFiles()
    {
        SortedDictionary<string, byte[]> files = new(StartFiles, StringComparer.Ordinal) { [Bundle] = BundleComposer.Pem(Parts) };
        if (CaOnlyBundle is not null)
        {
            files[CaOnlyBundle] = BundleComposer.Pem(Parts, withRoots: false);
        }

        if (KeyStore is not null)
        {
            files[KeyStore] = BundleComposer.KeyStore(Parts.All);
        }

        return files;
    }

    /// <summary>Our stores with what programs will find in them.</summary>
    public Dictionary<string, IReadOnlyList<Certificate>> Stores()
    {
        Dictionary<string, IReadOnlyList<Certificate>> stores = new(StringComparer.Ordinal) { [Bundle] = Parts.All };
        if (CaOnlyBundle is not null)
        {
            stores[CaOnlyBundle] = [.. Parts.Added.Concat(Parts.Kept.Select(kept => kept.Certificate)).Distinct()];
        }

        if (KeyStore is not null)
        {
            stores[KeyStore] = Parts.All;
        }

        if (Directory is not null)
        {
            stores[Directory] = Parts.All;
        }

        return stores;
    }

    /// <summary>True when the bundle can be somebody's file itself: nothing is added to it.</summary>
    public bool IsLink => Link is not null && Parts.Added.Count == 0 && Parts.Kept.Count == 0;

    /// <summary>What a file holds now; null when it is not there.</summary>
    public static byte[]? Content(string path) => File.Exists(path) ? InputFile.ReadAllBytes(path) : null;
}
