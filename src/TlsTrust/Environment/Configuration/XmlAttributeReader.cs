using System.Xml;

namespace TlsTrust.Environment.Configuration;

/// <summary>Attributes as entries (<c>packagesources.add.protocolversion</c>); the document element gives no part of the key.</summary>
internal static class XmlAttributeReader
{
    public static IEnumerable<ConfigurationEntry> Read(string text)
    {
        List<ConfigurationEntry> entries = [];
        EntryBudget budget = new();
        if (text.Replace("\r\n", string.Empty, StringComparison.Ordinal).Contains('\r', StringComparison.Ordinal))
        {
            return entries; // XML also ends a line with CR alone: its places would not be ours
        }

        using IEnumerator<TextLine> lines = TextLine.Split(text).GetEnumerator();
        string body = text.StartsWith("\u00EF\u00BB\u00BF", StringComparison.Ordinal) ? text[3..] : text;
        try
        {
            using XmlReader reader =
                XmlReader.Create(new StringReader(body),
                    new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
            IXmlLineInfo where = (IXmlLineInfo)reader;
            List<string> paths = [];
            while (!budget.IsSpent && reader.Read())
            {
                if (reader.Depth > ConfigurationReader.MaximumDepth)
                {
                    break; // the reader holds each element that is open
                }

                if (reader.NodeType != XmlNodeType.Element)
                {
                    continue;
                }

                paths.RemoveRange(Math.Min(reader.Depth, paths.Count), Math.Max(0, paths.Count - reader.Depth));
                paths.Add(paths.Count == 0 ? "" : ConfigurationReader.Bounded($"{paths[^1]}{reader.LocalName}."));
                while (reader.MoveToNextAttribute())
                {
                    while (lines.Current.Number < where.LineNumber)
                    {
                        lines.MoveNext();
                    }

                    TextLine line = lines.Current;
                    int at = where.LinePosition - 1;
                    int equals = line.Text.IndexOf('=', at);
                    int open = equals < 0 ? -1 : line.Text.IndexOfAny(['"', '\''], equals);
                    int close = open < 0 ? -1 : line.Text.IndexOf(line.Text[open], open + 1);
                    if (close < 0)
                    {
                        continue; // an attribute over several lines
                    }

                    // The blank before the attribute goes with it, so that the element stays as it was written.
                    int start = at > 0 && line.Text[at - 1] == ' ' ? at - 1 : at;
                    string key = (paths[^1] + reader.LocalName).ToLowerInvariant();
                    entries.Add(budget.Of(
                        new ConfigurationEntry(key, reader.Value, line.Number, line.Start + start, close + 1 - start, line.Start + open,
                            close + 1 - open)
                    {
                        Name = reader.LocalName,
                        OwnsItsLine = false,
                    }));
                }
            }
        }
        catch (XmlException)
        {
            // What was read before the fault stands; behind it nothing is certain.
        }

        return entries;
    }
}
