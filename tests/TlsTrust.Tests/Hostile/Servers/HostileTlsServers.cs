using System.Security.Cryptography.X509Certificates;
using System.Text;
using TlsTrust.Tests.Connections.Servers;
using static TlsTrust.Tests.Hostile.Servers.Act;
using static TlsTrust.Tests.Hostile.Servers.TlsBytes;

namespace TlsTrust.Tests.Hostile.Servers;

/// <summary>Servers that break TLS in the record, in the ServerHello or in the messages behind it: a row each.</summary>
internal static class HostileTlsServers
{
    private const Cause Refused = Cause.HandshakeRefused;
    private const Cause Slow = Cause.HandshakeTimedOut;
    private const Cause Plain = Cause.NotTls;
    private const Cause Version = Cause.ProtocolVersion;

    private static readonly X509Certificate2 Leaf = TestPki.Shared.Leaf;
    private static readonly byte[] Der = Leaf.RawData;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<HostileTlsServer> All { get; } =
        [.. Streams(), .. Records(), .. Alerts(), .. Hellos(), .. Flights(), .. HostileDialogues.StartTls(), .. HostileDialogues.Proxies()];

    private static byte[] Text(string text) => Encoding.Latin1.GetBytes(text);

    private static byte[] Flight(params byte[][] messages) => TlsBytes.Records([ServerHello(), .. messages]);

    private static Func<byte[], byte[]> Whole(params byte[][] after) => hello =>
        [.. TlsBytes.Records(ServerHello(), CertificateList(Der), KeyExchange(hello, Leaf), Done), .. after.SelectMany(part => part)];

    private static IEnumerable<HostileTlsServer> Streams() =>
    [
        new("says nothing", Says([]), Slow),
        new("closes at once", (_, _) => Task.CompletedTask, Refused, Cause.ConnectionReset),
        new("resets at once", Resets, Cause.ConnectionReset),
        new("hears and closes", Closes([]), Refused, Cause.ConnectionReset),
        new("hears and resets", HearsAndResets, Cause.ConnectionReset),
        new("zeros for ever", Repeats([], [0]), Plain, Refused),
        new("0xFF for ever", Repeats([], [0xFF]), Plain),
        new("line feeds for ever", Repeats([], [10]), Plain),
        new("a line that never ends", Repeats(Text("220 "), Text("a")), Plain),
        new("escapes of a terminal", Greets(Text("\u001B]0;owned\u0007\u001B[2J\u001B[31mhello\r\n")), Plain),
        new("a page of HTTP", Says(Text("HTTP/1.1 400 Bad Request\r\n\r\n<html>")), Plain),
        new("a page that never ends", Repeats(Text("HTTP/1.1 200 OK\r\n\r\n"), Text("<p>")), Plain),
        new("SSH", Greets(Text("SSH-2.0-OpenSSH_9.2\r\n")), Plain),
        new("a JSON error", Says(Text("{\"error\":\"\\u001b[31m\"}")), Plain),
        new("one byte of a record", Says([22]), Slow),
        new("a greeting by the byte", Drips(Text("220 mail.test ESMTP\r\n"), 65), Plain, Slow),
        new("a ServerHello by the byte", Drips(TlsBytes.Records(ServerHello())), Slow, Refused),
        new("SSL 2", Says([0x80, 0x2E, 0x04, 0, 1, 0, 2, 0, 0x10, 0, 3, 0, 0, .. new byte[40]]), Plain, Refused),
        new("the ClientHello back", Says(hello => hello), Refused),
        new("the ClientHello back for ever", Says(hello => [.. Enumerable.Repeat(hello, 200).SelectMany(part => part)]), Refused),
    ];

