using System.Xml;

namespace TlsTrust.Environment.Configuration;

/// <summary>Attributes as entries (<c>packagesources.add.protocolversion</c>); the document element gives no part of the key.</summary>
internal static class XmlAttributeReader
{
    public static IEnumerable<ConfigurationEntry> Read(string text)
    {
        List<ConfigurationEntry> entries = [];
        IReadOnlyList<TextLine> lines = TextLine.Split(text);
        string body = text.StartsWith("\u00EF\u00BB\u00BF", StringComparison.Ordinal) ? text[3..] : text;
        try
        {
            using XmlReader reader =
                XmlReader.Create(new StringReader(body),
                    new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
            IXmlLineInfo where = (IXmlLineInfo)reader;
            List<string> path = [];
            while (reader.Read())
            {
                if (reader.NodeType != XmlNodeType.Element)
                {
                    continue;
                }

                path.RemoveRange(Math.Min(reader.Depth, path.Count), Math.Max(0, path.Count - reader.Depth));
                path.Add(reader.LocalName);
                while (reader.MoveToNextAttribute())
                {
                    TextLine line = lines[where.LineNumber - 1];
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
                    string key = string.Join('.', path.Skip(1).Append(reader.LocalName)).ToLowerInvariant();
                    entries.Add(
                        new ConfigurationEntry(key, reader.Value, line.Number, line.Start + start, close + 1 - start, line.Start + open,
                            close + 1 - open)
                    {
                        Name = reader.LocalName,
                        OwnsItsLine = false,
                    });
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
