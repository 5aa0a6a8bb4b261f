using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using TlsTrust.Paths.Search;

namespace TlsTrust.Tests.Paths;

/// <summary>
/// The verdict depends on its query alone: nothing in Certificates or Paths refers to a clock, the environment, files, stores or sockets.
/// </summary>
public class PurityTests(ITestOutputHelper output)
{
    private static readonly Dictionary<int, OpCode> OpCodesByValue = typeof(OpCodes).GetFields()
        .Select(static f => (OpCode)f.GetValue(null)!).ToDictionary(static o => (int)(ushort)o.Value);

    [Fact]
    public void Certificates_and_Paths_refer_to_nothing_ambient()
    {
        List<string> references = [.. References("TlsTrust.Certificates"), .. References("TlsTrust.Paths")];

        output.WriteLine($"{references.Distinct().Count()} members are referred to");
        Assert.Contains("System.Security.Cryptography.SHA256.HashData", references);
        Assert.DoesNotContain(references.Distinct(), static r => IsAmbient(r));
    }

    [Fact]
    public void The_test_sees_ambient_references_where_there_are_some() =>
        Assert.Contains(References("TlsTrust.Connections").Concat(References("TlsTrust.Stores")), static r => IsAmbient(r));

    private static bool IsAmbient(string member) =>
        member is "System.DateTime.get_Now" or "System.DateTime.get_UtcNow" or "System.DateTime.get_Today"
            or "System.DateTimeOffset.get_Now" or "System.DateTimeOffset.get_UtcNow"
        || member.StartsWith("System.TimeProvider.", StringComparison.Ordinal)
            || member.StartsWith("System.Environment.", StringComparison.Ordinal)
        || member.StartsWith("System.Diagnostics.", StringComparison.Ordinal)
            || member.StartsWith("System.Random.", StringComparison.Ordinal)
        || member.StartsWith("System.Console.", StringComparison.Ordinal) || member.StartsWith("System.IO.", StringComparison.Ordinal)
        || member.StartsWith("System.Net.Sockets.", StringComparison.Ordinal)
            || member.StartsWith("System.Net.Http.", StringComparison.Ordinal)
                || member.StartsWith("System.Net.Dns.", StringComparison.Ordinal)
        || member.StartsWith("System.Security.Cryptography.X509Certificates.X509Store.", StringComparison.Ordinal)
        || member.StartsWith("System.Security.Cryptography.X509Certificates.X509Chain.", StringComparison.Ordinal);

    /// <summary>Every member of another assembly that the code of a namespace refers to, read from the instructions themselves.</summary>
    private static List<string> References(string ns)
    {
        using FileStream file = File.OpenRead(typeof(PathSearch).Assembly.Location);
        using PEReader image = new(file);
        MetadataReader metadata = image.GetMetadataReader();
        List<string> found = [];
        foreach (TypeDefinition type in metadata.TypeDefinitions.Select(metadata.GetTypeDefinition))
        {
            string name = NamespaceOf(metadata, type);
            if (name != ns && !name.StartsWith(ns + ".", StringComparison.Ordinal))
            {
                continue;
            }

            foreach (MethodDefinition method in type.GetMethods().Select(metadata.GetMethodDefinition)
                .Where(static m => m.RelativeVirtualAddress != 0))
            {
                foreach (EntityHandle token in Tokens(image.GetMethodBody(method.RelativeVirtualAddress).GetILReader()))
                {
                    EntityHandle handle = token.Kind == HandleKind.MethodSpecification
                        ? metadata.GetMethodSpecification((MethodSpecificationHandle)token).Method : token;
                    if (handle.Kind == HandleKind.MemberReference
                        && Describe(metadata, metadata.GetMemberReference((MemberReferenceHandle)handle)) is { } member)
                    {
                        found.Add(member);
                    }
                }
            }
        }

        return found;
    }

    private static string NamespaceOf(MetadataReader metadata, TypeDefinition type)
    {
        while (!type.GetDeclaringType().IsNil)
        {
            type = metadata.GetTypeDefinition(type.GetDeclaringType());
        }

        return metadata.GetString(type.Namespace);
    }

    private static string? Describe(MetadataReader metadata, MemberReference member)
    {
        EntityHandle parent = member.Parent;
        if (parent.Kind == HandleKind.TypeSpecification)
        {
            // A generic type: its own name is in the signature, and none of the ambient ones is generic.
            return null;
        }

        if (parent.Kind != HandleKind.TypeReference)
        {
            return null;
        }

        TypeReference type = metadata.GetTypeReference((TypeReferenceHandle)parent);
        return $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}.{metadata.GetString(member.Name)}";
    }

    private static List<EntityHandle> Tokens(BlobReader code)
    {
        List<EntityHandle> tokens = [];
        while (code.RemainingBytes > 0)
        {
            int value = code.ReadByte();
            if (value == 0xFE)
            {
                value = 0xFE00 | code.ReadByte();
            }

            switch (OpCodesByValue[value].OperandType)
            {
                case OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineTok or OperandType.InlineType:
                    tokens.Add(MetadataTokens.EntityHandle(code.ReadInt32()));
                    break;
                case OperandType.InlineSwitch:
                    int targets = code.ReadInt32();
                    code.Offset += targets * 4;
                    break;
                case OperandType.InlineNone:
                    break;
                case OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar:
                    code.Offset += 1;
                    break;
                case OperandType.InlineVar:
                    code.Offset += 2;
                    break;
                case OperandType.InlineI8 or OperandType.InlineR:
                    code.Offset += 8;
                    break;
                default:
                    code.Offset += 4;
                    break;
            }
        }

        return tokens;
    }
}