    private static IEnumerable<HostileTlsServer> Records() =>
    [
        new("empty handshake records for ever", Repeats([], Record(TlsBytes.Handshake, [])), Refused, Slow),
        new("empty data records for ever", Repeats([], Record(Data, [])), Refused, Slow, Plain),
        new("a record of 65535", Says(Record(TlsBytes.Handshake, new byte[100], length: 0xFFFF)), Plain, Refused),
        new("a record of 65535 for ever", Repeats([22, 3, 3, 0xFF, 0xFF], [2]), Plain, Refused),
        new("a record one too long", Says(Record(TlsBytes.Handshake, new byte[16384 + 257])), Refused),
        new("a record of kind 0", Says(Record(0, new byte[50])), Refused, Plain),
        new("a record of kind 255", Says(Record(255, new byte[50])), Refused, Plain),
        new("a record of version 0.0", Says(Record(TlsBytes.Handshake, ServerHello(), version: 0)), Refused, Plain, Version),
        new("a record of version 9.9", Says(Record(TlsBytes.Handshake, ServerHello(), version: 0x0909)), Refused, Plain, Version),
        new("data first", Says(Record(Data, new byte[500])), Refused, Plain),
        new("ChangeCipherSpec first", Says(Record(ChangeCipherSpec, [1])), Refused, Slow),
        new("ChangeCipherSpec for ever", Repeats([], Record(ChangeCipherSpec, [1])), Refused, Slow),
        new("a heartbeat", Says(Record(24, [1, 0xFF, 0xFF])), Refused, Plain),
        new("half a header", Closes([22, 3]), Refused, Cause.ConnectionReset),
        new("a header alone", Says([22, 3, 3, 0, 80]), Slow),
        new("half a record", Closes(TlsBytes.Records(ServerHello())[..30]), Refused, Cause.ConnectionReset),
        new("a message of 16 MB, announced", Says(Record(TlsBytes.Handshake, [2, 0xFF, 0xFF, 0xFF])), Refused, Slow),
        new("a message of 16 MB, sent",
            Repeats(Record(TlsBytes.Handshake, [11, 0xFF, 0xFF, 0xFF]), Record(TlsBytes.Handshake, new byte[16384])),
            Refused, Slow),
        new("a message by the byte, a record each", Repeats([], Record(TlsBytes.Handshake, [2])), Refused, Slow),
        new("handshake messages of no length for ever", Repeats([], Record(TlsBytes.Handshake, Message(0, []))), Refused, Slow),
        new("warnings for ever", Repeats([], AlertOf(1, 100)), Refused, Slow),
        new("half an alert", Says(Record(Alert, [2])), Refused, Slow),
        new("an alert of 16 KB", Says(Record(Alert, new byte[16000])), Refused, Slow),
    ];

    // Every alert of RFC 8446 §6, RFC 5246 §7.2 and SSL 3, and two that nobody knows.
    private static IEnumerable<HostileTlsServer> Alerts() =>
        ((byte[])[0, 10, 20, 21, 22, 30, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 60, 70, 71, 80, 86, 90, 100, 109, 110, 111, 112,
            113,
            114, 115, 116, 120, 121, 255]).Select(kind =>
                new HostileTlsServer($"alert {kind}", Closes(AlertOf(2, kind)), kind switch
                {
                    70 => [Version],
                    112 => [Cause.UnrecognizedName],
                    116 => [Cause.ClientCertificateRequired],
                    _ => [Refused],
                }));

