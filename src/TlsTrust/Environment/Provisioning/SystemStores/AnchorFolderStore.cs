using System.Text;
using TlsTrust.Certificates;
using TlsTrust.Environment.Machines;
using TlsTrust.Files;
using TlsTrust.Stores;

namespace TlsTrust.Environment.Provisioning.SystemStores;

/// <summary>A distribution's folder of anchors: one file a certificate, and the distribution's tool makes all of its stores anew.</summary>
internal sealed class AnchorFolderStore : ISystemStore
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5); // hooks that make key stores start a JVM

    private static readonly AnchorFolder[] Known =
    [
        new("/etc/pki/ca-trust/source/anchors", ".pem", "update-ca-trust", []), // Fedora, Red Hat
        new("/etc/ca-certificates/trust-source/anchors", ".crt", "update-ca-trust", []), // Arch
        new("/etc/pki/trust/anchors", ".pem", "update-ca-certificates", []), // SUSE
        new("/usr/local/share/ca-certificates", ".crt", "update-ca-certificates", ["/etc/ssl/certs"]), // Debian, Ubuntu, Alpine
    ];

    private readonly IMachine _machine;
    private readonly AnchorFolder _facts;
    private readonly string _folder;
    private readonly string _tool;

    private AnchorFolderStore(IMachine machine, AnchorFolder facts, string tool)
    {
        _machine = machine;
        _facts = facts;
        _folder = machine.Locate(facts.Folder);
        _tool = tool;
    }

    /// <inheritdoc/>
    public string Id => _facts.Folder;

    /// <summary>The machine's; null where none of the known ones is there.</summary>
    public static AnchorFolderStore? Find(IMachine machine) =>
        Known.Select(facts => Open(machine, facts)).FirstOrDefault(store => store is not null);

    /// <inheritdoc/>
    public bool Holds(Certificate anchor) =>
        TrustStores.Default(new StoreView(_machine)).Anchors.Any(stored => stored.Certificate.Equals(anchor));

    /// <inheritdoc/>
    public IReadOnlyList<string> Steps(IReadOnlyList<Certificate> anchors) =>
        [.. anchors.Select(PathOf), string.Join(' ', Arguments().Prepend(_tool))];

    /// <inheritdoc/>
    public void Add(IReadOnlyList<Certificate> anchors)
    {
        string[] written = [.. anchors.Select(PathOf).Where(path => !File.Exists(path))];
        foreach (Certificate anchor in anchors)
        {
            // Its last line must end: Alpine's tool puts files together byte for byte.
            GuardedFile.Write(PathOf(anchor), Encoding.ASCII.GetBytes(anchor.ToPem().ReplaceLineEndings("\n").TrimEnd('\n') + "\n"));
        }

        if (Run() is { } fault)
        {
            foreach (string path in written)
            {
                File.Delete(path);
            }

            throw new IOException($"{_tool} failed: {fault}");
        }
    }

    /// <inheritdoc/>
    public void Remove(IReadOnlyList<Certificate> anchors)
    {
        foreach (Certificate anchor in anchors)
        {
            File.Delete(PathOf(anchor));
            AtomicFile.ClearAfterKill(PathOf(anchor));
        }

        // Debian's tool leaves links to a file that is gone.
        foreach (string folder in _facts.LinkFolders.Select(_machine.Locate).Where(Directory.Exists))
        {
            HashSet<string> ours = [.. anchors.Select(OwnName.Of)];
            string[] links =
                [.. Directory.EnumerateFileSystemEntries(folder)
                    .Where(path => new FileInfo(path).LinkTarget is { } target && ours.Contains(Path.GetFileNameWithoutExtension(target)))];
            foreach (string link in links)
            {
                File.Delete(link);
            }
        }

        if (Run() is { } fault)
        {
            throw new IOException($"{_tool} failed: {fault}");
        }
    }

    private static AnchorFolderStore? Open(IMachine machine, AnchorFolder facts) =>
        machine.Platform == StorePlatform.Linux && Directory.Exists(machine.Locate(facts.Folder))
            && SystemTool.Find(machine, facts.Tool) is { } tool ? new AnchorFolderStore(machine, facts, tool) : null;

    private string PathOf(Certificate anchor) => Path.Combine(_folder, OwnName.Of(anchor) + _facts.Ending);

    // Debian's tool appends to what a killed run of it has begun, and so would bring a removed CA back.
    private string? Run()
    {
        foreach (string folder in _facts.LinkFolders)
        {
            File.Delete(_machine.Locate($"{folder}/ca-certificates.crt.new"));
        }

        return RunTool();
    }

    private string? RunTool() =>
        _machine.Run(_tool, Arguments(), Limit, SystemTool.Surroundings(_machine)) is not { } answer ? "it gave no answer"
        : answer.ExitCode == 0 ? null
        : $"exit code {answer.ExitCode}: {(answer.Error.Trim().Length > 0 ? answer.Error.Trim() : answer.Output.Trim())}";

    // In a root of its own Debian's tool is told where everything is.
    private string[] Arguments() => _machine.Root is "/" or "" || _facts.Tool != "update-ca-certificates" ? []
        :
        [
            "--certsconf", _machine.Locate("/etc/ca-certificates.conf"), "--certsdir", _machine.Locate("/usr/share/ca-certificates"),
                "--localcertsdir", _folder,
            "--etccertsdir", _machine.Locate("/etc/ssl/certs"), "--hooksdir", _machine.Locate("/etc/ca-certificates/update.d"),
        ];

    /// <param name="Folder">Where a CA is put.</param>
    /// <param name="Ending">The ending that its tool sees.</param>
    /// <param name="Tool">The tool that makes the stores.</param>
    /// <param name="LinkFolders">Folders in which the tool leaves links to what is gone.</param>
    private sealed record AnchorFolder(string Folder, string Ending, string Tool, string[] LinkFolders);
}
