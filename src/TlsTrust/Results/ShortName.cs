using System.Text;

namespace TlsTrust.Results;

/// <summary>The part of a distinguished name that a person knows the certificate by.</summary>
internal static class ShortName
{
    private static readonly string[] Attributes = ["CN=", "O=", "OU="];

    /// <summary>The common name, else the organisation, else its unit, else the text as it is (a host name, for example).</summary>
    /// <param name="name">A name as results hold it: most specific attribute first, a comma inside a value behind a backslash.</param>
    public static string Of(string name)
    {
        List<string> parts = Parts(name);
        foreach (string attribute in Attributes)
        {
            if (parts.Find(part => part.StartsWith(attribute, StringComparison.Ordinal)) is { } found && found.Length > attribute.Length)
            {
                return found[attribute.Length..];
            }
        }

        return name;
    }

    private static List<string> Parts(string name)
    {
        List<string> parts = [];
        StringBuilder part = new();
        for (int i = 0; i < name.Length; i++)
        {
            if (name[i] == '\\' && i + 1 < name.Length && !char.IsAsciiHexDigit(name[i + 1]))
            {
                part.Append(name[++i]);
            }
            else if (name[i] is ',' or '+')
            {
                End();
            }
            else
            {
                part.Append(name[i]);
            }
        }

        End();
        return parts;

        void End()
        {
            parts.Add(part.ToString().Trim());
            part.Clear();
        }
    }
}
