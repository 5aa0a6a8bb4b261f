using TlsTrust.Certificates;
using TlsTrust.Certificates.Der;
using TlsTrust.Certificates.Names;
using TlsTrust.Paths;

namespace TlsTrust.Clients;

/// <summary>What single clients refuse in a certificate and others don't look at.</summary>
internal enum CertificateOddity
{
    /// <summary>The issuer has no name.</summary>
    EmptyIssuer,

    /// <summary>No subject, and a subject alternative name that is not critical (RFC 5280 §4.1.2.6).</summary>
    EmptySubject,

    /// <summary>Extensions in a certificate of version 1 or 2 (RFC 5280 §4.1.2.9).</summary>
    EarlyExtensions,

    /// <summary>Name constraints without a subtree (RFC 5280 §4.2.1.10).</summary>
    EmptyConstraints,

    /// <summary>A DNS name with other than ASCII characters.</summary>
    NonAsciiName,

    /// <summary>A PrintableString with a character that it does not have (X.680 §41.4).</summary>
    OddPrintable,
}

/// <summary>Oddities that a client refuses.</summary>
internal sealed record SourcedOddities
{
    public required IReadOnlyList<CertificateOddity> Value { get; init; }

    public required string Source { get; init; }
}

/// <summary>How names are compared.</summary>
internal enum NameComparison
{
    /// <summary>Byte for byte.</summary>
    Bytes,

    /// <summary>Letter by letter, whatever kind of string holds them.</summary>
    Letters,
}

/// <summary>How a client compares names.</summary>
internal sealed record SourcedComparison
{
    public required NameComparison Value { get; init; }

    public required string Source { get; init; }

    /// <summary>Whether the client takes them for the same name.</summary>
    internal bool AreSame(DistinguishedName one, DistinguishedName other) => Value == NameComparison.Bytes
        ? one.RawData.Span.SequenceEqual(other.RawData.Span)
        : one.RelativeNames.SelectMany(static part => part).SequenceEqual(other.RelativeNames.SelectMany(static part => part));
}

/// <summary>Texts, and how they are known.</summary>
internal sealed record SourcedTexts
{
    public required IReadOnlyList<string> Value { get; init; }

    public required string Source { get; init; }
}

/// <summary>The most that a client takes from a server.</summary>
internal sealed record SourcedLimits
{
    public required int Certificates { get; init; }

    /// <summary>Bytes of a handshake message; 0 where no limit is known.</summary>
    public required int Bytes { get; init; }

    public required string Source { get; init; }

    /// <summary>What goes beyond them; null where all is within.</summary>
    internal ClientFault? Find(IReadOnlyList<Certificate> sent) =>
        sent.Count > Certificates
            ? new ClientFault(ClientFault.TooMany, 0, $"{sent.Count} certificates were sent, and it takes {Certificates} at most")
        : Bytes > 0 && sent.Sum(static certificate => certificate.RawData.Length) is var bytes && bytes > Bytes
            ? new ClientFault(ClientFault.TooLong, 0, $"{bytes} bytes of certificates were sent, and it takes {Bytes} at most")
        : null;
}

/// <summary>Finds oddities.</summary>
internal static class ClientOddities
{
    /// <summary>Characters that Go takes in a PrintableString beside those that it has, for the sake of old CAs.</summary>
    private const string AlsoPrintable = " '()+,-./:=?*&";

    /// <summary>A name is a sequence of sets of sequences; whoever nests deeper is not followed.</summary>
    private const int NameDepth = 3;

    /// <summary>The first one; null where the client minds none of what is there.</summary>
    internal static ClientFault? Find(SourcedOddities? oddities, IEnumerable<Certificate> certificates)
    {
        foreach (Certificate certificate in oddities is null ? [] : certificates)
        {
            foreach (CertificateOddity oddity in oddities!.Value)
            {
                if (Describe(oddity, certificate) is { } what)
                {
                    return new ClientFault(oddity.ToString(), 0, $"it does not take {what}: {certificate}") { Culprit = certificate };
                }
            }
        }

        return null;
    }

    private static string? Describe(CertificateOddity oddity, Certificate certificate)
    {
        (bool isThere, string what) = oddity switch
        {
            CertificateOddity.EmptyIssuer => (certificate.Issuer.IsEmpty, "a certificate whose issuer has no name"),
            CertificateOddity.EmptySubject =>
                (certificate.Subject.IsEmpty && certificate.SubjectAlternativeName is not { IsCritical: true },
                    "an empty subject without a critical subject alternative name"),
            CertificateOddity.EarlyExtensions =>
                (certificate.Version < 3 && certificate.Extensions.Count > 0, "extensions before version 3"),
            CertificateOddity.EmptyConstraints =>
                (certificate.NameConstraints is { Permitted.Count: 0, Excluded.Count: 0 }, "name constraints without a name"),
            CertificateOddity.NonAsciiName =>
                (certificate.SubjectAlternativeName?.Names.Any(static name =>
                    name.Kind == GeneralNameKind.Dns && name.Content.Span.ContainsAnyExceptInRange((byte)0, (byte)0x7F)) == true,
                    "a DNS name that is not ASCII"),
            _ => (HasOddPrintable(certificate.Subject) || HasOddPrintable(certificate.Issuer),
                "a PrintableString with a character that there is none for"),
        };
        return isThere ? what : null;
    }

    private static bool HasOddPrintable(DistinguishedName name) =>
        HasOddPrintable(new DerReader(name.RawData.Span), name.RawData.Span, NameDepth);

    private static bool HasOddPrintable(DerReader elements, ReadOnlySpan<byte> document, int depth)
    {
        while (!elements.AtEnd && elements.TryRead(out DerElement element))
        {
            bool isOdd = element.Tag is DerTag.Sequence or DerTag.Set
                ? depth > 0 && HasOddPrintable(elements.Enter(element), document, depth - 1)
                : element.Tag == DerTag.PrintableString && HasOddCharacter(element.Content(document));
            if (isOdd)
            {
                return true;
            }
        }

        return false;
    }

    private static bool HasOddCharacter(ReadOnlySpan<byte> text)
    {
        foreach (byte character in text)
        {
            if (!char.IsAsciiLetterOrDigit((char)character) && !AlsoPrintable.Contains((char)character, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
