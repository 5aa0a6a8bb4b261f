using System.Collections;
using TlsTrust.Files;

namespace TlsTrust.PowerShell.Completion;

/// <summary>
/// Completes host names this machine already knows: SSH's known_hosts and the hosts file. Nothing is asked of the network.
/// </summary>
public sealed class HostCompleter : WordCompleter
{
    private static readonly char[] Blank = [' ', '\t'];

    /// <inheritdoc/>
    protected override IEnumerable<(string Word, string ToolTip)> Words(IDictionary boundParameters) => Known();

    /// <summary>The names that this machine knows.</summary>
    internal static IEnumerable<(string Word, string ToolTip)> Known()
    {
        string home = System.Environment.GetFolderPath(System.Environment.SpecialFolder.UserProfile);
        string hosts = OperatingSystem.IsWindows()
            ? Path.Combine(System.Environment.SystemDirectory, "drivers", "etc", "hosts")
            : "/etc/hosts";
        return FromKnownHosts(Lines(Path.Combine(home, ".ssh", "known_hosts"))).Concat(FromHosts(Lines(hosts)));
    }

    /// <summary>Names in OpenSSH's known_hosts; hashed ones, patterns and negations are no names.</summary>
    internal static IEnumerable<(string Word, string ToolTip)> FromKnownHosts(IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            string[] fields = line.Split(Blank, StringSplitOptions.RemoveEmptyEntries);
            int names = fields.Length > 0 && fields[0].StartsWith('@') ? 1 : 0;
            if (fields.Length <= names || fields[0].StartsWith('#') || fields[names].StartsWith('|'))
            {
                continue;
            }

            foreach (string entry in fields[names].Split(',', StringSplitOptions.RemoveEmptyEntries))
            {
                // "[name]:2222" carries SSH's port, which says nothing about TLS.
                int end = entry.IndexOf(']', StringComparison.Ordinal);
                string name = entry.StartsWith('[') && end > 0 ? entry[1..end] : entry;
                if (name.Length > 0 && name.IndexOfAny(['*', '?', '!', '[']) < 0)
                {
                    yield return (name, "from known_hosts");
                }
            }
        }
    }

    /// <summary>Names in the hosts file.</summary>
    internal static IEnumerable<(string Word, string ToolTip)> FromHosts(IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            string[] fields = line.Split('#')[0].Split(Blank, StringSplitOptions.RemoveEmptyEntries);
            foreach (string name in fields.Skip(1))
            {
                yield return (name, $"{fields[0]}, from the hosts file");
            }
        }
    }

    private static string[] Lines(string file)
    {
        try
        {
            return File.Exists(file) ? InputFile.ReadAllLines(file) : [];
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return []; // a completer that can't read has nothing to offer
        }
    }
}
