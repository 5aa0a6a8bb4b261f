namespace TlsTrust.Tests.Hostile.Readers;

/// <summary>A piece of DER.</summary>
/// <param name="Tag">Its first byte.</param>
/// <param name="Bytes">Its content as it was read.</param>
/// <param name="Inner">What the content holds, where that is DER itself; in OCTET STRINGs and BIT STRINGs, too.</param>
internal sealed record DerElement(byte Tag, byte[] Bytes, List<DerElement>? Inner)
{
    private const int MaxDepth = 12;

    // Of a BIT STRING that holds DER: the number of unused bits stands before it.
    private bool HasUnusedBits => Tag == 0x03 && Inner is not null;

    /// <summary>The elements one after another; null where something is no DER.</summary>
    public static List<DerElement>? Read(ReadOnlySpan<byte> input) => Read(input, MaxDepth);

    /// <summary>Another list of what it holds.</summary>
    public DerElement Copy() => this with { Inner = Inner is null ? null : [.. Inner.Select(each => each.Copy())] };

    /// <summary>Without tag and length.</summary>
    public byte[] Content()
    {
        if (Inner is null)
        {
            return Bytes;
        }

        using MemoryStream content = new();
        content.Write(new byte[HasUnusedBits ? 1 : 0]);
        Inner.ForEach(each => each.WriteTo(content));
        return content.ToArray();
    }

    /// <summary>All of it, with every length right.</summary>
    public void WriteTo(Stream to)
    {
        byte[] content = Content();
        to.WriteByte(Tag);
        to.Write(content.Length switch
        {
            < 0x80 => [(byte)content.Length],
            < 0x100 => [0x81, (byte)content.Length],
            < 0x1_0000 => [0x82, (byte)(content.Length >> 8), (byte)content.Length],
            _ => [0x83, (byte)(content.Length >> 16), (byte)(content.Length >> 8), (byte)content.Length],
        });
        to.Write(content);
    }

    /// <summary>About how many bytes they take.</summary>
    public static int Length(IEnumerable<DerElement> elements) =>
        elements.Sum(each => 2 + (each.Inner is null ? each.Bytes.Length : Length(each.Inner)));

    /// <summary>Elements one after another.</summary>
    public static byte[] Written(IEnumerable<DerElement> elements)
    {
        using MemoryStream written = new();
        foreach (DerElement element in elements)
        {
            element.WriteTo(written);
        }

        return written.ToArray();
    }

    private static List<DerElement>? Read(ReadOnlySpan<byte> input, int depth)
    {
        List<DerElement> read = [];
        while (input.Length > 0)
        {
            if (input.Length < 2 || (input[0] & 0x1F) == 0x1F || Length(input[1..], out int sizes) is not int length
                || length > input.Length - 1 - sizes)
            {
                return null;
            }

            byte[] content = input.Slice(1 + sizes, length).ToArray();
            bool isBits = input[0] == 0x03 && length > 2 && content[0] == 0;
            bool mayHold = (input[0] & 0x20) != 0 || isBits || (input[0] == 0x04 && length > 1);
            List<DerElement>? inner = mayHold && depth > 0 && length > 0 ? Read(content.AsSpan(isBits ? 1 : 0), depth - 1) : null;
            read.Add(new(input[0], content, inner));
            input = input[(1 + sizes + length)..];
        }

        return read;
    }

    private static int? Length(ReadOnlySpan<byte> input, out int sizes)
    {
        sizes = 1;
        if (input[0] < 0x80)
        {
            return input[0];
        }

        int many = input[0] & 0x7F;
        if (many is 0 or > 3 || input.Length < 1 + many)
        {
            return null;
        }

        sizes = 1 + many;
        int length = 0;
        foreach (byte part in input.Slice(1, many))
        {
            length = (length << 8) | part;
        }

        return length;
    }
}
