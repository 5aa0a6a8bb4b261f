namespace TlsTrust.ErrorTexts.Catalogue;

/// <summary>What stands beside words that are no message themselves.</summary>
internal enum Frame
{
    None,
    HostFollows,
    HostPrecedes,
    PeerFollows,
    StoreFollows,
    FileFollows,
    Server,
}

/// <summary>What a phrase of the catalogue stands for; one of these.</summary>
internal sealed record Phrase
{
    internal TlsErrorMessage? Message { get; init; }

    internal ErrorClient? Client { get; init; }

    /// <summary>A report of <see cref="Client"/> begins in this line.</summary>
    internal bool Begins { get; init; }

    /// <summary>A report of <see cref="Client"/> ends with this line.</summary>
    internal bool Ends { get; init; }

    internal Frame Frame { get; init; }

    /// <summary>A bare number: it counts only where its line speaks of TLS, or shows who writes.</summary>
    internal bool IsNumber { get; init; }

    /// <summary>A bit for each term of <see cref="WordsFile.Terms"/>.</summary>
    internal int Term { get; init; }

    /// <summary>Index in <see cref="WordsFile.Faults"/>; -1 where it is none.</summary>
    internal int Fault { get; init; } = -1;
}
