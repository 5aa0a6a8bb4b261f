namespace TlsTrust.Tests.Hostile.Readers;

/// <summary>
/// Changes to DER that leave every length around them right, so that the reader gets as far as what was changed. Mutated bytes alone mostly
/// end at the first length.
/// </summary>
internal static class DerMutation
{
    private const int MaxAdded = 1 << 16;

    private static readonly byte[] Tags =
    [
        0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0A, 0x0C, 0x13, 0x16, 0x17, 0x18, 0x1E, 0x30, 0x31, 0x80, 0x81, 0x82, 0x86, 0xA0, 0xA1, 0xA3,
    ];

    /// <summary>The input with some of its elements changed, or null where it is no DER.</summary>
    /// <param name="random">Decides what and where.</param>
    /// <param name="input">What is changed; not touched itself.</param>
    /// <param name="others">Pieces of these come in.</param>
    public static byte[]? Of(Random random, byte[] input, IReadOnlyList<byte[]> others)
    {
        if (DerElement.Read(input) is not { Count: > 0 } whole)
        {
            return null;
        }

        for (int times = random.Next(1, 4); times > 0 && DerElement.Length(whole) < MaxAdded; times--)
        {
            Change(random, whole, others);
        }

        return DerElement.Written(whole);
    }

    private static void Change(Random random, List<DerElement> whole, IReadOnlyList<byte[]> others)
    {
        List<List<DerElement>> places = [];
        Collect(whole, places);
        List<DerElement> among = places[random.Next(places.Count)];
        int at = random.Next(among.Count);
        DerElement chosen = among[at];
        switch (random.Next(8))
        {
            case 0 when among.Count > 1 || places.Count > 1:
                among.RemoveAt(at);
                break;
            case 1:
                int many = Math.Min(random.Next(1, 20), 1 + (MaxAdded / (chosen.Bytes.Length + 1)));
                among.InsertRange(at, Enumerable.Repeat(chosen, many));
                break;
            case 2:
                among[at] = chosen with { Tag = Tags[random.Next(Tags.Length)] };
                break;
            case 3:
                List<DerElement> from = places[random.Next(places.Count)];
                among[at] = from[random.Next(from.Count)].Copy();
                break;
            case 4 when DerElement.Read(others[random.Next(others.Count)]) is { Count: > 0 } other:
                List<List<DerElement>> offered = [];
                Collect(other, offered);
                List<DerElement> taken = offered[random.Next(offered.Count)];
                among.Insert(at, taken[random.Next(taken.Count)]);
                break;
            case 5:
                byte[] wrapped = DerElement.Written([chosen]);
                among[at] = new DerElement(random.Next(2) == 0 ? (byte)0x30 : (byte)0x04, wrapped, null);
                break;
            case 6 when among.Count > 1:
                int with = random.Next(among.Count);
                (among[at], among[with]) = (among[with], among[at]);
                break;
            default:
                byte[] content = chosen.Content();
                among[at] = new DerElement(chosen.Tag,
                    content.Length == 0 ? [(byte)random.Next(256)] : Mutation.Of(random, content, others, []), null);
                break;
        }

        if (whole.Count == 0)
        {
            whole.Add(chosen);
        }
    }

    private static void Collect(List<DerElement> elements, List<List<DerElement>> places)
    {
        if (elements.Count == 0)
        {
            return;
        }

        places.Add(elements);
        foreach (DerElement element in elements)
        {
            if (element.Inner is not null)
            {
                Collect(element.Inner, places);
            }
        }
    }
}
