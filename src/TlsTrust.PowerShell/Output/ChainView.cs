using System.Management.Automation;
using System.Management.Automation.Host;
using TlsTrust.Rendering;

namespace TlsTrust.PowerShell.Output;

/// <summary>Draws chains for the views of TlsTrust.Format.ps1xml, live or deserialised.</summary>
public static class ChainView
{
    /// <summary>The indented tree of a chain, broken to the width of a view.</summary>
    /// <param name="chain">A chain, or what is left of one from another session.</param>
    /// <param name="leafFirst">Leaf at the top; else the root.</param>
    /// <param name="host">Whose window it is for.</param>
    public static string Tree(PSObject? chain, bool leafFirst, PSHost? host) =>
        Rehydration.Restore(chain) is CertificateChain restored ? ViewText.Wrap(ChainTree.Draw(restored, leafFirst), 2, host) : "";
}
