namespace TlsTrust.Bundles.Forms;

/// <summary>How another form is written.</summary>
public sealed record FormOptions
{
    /// <summary>The form.</summary>
    public required BundleForm Form { get; init; }

    /// <summary>Password of the keys in the file that was read, and of a key beside it.</summary>
    public string? Password { get; init; }

    /// <summary>Password of what is written; null for the same.</summary>
    public string? NewPassword { get; init; }

    /// <summary>PKCS#12 in 3DES and SHA-1, for Windows before 2016 and Java before 8u301.</summary>
    public bool ForOldReaders { get; init; }

    /// <summary>PEM keys without a password, for servers at whose start nobody types one.</summary>
    public bool PlainKey { get; init; }

    /// <summary>A private key beside the file, as its bytes; forms that hold a key take it where the file has none.</summary>
    public ReadOnlyMemory<byte>? Key { get; init; }

    /// <summary>Ends the making of keys from passwords.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>The date that Java's entries have.</summary>
    public required DateTime At { get; init; }
}

/// <summary>One file of a form.</summary>
/// <param name="Name">Name in the folder that <see cref="BundleForm.Split"/> writes; empty where there is one file only.</param>
/// <param name="Content">What is in it.</param>
/// <param name="HoldsKey">True when a private key is in it.</param>
public sealed record FormFile(string Name, ReadOnlyMemory<byte> Content, bool HoldsKey);

/// <summary>Why a form can't be written; says what would help.</summary>
public sealed class FormException : Exception
{
    /// <summary>An exception without words; present because exceptions have it.</summary>
    public FormException()
    {
    }

    /// <summary>An exception with its message.</summary>
    public FormException(string message)
        : base(message)
    {
    }

    /// <summary>An exception with its message and what led to it.</summary>
    public FormException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
