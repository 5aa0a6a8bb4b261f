using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace TlsTrust.Tests.PowerShell;

/// <summary>The MAML beside the pages is what Get-Help shows: it says what they say, and nothing else.</summary>
public sealed partial class MamlTests
{
    private const string Made = "en-US/TlsTrust.PowerShell.dll-Help.xml is not what the pages say: ./build.ps1 -Task Help makes it again. ";

    private static readonly XNamespace MamlNames = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace Command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace Dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    private static string Folder => Path.Combine(Repository.Root, "en-US");

    private static XElement Maml => XDocument.Load(Path.Combine(Folder, "TlsTrust.PowerShell.dll-Help.xml")).Root!;

    public static TheoryData<string> Pages =>
        [.. Directory.GetFiles(Folder, "*-*.md").Select(file => Path.GetFileNameWithoutExtension(file)!)];

    [Fact]
    public void There_is_one_command_for_each_page() =>
        Assert.Equal(
            Pages.Select(row => row.Data).Order(StringComparer.Ordinal),
            Maml.Elements(Command + "command").Select(NameOf).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Pages))]
    public void A_command_says_what_its_page_says_and_nothing_else(string name)
    {
        string text = File.ReadAllText(Path.Combine(Folder, $"{name}.md")).ReplaceLineEndings("\n");
        XElement command = Assert.Single(Maml.Elements(Command + "command"), command => NameOf(command) == name);
        AssertAlike(new HelpPage(text), command);
    }

    [Fact]
    public void Another_word_anywhere_is_seen_in_the_page_as_in_the_MAML()
    {
        string text = File.ReadAllText(Path.Combine(Folder, "Test-PemBundle.md")).ReplaceLineEndings("\n");
        XElement command = Maml.Elements(Command + "command").Single(command => NameOf(command) == "Test-PemBundle");
        AssertAlike(new HelpPage(text), command);
        foreach (string heading in new[] { "## SYNOPSIS\n\n", "## DESCRIPTION\n\n", "### -At\n\n", "```powershell\n", "## NOTES\n\n" })
        {
            string changed = text.Replace(heading, heading + "Another word. ", StringComparison.Ordinal);
            Assert.NotEqual(text, changed);
            Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => AssertAlike(new HelpPage(changed), command));
        }

        foreach (XElement paragraph in command.Descendants(MamlNames + "para").Where(paragraph => paragraph.Value.Trim().Length > 0))
        {
            string before = paragraph.Value;
            paragraph.Value += " Another word.";
            Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => AssertAlike(new HelpPage(text), command));
            paragraph.Value = before;
        }
    }

    private static void AssertAlike(HelpPage page, XElement command)
    {
        Same("synopsis", page.Synopsis, Paragraphs(command.Element(Command + "details")!.Element(MamlNames + "description")));
        Same("description", page.Description, Paragraphs(command.Element(MamlNames + "description")));
        Same("notes", page.Section("NOTES"), Paragraphs(command.Element(MamlNames + "alertSet")?.Element(MamlNames + "alert")));
        Same("inputs", Types(page.Section("INPUTS")), Types(command.Element(Command + "inputTypes")));
        Same("outputs", Types(page.Section("OUTPUTS")), Types(command.Element(Command + "returnValues")));
        Dictionary<string, XElement> parameters = command.Element(Command + "parameters")!.Elements()
            .ToDictionary(parameter => parameter.Element(MamlNames + "name")!.Value);
        Same("parameters", string.Join(' ', page.Parameters.Order(StringComparer.Ordinal)),
            string.Join(' ', parameters.Keys.Order(StringComparer.Ordinal)));
        foreach (string parameter in page.Parameters)
        {
            Same($"-{parameter}", page.DescriptionOf(parameter), Paragraphs(parameters[parameter].Element(MamlNames + "description")));
        }

        Same("examples", page.Section("EXAMPLES"), string.Join('\n', command.Element(Command + "examples")!.Elements().Select(Example)));
        Assert.Equal($"https://github.com/TlsTrust/TlsTrust/blob/main/en-US/{NameOf(command)}.md", page.HelpUri);
        Assert.Equal(page.HelpUri, command.Element(Command + "relatedLinks")!.Elements().First().Element(MamlNames + "uri")!.Value);
    }

    private static void Same(string what, string page, string maml) =>
        Assert.True(Words(page) == Words(maml), $"{Made}{what}:\n{Words(page)}\n{Words(maml)}");

    private static string NameOf(XElement command) => command.Element(Command + "details")!.Element(Command + "name")!.Value;

    private static string Paragraphs(XElement? element) =>
        string.Join('\n', (element?.Descendants(MamlNames + "para") ?? []).Select(paragraph => paragraph.Value));

    private static string Types(XElement? element) =>
        string.Join('\n', (element?.Elements() ?? []).Select(type => type.Element(Dev + "type")!.Value + "\n" + Paragraphs(type)));

    private static string Types(string section) => section.Replace("### ", "", StringComparison.Ordinal);

    private static string Example(XElement example) =>
        Dashes().Replace(example.Element(MamlNames + "title")!.Value, "$1") + "\n" + Paragraphs(example);

    // Fences, headings and line ends are the page's form; a backslash keeps Markdown from reading a character.
    private static string Words(string text) =>
        string.Join(' ', Form().Replace(text, "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    [GeneratedRegex("^-+ (.*) -+$")]
    private static partial Regex Dashes();

    [GeneratedRegex(@"^```\w*$|^### |\\(?=[\\`*_{}\[\]()#+.!<>-])", RegexOptions.Multiline)]
    private static partial Regex Form();
}
