using System.Text.RegularExpressions;

namespace TlsTrust.Tests.PowerShell;

public sealed class HelpTests
{
    public static TheoryData<string> Cmdlets => [.. CmdletMetadata.All.Select(cmdlet => cmdlet.Name)];

    [Fact]
    public void The_manifest_exports_every_cmdlet_of_the_assembly_and_no_other()
    {
        string manifest = File.ReadAllText(Path.Combine(Repository.Root, "TlsTrust.psd1"));
        string list = Regex.Match(manifest, @"CmdletsToExport\s*=\s*@\((.*?)\)", RegexOptions.Singleline).Groups[1].Value;
        Assert.Equal(
            CmdletMetadata.All.Select(cmdlet => cmdlet.Name),
            Regex.Matches(list, @"'([\w-]+)'").Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void There_is_no_page_without_a_cmdlet() =>
        Assert.All(
            Directory.GetFiles(Path.Combine(Repository.Root, "en-US"), "*-*.md").Select(Path.GetFileNameWithoutExtension),
            page => Assert.Contains(page, CmdletMetadata.All.Select(cmdlet => cmdlet.Name)));

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void A_page_describes_every_parameter_and_no_other(string name)
    {
        HelpPage page = Page(name);
        IEnumerable<string> parameters = Cmdlet(name).Parameters.Select(parameter => parameter.Name);
        Assert.Equal(parameters, page.Parameters.Order(StringComparer.Ordinal));
        Assert.All(parameters, parameter =>
            Assert.True(page.DescriptionOf(parameter).Length > 10, $"{name} says nothing about -{parameter}"));
    }

    // What a name alone does not say, and a script decides by.
    [Theory]
    [InlineData("Get-TrustBundleEnvironment", "Accepts", "Rules", "Version")]
    [InlineData("Compare-TlsReport", "Decides", "Rules", "Version")]
    [InlineData("Set-TrustBundleEnvironment", "Before", "Original", "Since")]
    public void A_page_describes_the_fields_of_its_output(string name, params string[] fields) =>
        Assert.All(fields, field => Assert.Contains($"`{field}`", Page(name).Outputs, StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void A_page_has_the_cmdlets_syntax(string name)
    {
        CmdletMetadata cmdlet = Cmdlet(name);
        HelpPage page = Page(name);
        Assert.Equal(cmdlet.Sets, page.Syntax.Keys.Order(StringComparer.Ordinal));
        Assert.All(cmdlet.Sets, set => Assert.Equal(cmdlet.Syntax(set).Order(StringComparer.Ordinal), page.Syntax[set]));
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void A_page_names_the_aliases(string name)
    {
        HelpPage page = Page(name);
        Assert.All(
            Cmdlet(name).Parameters,
            parameter =>
                Assert.Equal(parameter.Aliases.Order(StringComparer.Ordinal),
                    page.AliasesOf(parameter.Name).Order(StringComparer.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void A_page_has_a_synopsis_a_description_examples_and_no_blanks(string name)
    {
        HelpPage page = Page(name);
        Assert.True(page.Synopsis.Length > 20, "no synopsis");
        Assert.True(page.Description.Length > 100, "no description");
        Assert.True(page.Examples > 0, "no example");
        Assert.DoesNotContain("{{", page.Text, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void A_cmdlet_leads_to_its_page_online(string name)
    {
        Assert.Equal($"https://github.com/TlsTrust/TlsTrust/blob/main/en-US/{name}.md", Cmdlet(name).HelpUri);
        Assert.Equal(Cmdlet(name).HelpUri, Page(name).HelpUri);
    }

    [Fact]
    public void What_testing_and_repairing_a_bundle_have_in_common_is_described_alike()
    {
        HelpPage test = Page("Test-PemBundle");
        HelpPage repair = Page("Repair-PemBundle");
        Assert.All(
            test.Parameters.Intersect(repair.Parameters).Except(["InputObject"]),
            parameter => Assert.Equal(repair.DescriptionOf(parameter), test.DescriptionOf(parameter)));
    }

    [Fact]
    public void Every_cause_and_every_finding_is_explained_once_and_nothing_else_is()
    {
        string text = File.ReadAllText(Path.Combine(Repository.Root, "en-US", "about_TlsTrust_Causes.md"));
        string[] explained = [.. Regex.Matches(text, @"^### (\w+)$", RegexOptions.Multiline).Select(match => match.Groups[1].Value)];
        Assert.Equal(Enum.GetNames<Cause>().Union(Enum.GetNames<FindingId>()).Order(StringComparer.Ordinal),
            explained.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_comparison_sees_a_missing_parameter_a_wrong_alias_and_another_syntax()
    {
        HelpPage page = new(Page("Test-TlsEndpoint").Text
            .Replace("### -Quiet\n", "### -Quite\n", StringComparison.Ordinal)
            .Replace("- ServerName\n", "- Server\n", StringComparison.Ordinal)
            .Replace("[-Endpoint] <Endpoint[]>", "-Endpoint <Endpoint[]>", StringComparison.Ordinal));
        CmdletMetadata cmdlet = Cmdlet("Test-TlsEndpoint");
        Assert.DoesNotContain("Quiet", page.Parameters);
        Assert.NotEqual(["ServerName"], page.AliasesOf("HostName"));
        Assert.NotEqual(cmdlet.Syntax("Endpoint").Order(StringComparer.Ordinal), page.Syntax["Endpoint"]);
        Assert.Contains("Endpoint required by position", Page("Test-TlsEndpoint").Syntax["Endpoint"]);
    }

    private static CmdletMetadata Cmdlet(string name) => CmdletMetadata.All.Single(cmdlet => cmdlet.Name == name);

    private static HelpPage Page(string name)
    {
        string file = Path.Combine(Repository.Root, "en-US", $"{name}.md");
        Assert.True(File.Exists(file), $"{name} has no page; ./build.ps1 -Task Help makes one to fill in");
        return new HelpPage(File.ReadAllText(file).ReplaceLineEndings("\n"));
    }
}
