using TlsTrust.Environment.Provisioning.Requests;
using TlsTrust.Environment.Provisioning.Writing;

namespace TlsTrust.Environment.Provisioning.Targets;

/// <summary>
/// The lines of a target that is text: one adapter for each, which says where the files lie there and writes what its reader takes.
/// </summary>
internal static class TargetText
{
    /// <summary>Where the files of a target lie that is an image, a container or another machine.</summary>
    public const string ThereFolder = "/usr/local/share/tlstrust";

    private static readonly Dictionary<ProvisionTarget, Adapter> Adapters = new()
    {
        [ProvisionTarget.GitHubActions] = Line(ProvisionTarget.GitHubActions),
        [ProvisionTarget.AzurePipelines] = Line(ProvisionTarget.AzurePipelines),
        [ProvisionTarget.Bash] = Line(ProvisionTarget.Bash),
        [ProvisionTarget.PowerShell] = Line(ProvisionTarget.PowerShell),
        [ProvisionTarget.Cmd] = Line(ProvisionTarget.Cmd),
        [ProvisionTarget.Dockerfile] = new(DockerfileText.FolderThere, DockerfileText.Lines, IsContext: true),
        [ProvisionTarget.Kubernetes] = new(_ => ThereFolder, KubernetesText.Lines, IsContext: true),
        [ProvisionTarget.Compose] = new(_ => ThereFolder, ContainerTexts.Compose, IsContext: true),
        [ProvisionTarget.DevContainer] = new(_ => ThereFolder, ContainerTexts.DevContainer, IsContext: true),
        [ProvisionTarget.GitLab] = new(_ => "$CI_PROJECT_DIR/tlstrust", PipelineTexts.GitLab, IsContext: true),
        [ProvisionTarget.Jenkins] = new(_ => "${WORKSPACE}/tlstrust", PipelineTexts.Jenkins, IsContext: true),
        [ProvisionTarget.SystemdUnit] = new(null, MachineTexts.SystemdUnit),
        [ProvisionTarget.CloudInit] = new(_ => ThereFolder, MachineTexts.CloudInit, IsContext: true),
        [ProvisionTarget.Ansible] = new(_ => ThereFolder, MachineTexts.Ansible, IsContext: true),
        [ProvisionTarget.HTCondor] = new(null, BatchTexts.HTCondor),
        [ProvisionTarget.Slurm] = new(null, BatchTexts.Slurm),
        [ProvisionTarget.Cron] = new(null, BatchTexts.Cron),
        [ProvisionTarget.CondaActivate] = Line(ProvisionTarget.Bash),
        [ProvisionTarget.VirtualEnv] = Line(ProvisionTarget.Bash),
    };

    /// <summary>True for a target whose files are written into the folder that goes there, beside what is built or deployed.</summary>
    public static bool IsContext(ProvisionTarget target) => Adapters[target].IsContext;

    /// <summary>The lines.</summary>
    /// <param name="target">Which target.</param>
    /// <param name="image">For which images.</param>
    /// <param name="folderHere">Where the files are written.</param>
    /// <param name="assigned">The variables, with the paths of here.</param>
    /// <param name="own">The files.</param>
    /// <param name="added">The CAs that were given.</param>
    public static IReadOnlyList<string> For(ProvisionTarget target, ImageBase? image, string folderHere,
        IReadOnlyDictionary<string, string> assigned, IReadOnlyDictionary<string, byte[]> own,
            IReadOnlyList<Certificates.Certificate> added)
    {
        Adapter adapter = Adapters[target];
        string folder = adapter.FolderThere?.Invoke(image) ?? folderHere;
        char separator = adapter.FolderThere is not null ? folder.Contains('\\', StringComparison.Ordinal) ? '\\' : '/'
            : Path.DirectorySeparatorChar;
        SortedDictionary<string, string> variables = new(StringComparer.Ordinal);
        foreach ((string name, string value) in assigned)
        {
            variables[name] = value.Replace(folderHere + Path.DirectorySeparatorChar, folder + separator, StringComparison.Ordinal);
        }

        Dictionary<string, byte[]> files = own.ToDictionary(file => Path.GetRelativePath(folderHere, file.Key), file => file.Value);
        return [.. adapter.Lines(new TargetContext(variables, folder, Path.GetFileName(folderHere), files, added, image))];
    }

    private static Adapter Line(ProvisionTarget target) =>
        new(null, context => context.Variables.Select(variable => VariableText.For(target, variable.Key, variable.Value)));

    private sealed record Adapter(Func<ImageBase?, string>? FolderThere, Func<TargetContext, IEnumerable<string>> Lines,
        bool IsContext = false);
}

/// <summary>What an adapter writes about.</summary>
/// <param name="Variables">The variables, with the paths that the files have there.</param>
/// <param name="Folder">The folder of the files there.</param>
/// <param name="FolderHere">Name of the folder of the files beside what is built.</param>
/// <param name="Files">The files by name.</param>
/// <param name="Added">The CAs that were given.</param>
/// <param name="Base">For which images.</param>
internal sealed record TargetContext(IReadOnlyDictionary<string, string> Variables, string Folder, string FolderHere,
    IReadOnlyDictionary<string, byte[]> Files, IReadOnlyList<Certificates.Certificate> Added, ImageBase? Base)
{
    /// <summary>A file's text, line by line.</summary>
    public static IEnumerable<string> TextLines(byte[] content) => System.Text.Encoding.ASCII.GetString(content).TrimEnd('\n').Split('\n');

    /// <summary>The files that are text: bundles, no key store.</summary>
    public IEnumerable<KeyValuePair<string, byte[]>> Texts => Files.Where(file => !file.Key.EndsWith(".p12", StringComparison.Ordinal));

    /// <summary>The files that are not.</summary>
    public IEnumerable<KeyValuePair<string, byte[]>> Binaries => Files.Where(file => file.Key.EndsWith(".p12", StringComparison.Ordinal));
}
