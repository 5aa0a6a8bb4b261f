namespace TlsTrust;

/// <summary>The answer about one endpoint or chain.</summary>
public enum Verdict
{
    /// <summary>A client with this store, name and time accepts the chain.</summary>
    Trusted,

    /// <summary>Certificates arrived and are not good enough.</summary>
    Untrusted,

    /// <summary>The connection or the handshake did not complete.</summary>
    Unreachable,
}

/// <summary>How much a finding matters.</summary>
public enum Severity
{
    /// <summary>Worth knowing; nothing is wrong.</summary>
    Information,

    /// <summary>Some clients fail, or all will soon.</summary>
    Warning,

    /// <summary>This decides, or would decide, the verdict.</summary>
    Error,
}

/// <summary>Who has to act on a remedy.</summary>
public enum RemedyParty
{
    /// <summary>Nobody.</summary>
    None,

    /// <summary>Whoever runs the server.</summary>
    Server,

    /// <summary>Whoever runs the client machine.</summary>
    Client,

    /// <summary>Whoever runs what is between them: name service, proxy, firewall.</summary>
    Network,
}
