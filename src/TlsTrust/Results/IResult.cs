namespace TlsTrust;

/// <summary>
/// Marks what one command answers and another may take: reports, chains, matches, changes. A cmdlet's <c>-InputObject</c> is typed with it,
/// so that a result never binds by accident to a parameter for text or paths.
/// </summary>
#pragma warning disable CA1040 // a marker is what it is for: PowerShell's binder decides by type
public interface IResult;
#pragma warning restore CA1040
