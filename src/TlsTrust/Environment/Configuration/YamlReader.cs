namespace TlsTrust.Environment.Configuration;

/// <summary>The part of YAML that configuration of this kind uses: block mappings, sequences of mappings, plain and quoted
/// scalars. Anything else (flow mappings, anchors, multi-line scalars) yields no entry.</summary>
internal static class YamlReader
{
    public static IEnumerable<ConfigurationEntry> Read(string text)
    {
        Stack<(int Indent, string Path)> parents = new();
        int blockScalar = -1, item = 0, list = -1;
        foreach (TextLine line in TextLine.Split(text))
        {
            string trimmed = line.Trimmed;
            if (trimmed.Length == 0 || trimmed[0] == '#')
            {
                continue;
            }

            int indent = line.Indent;
            if (blockScalar >= 0 && indent > blockScalar)
            {
                continue;
            }

            blockScalar = -1;
            bool sequenceItem = false;
            int from = indent;
            while (from < line.Text.Length - 1 && line.Text[from] == '-' && line.Text[from + 1] == ' ')
            {
                sequenceItem = true;
                from += 2;
                while (from < line.Text.Length && line.Text[from] == ' ')
                {
                    from++;
                }
            }

            // Of lists in lists the outermost counts: its items stand farthest to the left.
            if (sequenceItem ? list < 0 || indent <= list : indent == 0)
            {
                list = sequenceItem ? indent : -1;
                item += sequenceItem ? 1 : 0;
            }

            int colon = Colon(line.Text, from);
            if (colon < 0)
            {
                continue;
            }

            // "- name: x" opens a mapping whose keys stand at the column behind the dash.
            while (parents.Count > 0 && (parents.Peek().Indent > from || (parents.Peek().Indent == from)))
            {
                parents.Pop();
            }

            string name = QuotedText.Yaml(line.Text[from..colon].Trim());
            (int at, int length) = IniReader.ValueSpan(line.Text, colon + 1);
            length = WithoutComment(line.Text, at, length);
            string raw = line.Text.Substring(at, length);
            string path = parents.Count > 0 ? $"{parents.Peek().Path}.{name}" : name;
            if (raw.Length == 0)
            {
                parents.Push((from, ConfigurationReader.Bounded(path)));
                continue;
            }

            if (raw[0] is '|' or '>')
            {
                blockScalar = indent;
                continue;
            }

            ConfigurationEntry entry = line.Entry(path.ToLowerInvariant(), QuotedText.Yaml(raw), at, length, name)
                with { Item = list < 0 ? 0 : item };
            yield return sequenceItem ? entry with { Start = line.Start + from, Length = at + length - from, OwnsItsLine = false } : entry;
        }
    }

    private static int Colon(string text, int from)
    {
        char quote = '\0';
        for (int i = from; i < text.Length; i++)
        {
            char c = text[i];
            if (quote != '\0')
            {
                i += c == '\\' && quote == '"' ? 1 : 0;
                quote = c == quote ? '\0' : quote;
            }
            else if (c is '"' or '\'')
            {
                quote = c;
            }
            else if (c == ':' && i > from && (i + 1 == text.Length || char.IsWhiteSpace(text[i + 1])))
            {
                return i;
            }
            else if (c == '#' && i > from && text[i - 1] == ' ')
            {
                return -1;
            }
        }

        return -1;
    }

    private static int WithoutComment(string text, int at, int length)
    {
        if (length == 0 || text[at] is '"' or '\'')
        {
            int end = length == 0 ? -1 : QuotedText.End(text, at);
            return end < 0 ? length : end - at;
        }

        if (text[at] == '#')
        {
            return 0;
        }

        int comment = text.IndexOf(" #", at, length, StringComparison.Ordinal);
        return comment < 0 ? length : text.AsSpan(at, comment - at).TrimEnd().Length;
    }
}
