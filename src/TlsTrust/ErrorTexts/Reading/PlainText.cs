namespace TlsTrust.ErrorTexts.Reading;

/// <summary>The form in which characters are compared: lower case, one kind of quotation mark, one kind of hyphen.</summary>
internal static class PlainText
{
    internal static char Plain(char c) => c switch
    {
        '"' or '`' => '\'',
        < '\x80' => char.IsAsciiLetterUpper(c) ? (char)(c | 0x20) : c,
        '‘' or '’' or '´' or '‛' or '“' or '”' or '„' or '«' or '»' or '‹' or '›' or '「' or '」' or '『' or '』' => '\'',
        '‐' or '‑' or '–' or '—' or '−' => '-',
        '：' => ':',
        _ => char.ToLowerInvariant(c),
    };

    /// <summary>Words of the catalogue in the form in which they are searched.</summary>
    internal static string Plain(string words) => string.Create(words.Length, words, static (span, source) =>
    {
        for (int i = 0; i < span.Length; i++)
        {
            span[i] = Plain(source[i]);
        }
    });

    /// <summary>True inside a word. Scripts without blanks between words (Chinese, Japanese, Korean) have no such inside.</summary>
    internal static bool IsWord(char c) => c < '\x80' ? char.IsAsciiLetterOrDigit(c) : c < '\u1100' && char.IsLetter(c);
}
