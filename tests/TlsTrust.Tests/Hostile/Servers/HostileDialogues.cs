using System.Text;
using static TlsTrust.Tests.Hostile.Servers.Act;

namespace TlsTrust.Tests.Hostile.Servers;

/// <summary>What is spoken before TLS, by servers and proxies that never end or lie.</summary>
internal static class HostileDialogues
{
    private const Cause Refused = Cause.StartTlsRefused;
    private const Cause Slow = Cause.HandshakeTimedOut;
    private const Cause Plain = Cause.NotTls;

    private static readonly string[] Schemes = ["smtp", "lmtp", "imap", "pop3", "ftp", "ldap", "postgres", "mysql", "xmpp", "nntp", "sieve",
        "irc", "mssql", "rdp", "nats"];

    // How each begins, so that what follows is heard as an answer.
    private static readonly Dictionary<string, byte[]> Openings = new()
    {
        ["smtp"] = Text("220 a ESMTP\r\n250-"), ["lmtp"] = Text("220 a LMTP\r\n250-"), ["imap"] = Text("* OK a\r\n* CAPABILITY "),
        ["pop3"] = Text("+OK a\r\n+OK "), ["ftp"] = Text("220-a\r\n"), ["ldap"] = [0x30, 0x84, 0x7F, 0xFF, 0xFF, 0xFF],
            ["postgres"] = [(byte)'E'],
        ["mysql"] = [0xFF, 0xFF, 0xFF, 0, 10], ["xmpp"] = Text("<?xml version='1.0'?><stream:stream xmlns:stream='a'><stream:features>"),
        ["nntp"] = Text("200 a\r\n382"), ["sieve"] = Text("\"IMPLEMENTATION\" \""), ["irc"] = Text(":a NOTICE * :"),
        ["mssql"] = [4, 1, 0xFF, 0xFF, 0, 0, 0, 0], ["rdp"] = [3, 0, 0xFF, 0xFF], ["nats"] = Text("INFO {\"tls_required\":true,\"a\":\""),
    };

    public static IEnumerable<HostileTlsServer> StartTls()
    {
        foreach (string scheme in Schemes)
        {
            yield return new($"{scheme}: says nothing", Says([]), Slow) { Scheme = scheme };
            yield return new($"{scheme}: an answer that never ends", Repeats(Openings[scheme], Text("AAAAAAAA ")),
                Refused, Plain, Slow, Cause.HandshakeRefused) { Scheme = scheme };
            yield return new($"{scheme}: zeros for ever", Repeats([], [0]), Refused, Plain, Slow,
                Cause.HandshakeRefused) { Scheme = scheme };
            yield return new($"{scheme}: TLS at once", Greets(TlsBytes.AlertOf(2, 40)), Refused, Plain, Slow, Cause.HandshakeRefused)
            {
                Scheme = scheme,
            };
            yield return new($"{scheme}: closes", (_, _) => Task.CompletedTask, Refused, Cause.ConnectionReset, Plain) { Scheme = scheme };
        }

        (string Scheme, string Name, Func<System.Net.Sockets.NetworkStream, CancellationToken, Task> Serve)[] rows =
        [
            ("smtp", "greetings for ever", Repeats([], Text("220-a\r\n"))),
            ("smtp", "refuses with escapes", Answers("220 a\r\n", "250-a\r\n250 STARTTLS\r\n", "454 \u001B[31mno\u0007\r\n")),
            ("smtp", "refuses to say EHLO", Answers("220 a\r\n", "502 no\r\n")),
            ("smtp", "does not offer it", Answers("220 a\r\n", "250 a\r\n", "503 no\r\n")),
            ("smtp", "agrees, and goes on in the clear", Answers("220 a\r\n", "250-a\r\n250 STARTTLS\r\n", "220 go\r\n", "250 ok\r\n")),
            ("smtp", "agrees, and has more to say", Answers("220 a\r\n", "250-a\r\n250 STARTTLS\r\n", "220 go\r\n250 injected\r\n")),
            ("smtp", "codes that are none", Answers("999 a\r\n", "abc\r\n")),
            ("imap", "a literal of 2 GB", Answers("* OK a\r\n", "* CAPABILITY {2147483647}\r\n")),
            ("imap", "answers another", Answers("* OK a\r\n", "zz OK done\r\n")),
            ("imap", "says goodbye", Answers("* BYE a\r\n", "")),
            ("pop3", "refuses", Answers("+OK a\r\n", "-ERR \u202Eno\r\n")),
            ("ldap", "an answer that refuses", Says([0x30, 0x0C, 2, 1, 1, 0x78, 7, 0x0A, 1, 2, 4, 0, 4, 0])),
            ("ldap", "an answer of no length", Says([0x30, 0])),
            ("ldap", "an answer of indefinite length", Says([0x30, 0x80, 0x30, 0x80, 0x30, 0x80])),
            ("postgres", "no", Says(Text("N"))),
            ("postgres", "yes and more", Says(Text("SSSSSSSS"))),
            ("postgres", "yes, then silence", Says(Text("S"))),
            ("mysql", "a host that is blocked", Greets([.. TlsBytes.Number(0x20000000, 3), 0, 0xFF, 0x69, 4, .. Text("Host is blocked")])),
            ("mysql", "a greeting without TLS", Greets([20, 0, 0, 0, 10, .. Text("5.5\0"), 1, 0, 0, 0, .. new byte[8], 0, 0, 0])),
            ("xmpp", "laughs by the billion", Greets(Text(
                "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;'>]><stream:stream>&b;"))),
            ("xmpp", "features without TLS", Greets(Text("<stream:stream xmlns:stream='a'><stream:features/></stream:stream>"))),
            ("mssql", "no encryption", Says([4, 1, 0, 17, 0, 0, 1, 0, 1, 0, 6, 0, 1, 0xFF, 2, 0, 0])),
            ("mssql", "options that point outside", Says([4, 1, 0, 14, 0, 0, 1, 0, 1, 0xFF, 0xFF, 0, 1, 0xFF])),
            ("rdp", "refuses", Says([3, 0, 0, 19, 14, 0xD0, 0, 0, 0x12, 0x34, 0, 3, 0, 8, 0, 5, 0, 0, 0])),
            ("nats", "TLS not offered", Greets(Text("INFO {\"tls_required\":false}\r\n"))),
            ("irc", "asks for a pong for ever", Repeats([], Text("PING :a\r\n"))),
            ("sieve", "offers nothing", Greets(Text("OK\r\n"))),
        ];
        foreach ((string scheme, string name, Func<System.Net.Sockets.NetworkStream, CancellationToken, Task> serve) in rows)
        {
            yield return new($"{scheme}: {name}", serve, Refused, Plain, Slow, Cause.HandshakeRefused,
                Cause.ConnectionReset) { Scheme = scheme };
        }
    }

