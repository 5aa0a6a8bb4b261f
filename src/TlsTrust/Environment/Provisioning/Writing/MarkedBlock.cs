using System.Text;

namespace TlsTrust.Environment.Provisioning.Writing;

/// <summary>Our lines in a file of somebody else's, between two marks. There is never a second block, and taking it out gives
/// back the bytes that were there before.</summary>
internal static class MarkedBlock
{
    private const string BeginMark = "# >>> TlsTrust";
    private const string EndMark = "# <<< TlsTrust <<<";

    // What has to be undone beside the lines stands in the mark itself, so that no record is needed for it.
    private const string Created = " (this file was made for it)";
    private const string NewlineAdded = " (after an added line end)";

    /// <summary>True when the content has our block.</summary>
    public static bool IsIn(byte[]? content) => content is not null && Find(Encoding.Latin1.GetString(content)) is not null;

    /// <summary>
    /// The content with the block of these lines, at its end (or at <paramref name="at"/>), or where the old block stands.
    /// </summary>
    public static byte[] Put(byte[]? content, IReadOnlyList<string> lines, int? at = null)
    {
        string text = content is null ? string.Empty : Encoding.Latin1.GetString(content);
        (int Start, int End, string Note)? old = Find(text);
        string newline = text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        string note = old?.Note
            ?? (content is null ? Created : text.Length > 0 && (at ?? text.Length) is > 0 and int end && text[end - 1] != '\n'
                ? NewlineAdded : string.Empty);
        StringBuilder block = new();
        block.Append(BeginMark).Append(note).Append(" >>>").Append(newline);
        foreach (string line in lines)
        {
            block.Append(Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(line))).Append(newline);
        }

        block.Append(EndMark).Append(newline);
        string result = old is { } place
            ? text[..place.Start] + block + text[place.End..]
            : text[..(at ?? text.Length)] + (note == NewlineAdded ? newline : string.Empty) + block + text[(at ?? text.Length)..];
        return Encoding.Latin1.GetBytes(result);
    }

    /// <summary>The content without the block; null when the file was made for it and holds nothing else.</summary>
    public static byte[]? TakeOut(byte[]? content) => TakeOut(content, []);

    /// <summary>The content with these lines, which are somebody else's, in place of the block.</summary>
    public static byte[]? TakeOut(byte[]? content, IReadOnlyCollection<string> others)
    {
        if (content is null)
        {
            return null;
        }

        string text = Encoding.Latin1.GetString(content);
        if (Find(text) is not { } place)
        {
            return content;
        }

        int start = place.Start;
        if (place.Note == NewlineAdded && others.Count == 0 && start > 0 && text[start - 1] == '\n')
        {
            start -= start > 1 && text[start - 2] == '\r' ? 2 : 1;
        }

        string newline = text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        string rest = text[..start]
            + string.Concat(others.Select(line => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(line)) + newline)) + text[place.End..];
        return rest.Length == 0 && place.Note == Created ? null : Encoding.Latin1.GetBytes(rest);
    }

    /// <summary>The lines of the block, or nothing.</summary>
    public static IReadOnlyList<string> Lines(byte[]? content)
    {
        string text = content is null ? string.Empty : Encoding.Latin1.GetString(content);
        return Find(text) is { } place
            ? [.. Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(text[place.Start..place.End])).Split('\n')
                .Select(line => line.TrimEnd('\r'))
                    .Where(line => line.Length > 0 && !line.StartsWith(BeginMark, StringComparison.Ordinal) && line != EndMark)]
            : [];
    }

    private static (int Start, int End, string Note)? Find(string text)
    {
        // Half a block is somebody's edit; it is not ours to guess where it ends. Ours is an end with a beginning right before it.
        int endMark = text.IndexOf("\n" + EndMark, StringComparison.Ordinal);
        int start = -1;
        while (endMark >= 0 && (start = Begin(text, endMark)) < 0)
        {
            endMark = text.IndexOf("\n" + EndMark, endMark + 1, StringComparison.Ordinal);
        }

        if (endMark < 0)
        {
            return null;
        }

        int lineEnd = text.IndexOf('\n', endMark + 1);
        int firstEnd = text.IndexOf('\n', start);
        string first = text[(start + BeginMark.Length)..firstEnd].TrimEnd('\r');
        string note = first.EndsWith(" >>>", StringComparison.Ordinal) ? first[..^4] : string.Empty;
        return (start, lineEnd < 0 ? text.Length : lineEnd + 1, note);
    }

    private static int Begin(string text, int before)
    {
        int at = text.LastIndexOf("\n" + BeginMark, before, StringComparison.Ordinal);
        return at >= 0 ? at + 1 : text.StartsWith(BeginMark, StringComparison.Ordinal) ? 0 : -1;
    }
}
