using TlsTrust.Certificates.Names;
using TlsTrust.Paths;

namespace TlsTrust.Clients;

/// <summary>Whether a client does something; absent where no source says.</summary>
internal enum Habit
{
    /// <summary>It does.</summary>
    Yes,

    /// <summary>It does not.</summary>
    No,

    /// <summary>Its versions or builds differ.</summary>
    Unknown,
}

/// <summary>How a client finds its path.</summary>
internal enum PathBuilder
{
    /// <summary>As OpenSSL: one path, the best issuer at each step.</summary>
    OpenSsl,

    /// <summary>One path, at each step the first issuer that was sent.</summary>
    FirstIssuer,

    /// <summary>Any path that is good enough.</summary>
    Search,

    /// <summary>What was sent, where that is in order and an anchor signed the last of it; else any path that is good enough.</summary>
    SentFirst,
}

/// <summary>Whose anchors a client uses.</summary>
internal enum ClientStore
{
    /// <summary>The machine's bundle.</summary>
    Machine,

    /// <summary>The stores of Windows.</summary>
    Windows,

    /// <summary>The keychains of macOS.</summary>
    MacOS,

    /// <summary>Roots of its own.</summary>
    Own,
}

/// <summary>When a client looks for an IP address in the common name.</summary>
internal enum CommonNameForAddress
{
    /// <summary>Never.</summary>
    Never,

    /// <summary>When no name at all is in the subject alternative name.</summary>
    NoNames,

    /// <summary>When no IP address is in the subject alternative name.</summary>
    NoIpNames,
}

/// <summary>A yes or no, and how it is known.</summary>
internal sealed record SourcedHabit
{
    public required Habit Value { get; init; }

    public required string Source { get; init; }
}

/// <summary>What a client does where the subject alternative name holds nothing of the kind.</summary>
internal sealed record CommonNameHabit
{
    public required bool Dns { get; init; }

    public required CommonNameForAddress Ip { get; init; }

    /// <summary>An address in the subject alternative name is enough to leave the common name alone.</summary>
    public bool NotBesideAddresses { get; init; }

    public required string Source { get; init; }
}

/// <summary>The lowest protocol version a client takes.</summary>
internal sealed record SourcedProtocol
{
    public required string Value { get; init; }

    public required string Source { get; init; }
}

/// <summary>How small keys and how weak signatures a client of OpenSSL takes.</summary>
internal sealed record SourcedLevel
{
    public required int Value { get; init; }

    /// <summary>The level of other versions; null where all have the same.</summary>
    public int? OrLower { get; init; }

    public required string Source { get; init; }
}

/// <summary>Cipher suites a client does not offer, by beginnings and ends of their IANA names.</summary>
internal sealed record SourcedSuites
{
    public required IReadOnlyList<string> Value { get; init; }

    public required string Source { get; init; }

    /// <summary>Whether a suite is one of them.</summary>
    public bool Has(string suite) =>
        Value.Any(part => suite.StartsWith(part, StringComparison.Ordinal) || suite.EndsWith(part, StringComparison.Ordinal));
}

/// <summary>Whether a client refuses a handshake that is signed by a key whose usage does not allow signatures.</summary>
internal sealed record SourcedUsage
{
    public required Habit Value { get; init; }

    /// <summary>Only elliptic curve keys, and only before TLS 1.3.</summary>
    public bool CurvesBeforeTls13Only { get; init; }

    public required string Source { get; init; }
}

/// <summary>That a client opens no blocked ports.</summary>
internal sealed record SourcedPorts
{
    /// <summary>Those that it opens all the same.</summary>
    public required IReadOnlyList<int> Except { get; init; }

    public required string Source { get; init; }
}

/// <summary>Kinds of keys whose signatures a client does not check, in a handshake or on a certificate.</summary>
internal sealed record SourcedKeys
{
    public required IReadOnlyList<Certificates.Keys.PublicKeyKind> Value { get; init; }

    public required string Source { get; init; }
}

/// <summary>What a client asks of a server's certificate beyond RFC 5280.</summary>
internal sealed record SourcedServerRules
{
    /// <summary>Longest validity, in days.</summary>
    public required int MaximumDays { get; init; }

