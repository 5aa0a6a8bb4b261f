namespace TlsTrust.Cli;

/// <summary>What `tlstrust` answers to a shell, the same in every subcommand.</summary>
internal static class ExitCode
{
    /// <summary>All trusted, or sound.</summary>
    public const int Ok = 0;

    /// <summary>Something is untrusted, or defective.</summary>
    public const int Untrusted = 1;

    /// <summary>Something is unreachable and nothing is untrusted.</summary>
    public const int Unreachable = 2;

    /// <summary>The words on the command line make no sense (EX_USAGE).</summary>
    public const int Usage = 64;

    /// <summary>Our own fault (EX_SOFTWARE).</summary>
    public const int Software = 70;
}
