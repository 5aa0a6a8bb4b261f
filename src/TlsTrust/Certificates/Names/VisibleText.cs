using System.Globalization;
using System.Text;

namespace TlsTrust.Certificates.Names;

/// <summary>
/// Text from outside in a form that is safe to show: what steers a terminal, hides, or turns the direction of reading is written as its
/// code, <c>\u{1B}</c>. What was in the certificate stays reachable as its bytes.
/// </summary>
public static class VisibleText
{
    /// <summary>
    /// 65,536 characters: more than anybody looks at. Each character that is not seen takes up to nine, so that a text full of them would
    /// take many times what was sent.
    /// </summary>
    public const int MaxHiding = 1 << 16;

    // Unicode's Default_Ignorable_Code_Point beyond the category Format: nothing is seen of them, and they carry messages all the same.
    private static readonly (int First, int Last)[] Ignorable =
    [
        (0x034F, 0x034F), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x2065, 0x2065), (0x2800, 0x2800), (0x3164, 0x3164),
            (0xFE00, 0xFE0F),
        (0xFFA0, 0xFFA0), (0xFFF0, 0xFFFB), (0xE0000, 0xE0FFF),
    ];

    /// <summary>
    /// The text with what can't be seen written as its code; the same text where there is nothing of the kind. Of one that hides something
    /// and is longer than <see cref="MaxHiding"/> the beginning, and how much more there is.
    /// </summary>
    public static string Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int first = FirstHidden(text);
        if (first < 0)
        {
            return text;
        }

        int end = Math.Min(text.Length, MaxHiding);
        end -= end < text.Length && char.IsHighSurrogate(text[end - 1]) ? 1 : 0; // half a pair would be hidden
        first = Math.Min(first, end);
        StringBuilder shown = new(text, 0, first, end + 16);
        while (first < end)
        {
            Rune.DecodeFromUtf16(text.AsSpan(first), out Rune rune, out int length);
            if (IsHidden(rune, length, text[first]))
            {
                int code = rune == Rune.ReplacementChar ? text[first] : rune.Value; // half a surrogate pair has only its own code
                shown.Append(CultureInfo.InvariantCulture, $"\\u{{{code:X}}}");
            }
            else
            {
                shown.Append(text, first, length);
            }

            first += length;
        }

        return first < text.Length ? shown.Append(CultureInfo.InvariantCulture, $"… ({text.Length - first} more characters)").ToString()
            : shown.ToString();
    }

    /// <summary>True when there is something in the text that can't be seen, or that steers what shows it.</summary>
    public static bool HasHidden(string text) => FirstHidden(text) >= 0;

    /// <summary>True for a character that is nothing to look at.</summary>
    internal static bool IsHidden(Rune rune)
    {
        UnicodeCategory category = Rune.GetUnicodeCategory(rune);
        return category is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate
            || Array.Exists(Ignorable, range => rune.Value >= range.First && rune.Value <= range.Last);
    }

    private static int FirstHidden(string text)
    {
        // Nearly all text is printable ASCII.
        int at = text.AsSpan().IndexOfAnyExceptInRange(' ', '~');
        while (at >= 0 && at < text.Length)
        {
            Rune.DecodeFromUtf16(text.AsSpan(at), out Rune rune, out int length);
            if (IsHidden(rune, length, text[at]))
            {
                return at;
            }

            at += length;
        }

        return -1;
    }

    private static bool IsHidden(Rune rune, int length, char first) => (length == 1 && char.IsSurrogate(first)) || IsHidden(rune);
}
