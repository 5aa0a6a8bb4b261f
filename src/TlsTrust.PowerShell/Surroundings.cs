using TlsTrust.Diagnosis;

namespace TlsTrust.PowerShell;

/// <summary>
/// Network, clock and publicly known roots of a cmdlet that connects: this machine's. The demo puts the lab's in their place, within its
/// own process, so that the real cmdlets meet names and addresses that no machine has.
/// </summary>
internal static class Surroundings
{
    /// <summary>What takes the place of this machine's surroundings; null everywhere but in the demo.</summary>
    public static Func<EndpointTestOptions, EndpointTestOptions>? Lab { get; set; }

    /// <summary>The options, with the surroundings that count.</summary>
    public static EndpointTestOptions Of(EndpointTestOptions options) => Lab is null ? options : Lab(options);
}