    public static IEnumerable<HostileTlsServer> Proxies()
    {
        (string Name, Func<System.Net.Sockets.NetworkStream, CancellationToken, Task> Serve, Cause[] Causes)[] rows =
        [
            ("says nothing", Says([]), [Cause.ConnectionTimedOut, Cause.ProxyRefused, Slow]),
            ("closes", Closes([]), [Cause.ProxyRefused, Cause.ConnectionReset]),
            ("resets", HearsAndResets, [Cause.ProxyRefused, Cause.ConnectionReset]),
            ("a status line that never ends", Repeats([], Text("HTTP/1.1 200 aaaaaaaaaaaa")), [Cause.ProxyRefused, Cause.NotTls]),
            ("a head that never ends", Repeats(Text("HTTP/1.1 200 OK\r\n"), Text("X-A: aaaaaaaa\r\n")), [Cause.ProxyRefused, Cause.NotTls]),
            ("a head by the byte", Drips(Text("HTTP/1.1 200 OK\r\nX: "), 65), [Cause.ConnectionTimedOut, Cause.ProxyRefused, Slow]),
            ("informs for ever", Repeats([], Text("HTTP/1.1 103 Early Hints\r\n\r\n")),
                [Cause.ProxyRefused, Cause.NotTls, Cause.ConnectionTimedOut]),
            ("no HTTP", Says(Text("SSH-2.0-x\r\n")), [Cause.ProxyRefused, Cause.NotTls]),
            ("HTTP of another time", Says(Text("HTTP/9.9 abc \u001B[31m\r\n\r\n")), [Cause.ProxyRefused, Cause.NotTls]),
            ("a redirect", Says(Text("HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n")),
                [Cause.ProxyRefused]),
            ("forbidden, with escapes", Says(Text("HTTP/1.1 403 \u001B[31m\u0007No\r\nContent-Length: 0\r\n\r\n")), [Cause.ProxyRefused]),
            ("an error of 1 GB", Repeats(Text("HTTP/1.1 502 Bad\r\nContent-Length: 1000000000\r\n\r\n"), Text("aaaaaaaa")),
                [Cause.ProxyRefused]),
            ("an error in chunks that never end",
                Repeats(Text("HTTP/1.1 502 Bad\r\nTransfer-Encoding: chunked\r\n\r\n"), Text("8\r\naaaaaaaa\r\n")),
                [Cause.ProxyRefused]),
            ("asks for a password for ever", Answers(null,
                "HTTP/1.1 407 Auth\r\nProxy-Authenticate: Basic realm=\"\u001B[31m\"\r\nContent-Length: 0\r\n\r\n"),
                [Cause.ProxyAuthenticationRequired]),
            ("ten thousand ways to say a password", Answers(null, "HTTP/1.1 407 Auth\r\n" +
                string.Concat(Enumerable.Range(0, 700).Select(i => $"Proxy-Authenticate: Digest nonce=\"{i}\"\r\n"))
                    + "Content-Length: 0\r\n\r\n"),
                [Cause.ProxyAuthenticationRequired, Cause.ProxyRefused]),
            ("agrees, then silence", Says(Text("HTTP/1.1 200 OK\r\n\r\n")), [Slow]),
            ("agrees, then an alert", Says([.. Text("HTTP/1.1 200 OK\r\n\r\n"), .. TlsBytes.AlertOf(2, 40)]), [Cause.HandshakeRefused]),
            ("agrees, then a page", Says(Text("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>")), [Cause.NotTls]),
            ("agrees, then noise for ever", Repeats(Text("HTTP/1.1 200 OK\r\n\r\n"), [0x99]), [Cause.NotTls, Cause.HandshakeRefused]),
        ];
        return rows.Select(row => new HostileTlsServer("proxy: " + row.Name, row.Serve, row.Causes) { IsProxy = true });
    }

    private static byte[] Text(string text) => Encoding.Latin1.GetBytes(text);
}
