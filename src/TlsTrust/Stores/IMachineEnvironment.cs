namespace TlsTrust.Stores;

/// <summary>The operating systems whose stores differ.</summary>
public enum StorePlatform
{
    /// <summary>Linux and other systems where OpenSSL's files are the store.</summary>
    Linux,

    /// <summary>Windows: the certificate stores of the registry.</summary>
    Windows,

    /// <summary>macOS: the keychains and their trust settings.</summary>
    MacOS,
}

/// <summary>
/// What a store is looked up from: variables, well-known places, folders. The engine has no other access to the machine's surroundings.
/// </summary>
public interface IMachineEnvironment
{
    /// <summary>Which system's rules hold.</summary>
    public StorePlatform Platform { get; }

    /// <summary>The user's home folder; empty where there is none.</summary>
    public string HomeDirectory { get; }

    /// <summary>
    /// The folder for caches by the platform's convention (<c>XDG_CACHE_HOME</c> or <c>~/.cache</c>, <c>LOCALAPPDATA</c>,
    /// <c>~/Library/Caches</c>); empty where there is none.
    /// </summary>
    public string CacheDirectory { get; }

    /// <summary>The value of an environment variable; null when it is not set. Empty is not unset.</summary>
    public string? GetVariable(string name);

    /// <summary>Where a well-known absolute path is really found; a test keeps a whole machine in a folder.</summary>
    public string MapPath(string absolutePath);
}
