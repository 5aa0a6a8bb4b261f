using System.Management.Automation.Runspaces;
using TlsTrust.Certificates.Names;

namespace TlsTrust.PowerShell.Remoting;

/// <summary>
/// What machines are called by in results: the name that the session was given; where it was given none, the computer's. Where several
/// sessions would be called the same, both.
/// </summary>
internal static class MachineNames
{
    /// <summary>Each session with its machine's name.</summary>
    public static IReadOnlyList<(PSSession Session, string Name)> Of(IReadOnlyList<PSSession> sessions)
    {
        Dictionary<string, int> several = sessions.GroupBy(Short, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(group => group.Key, group => group.Count(), StringComparer.OrdinalIgnoreCase);
        return
        [
            .. sessions.Select(session => (session, VisibleText.Of(
                several[Short(session)] == 1 ? Short(session) : $"{session.ComputerName} ({session.Name})"))),
        ];
    }

    private static string Short(PSSession session) => IsAutomatic(session.Name) ? session.ComputerName : session.Name;

    // What PowerShell calls a session that is given no name: Runspace1, Session2, WinRM3.
    private static bool IsAutomatic(string name) =>
        name.Length > 0 && char.IsAsciiDigit(name[^1])
        && name.TrimEnd("0123456789".ToCharArray()) is "Runspace" or "Session" or "WinRM" or "SSH";
}
