namespace TlsTrust.Stores;

/// <summary>The environment of this process: the one place where the engine looks at it.</summary>
public sealed class ProcessEnvironment : IMachineEnvironment
{
    private ProcessEnvironment()
    {
    }

    /// <summary>The only instance; it holds no state, so that a variable set later is seen.</summary>
    public static ProcessEnvironment Instance { get; } = new();

    /// <inheritdoc/>
    public StorePlatform Platform =>
        OperatingSystem.IsWindows() ? StorePlatform.Windows
        : OperatingSystem.IsMacOS() ? StorePlatform.MacOS
        : StorePlatform.Linux;

    /// <inheritdoc/>
    public string HomeDirectory =>
        System.Environment.GetFolderPath(System.Environment.SpecialFolder.UserProfile, System.Environment.SpecialFolderOption.DoNotVerify);

    /// <inheritdoc/>
    public string CacheDirectory => Platform switch
    {
        StorePlatform.Windows =>
            System.Environment.GetFolderPath(System.Environment.SpecialFolder.LocalApplicationData,
                System.Environment.SpecialFolderOption.DoNotVerify),
        StorePlatform.MacOS => HomeDirectory.Length == 0 ? "" : Path.Combine(HomeDirectory, "Library", "Caches"),

        // The XDG base directory specification: a relative path is to be ignored.
        _ => GetVariable("XDG_CACHE_HOME") is { Length: > 0 } cache && Path.IsPathRooted(cache) ? cache
            : HomeDirectory.Length == 0 ? "" : Path.Combine(HomeDirectory, ".cache"),
    };

    /// <inheritdoc/>
    public string? GetVariable(string name) => System.Environment.GetEnvironmentVariable(name);

    /// <inheritdoc/>
    public string MapPath(string absolutePath) => absolutePath;
}
