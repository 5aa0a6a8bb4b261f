using TlsTrust.Stores;

namespace TlsTrust.Environment.Machines;

/// <summary>
/// The machine as the stores see it: its system roots, without what somebody set in <c>SSL_CERT_FILE</c> or <c>SSL_CERT_DIR</c>.
/// </summary>
internal sealed class StoreView(IMachine machine) : IMachineEnvironment
{
    /// <inheritdoc/>
    public StorePlatform Platform => machine.Platform;

    /// <inheritdoc/>
    public string HomeDirectory => machine.Home;

    /// <inheritdoc/>
    public string CacheDirectory => string.Empty;

    /// <inheritdoc/>
    public string? GetVariable(string name) =>
        name is "SSL_CERT_FILE" or "SSL_CERT_DIR" ? null : machine.GetVariable(name);

    /// <inheritdoc/>
    public string MapPath(string absolutePath) => machine.Locate(absolutePath);
}
