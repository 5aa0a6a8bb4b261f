namespace TlsTrust.PowerShell.Output;

/// <summary>Where <c>Get-Help -Online</c> leads to.</summary>
internal static class HelpPage
{
    /// <summary>The folder of the pages; a page has its cmdlet's name.</summary>
    public const string Root = "https://github.com/TlsTrust/TlsTrust/blob/main/en-US/";
}
