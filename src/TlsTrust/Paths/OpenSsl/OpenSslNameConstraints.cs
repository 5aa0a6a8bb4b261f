using TlsTrust.Certificates.Der;
using TlsTrust.Certificates.Extensions;
using TlsTrust.Certificates.Names;

namespace TlsTrust.Paths.OpenSsl;

/// <summary>
/// Name constraints letter by letter, as OpenSSL 3.x compares them (<c>nc_match</c> in <c>crypto/x509/v3_ncons.c</c>): what
/// RFC 5280 means by a name is not asked, so that a URI's user is part of its host and an empty e-mail subtree covers nothing.
/// </summary>
internal static class OpenSslNameConstraints
{
    private const int Ok = 0;
    private const int PermittedViolation = 47;
    private const int ExcludedViolation = 48;
    private const int UnsupportedType = 51;
    private const int UnsupportedSyntax = 53;

    /// <summary>
    /// Number of the error; 0 for none. Of the permitted subtrees of a name's kind one must cover it, of the excluded ones none.
    /// </summary>
    internal static int FindError(GeneralName name, NameConstraints constraints)
    {
        bool isConstrained = false;
        bool isPermitted = false;
        foreach (GeneralName subtree in constraints.Permitted.Where(s => IsOfKind(name, s)))
        {
            isConstrained = true;
            int answer = Compare(name, subtree);
            if (answer is not (Ok or PermittedViolation))
            {
                return answer;
            }

            isPermitted |= answer == Ok;
            if (isPermitted)
            {
                break;
            }
        }

        if (isConstrained && !isPermitted)
        {
            return PermittedViolation;
        }

        foreach (GeneralName subtree in constraints.Excluded.Where(s => IsOfKind(name, s)))
        {
            int answer = Compare(name, subtree);
            if (answer != PermittedViolation)
            {
                return answer == Ok ? ExcludedViolation : answer;
            }
        }

        return Ok;
    }

    /// <summary>Other names are of one kind when their types are; an international mailbox is none of them.</summary>
    private static bool IsOfKind(GeneralName name, GeneralName subtree) =>
        name.Kind == subtree.Kind
            && (name.Kind != GeneralNameKind.Other || (!name.IsInternationalMailbox && TypeOf(name).SequenceEqual(TypeOf(subtree))));

    private static ReadOnlySpan<byte> TypeOf(GeneralName other)
    {
        ReadOnlySpan<byte> content = other.Content.Span;
        DerReader parts = new(content);
        return parts.TryRead(DerTag.ObjectIdentifier, out DerElement type) ? type.Content(content) : default;
    }

    private static int Compare(GeneralName name, GeneralName subtree) => name.Kind switch
    {
        GeneralNameKind.Directory => Answer(name.DirectoryName!.IsWithin(subtree.DirectoryName!)),
        GeneralNameKind.Dns => Answer(IsBelow(name.Text, subtree.Text)),
        GeneralNameKind.Email => CompareEmail(name.Text, subtree.Text),
        GeneralNameKind.Uri => CompareUri(name.Text, subtree.Text),
        GeneralNameKind.IpAddress => CompareAddress(name.Content.Span, subtree.Content.Span),
        _ => UnsupportedType,
    };

    /// <summary><c>nc_dns</c>: labels may be added on the left.</summary>
    private static bool IsBelow(string name, string subtree) =>
        subtree.Length == 0
        || (name.EndsWith(subtree, StringComparison.OrdinalIgnoreCase)
            && (name.Length == subtree.Length || subtree[0] == '.' || name[^(subtree.Length + 1)] == '.'));

    /// <summary><c>nc_email</c>: a mailbox, a host, or a period and a domain.</summary>
    private static int CompareEmail(string name, string subtree)
    {
        int at = name.LastIndexOf('@');
        int subtreeAt = subtree.LastIndexOf('@');
        if (at < 0)
        {
            return UnsupportedSyntax;
        }

        if (subtreeAt < 0 && subtree.StartsWith('.'))
        {
            return Answer(IsLongerBy(name, subtree));
        }

        bool isMailbox = subtreeAt < 1 || name[..at] == subtree[..subtreeAt];
        return Answer(isMailbox && name[(at + 1)..].Equals(subtree[(subtreeAt + 1)..], StringComparison.OrdinalIgnoreCase));
    }

    /// <summary><c>nc_uri</c>: what is between <c>://</c> and the next colon, or the next slash where there is no colon.</summary>
    private static int CompareUri(string name, string subtree)
    {
        int scheme = name.IndexOf(':', StringComparison.Ordinal);
        if (scheme < 0 || !name.AsSpan(scheme + 1).StartsWith("//", StringComparison.Ordinal))
        {
            return UnsupportedSyntax;
        }

        string host = name[(scheme + 3)..];
        int end = host.IndexOf(':', StringComparison.Ordinal);
        end = end < 0 ? host.IndexOf('/', StringComparison.Ordinal) : end;
        host = end < 0 ? host : host[..end];
        return host.Length == 0 ? UnsupportedSyntax
            : Answer(subtree.StartsWith('.') ? IsLongerBy(host, subtree) : host.Equals(subtree, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary><c>nc_ip</c>: masks need not be prefixes.</summary>
    private static int CompareAddress(ReadOnlySpan<byte> address, ReadOnlySpan<byte> subtree)
    {
        if (address.Length is not (4 or 16) || subtree.Length is not (8 or 32))
        {
            return UnsupportedSyntax;
        }

        if (subtree.Length != address.Length * 2)
        {
            return PermittedViolation;
        }

        for (int i = 0; i < address.Length; i++)
        {
            if (((address[i] ^ subtree[i]) & subtree[address.Length + i]) != 0)
            {
                return PermittedViolation;
            }
        }

        return Ok;
    }

    private static bool IsLongerBy(string name, string ending) =>
        name.Length > ending.Length && name.EndsWith(ending, StringComparison.OrdinalIgnoreCase);

    private static int Answer(bool within) => within ? Ok : PermittedViolation;
}
