namespace TlsTrust.Tests.PowerShell;

/// <summary>A parameter of one name is one thing: the same form, and one place where its meaning stands.</summary>
public sealed class SharedParametersArchitectureTests
{
    // Of a name with several forms, why: -Path and -InputObject take what their cmdlet is about.
    private static readonly string[] OfItsCmdlet =
        ["Path", "InputObject", "Force", "All", "Scope", "Password", "As", "Certificate", "Store"];

    [Fact]
    public void Parameters_of_one_name_have_one_type()
    {
        var several = CmdletMetadata.All
            .SelectMany(cmdlet =>
                cmdlet.Type.GetProperties().Where(property => cmdlet.Parameters.Any(parameter => parameter.Name == property.Name)))
            .Where(property => !OfItsCmdlet.Contains(property.Name))
            .GroupBy(property => property.Name)
            .Where(group => group.Select(property => property.PropertyType).Distinct().Count() > 1)
            .Select(group => $"{group.Key}: " +
                $"{string.Join(", ", group.Select(property => $"{property.ReflectedType!.Name} {property.PropertyType.Name}"))}");
        Assert.Empty(several);
    }

    [Theory]
    [InlineData("TrustStores.Default(")]
    [InlineData("ProxySetting.FromEnvironment(")]
    [InlineData("TimeSpan.FromSeconds(timeoutSeconds")]
    [InlineData("at.ToUniversalTime(")]
    [InlineData("MachineSources.OfPath")]
    [InlineData("AnchorScopes.Of(")]
    public void What_a_shared_parameter_means_stands_in_one_file(string call)
    {
        string[] files = [.. Directory.GetFiles(Path.Combine(Repository.Root, "src", "TlsTrust.PowerShell"), "*.cs",
            SearchOption.AllDirectories)
            .Where(file => File.ReadAllText(file).Contains(call, StringComparison.OrdinalIgnoreCase))
            .Select(file => Path.GetFileName(file)!)];
        Assert.Equal(["SharedParameters.cs"], files);
    }
}
