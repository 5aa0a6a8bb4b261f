using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;
using TlsTrust.CertificateFiles.Markers;

namespace TlsTrust.CertificateFiles;

/// <summary>
/// Tells from the text around the blocks whether a file is one of certificates, with comments, names and dumps, or a document in which PEM
/// is only
/// quoted: source code, markup, a mail, a configuration. Words alone make no document; the signs of another language do.
/// </summary>
internal sealed partial class Surroundings
{
    private const int MaxLine = 400; // what says what a document is stands at the start of its lines
    private const int MaxLines = 20_000; // a dump of all public roots has as many
    private const int MailHeaders = 2; // one may be somebody's note

    // The first that fits names the document.
    private static readonly (Regex Sign, string Document)[] Signs =
    [
        (Fence(), "a text with code in it (Markdown)"),
        (Directive(), "a text with code in it (reStructuredText, TeX, AsciiDoc)"),
        (Hunk(), "a diff"),
        (Markup(), "markup (HTML, XML, an OpenVPN profile)"),
        (Ldif(), "an LDIF file"),
        (Section(), "a configuration file"),
        (Assignment(), "source code or a configuration file"),
        (Code(), "source code, a script or a document"),
    ];

    // Without any of these a line is words.
    private static readonly SearchValues<byte> Special = SearchValues.Create("`~$&|\\;{}[]()<>=:@#"u8);

    private int _lines;
    private int _mailHeaders;

    /// <summary>What the certificates stand in, in words; null for a file of certificates.</summary>
    public string? Document { get; private set; }

    /// <summary>Takes something for certain.</summary>
    public void Say(string document) => Document ??= document;

    /// <summary>Looks at text between blocks.</summary>
    /// <param name="text">Whole lines.</param>
    /// <param name="isStart">Whether the file begins with it.</param>
    public void Add(ReadOnlySpan<byte> text, bool isStart)
    {
        if (Document is not null)
        {
            return;
        }

        if (text.TrimStart(" \t\r\n"u8) is [(byte)'{' or (byte)'<', ..])
        {
            Say("JSON or markup");
        }
        else if (isStart && text.StartsWith("#!"u8))
        {
            Say("a script");
        }
        else if (OpensValue(text.TrimEnd(" \t\r\n"u8)))
        {
            Say("a value of YAML, source code or a script");
        }

        while (!text.IsEmpty && Document is null && _lines < MaxLines)
        {
            int end = text.IndexOfAny((byte)'\n', (byte)'\r');
            ReadOnlySpan<byte> line = end < 0 ? text : text[..end];
            text = end < 0 ? default : text[(end + 1)..];
            if (!line.IsEmpty)
            {
                _lines++;
                Look(line[..Math.Min(line.Length, MaxLine)]);
            }
        }
    }

    /// <summary>Looks at what stands before a block on its own line.</summary>
    public void AddBefore(ReadOnlySpan<byte> prefix)
    {
        if (prefix.IndexOfAnyInRange((byte)'A', (byte)'z') < 0)
        {
            return;
        }

        string text = Encoding.Latin1.GetString(prefix[^Math.Min(prefix.Length, MaxLine)..]).TrimEnd();
        if (prefix.IndexOfAny((byte)'=', (byte)':', (byte)'{') >= 0 || Named().IsMatch(text))
        {
            Say("a value with a name (a configuration file, source code, LDIF)");
        }
    }

    /// <summary>Looks at what stands behind a block on its own line.</summary>
    public void AddAfter(ReadOnlySpan<byte> rest)
    {
        if (Closing().IsMatch(Encoding.Latin1.GetString(rest[..Math.Min(rest.Length, MaxLine)])))
        {
            Say("source code or a script");
        }
    }

    // Comments, and what OpenSSL and others write beside certificates, are none of it: dumps are indented, or have well-known names.
    private void Look(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith("#+"u8) && bytes.Length > 2 && char.IsAsciiLetter((char)bytes[2]))
        {
            Say("a text with code in it (Org)");
        }

        if (bytes.IndexOfAny(Special) < 0 || bytes.IndexOfAnyExcept("=-_* "u8) < 0 || !CommentMarks.Of(bytes).IsEmpty)
        {
            return;
        }

        string line = Encoding.Latin1.GetString(bytes).TrimEnd();
        if (Fence().IsMatch(line))
        {
            Say("a text with code in it (Markdown)");
        }

        if (line.StartsWith("    ", StringComparison.Ordinal) || line.StartsWith('\t') || Dump().IsMatch(line))
        {
            return;
        }

