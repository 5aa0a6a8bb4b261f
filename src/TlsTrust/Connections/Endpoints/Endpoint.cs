using System.Globalization;
using System.Net;
using System.Net.Sockets;
using TlsTrust.Connections.Endpoints;

namespace TlsTrust;

/// <summary>
/// Where to connect: host, port and what is spoken before TLS. A text that cannot be read is carried as <see cref="Error"/>, never thrown.
/// </summary>
public sealed record Endpoint
{
    private readonly Spelling _spelling;

    /// <summary>
    /// Host in the form the wire uses: lower-case A-labels without trailing dot, or an IP literal without brackets; empty when
    /// <see cref="Error"/> is set.
    /// </summary>
    public string HostName { get; init; } = "";

    /// <summary>True where the host was written with a trailing dot, which some programs take for a part of the name.</summary>
    internal bool HadTrailingDot
    {
        get => _spelling.HasTrailingDot;
        init => _spelling = new Spelling(value);
    }

    /// <summary>TCP port, 1 to 65535; 0 when <see cref="Error"/> is set.</summary>
    public int Port { get; init; }

    /// <summary>True when the text named no port, so that another default may still be put in by <see cref="WithDefaultPort"/>.</summary>
    public bool IsDefaultPort { get; init; }

    /// <summary>Lower-case URI scheme as it was given, or null for a plain <c>host:port</c>.</summary>
    public string? Scheme { get; init; }

    /// <summary>What is spoken before TLS: by scheme, else by well-known port.</summary>
    public StartTlsProtocol StartTls { get; init; }

    /// <summary>IP literal to connect to in place of resolving <see cref="HostName"/>; null to resolve.</summary>
    public string? Address { get; init; }

    /// <summary>What stood beside it in the list it came from.</summary>
    public TagSet Tag { get; init; } = TagSet.Empty;

    /// <summary>Line of that list, from 1; 0 where it is not known.</summary>
    public int Line { get; init; }

    /// <summary>Why the text is no endpoint, as a sentence; null when it is one.</summary>
    public string? Error { get; init; }

    /// <summary>The text as given, without user name and password; kept only where <see cref="Error"/> is set.</summary>
    public string? Input { get; init; }

    /// <summary>The host as an IP address, or null for a name.</summary>
    internal IPAddress? LiteralAddress => HostName.Length > 0 && IPAddress.TryParse(HostName, out IPAddress? address) ? address : null;

    /// <summary>
    /// Reads <c>host</c>, <c>host:port</c>, <c>[v6]:port</c>, a bare IPv6 address, or <c>scheme://host:port</c>. User names, passwords and
    /// what follows the host are dropped.
    /// </summary>
    /// <param name="text">What the user wrote.</param>
    /// <param name="defaultPort">Port where the text names none; without it the scheme's, else 443.</param>
    /// <returns>An endpoint; with <see cref="Error"/> set when the text is none.</returns>
    public static Endpoint Parse(string? text, int? defaultPort = null) => EndpointParser.Parse(text, defaultPort);

    /// <summary>Reads the host and port of a URI, as <see cref="Parse"/> would read its text.</summary>
    /// <param name="uri">An absolute URI, or a relative one that holds <c>host:port</c>.</param>
    /// <param name="defaultPort">Port where the URI names none; without it the scheme's, else 443.</param>
    public static Endpoint FromUri(Uri uri, int? defaultPort = null)
    {
        ArgumentNullException.ThrowIfNull(uri);
        return Parse(uri.OriginalString, defaultPort);
    }

    /// <summary>The same with another port, where none was named; as if the text had been parsed with this default.</summary>
    /// <param name="port">A TCP port.</param>
    public Endpoint WithDefaultPort(int port)
    {
        if (!IsDefaultPort || Error is not null)
        {
            return this;
        }

        string host = HostName.Contains(':', StringComparison.Ordinal) ? $"[{HostName}]" : HostName;
        return Parse(Scheme is null ? host : $"{Scheme}://{host}", port) with { Address = Address, HadTrailingDot = HadTrailingDot,
            Tag = Tag, Line = Line };
    }

    /// <summary>A form that <see cref="Parse"/> reads back: <c>host:443</c>, <c>[::1]:443</c>, <c>smtp://host:25</c>.</summary>
    public override string ToString()
    {
        if (Error is not null)
        {
            return Input ?? "";
        }

        bool isV6 = HostName.Contains(':', StringComparison.Ordinal);
        string authority = string.Create(CultureInfo.InvariantCulture, $"{(isV6 ? "[" : "")}{HostName}{(isV6 ? "]" : "")}:{Port}");
        if (Scheme is not null)
        {
            return $"{Scheme}://{authority}";
        }

        return StartTls == WellKnownService.StartTlsOfPort(Port) ? authority : $"{WellKnownService.SchemeOf(StartTls)}://{authority}";
    }

    /// <summary>How the host was written. An endpoint is no other one for that.</summary>
    private readonly record struct Spelling(bool HasTrailingDot)
    {
        public bool Equals(Spelling other) => true;

        public override int GetHashCode() => 0;
    }
}
