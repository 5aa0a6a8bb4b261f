using TlsTrust.Results;

namespace TlsTrust;

/// <summary>
/// One failure that a text tells of, and what it can mean. Plain values; pipes into <c>Test-TlsEndpoint</c>,
/// <c>Get-TrustBundleEnvironment</c>
/// and <c>Repair-TrustBundleEnvironment</c>.
/// </summary>
public sealed record TlsErrorExplanation : IResult
{
    /// <summary>
    /// Which client wrote it, as far as the text shows: <c>curl</c>, <c>pip</c>, <c>Node.js</c>; empty where it does not.
    /// </summary>
    public required string Client { get; init => field = ShownText.Of(value); }

    /// <summary>
    /// The client's id in the catalogue of programs, for <c>Get-TrustBundleEnvironment</c>; null where that does not know it.
    /// </summary>
    public string? Program { get; init => field = ShownText.OfNullable(value); }

    /// <summary>The words as they stand in the text, on one line.</summary>
    public required string Message { get; init => field = ShownText.Of(value); }

    /// <summary>The name of the message in the catalogue, for example <c>openssl-20</c>.</summary>
    public required string MessageId { get; init => field = ShownText.Of(value); }

    /// <summary>What it says, in a sentence.</summary>
    public required string Meaning { get; init => field = ShownText.Of(value); }

    /// <summary>What to do, in a sentence or two.</summary>
    public required string Remedy { get; init => field = ShownText.Of(value); }

    /// <summary>Which side of the connection refused.</summary>
    public required TlsErrorSide Side { get; init; }

    /// <summary>What it can mean, the likeliest first; empty where the text names no cause, only <see cref="FindingIds"/>.</summary>
    public required ResultList<Cause> Causes { get; init; }

    /// <summary>
    /// The names of <see cref="Causes"/> and <see cref="FindingIds"/>, separated by a comma and a space, for tables and CSV.
    /// </summary>
    public string CauseNames => string.Join(", ", Causes.Select(cause => cause.ToString()).Concat(FindingIds.Select(id => id.ToString())));

    /// <summary>What the text says beside or in place of a cause, such as <c>RevocationUnknown</c>.</summary>
    public ResultList<FindingId> FindingIds { get; init; } = [];

    /// <summary>True where the words leave one explanation, false where several are possible.</summary>
    public required bool Certain { get; init; }

    /// <summary>The endpoint that the text names, in a form that can be asked for; null where it names none.</summary>
    public string? Endpoint { get; init => field = ShownText.OfNullable(value); }

    /// <summary>The host of <see cref="Endpoint"/>.</summary>
    public string? HostName { get; init => field = ShownText.OfNullable(value); }

    /// <summary>The port of <see cref="Endpoint"/>.</summary>
    public int? Port { get; init; }

    /// <summary>The store file that the text says the client used.</summary>
    public string? StoreFile { get; init => field = ShownText.OfNullable(value); }

    /// <summary>The certificate, key or store file that the failure is about.</summary>
    public string? Path { get; init => field = ShownText.OfNullable(value); }

    /// <summary>The command that finds out which of the causes it is; it can be run as it stands.</summary>
    public required string NextCommand { get; init => field = ShownText.Of(value); }

    /// <summary>X509_V_ERR number, where the message is one of OpenSSL's.</summary>
    public int? OpenSslCode { get; init; }

    /// <summary>The log file; null for text that was given as such.</summary>
    public string? LogFile { get; init => field = ShownText.OfNullable(value); }

    /// <summary>Line of the text, from 1, in which the message stands.</summary>
    public required int Line { get; init; }

    /// <summary>How often the message stands in the report of this one failure: programs try again.</summary>
    public int Count { get; init; } = 1;

    /// <summary>Where the words are known from.</summary>
    public required string Source { get; init => field = ShownText.Of(value); }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Client}: {Message}{(Endpoint is null ? "" : $" ({Endpoint})")} - {(Certain ? "" : "one of ")}{CauseNames}";
}