    private static IEnumerable<HostileTlsServer> Hellos()
    {
        foreach (int version in (int[])[0, 0x0002, 0x0300, 0x0301, 0x0302, 0x0304, 0x7F17, 0xFEFD, 0xFFFF])
        {
            yield return new($"version {version:X4}", Says(TlsBytes.Records(ServerHello(version))), Refused, Version, Plain);
        }

        foreach ((string name, int cipher) in new[] { ("no cipher", 0), ("a signal for a cipher", 0x00FF), ("a cipher not offered", 0x0004),
            ("a cipher of another version", 0x1301) })
        {
            yield return new(name, Says(TlsBytes.Records(ServerHello(cipher: cipher))), Refused, Version);
        }

        yield return Hello("a session of 33 bytes", ServerHello(session: new byte[33]));
        yield return Hello("a session of 255 bytes", ServerHello(session: new byte[255]));
        yield return Hello("compression", ServerHello(compression: 1));
        yield return Hello("the sign of a downgrade", ServerHello(random: [.. new byte[24], .. "DOWNGRD\u0001"u8.ToArray()]));
        yield return Hello("an extension twice", ServerHello(extensions: [0xFF, 1, 0, 1, 0, 0xFF, 1, 0, 1, 0]));
        yield return Hello("an extension not asked for", ServerHello(extensions: Extension(0x3374, new byte[10])));
        yield return Hello("an extension of 60 KB", ServerHello(extensions: Extension(0x3374, new byte[60000])));
        yield return Hello("ten thousand extensions", ServerHello(extensions:
            [.. Enumerable.Range(0, 10000).SelectMany(kind => Extension(kind, []))]));
        yield return Hello("an extension whose length lies", ServerHello(extensions: Extension(0xFF01, [0], length: 0xFFFF)));
        yield return Hello("extensions whose length lies", Message(2, [.. ServerHello()[4..^7], 0xFF, 0xFF, 0xFF]));
        yield return Hello("bytes behind the extensions", Message(2, [.. ServerHello()[4..], 1, 2, 3]));
        yield return Hello("an empty ServerHello", Message(2, []));
        yield return Hello("a ServerHello twice", [.. ServerHello(), .. ServerHello()]);
        yield return Hello("a renegotiation that was never", ServerHello(extensions: Extension(0xFF01, [12, .. new byte[12]])));
        yield return Hello("heartbeats offered", ServerHello(extensions: Extension(15, [1])));
        yield return Hello("a protocol that was not offered", ServerHello(extensions: Extension(16, [0, 4, 3, .. "h99"u8])));
        foreach ((string name, byte[] more) in new[]
        {
            ("TLS 1.3 without a key", (byte[])[]),
            ("TLS 1.3 with half a key", Extension(51, [0, 29, 0, 32, 1, 2])),
            ("TLS 1.3 with a key of zeros", Extension(51, [0, 29, 0, 32, .. new byte[32]])),
            ("TLS 1.3 with a point off the curve", Extension(51, [0, 23, 0, 65, 4, .. Enumerable.Repeat((byte)1, 64)])),
            ("TLS 1.3 with a group that is none", Extension(51, [0xFF, 0xFF, 0, 1, 1])),
            ("TLS 1.3 with a key that was not offered", Extension(41, [0, 7])),
        })
        {
            yield return new(name, Says(hello => TlsBytes.Records(Hello13(hello, more))), Refused);
        }

        yield return new("TLS 1.3, then noise", Says(hello =>
            [.. TlsBytes.Records(Hello13(hello, Share)), .. Record(Data, Enumerable.Repeat((byte)7, 900).ToArray())]), Refused);
        yield return new("TLS 1.3, then certificates in the clear",
            Says(hello => TlsBytes.Records(Hello13(hello, Share), CertificateList(Der))),
            Refused);
        yield return new("TLS 1.3, then silence", Says(hello => TlsBytes.Records(Hello13(hello, Share))), Slow);
        yield return new("TLS 1.3 asks again, for what it has", Says(hello => TlsBytes.Records(Retry(hello, Extension(51, [0, 29])))),
            Refused);
        yield return new("TLS 1.3 asks again for ever", RetriesForEver, Refused, Slow);
        yield return new("TLS 1.3 asks again with a cookie of 60 KB", Says(hello =>
            TlsBytes.Records(Retry(hello, Extension(44, Vector(new byte[60000], 2))))), Slow, Refused);
        yield return new("TLS 1.3 asks again for nothing", Says(hello => TlsBytes.Records(Retry(hello, []))), Refused);
    }

