using System.Globalization;
using System.Net;
using System.Net.Sockets;
using TlsTrust.Certificates.Names;

namespace TlsTrust.Connections.Endpoints;

/// <summary>Text to <see cref="Endpoint"/>; whatever is wrong becomes <see cref="Endpoint.Error"/>.</summary>
internal static class EndpointParser
{
    /// <summary>Longest text looked at: a host name has 253 characters at most, a path is dropped anyway.</summary>
    public const int MaxTextLength = 2048;

    // RFC 1035 §2.3.4, without the trailing dot.
    private const int MaxNameLength = 253;

    // Endings of certificate files that are no top-level domains; a host of such a name can still be written with a scheme or a port.
    private static readonly string[] CertificateExtensions =
        [".pem", ".crt", ".cer", ".der", ".cert", ".p7b", ".p7c", ".p12", ".pfx", ".jks", ".key"];

    // UIDNA non-transitional where ICU is there; STD3 rules are applied below, where the reason can be told.
    private static readonly IdnMapping Idn = new() { AllowUnassigned = true };

    public static Endpoint Parse(string? text, int? defaultPort)
    {
        string trimmed = (text ?? "").Trim();
        string shown = WithoutUserInfo(trimmed.Length > MaxTextLength ? trimmed[..MaxTextLength] : trimmed);
        if (trimmed.Length == 0)
        {
            return Fail(shown, "The endpoint is empty; give a host, host:port or a URI such as https://host.");
        }

        if (trimmed.Length > MaxTextLength)
        {
            return Fail(shown[..Math.Min(shown.Length, 80)] + "…", $"The endpoint is longer than {MaxTextLength} characters.");
        }

        if (trimmed.Any(c => char.IsControl(c) || char.IsWhiteSpace(c)))
        {
            return Fail(shown, $"\"{VisibleText.Of(shown)}\" is no endpoint: there is no white space and no control character inside one.");
        }

        if (defaultPort is < 1 or > 65535)
        {
            return Fail(shown, PortRange(defaultPort.Value.ToString(CultureInfo.InvariantCulture)));
        }

        string rest = shown;
        WellKnownService? service = null;
        int schemeEnd = rest.IndexOf("://", StringComparison.Ordinal);
        if (schemeEnd >= 0)
        {
            string scheme = rest[..schemeEnd].ToLowerInvariant();
            service = WellKnownService.OfScheme(scheme);
            if (service is null)
            {
                return Fail(shown, UnknownScheme(scheme));
            }

            rest = rest[(schemeEnd + 3)..];
        }
        else if (MisspeltScheme(rest) is { } misspelt)
        {
            return Fail(shown, misspelt);
        }

        if (schemeEnd < 0
            && (CertificateExtensions.Any(extension => rest.EndsWith(extension, StringComparison.OrdinalIgnoreCase))
                || rest.StartsWith('/') || rest.StartsWith('~') || rest.StartsWith("./", StringComparison.Ordinal)
                || rest.StartsWith("../", StringComparison.Ordinal) || rest.StartsWith(".\\", StringComparison.Ordinal)
                    || rest.StartsWith("..\\", StringComparison.Ordinal)))
        {
            return Fail(shown, $"\"{shown}\" looks like a file, not like an endpoint; Get-CertificateChain and Test-PemBundle take files.");
        }

        int pathStart = rest.AsSpan().IndexOfAny("/?#\\");
        bool hasPath = pathStart >= 0 && pathStart < rest.Length - 1;
        string authority = pathStart < 0 ? rest : rest[..pathStart];
        if (authority.Contains(',', StringComparison.Ordinal))
        {
            return Fail(shown, $"\"{shown}\" holds a comma; several endpoints are a list: '{string.Join("', '", authority.Split(','))}'.");
        }

        if (!SplitAuthority(authority, out string host, out string port, out string? fault))
        {
            return Fail(shown, fault);
        }

        if (host.Length == 0)
        {
            return Fail(shown, "The host is empty.");
        }

        int number;
        if (port.Length == 0)
        {
            number = defaultPort ?? service?.Port ?? WellKnownService.HttpsPort;
        }
        else if (!port.All(char.IsAsciiDigit) || !int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out number)
            || number is < 1 or > 65535)
        {
            return Fail(shown, PortRange(port));
        }

        string? name = ReadHost(host, out fault);
        if (name is null)
        {
            return Fail(shown, fault!);
        }

        if (hasPath && service is null && IPAddress.TryParse(name, out _))
        {
            return Fail(shown, $"\"{shown}\" looks like a network, not like one endpoint; give one address, or write https:// before it.");
        }

