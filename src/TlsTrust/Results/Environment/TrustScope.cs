namespace TlsTrust;

/// <summary>Who sees a setting.</summary>
public enum TrustScope
{
    /// <summary>This process and what it starts.</summary>
    Process,

    /// <summary>What this user starts from the next login on.</summary>
    User,

    /// <summary>What anyone on this machine starts.</summary>
    Machine,

    /// <summary>Programs that run in one folder (a repository, a project).</summary>
    Project,
}
