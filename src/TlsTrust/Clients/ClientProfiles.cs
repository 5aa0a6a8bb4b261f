namespace TlsTrust.Clients;

/// <summary>
/// What OpenSSL, Python, Node.js, Go, Java, .NET, GnuTLS, Windows, macOS and the browsers would decide for one and the same evidence.
/// A pure function; the profiles are data (<c>Data/client-profiles.json</c>) and hold only differences with a source.
/// </summary>
public static class ClientProfiles
{
    private const string ResourceName = "TlsTrust.Clients.client-profiles.json";
    private static readonly Lazy<IReadOnlyList<ClientProfile>> ReadOnce = new(Read);

    /// <summary>The names of all clients, in the order of <see cref="Decide(ClientEvidence)"/>.</summary>
    public static ResultList<string> Names => [.. All.Select(profile => profile.Name)];

    internal static IReadOnlyList<ClientProfile> All => ReadOnce.Value;

    /// <summary>One verdict a client.</summary>
    public static ResultList<ClientVerdict> Decide(ClientEvidence evidence) => DecideUntil(evidence, CancellationToken.None);

    /// <summary>One verdict a client, until it is told to end.</summary>
    internal static ResultList<ClientVerdict> DecideUntil(ClientEvidence evidence, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        ClientSearches searches = new(evidence, cancellation);
        return [.. All.Select(profile => new ClientDecision(profile, searches).Decide())];
    }

    /// <summary>The verdict of one client.</summary>
    /// <param name="evidence">What it is judged by.</param>
    /// <param name="client">One of <see cref="Names"/>.</param>
    /// <exception cref="ArgumentException">There is no such client.</exception>
    public static ClientVerdict Decide(ClientEvidence evidence, string client)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        return new ClientDecision(Find(client), new ClientSearches(evidence)).Decide();
    }

    /// <summary>The profile of one client.</summary>
    internal static ClientProfile Find(string client) =>
        All.FirstOrDefault(profile => profile.Name == client)
            ?? throw new ArgumentException($"There is no client profile '{client}'.", nameof(client));

    private static IReadOnlyList<ClientProfile> Read()
    {
        using Stream stream = typeof(ClientProfiles).Assembly.GetManifestResourceStream(ResourceName)
            ?? throw new InvalidOperationException($"resource {ResourceName} is missing");
        return ClientProfileReader.Read(stream);
    }
}
