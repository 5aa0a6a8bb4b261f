namespace TlsTrust.Files;

/// <summary>What stands behind a name.</summary>
internal enum FileKind
{
    /// <summary>A file with a beginning and an end; also where nothing is known.</summary>
    Regular,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A pipe, with a name or without.</summary>
    Pipe,

    /// <summary>A socket.</summary>
    Socket,

    /// <summary>A device, of characters or blocks; the empty one counts as an empty file.</summary>
    Device,
}
