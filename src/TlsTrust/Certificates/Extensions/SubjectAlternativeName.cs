using System.Net;
using TlsTrust.Certificates.Names;

namespace TlsTrust.Certificates.Extensions;

/// <summary>Subject alternative name, RFC 5280 §4.2.1.6.</summary>
public sealed class SubjectAlternativeName
{
    internal SubjectAlternativeName(IReadOnlyList<GeneralName> names, bool isCritical)
    {
        Names = names;
        IsCritical = isCritical;
        DnsNames = [.. Texts(GeneralNameKind.Dns)];
        EmailAddresses = [.. Texts(GeneralNameKind.Email)];
        Uris = [.. Texts(GeneralNameKind.Uri)];
        IpAddresses =
            [.. names.Where(static n => n.Kind == GeneralNameKind.IpAddress && n.Content.Length is 4 or 16)
                .Select(static n => new IPAddress(n.Content.Span))];
    }

    /// <summary>All names, in encoded order.</summary>
    public IReadOnlyList<GeneralName> Names { get; }

    /// <summary>True when marked critical.</summary>
    public bool IsCritical { get; }

    /// <summary>DNS names as encoded, wildcards and A-labels included.</summary>
    public IReadOnlyList<string> DnsNames { get; }

    /// <summary>IP addresses.</summary>
    public IReadOnlyList<IPAddress> IpAddresses { get; }

    /// <summary>E-mail addresses.</summary>
    public IReadOnlyList<string> EmailAddresses { get; }

    /// <summary>URIs.</summary>
    public IReadOnlyList<string> Uris { get; }

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", Names);

    private IEnumerable<string> Texts(GeneralNameKind kind) => Names.Where(n => n.Kind == kind).Select(static n => n.Text);
}