        return new Endpoint
        {
            HostName = name,
            HadTrailingDot = host.EndsWith('.'),
            Port = number,
            IsDefaultPort = port.Length == 0,
            Scheme = service?.Scheme,
            StartTls = service?.StartTls ?? WellKnownService.StartTlsOfPort(number),
        };
    }

    private static Endpoint Fail(string shown, string error) => new() { Error = error, Input = shown };

    private static string PortRange(string port) => $"\"{port}\" is not a port; ports are numbers from 1 to 65535.";

    private static string UnknownScheme(string scheme)
    {
        string known = string.Join(", ", WellKnownService.Schemes);
        return scheme switch
        {
            "" => "There is no scheme before \"://\".",
            "http" or "ws" =>
                $"{scheme}:// has no TLS; use {(scheme == "ws" ? "wss" : "https")}://, or give host:port to see what answers there.",
            _ => $"The scheme \"{scheme}\" is not known; known are {known}, or give host:port.",
        };
    }

    // "https:/host" would be a host named https, and "C:\\chain.pem" a host named c.
    private static string? MisspeltScheme(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0 || colon == text.Length - 1 || text[colon + 1] is not ('/' or '\\'))
        {
            return null;
        }

        string before = text[..colon].ToLowerInvariant();
        return colon == 1 ? $"\"{text}\" looks like a file, not like an endpoint."
            : WellKnownService.OfScheme(before) is not null ? $"After the scheme come a colon and two slashes: {before}://host."
            : null;
    }

    /// <summary>User name and password are never kept: not in the endpoint, and not in an error either.</summary>
    private static string WithoutUserInfo(string text)
    {
        int start = text.IndexOf("://", StringComparison.Ordinal);
        start = start < 0 ? 0 : start + 3;
        int end = text.AsSpan(start).IndexOfAny("/?#\\");
        end = end < 0 ? text.Length : start + end;
        int at = text.AsSpan(start, end - start).LastIndexOf('@');
        return at < 0 ? text : text[..start] + text[(start + at + 1)..];
    }

    private static bool SplitAuthority(string authority, out string host, out string port, out string fault)
    {
        fault = "";
        host = authority;
        port = "";
        if (authority.StartsWith('['))
        {
            int close = authority.IndexOf(']', StringComparison.Ordinal);
            string after = close < 0 ? "" : authority[(close + 1)..];
            if (close < 0 || (after.Length > 0 && after[0] != ':'))
            {
                fault = $"\"{authority}\" is no address: an IPv6 address with a port is written [address]:port.";
                return false;
            }

            // The brackets stay, so that ReadHost knows that only an IPv6 address may stand in them.
            host = authority[..(close + 1)];
            port = after.Length > 0 ? after[1..] : "";
            return true;
        }

        int first = authority.IndexOf(':', StringComparison.Ordinal);
        if (first < 0)
        {
            return true;
        }

        if (authority.LastIndexOf(':') != first)
        {
            // Two colons or more: an IPv6 address without port, or nothing.
            return true;
        }

        host = authority[..first];
        port = authority[(first + 1)..];
        return true;
    }

    private static string? ReadHost(string host, out string? fault)
    {
        fault = null;
        bool inBrackets = host[0] == '[';
        string bare = inBrackets ? host[1..^1] : host;
        if (inBrackets || bare.Contains(':', StringComparison.Ordinal))
        {
            if (bare.Contains(':', StringComparison.Ordinal) && !bare.Contains('[', StringComparison.Ordinal)
                && IPAddress.TryParse(bare, out IPAddress? v6) && v6.AddressFamily == AddressFamily.InterNetworkV6)
            {
                return v6.ToString();
            }

            fault = $"\"{bare}\" is not an IPv6 address.";
            return null;
        }

        return ReadName(bare, out fault);
    }

    private static string? ReadName(string text, out string? fault)
    {
        fault = null;
        string name;
        try
        {
            // GetAscii also turns the ideographic full stops into dots.
            name = Idn.GetAscii(text).ToLowerInvariant();
        }
        catch (ArgumentException)
        {
            fault = text.Contains("..", StringComparison.Ordinal) || text.StartsWith('.')
                ? $"\"{text}\" has an empty label."
                : $"\"{text}\" is not a host name: a label has 1 to 63 characters, a name at most {MaxNameLength}, and international " +
                    $"names must be valid IDNA.";
            return null;
        }

        // One trailing dot marks an absolute name; certificates and SNI (RFC 6066 §3) have none.
        name = name.EndsWith('.') ? name[..^1] : name;
        string[] labels = name.Split('.');
        if (name.Length is 0 or > MaxNameLength || labels.Any(label => label.Length is 0 or > 63))
        {
            fault = name.Length == 0 ? "The host is empty."
                : $"\"{text}\" is not a host name: a label has 1 to 63 characters, a name at most {MaxNameLength}.";
            return null;
        }

        if (name.Contains('*', StringComparison.Ordinal))
        {
            fault = $"\"{text}\" is a wildcard; give one host that it stands for.";
            return null;
        }

        if (!name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
        {
            fault = $"\"{text}\" has a character that no host name has.";
            return null;
        }

        if (EndsInNumber(labels[^1]))
        {
            // "127.1" and "0x7f.0.0.1" would silently become addresses in the resolver.
            if (labels.Length == 4 && labels.All(IsOctet))
            {
                return name;
            }

            fault = $"\"{text}\" is not an IPv4 address of four decimal numbers, and no host name ends in a number.";
            return null;
        }

        return name;
    }

    private static bool EndsInNumber(string label) =>
        label.All(char.IsAsciiDigit) || (label.StartsWith("0x", StringComparison.Ordinal) && label[2..].All(char.IsAsciiHexDigit));

    private static bool IsOctet(string label) =>
        label.Length is >= 1 and <= 3 && (label.Length == 1 || label[0] != '0')
        && int.TryParse(label, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value <= 255;
}
