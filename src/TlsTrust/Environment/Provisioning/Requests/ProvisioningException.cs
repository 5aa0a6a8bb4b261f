namespace TlsTrust.Environment.Provisioning.Requests;

/// <summary>Why provisioning is refused.</summary>
public enum Refusal
{
    /// <summary>No certificate among what was given.</summary>
    NoCertificate,

    /// <summary>A leaf certificate is no trust anchor.</summary>
    NotAnAuthority,

    /// <summary>An intermediate is one only when the caller says so.</summary>
    Intermediate,

    /// <summary>What came over the network needs its fingerprint from somewhere else.</summary>
    FingerprintRequired,

    /// <summary>The bundle would take the public roots away.</summary>
    PublicRootsLost,

    /// <summary>Others could replace the file.</summary>
    WorldWritable,

    /// <summary>A character that the target's format can't carry.</summary>
    PathNotCarriable,

    /// <summary>The right is missing.</summary>
    PermissionDenied,

    /// <summary>A file that is not ours stands there.</summary>
    DestinationExists,

    /// <summary>The platform has no such scope or target.</summary>
    NotSupported,

    /// <summary>A file that has to be changed can't be.</summary>
    FileNotWritable,

    /// <summary>Something that was trusted would be trusted no more.</summary>
    AnchorsLost,

    /// <summary>The record of what was provisioned could have been written by somebody else.</summary>
    RecordOfOthers,
}

/// <summary>Provisioning refused, before anything was changed.</summary>
public sealed class ProvisioningException : Exception
{
    /// <summary>A refusal.</summary>
    /// <param name="refusal">Its kind.</param>
    /// <param name="message">What was seen.</param>
    /// <param name="recommendation">What to do.</param>
    /// <param name="inner">What led to it.</param>
    public ProvisioningException(Refusal refusal, string message, string recommendation, Exception? inner = null)
        : base(message, inner)
    {
        Refusal = refusal;
        Recommendation = recommendation;
    }

    /// <summary>Its kind.</summary>
    public Refusal Refusal { get; }

    /// <summary>What to do about it.</summary>
    public string Recommendation { get; }
}
