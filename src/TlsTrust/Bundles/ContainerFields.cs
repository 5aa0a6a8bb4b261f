using System.Text;
using System.Text.RegularExpressions;
using TlsTrust.CertificateFiles.Blocks;

namespace TlsTrust.Bundles;

/// <summary>What a certificate is there for, where it stands in a document whose fields say so.</summary>
internal enum FieldRole
{
    /// <summary>Nothing says.</summary>
    Unknown,

    /// <summary>Somebody's own certificate, its chain, or its key.</summary>
    Identity,

    /// <summary>A CA to trust.</summary>
    Authority,
}

/// <summary>
/// The fields of kubeconfig files, Kubernetes secrets and their like. What a field means decides what a certificate in it is: a CA that is
/// there to be trusted is no part of the chain beside it.
/// </summary>
internal sealed partial class ContainerFields
{
    private static readonly Dictionary<string, FieldRole> Roles = new(StringComparer.OrdinalIgnoreCase)
    {
        ["certificate-authority-data"] = FieldRole.Authority,
        ["ca.crt"] = FieldRole.Authority,
        ["ca.pem"] = FieldRole.Authority,
        ["ca-bundle.crt"] = FieldRole.Authority,
        ["caBundle"] = FieldRole.Authority,
        ["client-certificate-data"] = FieldRole.Identity,
        ["client-key-data"] = FieldRole.Identity,
        ["tls.crt"] = FieldRole.Identity,
        ["tls.key"] = FieldRole.Identity,
    };

    private readonly List<(int Line, int Column, string Name, FieldRole Role)> _fields;

    private ContainerFields(List<(int Line, int Column, string Name, FieldRole Role)> fields) => _fields = fields;

    /// <summary>The fields of a text; null where it has not both kinds, and nothing has to be told apart.</summary>
    public static ContainerFields? Of(ReadOnlySpan<byte> text)
    {
        bool mayHave = text.IndexOf("certificate-authority-data"u8) >= 0 || text.IndexOf("ca.crt"u8) >= 0 || text.IndexOf("ca.pem"u8) >= 0
            || text.IndexOf("ca-bundle.crt"u8) >= 0 || text.IndexOf("caBundle"u8) >= 0;
        if (!mayHave)
        {
            return null;
        }

        // Several may stand on one line: JSON without line ends, YAML in braces.
        List<(int Line, int Column, string Name, FieldRole Role)> fields = [];
        string[] lines = Encoding.Latin1.GetString(text).Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            foreach (Match field in Field().Matches(lines[i]))
            {
                string name = field.Groups[1].Value;
                fields.Add((i + 1, field.Index + 1, name, Roles.GetValueOrDefault(name)));
            }
        }

        return fields.Exists(field => field.Role == FieldRole.Authority) && fields.Exists(field => field.Role == FieldRole.Identity)
            ? new ContainerFields(fields) : null;
    }

    /// <summary>The field that a block stands in.</summary>
    public (string Name, FieldRole Role) At(PemBlock? block)
    {
        if (block is not { Line: > 0 })
        {
            return ("", FieldRole.Unknown);
        }

        int low = 0;
        int high = _fields.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            bool isBefore = (_fields[middle].Line, _fields[middle].Column).CompareTo((block.Line, block.Column)) <= 0;
            (low, high) = isBefore ? (middle + 1, high) : (low, middle);
        }

        return low == 0 ? ("", FieldRole.Unknown) : (_fields[low - 1].Name, _fields[low - 1].Role);
    }

    [GeneratedRegex("""(?:^[ \t-]*|[{,][ \t]*)"?([A-Za-z][A-Za-z0-9._-]*)"?[ \t]*:(?=[ \t]|\r?$|(?<=":)["{\[])""")]
    private static partial Regex Field();
}
