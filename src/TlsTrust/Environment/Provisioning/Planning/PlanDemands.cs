using TlsTrust.Environment.Machines;
using TlsTrust.Environment.Provisioning.Records;
using TlsTrust.Environment.Provisioning.Requests;
using TlsTrust.Environment.Provisioning.Writing;
using TlsTrust.Files;
using TlsTrust.Stores;

namespace TlsTrust.Environment.Provisioning.Planning;

/// <summary>What a plan is refused for before anything is touched.</summary>
internal sealed class PlanDemands(IMachine machine)
{
    /// <summary>Refuses what this user or this process can't do.</summary>
    public void Right(ProvisionRequest request)
    {
        if (request.Target is not null)
        {
            return;
        }

        if (request.Scope == TrustScope.Project)
        {
            throw new ProvisioningException(Refusal.NotSupported, "A project has no environment variables.",
                "Use the scope Process, User or Machine.");
        }

        if (request.Scope == TrustScope.Machine && machine.Root is "/" or "" && !machine.IsAdministrator)
        {
            throw new ProvisioningException(
                Refusal.PermissionDenied,
                "The scope Machine changes what every user trusts.",
                machine.Platform == StorePlatform.Windows ? "Run it as administrator (an elevated PowerShell), or use -Scope User."
                    : "Run it as root (sudo), or use -Scope User.");
        }

        if (request.Scope == TrustScope.Process && !machine.CanSetVariables)
        {
            throw new ProvisioningException(Refusal.NotSupported, "The variables of another process can't be set.",
                "Run it in that process, or use -Scope User.");
        }
    }

    /// <summary>Refuses what is no name of a file on this platform: a device, or a stream beside a file's content (Windows).</summary>
    public static void FileAt(string? destination)
    {
        if (OperatingSystem.IsWindows() && destination is not null && (Path.GetDirectoryName(Path.GetFullPath(destination)) is null
            || Path.GetFileName(destination).Contains(':', StringComparison.Ordinal)))
        {
            throw new ProvisioningException(Refusal.NotSupported, $"'{destination}' is a device or a stream and not a file.",
                "Give the name of a file as -Destination.");
        }
    }

    /// <summary>Refuses a place that can't be carried, is unsafe, or would be of use to nobody.</summary>
    public void Destination(PlanDraft draft)
    {
        if (draft.Bundle.IndexOfAny(['\n', '\r', '\0']) >= 0)
        {
            throw new ProvisioningException(Refusal.PathNotCarriable,
                $"A line break in a path can't be carried by any of the formats: {draft.Bundle.ReplaceLineEndings(" ")}",
                    "Choose another -Destination.");
        }

        // In any case: what differs in nothing else is one file on Windows and on a Mac.
        string name = Path.GetFileName(draft.Bundle);
        if (FolderNames.Taken.Contains(name, StringComparer.OrdinalIgnoreCase))
        {
            throw new ProvisioningException(Refusal.NotSupported,
                $"'{name}' is what TlsTrust calls something else that it writes beside the bundle.",
                    "Choose another name as -Destination.");
        }

        if (Directory.Exists(draft.Bundle))
        {
            throw new ProvisioningException(Refusal.DestinationExists, $"'{draft.Bundle}' is a directory.",
                "Give the name of a file as -Destination.");
        }

        if (draft.Directory is { } directory
            && directory.Contains(machine.Platform == StorePlatform.Windows ? ';' : ':', StringComparison.Ordinal))
        {
            throw new ProvisioningException(Refusal.PathNotCarriable, $"SSL_CERT_DIR is a list, and '{directory}' has its separator in it.",
                "Choose a -Destination in a folder without it.");
        }

        if (draft.Request.Target is null or ProvisionTarget.GitHubActions)
        {
            SafePlace.Demand(draft.Bundle);
        }

        if (draft.Request is { Target: null, Scope: TrustScope.Machine, Destination: not null })
        {
            SafePlace.DemandOpen(draft.Bundle, machine.Root);
        }
    }

    /// <summary>Refuses to replace what others keep where ours is to be.</summary>
    public void NothingOfOthers(PlanDraft draft)
    {
        foreach ((string path, byte[] content) in draft.OwnFiles())
        {
            if (!draft.Request.Force && IsOfOthers(machine, draft.Request, draft.Record, path)
                && !InputFile.ReadAllBytes(path).AsSpan().SequenceEqual(content))
            {
                throw new ProvisioningException(
                    Refusal.DestinationExists,
                    $"'{path}' exists and was not made by TlsTrust.",
                    "Choose another -Destination, or -Force to replace it (it is put back by Remove-TrustBundleEnvironment).");
            }
        }

        // Two who link hashed names in one directory undo each other's.
        if (draft.Directory is { } directory && !machine.PathComparer().Equals(directory, draft.Record?.Directory)
            && !ProvisionFolders.Holds(machine, draft.Request, directory) && HashedDirectoryWriter.HoldsOthers(directory))
        {
            throw new ProvisioningException(
                Refusal.DestinationExists,
                $"The hashed directory would be '{directory}', where there are files that TlsTrust did not make.",
                "Choose a -Destination in a folder of its own.");
        }
    }

    /// <summary>True for a file that is there and was not made here.</summary>
    public static bool IsOfOthers(IMachine machine, ProvisionRequest request, ProvisionRecord? record, string path) =>
        File.Exists(path) && record?.OwnFiles.Contains(path, machine.PathComparer()) != true
            && !ProvisionFolders.Holds(machine, request, path) && !IsBundleOfOurs(path);

    private static bool IsBundleOfOurs(string path)
    {
        Span<byte> start = stackalloc byte[64]; // longer than the note that a bundle of ours begins with
        using FileStream stream = InputFile.Open(path);
        return BundleComposer.IsOurs(start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)]);
    }
}