    private static IEnumerable<HostileTlsServer> Flights()
    {
        byte[] request =
            Message(13, [1, 64, .. Vector([4, 3], 2),
                .. Vector([.. Enumerable.Range(0, 600).SelectMany(_ => Vector(new byte[98], 2))], 2)]);
        (string Name, byte[] Words)[] rows =
        [
            ("no certificate", Flight(CertificateList(), Done)),
            ("a certificate of no length", Flight(CertificateList([]), Done)),
            ("a certificate that is none", Flight(CertificateList(new byte[700]), Done)),
            ("a certificate cut off", Flight(CertificateList(Der[..^9]), Done)),
            ("a list whose length lies", Flight(Message(11, Vector(Vector(Der, 3), 3, 0xFFFFFF)), Done)),
            ("a certificate whose length lies", Flight(Message(11, Vector(Vector(Der, 3, 0xFFFFFF), 3)), Done)),
            ("a certificate of a thousand nestings",
                Flight(CertificateList(Enumerable.Repeat(new byte[] { 0x30, 0x80 }, 1000).SelectMany(b => b)
                .ToArray()), Done)),
            ("certificates twice", Flight(CertificateList(Der), CertificateList(Der), Done)),
            ("certificates before the ServerHello", [.. TlsBytes.Records(CertificateList(Der)), .. Flight(Done)]),
            ("the end first", TlsBytes.Records(Done)),
            ("the end without certificates", Flight(Done)),
            ("a key exchange without certificates", Flight(Message(12, new byte[100]), Done)),
            ("a key exchange signed by nobody", Flight(CertificateList(Der), Message(12, [3, 0, 23, 65, 4, .. new byte[64], 4, 3, 0, 8,
                .. new byte[8]]), Done)),
            ("a key exchange on no curve", Flight(CertificateList(Der), Message(12, [3, 0xFF, 0xFF, 1, 1, 4, 3, 0, 0]), Done)),
            ("a key exchange on a curve of its own", Flight(CertificateList(Der), Message(12, [1, .. new byte[200]]), Done)),
            ("a key exchange of 60 KB", Flight(CertificateList(Der), Message(12, new byte[60000]), Done)),
            ("a key exchange for export",
                TlsBytes.Records(ServerHello(cipher: 0x0003), CertificateList(Der), Message(12, new byte[80]), Done)),
            ("authorities of 60 KB, then nothing", Flight(CertificateList(Der), request)),
            ("an empty demand for a certificate", Flight(CertificateList(Der), Message(13, []), Done)),
            ("a ticket early", Flight(Message(4, [0, 0, 0, 0, 0, 0]))),
            ("Finished early", Flight(Message(20, new byte[12]))),
            ("an answer of OCSP not asked for", Flight(CertificateList(Der), Message(22, [1, 0xFF, 0xFF, 0xFF]), Done)),
            ("the next protocol", Flight(Message(67, new byte[32]))),
            ("a message that nobody knows", Flight(Message(99, new byte[32]))),
            ("a message hash", Flight(Message(254, new byte[32]))),
            ("compressed certificates", Flight(Message(25, [0, 2, 0xFF, 0xFF, 0xFF, .. Vector(new byte[200], 3)]), Done)),
            ("new keys", Flight(Message(24, [1]))),
            ("extensions in the clear", Flight(Message(8, [0, 0]))),
            ("the change of ciphers early", [.. Flight(CertificateList(Der)), .. Record(ChangeCipherSpec, [1])]),
            ("noise behind the ServerHello", [.. Flight(), .. Enumerable.Repeat((byte)0xA5, 3000)]),
            ("HTTP behind the ServerHello", [.. Flight(), .. Text("HTTP/1.1 200 OK\r\n\r\n")]),
            ("a parent of 60 KB", Flight(CertificateList(Der, new byte[60000]), Done)),
            ("five thousand parents of nothing", Flight(CertificateList([Der, .. Enumerable.Repeat(new byte[] { 0x30, 0 }, 5000)]), Done)),
            ("two hundred parents", Flight(CertificateList([Der, .. Enumerable.Repeat(TestPki.Shared.Intermediate.RawData, 200)]), Done)),
        ];
        foreach ((string name, byte[] words) in rows)
        {
            // The one that is incomplete is waited for.
            yield return new(name, Says(words), Refused, Slow, Version, Plain);
        }

        byte[][] messages = [ServerHello(), CertificateList(Der)];
        for (int count = 1; count <= messages.Length; count++)
        {
            yield return new($"silence behind message {count}", Says(TlsBytes.Records(messages[..count])), Slow);
            yield return new($"the end behind message {count}", Closes(TlsBytes.Records(messages[..count])), Refused,
                Cause.ConnectionReset);
        }

        byte[] certificateHead = [11, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFC, 0xFF, 0xFF, 0xF9];
        yield return new("a certificate of 16 MB", Repeats([.. Flight(), .. Record(TlsBytes.Handshake, certificateHead)],
            Record(TlsBytes.Handshake, new byte[16384])), Refused, Slow);
        yield return new("certificates of no length, 16 MB", Repeats([.. Flight(), .. Record(TlsBytes.Handshake, certificateHead[..7])],
            Record(TlsBytes.Handshake, new byte[16383])), Refused, Slow);
        yield return new("certificates for ever", Repeats(Flight(), TlsBytes.Records(CertificateList(Der))), Refused, Slow);
        yield return new("ServerHellos for ever", Repeats([], TlsBytes.Records(ServerHello())), Refused, Slow);
        yield return new("demands to begin again for ever", Repeats(Flight(), Record(TlsBytes.Handshake, Message(0, []))), Refused, Slow);
        yield return new("all of it, then silence", Says(Whole()), Slow);
        yield return new("all of it, then noise", Says(Whole(Enumerable.Repeat((byte)0x5A, 500).ToArray())), Refused, Plain);
        yield return new("all of it, then a broken end",
            Says(Whole(Record(ChangeCipherSpec, [1]), Record(TlsBytes.Handshake, new byte[40]))), Refused);
        yield return new("all of it, then an alert", Says(Whole(AlertOf(2, 40))), Refused);
        yield return new("all of it, then data in the clear", Says(Whole(Record(Data, new byte[99]))), Refused);
    }

