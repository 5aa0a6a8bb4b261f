namespace TlsTrust.Tests.Hostile.Readers;

/// <summary>Changes that find faults in readers: bits, lengths, cuts, repetitions, pieces of another input.</summary>
internal static class Mutation
{
    private const int MaxLength = 64 * 1024;

    private static readonly byte[][] Dictionary =
    [
        "-----BEGIN CERTIFICATE-----"u8.ToArray(), "-----END CERTIFICATE-----"u8.ToArray(), "-----"u8.ToArray(), "\\n"u8.ToArray(),
            "&#10;"u8.ToArray(), [0x30, 0x80], [0, 0],
        [0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF], [0x30, 0x82, 0xFF, 0xFF], [0x24, 0x80], [0x02, 0x04, 0x7F, 0xFF, 0xFF, 0xFF], [0xFF, 0xFE],
            [0xEF, 0xBB, 0xBF], [0xED, 0xA0, 0x80], [0xFE, 0xED, 0xFE, 0xED],
        [0x16, 3, 3, 0xFF, 0xFF], "\0"u8.ToArray(), "%0A"u8.ToArray(), "${"u8.ToArray(), "\"\"\""u8.ToArray(), "=?"u8.ToArray(),
            [0x1B, 0x5B], [0x7F, 0xFF, 0xFF, 0xFF],
    ];

    /// <summary>One of the seeds, changed.</summary>
    public static byte[] Of(Random random, byte[][] seeds) => Of(random, seeds[random.Next(seeds.Length)], seeds, []);

    /// <summary>An input, changed.</summary>
    /// <param name="random">Decides what and where.</param>
    /// <param name="input">What is changed; not touched itself.</param>
    /// <param name="others">Pieces of these come in; at least one.</param>
    /// <param name="words">What the reader may wait for, besides what all do.</param>
    public static byte[] Of(Random random, byte[] input, IReadOnlyList<byte[]> others, IReadOnlyList<byte[]> words)
    {
        List<byte> bytes = [.. input];
        for (int times = random.Next(1, 6); times > 0; times--)
        {
            int at = random.Next(bytes.Count + 1);
            int length = Math.Min(random.Next(1, 64), bytes.Count - at);
            switch (random.Next(9))
            {
                case 0 when at < bytes.Count:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1 when at < bytes.Count:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2 when at < bytes.Count:
                    bytes[at] = (byte)(random.Next(2) == 0 ? bytes[at] + 1 : bytes[at] - 1); // a length by one
                    break;
                case 3:
                    bytes.RemoveRange(at, length);
                    break;
                case 4:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                case 5:
                    bytes.InsertRange(at, bytes.GetRange(at, length));
                    break;
                case 6:
                    bytes.InsertRange(at, Word(random, words));
                    break;
                case 7:
                    byte[] other = others[random.Next(others.Count)];
                    int from = random.Next(other.Length);
                    bytes.InsertRange(at, other[from..Math.Min(other.Length, from + random.Next(1, 400))]);
                    break;
                case 8:
                    byte one = (byte)random.Next(256);
                    bytes.InsertRange(at, Enumerable.Repeat(one, random.Next(1, 300)));
                    break;
            }

            if (bytes.Count > MaxLength)
            {
                bytes.RemoveRange(MaxLength, bytes.Count - MaxLength);
            }
        }

        return [.. bytes];
    }

    private static byte[] Word(Random random, IReadOnlyList<byte[]> words)
    {
        int chosen = random.Next(Dictionary.Length + words.Count);
        return chosen < Dictionary.Length ? Dictionary[chosen] : words[chosen - Dictionary.Length];
    }
}
