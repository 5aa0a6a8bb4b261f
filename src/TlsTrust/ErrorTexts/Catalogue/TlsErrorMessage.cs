namespace TlsTrust.ErrorTexts.Catalogue;

/// <summary>A message that some client writes.</summary>
public sealed record TlsErrorMessage
{
    /// <summary>Short stable name, for example <c>openssl-20</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Who writes it: a client or its TLS library; <c>any</c> for words of the operating system.</summary>
    public required string Client { get; init; }

    /// <summary>The words to look for; of several, each is a spelling of the same message.</summary>
    public required IReadOnlyList<string> Text { get; init; }

    /// <summary>What it can mean, the likeliest first.</summary>
    public required ResultList<Cause> Causes { get; init; }

    /// <summary>What it says and is no cause.</summary>
    public required ResultList<FindingId> FindingIds { get; init; }

    /// <summary>What it says, in a sentence.</summary>
    public required string Meaning { get; init; }

    /// <summary>What to do, in a sentence.</summary>
    public required string Remedy { get; init; }

    /// <summary>Which side refused.</summary>
    public required TlsErrorSide Side { get; init; }

    /// <summary>Where the words are from.</summary>
    public required string Source { get; init; }

    /// <summary>It says that something failed and not what: a more particular message beside it decides.</summary>
    public bool Generic { get; init; }

    /// <summary>Its words are a number or a symbol, which words beside it may say better.</summary>
    public bool IsCode { get; init; }

    /// <summary>X509_V_ERR number, where it is one of OpenSSL's.</summary>
    public int? OpenSsl { get; init; }

    /// <summary>The versions with which it was provoked on loopback; null where it is known from its source only.</summary>
    public string? Seen { get; init; }

    /// <summary>Its words are those of a thing that sentences speak of too: behind an article they report nothing.</summary>
    internal bool IsThing { get; init; }

    internal TlsErrorKind Kind { get; init; } = null!;

    /// <summary>The kind where a server writes it: then the other side is the client.</summary>
    internal TlsErrorKind? KindAtServer { get; init; }

    /// <summary>Of several messages about one failure, the lowest decides: words, then codes, then what only says that it failed.</summary>
    internal int Vagueness => Generic ? 3 + Math.Max(0, Kind.Vague - 1) + (IsLoose ? 2 : 0) : IsLoose ? 2 : IsCode ? 1 : 0;

    /// <summary>Recognised by the words it holds, not by a phrase.</summary>
    internal bool IsLoose { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Id}: {(Text.Count > 0 ? Text[0] : Meaning)}";
}
