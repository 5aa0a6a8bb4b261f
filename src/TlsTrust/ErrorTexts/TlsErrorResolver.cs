using System.Net;
using TlsTrust.Connections.Addresses;
using TlsTrust.Connections.Endpoints;

namespace TlsTrust.ErrorTexts;

/// <summary>
/// Finds the messages of TLS clients in any text or log: which client it was, for which host, what it can mean and what to ask next.
/// A pure function of the text; its time is linear in the text's length.
/// </summary>
public static class TlsErrorResolver
{
    /// <summary>Hits, marks and mentions that are kept of one text: a log that repeats itself more often says nothing new.</summary>
    internal const int MaximumFinds = 200_000;

    /// <summary>Lines between a host and the message about it, or between two parts of one message: a stack trace of Java with its causes fits.</summary>
    internal const int LinesOfOneIncident = 60;

    /// <summary>Bytes of a log file: the text is held in memory, twice as large.</summary>
    internal const long LargestFile = 256L << 20;

    private const int LongestQuote = 300;
    private static readonly Lazy<PhraseAutomaton<Phrase>> _automaton = new(BuildAutomaton);

    /// <summary>What was found, in the order of the text; the same message for the same endpoint counts up instead of being repeated.</summary>
    public static ResultList<TlsErrorExplanation> Resolve(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<PhraseHit<Phrase>> hits = _automaton.Value.Search(text, MaximumFinds);
        if (!hits.Exists(hit => hit.Value.Message is not null))
        {
            return [];
        }

        Dictionary<(string, string, string?), TlsErrorExplanation> found = [];
        List<(string, string, string?)> order = [];
        foreach (ErrorIncident incident in ErrorIncidents.Join(ErrorIncidents.Split(text, hits, TlsErrorCatalogue.BuiltIn)))
        {
            TlsErrorExplanation explanation = Explain(text, incident);
            (string, string, string?) key = (explanation.Client, explanation.MessageId, explanation.Endpoint);
            if (found.TryGetValue(key, out TlsErrorExplanation? earlier))
            {
                found[key] = earlier with { Count = earlier.Count + 1 };
            }
            else
            {
                found.Add(key, explanation);
                order.Add(key);
            }
        }

        return [.. order.Select(key => found[key])];
    }

    /// <summary>What was found in a log file; byte order marks tell UTF-8 from UTF-16, which Windows PowerShell writes.</summary>
    /// <exception cref="IOException">The file can't be read, or is larger than a log that anybody would read.</exception>
    public static ResultList<TlsErrorExplanation> ResolveFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using StreamReader reader = new(path, detectEncodingFromByteOrderMarks: true);
        if (reader.BaseStream.CanSeek && reader.BaseStream.Length > LargestFile)
        {
            throw new IOException($"it is larger than {LargestFile >> 20} MiB; give the part around the error");
        }

        return [.. Resolve(reader.ReadToEnd()).Select(explanation => explanation with { LogFile = path })];
    }

    private static TlsErrorExplanation Explain(string text, ErrorIncident incident)
    {
        PhraseHit<Phrase> best = incident.Deciding;
        TlsErrorMessage message = best.Value.Message!;
        Endpoint? endpoint = incident.Mention?.Endpoint;
        ResultList<Cause> causes = Rank(message.Causes, endpoint?.HostName);
        string? store = incident.StoreFile;
        return new TlsErrorExplanation
        {
            Client = incident.Client,
            Message = PlainText.Quote(text, QuoteStart(text, best.Start), best.End, LongestQuote),
            MessageId = message.Id,
            Meaning = message.Meaning,
            Causes = causes,
            Endpoint = endpoint?.ToString(),
            HostName = endpoint?.HostName,
            Port = endpoint?.Port,
            StoreFile = store,
            NextCommand = NextCommand(causes, endpoint, store),
            OpenSslCode = message.OpenSsl,
            Line = incident.LineOf(best),
            Source = message.Source,
        };
    }

    /// <summary>Words that begin with a quotation mark are the tail of a sentence: "The certificate of 'x' has expired."</summary>
    private static int QuoteStart(string text, int start)
    {
        if (char.IsLetterOrDigit(text[start]))
        {
            return start;
        }

        int line = start == 0 ? 0 : text.LastIndexOf('\n', start - 1) + 1;
        return Math.Max(line, start - (LongestQuote / 2));
    }

    /// <summary>
    /// Nobody outside can tell a missing intermediate from a private root by the message; but a name that the public name service does not
    /// know can't have a public certificate, and interception needs a public one.
    /// </summary>
    private static ResultList<Cause> Rank(ResultList<Cause> causes, string? host)
    {
        if (host is null || MayBePublic(host) || causes.Count < 2)
        {
            return causes;
        }

        int Order(Cause cause) => cause switch
        {
            Cause.PrivateRoot => 0,
            Cause.Interception or Cause.MissingPublicRoot => 2,
            _ => 1,
        };

        return causes[0] is Cause.MissingIntermediate or Cause.PrivateRoot or Cause.Interception ? [.. causes.OrderBy(Order)] : causes;
    }

    private static bool MayBePublic(string host) => IPAddress.TryParse(host, out IPAddress? address) ? AddressScope.IsGlobal(address) : PublicHost.IsPublicName(host);

    private static string NextCommand(ResultList<Cause> causes, Endpoint? endpoint, string? store)
    {
        if (endpoint is null && causes is [Cause.StoreUnusable])
        {
            return "Get-TrustBundleEnvironment";
        }

        string command = $"Test-TlsEndpoint {endpoint?.ToString() ?? "HOST"}";
        if (causes[0] == Cause.ProxyAuthenticationRequired)
        {
            command += " -ProxyCredential (Get-Credential)";
        }

        return store is null ? command : $"{command} -TrustStore '{store.Replace("'", "''", StringComparison.Ordinal)}'";
    }

    private static PhraseAutomaton<Phrase> BuildAutomaton()
    {
        TlsErrorCatalogue catalogue = TlsErrorCatalogue.BuiltIn;
        return new PhraseAutomaton<Phrase>(
        [
            .. catalogue.Messages.SelectMany(message => message.Text.Select(text => (Plain(text), true, new Phrase { Message = message }))),
            .. catalogue.Clients.SelectMany(client => client.Marks.Select(mark => (Plain(mark), false, new Phrase { Client = client }))),
            .. catalogue.HostAfter.Select(words => (Plain(words), false, new Phrase { HostFollows = true })),
            .. catalogue.HostBefore.Select(words => (Plain(words), false, new Phrase { HostPrecedes = true })),
            ("cafile: ", false, new Phrase { StoreFollows = true }),
        ]);
    }

    private static string Plain(string words) => string.Concat(words.Select(PlainText.Plain));
}

/// <summary>What a phrase of the catalogue stands for; one of these.</summary>
internal sealed class Phrase
{
    internal TlsErrorMessage? Message { get; init; }

    internal ClientMark? Client { get; init; }

    internal bool HostFollows { get; init; }

    internal bool HostPrecedes { get; init; }

    internal bool StoreFollows { get; init; }
}
