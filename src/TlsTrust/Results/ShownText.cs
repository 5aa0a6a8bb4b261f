using TlsTrust.Certificates.Names;

namespace TlsTrust.Results;

/// <summary>
/// The border that all text of results crosses: results go to terminals, logs, CSV files and spreadsheets, and what names, URLs, banners
/// and messages of others hold must steer none of them.
/// </summary>
internal static class ShownText
{
    // With these a spreadsheet takes a cell for a formula.
    private const string FormulaStarts = "=+-@＝＋－＠";

    /// <summary>Text that may hold something from outside.</summary>
    public static string Of(string text) => text is null ? null! : Guarded(VisibleText.Of(text), FormulaStarts);

    /// <summary>The same for what may be missing.</summary>
    public static string? OfNullable(string? text) => text is null ? null : Of(text);

    /// <summary>A setting of this machine, where an option may begin with a dash.</summary>
    public static string OfSetting(string text) => text is null ? null! : Guarded(VisibleText.Of(text), "=+@＝＋＠");

    /// <summary>The same for what may be missing.</summary>
    public static string? OfNullableSetting(string? text) => text is null ? null : OfSetting(text);

    /// <summary>Text of several lines that a program reads, such as PEM: the lines stay, and each is made visible.</summary>
    public static string OfLines(string text) =>
        text is null ? null! : VisibleText.HasHidden(text) ? string.Join('\n', text.Split('\n').Select(VisibleText.Of)) : text;

    private static string Guarded(string text, string starts) =>
        text.Length > 1 && starts.Contains(text[0], StringComparison.Ordinal) ? "'" + text : text;
}
