using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace TlsTrust.ErrorTexts.Catalogue;

/// <summary>
/// The known messages of TLS clients: data (<c>ErrorTexts/Data</c>), each with its source. Read when the first text is resolved, never
/// before.
/// </summary>
public sealed class TlsErrorCatalogue
{
    private const string Prefix = "TlsTrust.ErrorTexts.";
    private static readonly Lazy<TlsErrorCatalogue> MadeOnce = new(static () => new TlsErrorCatalogue());
    private readonly HashSet<string> _documentation;
    private readonly HashSet<string> _helpers;

    private TlsErrorCatalogue()
    {
        Kinds = Read("kinds.json", ErrorTextJson.Default.KindsFile).Kinds.ToDictionary(kind => kind.Id, StringComparer.Ordinal);
        ClientsFile clients = Read("clients.json", ErrorTextJson.Default.ClientsFile);
        Clients = clients.Clients.ToDictionary(client => client.Name, StringComparer.Ordinal);
        Servers = clients.Servers;
        Frames = Read("frames.json", ErrorTextJson.Default.FramesFile);
        Words = Read("words.json", ErrorTextJson.Default.WordsFile);
        _documentation = new HashSet<string>(Frames.Documentation, StringComparer.OrdinalIgnoreCase);
        _helpers = new HashSet<string>(Frames.Helpers, StringComparer.OrdinalIgnoreCase);
        Messages =
        [
            .. typeof(TlsErrorCatalogue).Assembly.GetManifestResourceNames()
                .Where(name => name.StartsWith(Prefix + "messages-", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
                .SelectMany(name => Read(name[Prefix.Length..], ErrorTextJson.Default.MessagesFile).Groups)
                .SelectMany(group => group.Messages.Select(entry => Message(group, entry))),
        ];
        LooseMessages = [.. Words.Faults.Select(fault => Loose(fault.Kind))];
    }

    /// <summary>The messages that are built in.</summary>
    public static TlsErrorCatalogue BuiltIn => MadeOnce.Value;

    /// <summary>All messages.</summary>
    public ResultList<TlsErrorMessage> Messages { get; }

    internal IReadOnlyDictionary<string, TlsErrorKind> Kinds { get; }

    internal IReadOnlyDictionary<string, ErrorClient> Clients { get; }

    internal IReadOnlyList<string> Servers { get; }

    internal FramesFile Frames { get; }

    internal WordsFile Words { get; }

    /// <summary>One for each of the faults in <see cref="Words"/>, in their order.</summary>
    internal IReadOnlyList<TlsErrorMessage> LooseMessages { get; }

    /// <summary>
    /// True for hosts that error messages name only to say where help is; <c>proxy.golang.org</c> below <c>golang.org</c> is none.
    /// </summary>
    internal bool IsDocumentation(string host)
    {
        int dot = host.IndexOf('.', StringComparison.Ordinal);
        return _documentation.Contains(host)
            || (dot > 0 && _helpers.Contains(host[..dot]) && _documentation.Contains(host[(dot + 1)..]));
    }

    private TlsErrorMessage Message(MessageGroup group, MessageEntry entry)
    {
        TlsErrorKind kind = Kinds[entry.Kind];
        return new TlsErrorMessage
        {
            Id = entry.Id,
            Client = entry.Client ?? group.Client,
            Text = entry.Text, // not a list of results: that one escapes what begins like a formula
            Causes = [.. kind.Causes],
            FindingIds = [.. kind.Findings],
            Meaning = entry.Meaning ?? kind.Meaning,
            Remedy = kind.Remedy,
            Side = kind.Side,
            Source = entry.Source ?? group.Source,
            Generic = entry.Generic ?? kind.Vague > 0,
            IsCode = entry.Code ?? group.Code,
            OpenSsl = entry.OpenSsl,
            Seen = entry.Seen,
            IsThing = entry.Thing ?? false,
            Kind = kind,
            KindAtServer = entry.AtServer is null ? null : Kinds[entry.AtServer],
        };
    }

    private TlsErrorMessage Loose(string id)
    {
        TlsErrorKind kind = Kinds[id];
        return new TlsErrorMessage
        {
            Id = "words-" + id,
            Client = "any",
            Text = [],
            Causes = [.. kind.Causes],
            FindingIds = [.. kind.Findings],
            Meaning = kind.Meaning,
            Remedy = kind.Remedy,
            Side = kind.Side,
            Source = "the words of the line",
            Generic = kind.Vague > 0,
            IsLoose = true,
            Kind = kind,
        };
    }

    private static T Read<T>(string name, JsonTypeInfo<T> type)
    {
        Assembly assembly = typeof(TlsErrorCatalogue).Assembly;
        using Stream stream = assembly.GetManifestResourceStream(Prefix + name)
            ?? throw new InvalidOperationException($"resource {name} is missing");
        return JsonSerializer.Deserialize(stream, type) ?? throw new InvalidOperationException($"resource {name} is empty");
    }
}
