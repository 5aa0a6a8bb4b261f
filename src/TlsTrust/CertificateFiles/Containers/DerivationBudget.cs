using System.Globalization;

namespace TlsTrust.CertificateFiles.Containers;

/// <summary>A key store asks for more work than it gets.</summary>
public sealed class DerivationLimitException : Exception
{
    /// <summary>An exception without words; present because exceptions have it.</summary>
    public DerivationLimitException()
    {
    }

    /// <summary>An exception with its message.</summary>
    public DerivationLimitException(string message)
        : base(message)
    {
    }

    /// <summary>An exception with its message and what led to it.</summary>
    public DerivationLimitException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>
/// What deriving keys from passwords may cost for one file. How often to hash is written in the file, so a file of 3 KB could ask for
/// hours; the work is counted over all passwords that are tried, and ends when nobody waits for it.
/// </summary>
internal sealed class DerivationBudget(CancellationToken cancellation)
{
    /// <summary>
    /// 1,000,000 rounds for one key: OWASP asks for 600,000 (2023), OpenSSL writes 2,048, keytool 10,000, Windows 2,000. A second at most.
    /// </summary>
    public const int MaxRounds = 1_000_000;

    /// <summary>4,000,000 rounds for a file: three passwords, and a key each for the seal, the certificates and a key or two.</summary>
    public const int MaxTotalRounds = 4_000_000;

    private int _left = MaxTotalRounds;

    /// <summary>Takes work out of the budget.</summary>
    /// <exception cref="DerivationLimitException">There is not enough left.</exception>
    /// <exception cref="OperationCanceledException">Nobody waits any more.</exception>
    public void Take(long rounds)
    {
        cancellation.ThrowIfCancellationRequested();
        if (rounds is < 1 or > MaxRounds)
        {
            throw new DerivationLimitException(string.Create(
                CultureInfo.InvariantCulture,
                    $"it asks for {rounds:N0} rounds to make a key of the password; {MaxRounds:N0} is the limit"));
        }

        if (rounds > _left)
        {
            throw new DerivationLimitException(string.Create(
                CultureInfo.InvariantCulture,
                    $"its keys take more than {MaxTotalRounds:N0} rounds of hashing together, which is the limit"));
        }

        _left -= (int)rounds;
    }

    /// <summary>Ends long work between two of its rounds.</summary>
    public void ThrowIfCancelled() => cancellation.ThrowIfCancellationRequested();
}
