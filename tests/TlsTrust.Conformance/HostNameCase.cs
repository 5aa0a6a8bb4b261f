namespace TlsTrust.Conformance;

/// <summary>A name matching case: names that a certificate presents, a host that a client asks for, and what the source answers.</summary>
internal sealed record HostNameCase(string Id, string Source, string Host, string[] DnsSans, string[] IpSans, bool Expected, bool UsesCn,
    bool Contested);

/// <summary>The file that holds the cases.</summary>
internal sealed record HostNameCases(HostNameCase[] Cases);
