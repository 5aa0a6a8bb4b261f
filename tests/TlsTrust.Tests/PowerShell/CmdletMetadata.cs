using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Reflection;
using TlsTrust.PowerShell;

namespace TlsTrust.Tests.PowerShell;

/// <summary>
/// What a cmdlet's attributes say. They are read as data: PowerShell's reference assembly has the attributes' types, but nothing in them
/// works.
/// </summary>
internal sealed record CmdletMetadata(string Name, Type Type)
{
    private const string AllSets = "(All)";

    public static IReadOnlyList<CmdletMetadata> All { get; } =
    [
        .. from type in typeof(TlsTrustCommand).Assembly.GetExportedTypes()
           let cmdlet = Attributes<CmdletAttribute>(type).FirstOrDefault()
           where cmdlet is not null
           select new CmdletMetadata($"{cmdlet.ConstructorArguments[0].Value}-{cmdlet.ConstructorArguments[1].Value}", type) into cmdlet
           orderby cmdlet.Name
           select cmdlet,
    ];

    /// <summary>Where <c>Get-Help -Online</c> leads to.</summary>
    public string? HelpUri => Named(Attributes<CmdletAttribute>(Type).Single(), "HelpUri") as string;

    /// <summary>The parameters that a page has to describe, in the order of their names.</summary>
    public IReadOnlyList<ParameterMetadata> Parameters
    {
        get
        {
            IEnumerable<ParameterMetadata> own =
                from property in Type.GetProperties()
                let sets = Attributes<ParameterAttribute>(property).Select(InSet).ToArray()
                where sets.Length > 0
                select new ParameterMetadata(property.Name, property.PropertyType == typeof(SwitchParameter), Aliases(property), sets);
            if (Named(Attributes<CmdletAttribute>(Type).Single(), "SupportsShouldProcess") is true)
            {
                InSet everywhere = new(AllSets, IsRequired: false, IsPositional: false);
                own = own.Append(new("WhatIf", true, ["wi"], [everywhere])).Append(new("Confirm", true, ["cf"], [everywhere]));
            }

            return [.. own.OrderBy(parameter => parameter.Name, StringComparer.Ordinal)];
        }
    }

    /// <summary>Names of the parameter sets; <c>(All)</c> where there is but one and it has no name.</summary>
    public IReadOnlyList<string> Sets
    {
        get
        {
            string[] named =
                [.. Parameters.SelectMany(parameter => parameter.In).Select(set => set.Name).Where(set => set != AllSets).Distinct()
                    .Order(StringComparer.Ordinal)];
            return named.Length > 0 ? named : [AllSets];
        }
    }

    /// <summary>What the syntax of one set says, item by item.</summary>
    public IReadOnlyList<string> Syntax(string set) =>
    [
        .. from parameter in Parameters
           let here = parameter.In.FirstOrDefault(each => each.Name == set) ?? parameter.In.FirstOrDefault(each => each.Name == AllSets)
           where here is not null
           select SyntaxItem(parameter.Name, here.IsRequired, here.IsPositional, parameter.IsSwitch),
    ];

    public static string SyntaxItem(string name, bool required, bool positional, bool isSwitch) =>
        $"{name}{(required ? " required" : "")}{(positional ? " by position" : "")}{(isSwitch ? " switch" : "")}";

    public override string ToString() => Name;

    private static InSet InSet(CustomAttributeData attribute) => new(
        Named(attribute, "ParameterSetName") as string ?? AllSets,
        Named(attribute, "Mandatory") is true,
        Named(attribute, "Position") is >= 0);

    private static string[] Aliases(PropertyInfo property) =>
    [
        .. Attributes<AliasAttribute>(property)
            .SelectMany(attribute => (ReadOnlyCollection<CustomAttributeTypedArgument>)attribute.ConstructorArguments[0].Value!)
            .Select(argument => (string)argument.Value!),
    ];

    private static IEnumerable<CustomAttributeData> Attributes<T>(MemberInfo member) =>
        member.GetCustomAttributesData().Where(attribute => attribute.AttributeType == typeof(T));

    private static object? Named(CustomAttributeData attribute, string name) =>
        attribute.NamedArguments.FirstOrDefault(argument => argument.MemberName == name).TypedValue.Value;
}

internal sealed record ParameterMetadata(string Name, bool IsSwitch, IReadOnlyList<string> Aliases, IReadOnlyList<InSet> In);

internal sealed record InSet(string Name, bool IsRequired, bool IsPositional);
