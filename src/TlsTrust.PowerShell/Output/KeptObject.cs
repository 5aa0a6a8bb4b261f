using System.Management.Automation;
using TlsTrust.Diagnosis;

namespace TlsTrust.PowerShell.Output;

/// <summary>
/// How large results travel through files, jobs and sessions: a few values that anybody can read, and the whole in one packed text.
/// Called from TlsTrust.Types.ps1xml.
/// </summary>
public static class KeptObject
{
    /// <summary>The member that has the packed text.</summary>
    internal const string Name = "Kept";

    /// <summary>The packed text of a result, live or back from elsewhere; null where it is none.</summary>
    /// <param name="input">A result, or what is left of one from another session.</param>
    public static string? Pack(PSObject? input) => Of(input) is { } result ? KeptResult.Pack(result) : null;

    /// <summary>The result behind what came back; null where it is none.</summary>
    /// <param name="input">A result, or what is left of one from another session.</param>
    public static IResult? Of(PSObject? input) => Rehydration.Restore(input) as IResult;
}
