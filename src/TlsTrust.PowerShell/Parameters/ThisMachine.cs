using TlsTrust.Environment.Catalogue;
using TlsTrust.Environment.Machines;

namespace TlsTrust.PowerShell.Parameters;

/// <summary>The machine as a cmdlet sees it: this process's variables, or another's, and the shell's location.</summary>
internal static class ThisMachine
{
    /// <summary>The machine; <paramref name="id"/> 0 is this process.</summary>
    public static IMachine Open(TlsTrustCommand command, int id = 0)
    {
        // The shell's location, not the process's: project files count from there. In another provider there are none.
        string location = command.SessionState.Path.CurrentFileSystemLocation.ProviderPath;
        if (id == 0 || id == System.Environment.ProcessId)
        {
            return new LocalMachine { WorkingDirectory = location };
        }

        try
        {
            return LocalMachine.OfProcess(id);
        }
        catch (UnauthorizedAccessException fault)
        {
            command.Stop(ErrorId.PermissionDenied, $"The variables of process {id} belong to another user: {fault.Message}",
                "Run it as that user, or as root.", id, fault);
        }
        catch (PlatformNotSupportedException fault)
        {
            command.Stop(ErrorId.InvalidCombination, fault.Message, "Leave -Id out, and run it in that process's shell.", id, fault);
        }
        catch (IOException fault)
        {
            command.Stop(ErrorId.InvalidInput, $"There is no process {id}, or it has ended.", "Give the id of a running process.", id,
                fault);
        }

        throw new System.Diagnostics.UnreachableException();
    }

    /// <summary>The programs of these ids; null for none given. An unknown id is reported.</summary>
    public static IReadOnlyList<ProgramFacts>? Programs(string[] ids, Action<string, string> report)
    {
        if (ids.Length == 0)
        {
            return null;
        }

        List<ProgramFacts> programs = [];
        foreach (string id in ids)
        {
            if (System.Management.Automation.WildcardPattern.ContainsWildcardCharacters(id))
            {
                System.Management.Automation.WildcardPattern pattern = new(id, System.Management.Automation.WildcardOptions.IgnoreCase);
                programs.AddRange(ProgramCatalogue.Programs.Where(program => pattern.IsMatch(program.Id)));
            }
            else if (ProgramCatalogue.Find(id) is { } program)
            {
                programs.Add(program);
            }
            else
            {
                report(id, string.Join(", ", ProgramCatalogue.Programs.Select(known => known.Id)));
            }
        }

        return [.. programs.Distinct()];
    }
}