    /// <summary>The same below publicly known roots.</summary>
    public required int MaximumDaysPublic { get; init; }

    public required string Source { get; init; }
}

/// <summary>From where a client learns, unless told otherwise, that a certificate is revoked.</summary>
internal sealed record SourcedChannels
{
    public required IReadOnlyList<RevocationChannel> Value { get; init; }

    public required string Source { get; init; }
}

/// <summary>Names that a client takes and the rules of RFC 9525 do not.</summary>
internal sealed record SourcedNames
{
    /// <summary>A name that ends in a period.</summary>
    public bool TrailingDot { get; init; }

    /// <summary>A wildcard alone, for a host of one label.</summary>
    public bool BareWildcard { get; init; }

    /// <summary>A wildcard for the only label before the last one: <c>*.test</c>.</summary>
    public bool TopWildcard { get; init; }

    /// <summary>A wildcard for part of the first label, which is none of an international name.</summary>
    public bool PartWildcard { get; init; }

    /// <summary>For such a part it stands at either end of the label only.</summary>
    public bool AtEndsOnly { get; init; }

    /// <summary>Wildcards in any label.</summary>
    public bool AnyWildcard { get; init; }

    public required string Source { get; init; }
}

/// <summary>Names that a client does not take although the rules of RFC 9525 do, or that it can't read.</summary>
internal sealed record SourcedNameLimits
{
    /// <summary>An underscore where a wildcard stands.</summary>
    public bool UnderscoreInWildcard { get; init; }

    /// <summary>An underscore at all.</summary>
    public bool Underscore { get; init; }

    /// <summary>A certificate that also holds an empty name.</summary>
    public bool BesideEmpty { get; init; }

    public required string Source { get; init; }
}

/// <summary>A kind of signature that clients differ about.</summary>
internal enum SignatureOddity
{
    /// <summary>SHA-224.</summary>
    Sha224,

    /// <summary>RSASSA-PSS with another salt than its hash is long, or with another hash for its masks.</summary>
    UnusualPss,
}

/// <summary>Signatures that a client can't or won't check.</summary>
internal sealed record SourcedSignatures
{
    public required IReadOnlyList<SignatureOddity> Value { get; init; }

    public required string Source { get; init; }
}

/// <summary>
/// Kinds of names that a client knows no constraints on; where these are critical, it refuses the certificate that has them.
/// </summary>
internal sealed record SourcedKinds
{
    public required IReadOnlyList<GeneralNameKind> Kinds { get; init; }

    /// <summary>Also where they are not critical.</summary>
    public bool Always { get; init; }

    public required string Source { get; init; }
}

/// <summary>How one kind of client decides, as data: only differences with a source.</summary>
internal sealed record ClientProfile
{
    public required string Name { get; init; }

    public required ClientStore Store { get; init; }

    /// <summary>Where its own roots are and how to add to them; for stores that are not the machine's.</summary>
    public string OwnStore { get; init; } = "";

    public required PathBuilder Builder { get; init; }

    /// <summary>Takes anchors that are not self-signed.</summary>
    public SourcedHabit? PartialChain { get; init; }

    /// <summary>Tries another issuer when one leads nowhere.</summary>
    public SourcedHabit? Backtracks { get; init; }

    /// <summary>Downloads missing issuers.</summary>
    public SourcedHabit? FetchesAia { get; init; }

    /// <summary>Reads PKCS#7 where it downloads.</summary>
    public SourcedHabit? ReadsPkcs7 { get; init; }

    /// <summary>Brings the intermediates of public CAs with it.</summary>
    public SourcedHabit? PreloadsIntermediates { get; init; }

    /// <summary>OpenSSL's security level, where it is not the usual one; such clients have no <see cref="Tolerates"/>.</summary>
    public SourcedLevel? SecurityLevel { get; init; }

    /// <summary>Name constraints that it does not know.</summary>
    public SourcedKinds? UnknownConstraints { get; init; }

    /// <summary>Applies OpenSSL's strict checks.</summary>
    public SourcedHabit? Strict { get; init; }

    public CommonNameHabit? CommonName { get; init; }

