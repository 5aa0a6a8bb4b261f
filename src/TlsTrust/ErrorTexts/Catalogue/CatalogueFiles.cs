using System.Text.Json.Serialization;

namespace TlsTrust.ErrorTexts.Catalogue;

/// <summary>The kinds of failure (<c>kinds.json</c>).</summary>
internal sealed record KindsFile
{
    public required IReadOnlyList<TlsErrorKind> Kinds { get; init; }
}

/// <summary>Who writes error texts (<c>clients.json</c>).</summary>
internal sealed record ClientsFile
{
    public required IReadOnlyList<ErrorClient> Clients { get; init; }

    /// <summary>Words that only a server writes about a connection that it accepted.</summary>
    public required IReadOnlyList<string> Servers { get; init; }
}

/// <summary>Words beside which hosts and files stand (<c>frames.json</c>).</summary>
internal sealed record FramesFile
{
    /// <summary>Words that a host follows.</summary>
    public required IReadOnlyList<string> HostAfter { get; init; }

    /// <summary>Words that follow a host.</summary>
    public required IReadOnlyList<string> HostBefore { get; init; }

    /// <summary>Words that the address of the other side follows, where the one who writes is the server.</summary>
    public required IReadOnlyList<string> PeerAfter { get; init; }

    /// <summary>Words that the path of a store follows.</summary>
    public required IReadOnlyList<string> StoreAfter { get; init; }

    /// <summary>Words that the path of any other file follows.</summary>
    public required IReadOnlyList<string> FileAfter { get; init; }

    /// <summary>First labels of hosts below these that give help too.</summary>
    public required IReadOnlyList<string> Helpers { get; init; }

    /// <summary>Hosts that error messages name only to say where help is.</summary>
    public required IReadOnlyList<string> Documentation { get; init; }
}

/// <summary>What a line means by the words it holds, in any order (<c>words.json</c>).</summary>
internal sealed record WordsFile
{
    /// <summary>Words for a certificate, for TLS, for a failure, and for what is only supposed.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<string>> Terms { get; init; }

    public required IReadOnlyList<LooseFault> Faults { get; init; }
}

/// <summary>Words for one kind of failure, in several languages.</summary>
internal sealed record LooseFault
{
    public required string Kind { get; init; }

    public required IReadOnlyList<string> Words { get; init; }

    /// <summary>The term that must be in the same line: the thing that failed.</summary>
    public required string Of { get; init; }
}

/// <summary>Messages of a family of clients (<c>messages-*.json</c>).</summary>
internal sealed record MessagesFile
{
    public required IReadOnlyList<MessageGroup> Groups { get; init; }
}

/// <summary>Messages of one client from one source.</summary>
internal sealed record MessageGroup
{
    public required string Client { get; init; }

    public required string Source { get; init; }

    public bool Code { get; init; }

    public required IReadOnlyList<MessageEntry> Messages { get; init; }
}

/// <summary>A message as the file has it; what it leaves out is that of its kind or its group.</summary>
internal sealed record MessageEntry
{
    public required string Id { get; init; }

    public required string Kind { get; init; }

    public string? AtServer { get; init; }

    public required IReadOnlyList<string> Text { get; init; }

    public string? Client { get; init; }

    public string? Meaning { get; init; }

    public string? Source { get; init; }

    public bool? Generic { get; init; }

    public bool? Code { get; init; }

    public int? OpenSsl { get; init; }

    public string? Seen { get; init; }

    public bool? Thing { get; init; }
}

/// <summary>Reads the files without reflection at run time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(KindsFile))]
[JsonSerializable(typeof(ClientsFile))]
[JsonSerializable(typeof(FramesFile))]
[JsonSerializable(typeof(WordsFile))]
[JsonSerializable(typeof(MessagesFile))]
internal sealed partial class ErrorTextJson : JsonSerializerContext;