        foreach ((Regex sign, string document) in Signs)
        {
            if (sign.IsMatch(line))
            {
                Say(document);
            }
        }

        if (Mail().IsMatch(line) && ++_mailHeaders >= MailHeaders)
        {
            Say("a mail");
        }
    }

    // The line before a block begins a value of another language: "ca: |" and "- >-" of YAML, "<<EOF" of shells and Terraform, 'ca = """'.
    private static bool OpensValue(ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> line = text[(text.LastIndexOfAny((byte)'\n', (byte)'\r') + 1)..];
        if (line[(line.LastIndexOf((byte)' ') + 1)..].StartsWith("<<"u8))
        {
            return true;
        }

        ReadOnlySpan<byte> name = line.TrimEnd("\"'`@"u8);
        if (name.Length < line.Length)
        {
            return name.TrimEnd(" \t"u8) is [.., (byte)'=' or (byte)':' or (byte)'(' or (byte)','];
        }

        ReadOnlySpan<byte> scalar = line.TrimEnd("+-0123456789"u8);
        return scalar is [.., (byte)'|' or (byte)'>'] && scalar[..^1].Trim(" \t"u8) is [.., (byte)':'] or [(byte)'-'];
    }

    [GeneratedRegex(@"^\s*(```|~~~)", RegexOptions.CultureInvariant)]
    private static partial Regex Fence();

    [GeneratedRegex(@"^(\.\. [\w-]+::|\\[a-z]+\*?[{\[]|\[source)", RegexOptions.CultureInvariant)]
    private static partial Regex Directive();

    [GeneratedRegex(@"^(@@ -\d.* @@|diff --git )", RegexOptions.CultureInvariant)]
    private static partial Regex Hunk();

    [GeneratedRegex(@"^<[/!?]?[A-Za-z][^<>]*>|</[A-Za-z]|^<[A-Za-z]+\s", RegexOptions.CultureInvariant)]
    private static partial Regex Markup();

    [GeneratedRegex(@"^(dn: ?[A-Za-z]+=|[A-Za-z][\w;.-]*:: )", RegexOptions.CultureInvariant)]
    private static partial Regex Ldif();

    [GeneratedRegex(@"^\[{1,2}[\w .:-]+\]{1,2}$", RegexOptions.CultureInvariant)]
    private static partial Regex Section();

    // One word, an equals sign and something.
    [GeneratedRegex(@"^(export |set |\$|@|local |var |let |const )?[A-Za-z_][\w.\[\]""'-]*\s*(\+|:|\?)?=($|[^=~].*)",
        RegexOptions.CultureInvariant)]
    private static partial Regex Assignment();

    [GeneratedRegex(
        @"`|\$[A-Za-z_{(]|&&|\|\||[;\\{(]$|[\w\])]\s*=$|^[})\]]+[;,)]*$|=>|\{\{|^(import|package|const|def|func|fn|echo|#include|FROM|RUN|COPY|ENV|apiVersion:) ?\S|[a-z_]\w*\(.*\)",
        RegexOptions.CultureInvariant)]
    private static partial Regex Code();

    [GeneratedRegex(
        @"^(From|To|Cc|Date|Received|Return-Path|Reply-To|Message-ID|Subject|MIME-Version|Content-(Type|Transfer-Encoding|Disposition|Description)): \S", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Mail();

    // openssl x509, pkcs12, s_client; certtool; keytool; Mozilla's bundles.
    [GeneratedRegex(
        @"^\s*((subject|issuer|serial|notBefore|notAfter|depth|verify( error)?|(md5|sha1|sha256|sha512) Fingerprint|friendlyName|localKeyID|Label|Version|Owner|Alias( name)?|X509v3 .*|CONNECTED|CN|OU|O|C|L|ST|DC|E|emailAddress)\s*[=:(]|/[A-Z]+=|\d+ s:|[iav]:|---|Bag Attributes|Key Attributes|Certificate( chain| fingerprints?)?:?$|Data:$|Server certificate|SSL handshake|New, |Verif)",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Dump();

    // NAME=, "name": , name = ", RUN echo "
    [GeneratedRegex(@"[A-Za-z].*[=:{(\[,>]\s*[""'`@]*$|[A-Za-z]\S*\s+[""'`]+$", RegexOptions.CultureInvariant)]
    private static partial Regex Named();

    // What goes on behind the quote that closes the block.
    [GeneratedRegex(@"^(\\n|\\r|\\)*[""'`]+\s*(>|\||&&|;|\)).*|^[""']{3}|^\s*</", RegexOptions.CultureInvariant)]
    private static partial Regex Closing();
}
