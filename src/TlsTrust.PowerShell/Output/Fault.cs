using System.Management.Automation;
using TlsTrust.Certificates.Names;

namespace TlsTrust.PowerShell.Output;

/// <summary>
/// First part of <c>FullyQualifiedErrorId</c>; the second is the cmdlet's class. Both are public contract: never renamed.
/// </summary>
internal enum ErrorId
{
    /// <summary>Text that is no endpoint: empty host, port out of range, unknown scheme.</summary>
    InvalidEndpoint,

    /// <summary>An object that this cmdlet can do nothing with.</summary>
    InvalidInput,

    /// <summary>Parameters that contradict each other or the input.</summary>
    InvalidCombination,

    /// <summary>A file or folder that is not there.</summary>
    PathNotFound,

    /// <summary>A path in another provider than the file system (<c>Cert:</c>, <c>Env:</c>).</summary>
    PathNotFileSystem,

    /// <summary>A file that is there and can't be read.</summary>
    FileUnreadable,

    /// <summary>A file that can't be written.</summary>
    FileNotWritable,

    /// <summary>A file that would be overwritten.</summary>
    FileExists,

    /// <summary>A file without what was looked for in it.</summary>
    NoCertificateFound,

    /// <summary>A password is needed, or the one given is wrong.</summary>
    WrongPassword,

    /// <summary>A trust store that was asked for and gives no anchor.</summary>
    StoreUnusable,

    /// <summary>The verdict, as an error, where the caller asked for that.</summary>
    EndpointUntrusted,

    /// <summary>The endpoint could not be reached, as an error, where the caller asked for that.</summary>
    EndpointUnreachable,

    /// <summary>A SHA-256 fingerprint is needed, or does not match.</summary>
    FingerprintRequired,

    /// <summary>The right to do it is missing.</summary>
    PermissionDenied,

    /// <summary>Another machine reported an error of a kind that is not this module's.</summary>
    MachineError,
}

/// <summary>What the exception part of an error record is; the message says what could not be used.</summary>
public sealed class TlsTrustException : Exception
{
    /// <summary>An exception without words; present because exceptions have it.</summary>
    public TlsTrustException()
    {
    }

    /// <summary>An exception with its message.</summary>
    public TlsTrustException(string message)
        : base(message)
    {
    }

    /// <summary>Line of a list that could not be used, from 1; 0 where it is not known.</summary>
    public int Line { get; init; }

    /// <summary>An exception with its message and what led to it.</summary>
    public TlsTrustException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>The one place where error records are made.</summary>
internal static class Fault
{
    /// <summary>Makes a record with an id, a real category, the input as target and a recommendation.</summary>
    /// <param name="id">What kind of fault it is.</param>
    /// <param name="message">What was seen, with the value it was seen in.</param>
    /// <param name="recommendation">What to do, as an imperative; PowerShell 7 prints it under the message.</param>
    /// <param name="target">The input.</param>
    /// <param name="inner">What the platform threw, if it did.</param>
    /// <param name="line">Line of the list that it is about; 0 for none.</param>
    public static ErrorRecord Record(ErrorId id, string message, string recommendation, object? target, Exception? inner = null,
        int line = 0)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(recommendation);
        string shown = VisibleText.Of(message);
        return new ErrorRecord(new TlsTrustException(shown, Shown(inner)) { Line = line }, id.ToString(), Category(id),
            target is string text ? VisibleText.Of(text) : target)
        {
            ErrorDetails = new ErrorDetails(shown) { RecommendedAction = VisibleText.Of(recommendation) },
        };
    }

    // What the platform threw may quote a file name, a server or a certificate.
    private static Exception? Shown(Exception? inner) =>
        inner is null || !VisibleText.HasHidden(inner.Message) ? inner : new TlsTrustException(VisibleText.Of(inner.Message));

    private static ErrorCategory Category(ErrorId id) => id switch
    {
        ErrorId.InvalidEndpoint or ErrorId.InvalidInput or ErrorId.InvalidCombination => ErrorCategory.InvalidArgument,
        ErrorId.PathNotFound => ErrorCategory.ObjectNotFound,
        ErrorId.PathNotFileSystem => ErrorCategory.InvalidType,
        ErrorId.FileUnreadable => ErrorCategory.ReadError,
        ErrorId.FileNotWritable => ErrorCategory.WriteError,
        ErrorId.FileExists => ErrorCategory.ResourceExists,
        ErrorId.NoCertificateFound or ErrorId.StoreUnusable => ErrorCategory.InvalidData,
        ErrorId.WrongPassword => ErrorCategory.AuthenticationError,
        ErrorId.EndpointUntrusted or ErrorId.FingerprintRequired => ErrorCategory.SecurityError,
        ErrorId.EndpointUnreachable => ErrorCategory.ConnectionError,
        ErrorId.PermissionDenied => ErrorCategory.PermissionDenied,
        ErrorId.MachineError => ErrorCategory.FromStdErr,
        _ => throw new ArgumentOutOfRangeException(nameof(id), id, "an error id needs a category"),
    };
}