    public SourcedProtocol? MinimumProtocol { get; init; }

    /// <summary>Suites of TLS 1.2 that it does not offer, of those in common use.</summary>
    public SourcedSuites? LacksSuites { get; init; }

    /// <summary>Refuses a handshake that is signed by a key whose usage does not allow signatures.</summary>
    public SourcedUsage? ChecksHandshakeUsage { get; init; }

    /// <summary>Asks for a limited validity and for the extended key usage of servers.</summary>
    public SourcedServerRules? ServerRules { get; init; }

    /// <summary>Keys that it can't do with.</summary>
    public SourcedKeys? LacksKeys { get; init; }

    /// <summary>Knows no keys that are for RSASSA-PSS only.</summary>
    public SourcedHabit? LacksRestrictedKeys { get; init; }

    /// <summary>How much a server may send.</summary>
    public SourcedLimits? SentLimits { get; init; }

    /// <summary>The only curves that it knows, of those in use.</summary>
    public SourcedTexts? KnowsCurves { get; init; }

    /// <summary>Critical extensions that it knows and others don't.</summary>
    public SourcedTexts? KnowsExtensions { get; init; }

    /// <summary>Critical extensions that it does not know and others do.</summary>
    public SourcedTexts? LacksExtensions { get; init; }

    /// <summary>What it refuses in a certificate before it looks at the path; with <see cref="OddityAfterPath"/> behind it.</summary>
    public SourcedOddities? Oddities { get; init; }

    /// <summary>What it refuses in the server's certificate once the path is good.</summary>
    public SourcedOddities? OddityAfterPath { get; init; }

    /// <summary>How it holds the name of an issuer to the name of a CA, where not by RFC 5280 §7.1.</summary>
    public SourcedComparison? ComparesNames { get; init; }

    /// <summary>Takes no anchor of version 3 that has no basic constraints.</summary>
    public SourcedHabit? AnchorNeedsConstraints { get; init; }

    /// <summary>Self-issued CAs count in path lengths.</summary>
    public SourcedHabit? CountsSelfIssued { get; init; }

    /// <summary>Signatures that it does not check.</summary>
    public SourcedSignatures? LacksSignatures { get; init; }

    /// <summary>Gives up over a certificate that it can't parse, wherever it stands in what was sent.</summary>
    public SourcedHabit? ParsesAll { get; init; }

    /// <summary>Where it hears of revocations.</summary>
    public SourcedChannels? HearsOfRevocation { get; init; }

    /// <summary>Opens no connection to the ports of the Fetch standard's list.</summary>
    public SourcedPorts? BlocksPorts { get; init; }

    /// <summary>Refuses a certificate that demands a stapled OCSP response where none is stapled.</summary>
    public SourcedHabit? DemandsStaple { get; init; }

    /// <summary>Refuses a certificate that lacks a TLS feature which its issuer demands.</summary>
    public SourcedHabit? InheritsFeatures { get; init; }

    /// <summary>Takes the server's own certificate as an anchor, where anchors need not be self-signed CAs.</summary>
    public SourcedHabit? LeafAsAnchor { get; init; }

    /// <summary>Takes a certificate for any usage as one for servers.</summary>
    public SourcedHabit? TakesAnyUsage { get; init; }

    /// <summary>Takes a CA certificate as a server's.</summary>
    public SourcedHabit? TakesCaAsServer { get; init; }

    /// <summary>What it takes for a name of the host.</summary>
    public SourcedNames? LaxNames { get; init; }

    /// <summary>What it does not take for one, where others do.</summary>
    public SourcedNameLimits? NameLimits { get; init; }

    /// <summary>A wrong name is reported before anything that is wrong with the path.</summary>
    public bool ChecksNameFirst { get; init; }

    /// <summary>Kinds of fault that a wrong name is reported before.</summary>
    public IReadOnlyList<string> NameBefore { get; init; } = [];

    public IReadOnlyList<Tolerance> Tolerates { get; init; } = [];

    /// <summary>Its words by kind of fault; <c>*</c> for those not named.</summary>
    public required IReadOnlyDictionary<string, string> Words { get; init; }
}
