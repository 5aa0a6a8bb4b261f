using System.Globalization;
using System.Management.Automation.Host;

namespace TlsTrust.PowerShell.Remoting;

/// <summary>
/// The host that the other machine's commands see: none. What runs there can ask nothing here and write nothing to this terminal; all it
/// has are the streams, which are read as text of others.
/// </summary>
internal sealed class SilentHost : PSHost
{
    /// <inheritdoc/>
    public override CultureInfo CurrentCulture => CultureInfo.InvariantCulture;

    /// <inheritdoc/>
    public override CultureInfo CurrentUICulture => CultureInfo.InvariantCulture;

    /// <inheritdoc/>
    public override Guid InstanceId { get; } = Guid.NewGuid();

    /// <inheritdoc/>
    public override string Name => "TlsTrust";

    /// <inheritdoc/>
    public override PSHostUserInterface? UI => null;

    /// <inheritdoc/>
    public override Version Version { get; } = new(1, 0);

    /// <inheritdoc/>
    public override void EnterNestedPrompt()
    {
    }

    /// <inheritdoc/>
    public override void ExitNestedPrompt()
    {
    }

    /// <inheritdoc/>
    public override void NotifyBeginApplication()
    {
    }

    /// <inheritdoc/>
    public override void NotifyEndApplication()
    {
    }

    /// <inheritdoc/>
    public override void SetShouldExit(int exitCode)
    {
    }
}
