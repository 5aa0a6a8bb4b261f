namespace TlsTrust.Environment.Configuration;

/// <summary>One setting of a configuration file, with the exact bytes it takes up there.</summary>
/// <param name="Key">Section and name joined by dots, lower case: <c>http.sslverify</c>, <c>global.cert</c>.</param>
/// <param name="Value">Its value as the program takes it, quotes removed.</param>
/// <param name="Line">Line it begins in, from 1.</param>
/// <param name="Start">Offset of its first byte that may go when the setting goes.</param>
/// <param name="Length">How many bytes go with it, its line end included where it has the line to itself.</param>
/// <param name="ValueStart">Offset of the value as written, quotes included.</param>
/// <param name="ValueLength">Bytes of the value as written.</param>
public sealed record ConfigurationEntry(string Key, string Value, int Line, int Start, int Length, int ValueStart, int ValueLength)
{
    /// <summary>The name as the file spells it, for display.</summary>
    public string Name { get; init; } = Key;

    /// <summary>True when the entry has its line or lines to itself.</summary>
    public bool OwnsItsLine { get; init; } = true;

    /// <summary>Number of the item of the outermost list that it stands in, from 1; 0 where there is none, or none is counted.</summary>
    public int Item { get; init; }

    /// <summary>
    /// Of an assignment in a shell's command with several: the whole command's offset and bytes, and how many it assigns.
    /// </summary>
    public (int Start, int Length, int Names)? Command { get; init; }

    /// <summary>What must stand in its place when it goes, so that the file stays valid; mostly nothing.</summary>
    public string Filler { get; init; } = string.Empty;
}
