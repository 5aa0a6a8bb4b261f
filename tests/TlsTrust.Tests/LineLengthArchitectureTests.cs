using System.Text.RegularExpressions;

namespace TlsTrust.Tests;

/// <summary>Lines end by 140 columns (.editorconfig); no analyzer looks.</summary>
public sealed partial class LineLengthArchitectureTests
{
    private const int Most = 140;

    public static TheoryData<string> Folders => ["src", "tests"];

    [Theory]
    [MemberData(nameof(Folders))]
    public void No_line_is_longer_than_a_window(string folder)
    {
        string root = Path.Combine(Repository.Root, folder);
        string[] tooLong = [.. Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
            .Where(file => !Generated().IsMatch(Path.GetRelativePath(root, file)))
            .SelectMany(file => TooLong(File.ReadAllLines(file)).Select(line => $"{Path.GetRelativePath(root, file)}, line {line}"))];
        Assert.Empty(tooLong);
    }

    [Fact]
    public void A_long_line_is_seen_and_another_language_in_a_raw_string_is_not()
    {
        string text = new('x', Most);
        string[] lines = [text, text + "x", "a = \"\"\"", text + "x", "\"\"\";", text + "x"];
        Assert.Equal([2, 6], TooLong(lines));
    }

    // What stands in a raw string is another language's, and has its own lines.
    private static IEnumerable<int> TooLong(string[] lines)
    {
        bool raw = false;
        for (int i = 0; i < lines.Length; i++)
        {
            int marks = RawMark().Count(lines[i]);
            if (!raw && marks == 0 && lines[i].Length > Most && !OneText().IsMatch(lines[i]))
            {
                yield return i + 1;
            }

            raw ^= marks % 2 == 1;
        }
    }

    [GeneratedRegex(@"(^|[\\/])(bin|obj)[\\/]")]
    private static partial Regex Generated();

    // A text that can't be divided (a pattern, bytes, a FormattableString) has a line of its own.
    [GeneratedRegex("""^\s*([:?] )?[$@]*" """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex OneText();

    [GeneratedRegex("\"{3,}")]
    private static partial Regex RawMark();
}
