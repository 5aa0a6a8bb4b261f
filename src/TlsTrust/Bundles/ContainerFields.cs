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

    private readonly (string Name, FieldRole Role)[] _byLine;

    private ContainerFields((string Name, FieldRole Role)[] byLine) => _byLine = byLine;

    /// <summary>The fields of a text; null where it has not both kinds, and nothing has to be told apart.</summary>
    public static ContainerFields? Of(ReadOnlySpan<byte> text)
    {
        bool mayHave = text.IndexOf("certificate-authority-data"u8) >= 0 || text.IndexOf("ca.crt"u8) >= 0 || text.IndexOf("ca.pem"u8) >= 0
            || text.IndexOf("ca-bundle.crt"u8) >= 0 || text.IndexOf("caBundle"u8) >= 0;
        if (!mayHave)
        {
            return null;
        }

        string[] lines = Encoding.Latin1.GetString(text).Split('\n');
        (string Name, FieldRole Role)[] byLine = new (string, FieldRole)[lines.Length];
        (string Name, FieldRole Role) current = ("", FieldRole.Unknown);
        for (int i = 0; i < lines.Length; i++)
        {
            Match field = Field().Match(lines[i]);
            if (field.Success)
            {
                string name = field.Groups[1].Value;
                current = (name, Roles.GetValueOrDefault(name));
            }

            byLine[i] = current;
        }

        return Array.Exists(byLine, field => field.Role == FieldRole.Authority)
            && Array.Exists(byLine, field => field.Role == FieldRole.Identity)
            ? new ContainerFields(byLine) : null;
    }

    /// <summary>The field that a block stands in.</summary>
    public (string Name, FieldRole Role) At(PemBlock? block) =>
        block is { Line: > 0 } && block.Line <= _byLine.Length ? _byLine[block.Line - 1] : ("", FieldRole.Unknown);

    [GeneratedRegex("""^[ \t-]*"?([A-Za-z][A-Za-z0-9._-]*)"?[ \t]*:(?:[ \t]|\r?$)""")]
    private static partial Regex Field();
}
