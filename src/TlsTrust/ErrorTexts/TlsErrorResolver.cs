using TlsTrust.Files;

namespace TlsTrust.ErrorTexts;

/// <summary>
/// Finds the messages of TLS clients in any text or log: which client it was, for which host, what it can mean and what to ask next.
/// A pure function of the text; its time is linear in the text's length.
/// </summary>
public static class TlsErrorResolver
{
    private const int BlockLength = 1 << 16;

    /// <summary>One for each failure, in the order of the text.</summary>
    public static ResultList<TlsErrorExplanation> Resolve(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        TlsErrorReader reader = new();
        return [.. reader.Add(text), .. reader.Complete()];
    }

    /// <summary>
    /// One for each failure in a log file of any size, as they are read; byte order marks tell UTF-8 from UTF-16, which Windows PowerShell
    /// writes.
    /// </summary>
    /// <exception cref="IOException">The file can't be read, or is no regular file.</exception>
    public static IEnumerable<TlsErrorExplanation> ResolveFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Read(path);

        static IEnumerable<TlsErrorExplanation> Read(string path)
        {
            using StreamReader file =
                new(InputFile.Open(path), System.Text.Encoding.UTF8, detectEncodingFromByteOrderMarks: true, BlockLength);
            TlsErrorReader reader = new();
            char[] block = new char[BlockLength];
            for (int count = file.Read(block); count > 0; count = file.Read(block))
            {
                foreach (TlsErrorExplanation explanation in reader.Add(block.AsSpan(0, count)))
                {
                    yield return explanation with { LogFile = path };
                }
            }

            foreach (TlsErrorExplanation explanation in reader.Complete())
            {
                yield return explanation with { LogFile = path };
            }
        }
    }
}
