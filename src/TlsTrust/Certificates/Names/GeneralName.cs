using System.Net;
using TlsTrust.Certificates.Der;

namespace TlsTrust.Certificates.Names;

/// <summary>Kinds of general name; the values are the tags of RFC 5280 §4.2.1.6.</summary>
public enum GeneralNameKind
{
    /// <summary>otherName.</summary>
    Other = 0,

    /// <summary>rfc822Name, an e-mail address.</summary>
    Email = 1,

    /// <summary>dNSName.</summary>
    Dns = 2,

    /// <summary>x400Address.</summary>
    X400 = 3,

    /// <summary>directoryName.</summary>
    Directory = 4,

    /// <summary>ediPartyName.</summary>
    EdiParty = 5,

    /// <summary>uniformResourceIdentifier.</summary>
    Uri = 6,

    /// <summary>iPAddress: 4 or 16 bytes, twice that in a name constraint.</summary>
    IpAddress = 7,

    /// <summary>registeredID.</summary>
    RegisteredId = 8,
}

/// <summary>A general name, RFC 5280 §4.2.1.6.</summary>
/// <param name="Kind">Which alternative it is.</param>
/// <param name="Content">The contents of the element: characters, address bytes, or the encoded directory name.</param>
public sealed record GeneralName(GeneralNameKind Kind, ReadOnlyMemory<byte> Content)
{
    private DistinguishedName? _directoryName;
    private string? _text;

    /// <summary>The characters of a DNS name, e-mail address or URI; an address or a name in its usual notation.</summary>
    public string Text => _text ??= Format();

    /// <summary>The directory name; null for another kind.</summary>
    public DistinguishedName? DirectoryName => Kind == GeneralNameKind.Directory ? _directoryName ??= new DistinguishedName(Content) : null;

    /// <summary>An otherName SmtpUTF8Mailbox, to which constraints on e-mail addresses apply (RFC 9598 §6).</summary>
    internal bool IsInternationalMailbox => Kind == GeneralNameKind.Other && Content.Span.StartsWith(SmtpUtf8Mailbox);

    /// <summary>The characters of an otherName that is one string; empty for another.</summary>
    internal ReadOnlyMemory<byte> OtherNameText
    {
        get
        {
            DerReader parts = new(Content.Span);
            if (!parts.TryRead(DerTag.ObjectIdentifier, out _) || !parts.TryRead(DerTag.Constructed(0), out DerElement wrapper))
            {
                return default;
            }

            DerReader inner = parts.Enter(wrapper);
            return inner.TryRead(DerTag.Utf8String, out DerElement text) ? Content.Slice(text.ContentOffset, text.Length) : default;
        }
    }

    private static ReadOnlySpan<byte> SmtpUtf8Mailbox => [0x06, 0x08, 0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x08, 0x09];

    /// <inheritdoc/>
    public bool Equals(GeneralName? other) => other is not null && Kind == other.Kind && Content.Span.SequenceEqual(other.Content.Span);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.Add(Kind);
        hash.AddBytes(Content.Span);
        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public override string ToString() => Kind switch
    {
        GeneralNameKind.Dns => $"DNS:{Text}",
        GeneralNameKind.IpAddress => $"IP:{Text}",
        GeneralNameKind.Email => $"email:{Text}",
        GeneralNameKind.Uri => $"URI:{Text}",
        GeneralNameKind.Directory => $"DirName:{Text}",
        _ => $"{Kind}:{Text}",
    };

    /// <summary>
    /// Reads the names of a SEQUENCE OF GeneralName; what is wrong with one of them is added to the faults and reading goes on.
    /// </summary>
    internal static List<GeneralName> ReadAll(ReadOnlyMemory<byte> certificate, DerReader names, string field, bool areConstraints,
        List<DerFault> faults)
    {
        List<GeneralName> result = [];
        while (!names.AtEnd)
        {
            if (!names.TryRead(out DerElement element))
            {
                faults.Add(names.Fault(field));
                break;
            }

            if (TryRead(certificate, names, element, field, areConstraints, faults, out GeneralName? name))
            {
                result.Add(name!);
            }
        }

        return result;
    }

    internal static bool TryRead(ReadOnlyMemory<byte> certificate, DerReader names, in DerElement element, string field, bool isConstraint,
        List<DerFault> faults, out GeneralName? name)
    {
        name = null;
        int kind = element.Tag & 0x1F;
        bool isConstructed = kind is 0 or 3 or 4 or 5;
        if (kind > 8 || element.Tag != (isConstructed ? DerTag.Constructed(kind) : DerTag.Primitive(kind)))
        {
            faults.Add(new DerFault(element.Offset, field, "RFC 5280 §4.2.1.6", $"tag 0x{element.Tag:X2} is no kind of name"));
            return false;
        }

        ReadOnlyMemory<byte> content = certificate.Slice(element.ContentOffset, element.Length);
        switch ((GeneralNameKind)kind)
        {
            case GeneralNameKind.Directory:
                DerReader inner = names.Enter(element);
                if (!inner.TryRead(DerTag.Sequence, out DerElement sequence) || !inner.TryFinish())
                {
                    faults.Add(inner.Fault(field));
                    return false;
                }

                NameReader.Check(certificate.Span, sequence, field, faults);
                break;
            case GeneralNameKind.Dns or GeneralNameKind.Email or GeneralNameKind.Uri when !System.Text.Ascii.IsValid(content.Span):
                faults.Add(new DerFault(element.Offset, field, "RFC 5280 §4.2.1.6", "characters outside ASCII in an IA5String",
                    DerFaultKind.Profile));
                break;
            case GeneralNameKind.IpAddress when !(isConstraint ? content.Length is 8 or 32 : content.Length is 4 or 16):
                faults.Add(new DerFault(element.Offset, field, "RFC 5280 §4.2.1.6", $"an IP address of {content.Length} bytes",
                    DerFaultKind.Profile));
                break;
        }

        name = new GeneralName((GeneralNameKind)kind, content);
        return true;
    }

    private string Format()
    {
        ReadOnlySpan<byte> content = Content.Span;
        switch (Kind)
        {
            case GeneralNameKind.Dns or GeneralNameKind.Email or GeneralNameKind.Uri:
                return DerValue.Ia5(content, out _);
            case GeneralNameKind.IpAddress when content.Length is 4 or 16:
                return new IPAddress(content).ToString();
            case GeneralNameKind.IpAddress when content.Length is 8 or 32:
                return $"{new IPAddress(content[..(content.Length / 2)])}/{new IPAddress(content[(content.Length / 2)..])}";
            case GeneralNameKind.Directory:
                return DirectoryName!.ToString();
            case GeneralNameKind.RegisteredId when DerValue.TryObjectIdentifier(content, out string oid):
                return oid;
            default:
                return DerValue.Hex(content);
        }
    }
}
