using System.Text.Json;
using System.Text.Json.Serialization;

namespace TlsTrust.ErrorTexts;

/// <summary>A message that some client writes.</summary>
public sealed record TlsErrorMessage
{
    /// <summary>Short stable name, for example <c>openssl-20</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Who writes it: a client or its TLS library; <c>any</c> for words of the operating system.</summary>
    public required string Client { get; init; }

    /// <summary>The words to look for; of several, each is a spelling of the same message.</summary>
    public required ResultList<string> Text { get; init; }

    /// <summary>What it can mean, the likeliest first.</summary>
    public required ResultList<Cause> Causes { get; init; }

    /// <summary>What it says, in a sentence.</summary>
    public required string Meaning { get; init; }

    /// <summary>Where the words are from.</summary>
    public required string Source { get; init; }

    /// <summary>It says that something failed and not what: a more particular message beside it decides.</summary>
    public bool Generic { get; init; }

    /// <summary>X509_V_ERR number, where it is one of OpenSSL's.</summary>
    public int? OpenSsl { get; init; }

    /// <summary>The versions with which it was provoked on loopback; null where it is known from its source only.</summary>
    public string? Seen { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Id}: {Text[0]}";
}

/// <summary>Words that show which client wrote a text.</summary>
internal sealed record ClientMark
{
    public required string Name { get; init; }

    /// <summary>A program outranks the language it is written in, and that the library.</summary>
    public required int Rank { get; init; }

    public required IReadOnlyList<string> Marks { get; init; }
}

/// <summary>The known messages of TLS clients: data (<c>Data/tls-errors.json</c>), each with its source.</summary>
public sealed class TlsErrorCatalogue
{
    private const string ResourceName = "TlsTrust.ErrorTexts.tls-errors.json";
    private static readonly Lazy<TlsErrorCatalogue> _builtIn = new(Read);
    private readonly CatalogueFile file;

    private TlsErrorCatalogue(CatalogueFile file)
    {
        this.file = file;
        Messages = [.. file.Messages.Select(entry => entry.ToMessage())];
    }

    /// <summary>The messages that are built in.</summary>
    public static TlsErrorCatalogue BuiltIn => _builtIn.Value;

    /// <summary>All messages.</summary>
    public ResultList<TlsErrorMessage> Messages { get; }

    internal IReadOnlyList<ClientMark> Clients => file.Clients;

    /// <summary>Words that a host follows.</summary>
    internal IReadOnlyList<string> HostAfter => file.HostAfter;

    /// <summary>Words that follow a host.</summary>
    internal IReadOnlyList<string> HostBefore => file.HostBefore;

    /// <summary>True for hosts that error messages name only to say where help is.</summary>
    internal bool IsDocumentation(string host) => file.Documentation.Any(known =>
        host.Equals(known, StringComparison.OrdinalIgnoreCase)
        || (host.Length > known.Length && host[^(known.Length + 1)] == '.' && host.EndsWith(known, StringComparison.OrdinalIgnoreCase)));

    private static TlsErrorCatalogue Read()
    {
        using Stream stream = typeof(TlsErrorCatalogue).Assembly.GetManifestResourceStream(ResourceName)
            ?? throw new InvalidOperationException($"resource {ResourceName} is missing");
        return new TlsErrorCatalogue(JsonSerializer.Deserialize(stream, TlsErrorJson.Default.CatalogueFile)
            ?? throw new InvalidOperationException($"resource {ResourceName} is empty"));
    }
}

/// <summary>A message as the file has it.</summary>
internal sealed record MessageEntry
{
    public required string Id { get; init; }

    public required string Client { get; init; }

    public required IReadOnlyList<string> Text { get; init; }

    public required IReadOnlyList<Cause> Causes { get; init; }

    public required string Meaning { get; init; }

    public required string Source { get; init; }

    public bool Generic { get; init; }

    public int? OpenSsl { get; init; }

    public string? Seen { get; init; }

    internal TlsErrorMessage ToMessage() => new()
    {
        Id = Id,
        Client = Client,
        Text = [.. Text],
        Causes = [.. Causes],
        Meaning = Meaning,
        Source = Source,
        Generic = Generic,
        OpenSsl = OpenSsl,
        Seen = Seen,
    };
}

/// <summary>The embedded file.</summary>
internal sealed record CatalogueFile
{
    public required IReadOnlyList<MessageEntry> Messages { get; init; }

    public required IReadOnlyList<ClientMark> Clients { get; init; }

    public required IReadOnlyList<string> HostAfter { get; init; }

    public required IReadOnlyList<string> HostBefore { get; init; }

    public required IReadOnlyList<string> Documentation { get; init; }
}

/// <summary>Reads the file without reflection at run time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(CatalogueFile))]
internal sealed partial class TlsErrorJson : JsonSerializerContext;
