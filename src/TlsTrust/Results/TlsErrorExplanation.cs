using TlsTrust.Results;

namespace TlsTrust;

/// <summary>A message of a TLS client that was found in a text, and what it can mean. Plain values; pipes into <c>Test-TlsEndpoint</c>.</summary>
public sealed record TlsErrorExplanation : IResult
{
    /// <summary>Which client wrote it, as far as the text shows: <c>curl</c>, <c>pip</c>, <c>Node.js</c>.</summary>
    public required string Client { get; init => field = ShownText.Of(value); }

    /// <summary>The words as they stand in the text, on one line.</summary>
    public required string Message { get; init => field = ShownText.Of(value); }

    /// <summary>The name of the message in the catalogue, for example <c>openssl-20</c>.</summary>
    public required string MessageId { get; init => field = ShownText.Of(value); }

    /// <summary>What it says, in a sentence.</summary>
    public required string Meaning { get; init => field = ShownText.Of(value); }

    /// <summary>What it can mean, the likeliest first.</summary>
    public required ResultList<Cause> Causes { get; init; }

    /// <summary>The names of <see cref="Causes"/>, separated by a comma and a space, for tables and CSV.</summary>
    public string CauseNames => string.Join(", ", Causes);

    /// <summary>The endpoint that the text names, in a form that can be asked for; null where it names none.</summary>
    public string? Endpoint { get; init => field = ShownText.OfNullable(value); }

    /// <summary>The host of <see cref="Endpoint"/>.</summary>
    public string? HostName { get; init => field = ShownText.OfNullable(value); }

    /// <summary>The port of <see cref="Endpoint"/>.</summary>
    public int? Port { get; init; }

    /// <summary>The store file that the text says the client used.</summary>
    public string? StoreFile { get; init => field = ShownText.OfNullable(value); }

    /// <summary>The command that finds out which of the causes it is; <c>HOST</c> stands in it where the text names none.</summary>
    public required string NextCommand { get; init => field = ShownText.Of(value); }

    /// <summary>X509_V_ERR number, where the message is one of OpenSSL's.</summary>
    public int? OpenSslCode { get; init; }

    /// <summary>The log file; null for text that was given as such.</summary>
    public string? LogFile { get; init => field = ShownText.OfNullable(value); }

    /// <summary>Line of the text, from 1, in which it was found first.</summary>
    public required int Line { get; init; }

    /// <summary>How often it was found.</summary>
    public int Count { get; init; } = 1;

    /// <summary>Where the words are known from.</summary>
    public required string Source { get; init => field = ShownText.Of(value); }

    /// <inheritdoc/>
    public override string ToString() => $"{Client}: {Message}{(Endpoint is null ? "" : $" ({Endpoint})")} - {(Causes.Count == 1 ? "" : "one of ")}{CauseNames}";
}
