using TlsTrust.Tests.Hostile.Readers;

namespace TlsTrust.Tests.Hostile;

/// <summary>
/// Sound DER in which one thing is as large as the whole input may be: each list with one of its elements over and over, each value with
/// its content over and over, all lengths right.
/// </summary>
internal static class GrownInput
{
    // Some hundred megabytes a reader: in the long run.
    private static readonly bool IsLong = System.Environment.GetEnvironmentVariable("TLSTRUST_LONG") is not null;

    /// <summary>One input for each thing that can grow.</summary>
    public static IEnumerable<(string Shape, byte[] Input)> Of(string name, byte[] seed, int size) =>
        IsLong && DerElement.Read(seed) is { Count: > 0 } whole
            ? Grown(whole, size).Select(grown => ($"{name} with a large {grown.What}", DerElement.Written(grown.Elements)))
            : [];

    private static IEnumerable<(string What, List<DerElement> Elements)> Grown(List<DerElement> elements, int size)
    {
        for (int at = 0; at < elements.Count; at++)
        {
            DerElement element = elements[at];
            string name = $"{element.Tag:X2}";
            int times = size / DerElement.Written([element]).Length;
            yield return ($"number of {name}", [.. elements[..at], .. Enumerable.Repeat(element, times), .. elements[(at + 1)..]]);
            if (element.Inner is null)
            {
                byte[] part = element.Bytes.Length == 0 ? [1] : element.Bytes;
                byte[] content = [.. Enumerable.Repeat(part, size / part.Length).SelectMany(each => each)];
                yield return (name, [.. elements[..at], element with { Bytes = content }, .. elements[(at + 1)..]]);
                continue;
            }

            foreach ((string what, List<DerElement> inner) in Grown(element.Inner, size))
            {
                yield return ($"{what} in {name}", [.. elements[..at], element with { Inner = inner }, .. elements[(at + 1)..]]);
            }
        }
    }
}
