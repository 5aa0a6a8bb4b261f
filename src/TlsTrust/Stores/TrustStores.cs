
namespace TlsTrust.Stores;

/// <summary>
/// Opens trust stores. A store that can't be used is returned with its faults and without anchors, never as an exception and never silently
/// empty.
/// </summary>
public static class TrustStores
{
    /// <summary>
    /// The store of a client with the platform's defaults: on Linux the one an OpenSSL client uses (<c>SSL_CERT_FILE</c>,
    /// <c>SSL_CERT_DIR</c>, OPENSSLDIR), on Windows and macOS the system's, without what is distrusted there.
    /// </summary>
    public static TrustStore Default(IMachineEnvironment environment) => environment.Platform == StorePlatform.Linux
        ? OpenSslDefaultStore.Read(environment)
        : PlatformStore.ReadDefault(environment.Platform);

    /// <summary>A bundle file in any form, or a directory with hashed names.</summary>
    /// <param name="path">File or directory, absolute.</param>
    /// <param name="reading">How forgiving it is read.</param>
    public static TrustStore Open(string path, StoreReading reading = StoreReading.AsOpenSsl) =>
        (Directory.Exists(path) ? HashedDirectory.Read(path, reading) : BundleFile.Read(path, reading)).ToStore(path);

    /// <summary>The names <see cref="Named"/> takes on this platform.</summary>
    public static IReadOnlyList<string> Names(IMachineEnvironment environment) => PlatformStore.Names(environment.Platform);

    /// <summary>Whether a store of those names is on this machine: on Linux the user has hardly one of them.</summary>
    public static bool IsThere(string name, IMachineEnvironment environment) =>
        name.Equals("Default", StringComparison.OrdinalIgnoreCase) || PlatformStore.Exists(name, environment.Platform);

    /// <summary>
    /// A system store by name: <c>Default</c>, or <c>CurrentUser\Root</c>, <c>LocalMachine\CA</c> and the like as .NET knows them; null for
    /// a name that is none.
    /// </summary>
    public static TrustStore? Named(string name, IMachineEnvironment environment) =>
        name.Equals("Default", StringComparison.OrdinalIgnoreCase) ? Default(environment) : PlatformStore.Open(name, environment.Platform);
}