    private static HostileTlsServer Hello(string name, byte[] message) =>
        new(name, Says(TlsBytes.Records(message)), Refused, Version, Slow);

    private static byte[] Share => Extension(51, [0, 29, 0, 32, .. Enumerable.Repeat((byte)9, 32)]);

    // With the session that the client named, as RFC 8446 §4.1.3 demands.
    private static byte[] Hello13(byte[] hello, byte[] more, byte[]? random = null)
    {
        const int session = 5 + 4 + 2 + 32;
        return ServerHello(cipher: 0x1302, random: random ?? Enumerable.Repeat((byte)5, 32).ToArray(),
            session: hello.Length > session ? hello[(session + 1)..(session + 1 + hello[session])] : [],
            extensions: [.. Extension(43, [3, 4]), .. more]);
    }

    private static byte[] Retry(byte[] hello, byte[] more) => Hello13(hello, more, RetryRandom);

    private static async Task RetriesForEver(System.Net.Sockets.NetworkStream stream, CancellationToken stop)
    {
        byte[] heard = new byte[16384];
        int count;
        while ((count = await stream.ReadAsync(heard, stop)) > 0)
        {
            byte[] hello = heard[0] == TlsBytes.Handshake ? heard[..count] : heard[6..count]; // a change of ciphers goes before the second
            await stream.WriteAsync(TlsBytes.Records(Retry(hello, Extension(51, [0, 24]))), stop);
        }
    }
}
