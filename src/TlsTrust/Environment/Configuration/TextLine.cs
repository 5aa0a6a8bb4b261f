namespace TlsTrust.Environment.Configuration;

/// <summary>One line of a text and where it is.</summary>
internal readonly record struct TextLine(string Text, int Number, int Start, int LengthWithEnd)
{
    public string Trimmed => Text.Trim();

    public int Indent => Text.Length - Text.TrimStart().Length;

    /// <summary>
    /// Lines end with LF or CR LF; a byte order mark at the start belongs to no line. One at a time: a million empty ones are held by
    /// nobody.
    /// </summary>
    public static IEnumerable<TextLine> Split(string text)
    {
        int number = 0;
        int at = text.StartsWith("\u00EF\u00BB\u00BF", StringComparison.Ordinal) ? 3 : 0;
        while (at < text.Length)
        {
            int end = text.IndexOf('\n', at);
            int next = end < 0 ? text.Length : end + 1;
            int stop = end < 0 ? text.Length : end;
            if (stop > at && text[stop - 1] == '\r')
            {
                stop--;
            }

            yield return new TextLine(text[at..stop], ++number, at, next - at);
            at = next;
        }
    }

    /// <summary>An entry that has this line to itself.</summary>
    public ConfigurationEntry Entry(string key, string value, int valueAt, int valueLength, string? name = null) =>
        new(key, value, Number, Start, LengthWithEnd, Start + valueAt, valueLength) { Name = name ?? key };
}
