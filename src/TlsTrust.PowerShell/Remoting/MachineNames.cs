using System.Management.Automation.Runspaces;

namespace TlsTrust.PowerShell.Remoting;

/// <summary>What machines are called by in results: the computer's name; where several sessions lead there, the session's name too.</summary>
internal static class MachineNames
{
    /// <summary>Each session with its machine's name.</summary>
    public static IReadOnlyList<(PSSession Session, string Name)> Of(IReadOnlyList<PSSession> sessions)
    {
        HashSet<string> several = new(
            sessions.GroupBy(session => session.ComputerName, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1)
                .Select(group => group.Key),
            StringComparer.OrdinalIgnoreCase);
        return
        [
            .. sessions.Select(session =>
                (session, several.Contains(session.ComputerName) ? $"{session.ComputerName} ({session.Name})" : session.ComputerName)),
        ];
    }
}
