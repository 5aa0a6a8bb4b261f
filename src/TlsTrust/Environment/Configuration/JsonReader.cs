using System.Text;
using System.Text.Json;

namespace TlsTrust.Environment.Configuration;

/// <summary>JSON and JSONC: one entry for each scalar or array that a property holds. Keys keep their dots, so VS Code's
/// <c>"http.proxyStrictSSL"</c> and a nested <c>http → proxyStrictSSL</c> read alike.</summary>
internal static class JsonReader
{
    public static IEnumerable<ConfigurationEntry> Read(string text)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(text);
        int skip = bytes is [0xEF, 0xBB, 0xBF, ..] ? 3 : 0;
        List<ConfigurationEntry> entries = [];
        EntryBudget budget = new();
        LineNumbers lines = new(text);
        try
        {
            Utf8JsonReader reader =
                new(bytes.AsSpan(skip), new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            Stack<string> paths = new([string.Empty]);
            Stack<bool> named = new();
            string? name = null;
            int arrayDepth = 0;
            int arrayStart = 0;
            StringBuilder items = new();
            while (!budget.IsSpent && reader.Read())
            {
                int start = (int)reader.TokenStartIndex + skip;
                int end = (int)reader.BytesConsumed + skip;
                switch (reader.TokenType)
                {
                    case JsonTokenType.PropertyName:
                        name = reader.GetString();
                        break;
                    case JsonTokenType.StartObject:
                        named.Push(name is not null && arrayDepth == 0);
                        if (named.Peek())
                        {
                            paths.Push(ConfigurationReader.Bounded(Below(paths, name!)));
                        }

                        name = null;
                        break;
                    case JsonTokenType.EndObject:
                        if (named.Pop())
                        {
                            paths.Pop();
                        }

                        break;
                    case JsonTokenType.StartArray:
                        if (arrayDepth++ == 0 && name is not null)
                        {
                            arrayStart = start;
                            items.Clear();
                            paths.Push(Below(paths, name));
                        }

                        break;
                    case JsonTokenType.EndArray:
                        if (--arrayDepth == 0 && paths.Count > 1)
                        {
                            entries.Add(budget.Of(Entry(lines, paths.Pop(), items.ToString(), arrayStart, end)));
                            name = null;
                        }

                        break;
                    default:
                        string value = Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(
                            reader.TokenType == JsonTokenType.String ? reader.GetString()! : Encoding.UTF8.GetString(reader.ValueSpan)));
                        if (arrayDepth > 0)
                        {
                            items.Append(items.Length > 0 ? ", " : "").Append(value);
                        }
                        else if (name is not null)
                        {
                            entries.Add(budget.Of(Entry(lines, Below(paths, name), value, start, end)));
                            name = null;
                        }

                        break;
                }
            }
        }
        catch (JsonException)
        {
            // What was read before the fault stands; behind it nothing is certain.
        }
        catch (InvalidOperationException)
        {
            // A string that is no text (lone surrogates, bytes that are not UTF-8): the same.
        }

        return entries;
    }

    private static string Below(Stack<string> paths, string name) => paths.Count == 1 ? name : $"{paths.Peek()}.{name}";

    // Taking a property out would touch its neighbours' commas; what goes is the value, and the line keeps its shape.
    private static ConfigurationEntry Entry(LineNumbers lines, string path, string value, int start, int end) =>
        new(path.ToLowerInvariant(), value, lines.At(start), start, end - start, start, end - start)
        {
            Name = path,
            OwnsItsLine = false,
        };

    /// <summary>Counts lines forward, so that a file is counted once however many entries it has.</summary>
    private sealed class LineNumbers(string text)
    {
        private int _counted;
        private int _line = 1;

        public int At(int offset)
        {
            if (offset < _counted)
            {
                _counted = 0; // an array begins before what stands in it
                _line = 1;
            }

            _line += text.AsSpan(_counted, offset - _counted).Count('\n');
            _counted = offset;
            return _line;
        }
    }
}
