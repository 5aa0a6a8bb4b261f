using System.Diagnostics;
using System.Text;
using TlsTrust.Certificates;
using TlsTrust.Connections.Downloads;
using TlsTrust.Lab.Pki;
using TlsTrust.Revocation;
using TlsTrust.Tests.Hostile.Readers;
using TlsTrust.Tests.Issuers;

namespace TlsTrust.Tests.Hostile;

/// <summary>
/// OCSP responders and CRL servers that want to hang, fill or deceive: none gets more than its time, and none makes an answer better.
/// </summary>
public sealed class HostileResponderTests
{
    private static readonly DateTime Now = new(2026, 6, 1, 12, 0, 0, DateTimeKind.Utc);
    private static readonly LabAuthority Ca = LabAuthority.CreateRoot("CN=Hostile CA", Now);
    private static readonly LabAuthority Namesake = LabAuthority.CreateRoot("CN=Hostile CA", Now);
    private static readonly LabAuthority Below = Ca.IssueAuthority("CN=Below");
    private static readonly TimeSpan Fetch = TimeSpan.FromMilliseconds(700);

    // Longer than any limit here takes on a machine that is busy; what waits for ever is beyond it.
    private static readonly TimeSpan Stuck = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static byte[] Head(string more) => Encoding.Latin1.GetBytes($"HTTP/1.1 200 OK\r\n{more}\r\n\r\n");

    // 50 MB of nothing in some 50 KB.
    private static readonly Lazy<byte[]> Bomb = new(() =>
    {
        using MemoryStream packed = new();
        using (System.IO.Compression.GZipStream gzip = new(packed, System.IO.Compression.CompressionLevel.Optimal))
        {
            gzip.Write(new byte[50_000_000]);
        }

        return packed.ToArray();
    });

    // Of a CA with the same name; its signature is looked at last.
    private static readonly Lazy<byte[]> ManySerials = new(() => HostileLists.Of(Namesake, 100_000, Now));

    // What a server can do with a request, by name.
    private static readonly Dictionary<string, Func<Stream, CancellationToken, Task>> TriedKinds = new()
    {
        ["silent"] = (_, stop) => Task.Delay(Timeout.Infinite, stop),
        ["closes"] = (_, _) => Task.CompletedTask,
        ["head never ends"] = (stream, stop) =>
            Repeat(stream, "HTTP/1.1 200 OK\r\n", "X-Fill: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n", stop),
        ["head drips"] = (stream, stop) => Drip(stream, "HTTP/1.1 200 OK\r\nX: ", stop),
        ["body never ends"] = (stream, stop) => Repeat(stream, "HTTP/1.1 200 OK\r\n\r\n", new string('0', 4096), stop),
        ["body drips"] = (stream, stop) => Drip(stream, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", stop),
        ["chunks never end"] = (stream, stop) =>
            Repeat(stream, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "10\r\n0123456789abcdef\r\n", stop),
        ["chunk extension never ends"] = (stream, stop) =>
            Repeat(stream, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;", "a=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa;", stop),
        ["length lies, more"] = (stream, stop) => Send(stream, Head("Content-Length: 2147483647"), [0x30], stop),
        ["length is negative"] = (stream, stop) => Send(stream, Head("Content-Length: -1"), [0x30], stop),
        ["informs for ever"] = (stream, stop) => Repeat(stream, "", "HTTP/1.1 100 Continue\r\n\r\n", stop),
        ["no HTTP"] = (stream, stop) => Send(stream, "SSH-2.0-OpenSSH\r\n"u8.ToArray(), [], stop),
        ["NUL bytes"] = (stream, stop) => Send(stream, Head("X: a"), new byte[60000], stop),
        ["a PKCS#12"] = (stream, stop) => Send(stream, Head("X: a"), [0x30, 0x80, 0x02, 0x01, 0x03, 0x30, 0x80], stop),
        ["deep nesting"] = (stream, stop) => Send(stream, Head("X: a"), Nested(20000), stop),
        ["endless indefinite lengths"] = (stream, stop) =>
            Send(stream, Head("X: a"), [.. Enumerable.Repeat(new byte[] { 0x30, 0x80 }, 15000).SelectMany(b => b)], stop),
        ["many answers"] = (stream, stop) => Send(stream, Head("X: a"), ManyAnswers(), stop),
        ["only successful"] = (stream, stop) => Send(stream, Head("X: a"), [0x30, 0x03, 0x0A, 0x01, 0x00], stop),
        ["try later"] = (stream, stop) => Send(stream, Head("X: a"), [0x30, 0x03, 0x0A, 0x01, 0x03], stop),
        ["redirects to itself"] = (stream, stop) =>
            Send(stream, "HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), [], stop),
        ["redirects to metadata"] = (stream, stop) =>
            Send(stream, "HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), [], stop),
        ["redirects to a mail server"] = (stream, stop) =>
            Send(stream, "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:25/\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), [], stop),
        ["redirects to a file"] = (stream, stop) =>
            Send(stream, "HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), [], stop),
        ["escapes in a redirect"] = (stream, stop) =>
            Send(stream, "HTTP/1.1 302 Found\r\nLocation: gopher://x/\u001B[31m\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), [], stop),
        ["says gzip"] = (stream, stop) =>
            Send(stream, Head("Content-Encoding: gzip"), [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, .. new byte[2000]], stop),
        ["a gzip bomb"] = (stream, stop) => Send(stream, Head("Content-Encoding: gzip"), Bomb.Value, stop),
        ["two lengths"] = (stream, stop) => Send(stream, Head("Content-Length: 5\r\nContent-Length: 50000"), new byte[5], stop),
        ["a length and chunks"] = (stream, stop) =>
            Send(stream, Head("Content-Length: 3\r\nTransfer-Encoding: chunked"), "1\r\n0\r\n0\r\n\r\n"u8.ToArray(), stop),
        ["chunks of another coding"] = (stream, stop) => Send(stream, Head("Transfer-Encoding: gzip, chunked"), Bomb.Value, stop),
        ["a chunk longer than all memory"] = (stream, stop) =>
            Send(stream, Head("Transfer-Encoding: chunked"), "FFFFFFFFFFFFFFFF\r\n0"u8.ToArray(), stop),
        ["a chunk of negative length"] = (stream, stop) =>
            Send(stream, Head("Transfer-Encoding: chunked"), "-5\r\n0"u8.ToArray(), stop),
        ["a second answer behind the first"] = (stream, stop) =>
            Send(stream, Head("Content-Length: 1"), "0HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1"u8.ToArray(), stop),
        ["a folded header"] = (stream, stop) => Send(stream, Head("X: a\r\n b: c\r\nContent-Length : 5"), new byte[5], stop),
        ["a header without end of line"] = (stream, stop) => Send(stream, Head("X: a\nContent-Length: 5\0"), new byte[5], stop),
        ["HTTP/0.9"] = (stream, stop) => Send(stream, "<html>"u8.ToArray(), new byte[5], stop),
        ["HTTP/2"] = (stream, stop) => Send(stream, [0, 0, 0, 4, 0, 0, 0, 0, 0], new byte[60000], stop),
        ["a number that is no status"] = (stream, stop) => Send(stream, "HTTP/1.1 -1 \r\n\r\n"u8.ToArray(), [], stop),
        ["switches protocols"] = (stream, stop) =>
            Send(stream, "HTTP/1.1 101 Switching\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n"u8.ToArray(), new byte[100], stop),
        ["a range of it"] = (stream, stop) =>
            Send(stream, "HTTP/1.1 206 Partial\r\nContent-Range: bytes 0-1/999999999\r\nContent-Length: 2\r\n\r\n"u8.ToArray(), new byte[2],
                stop),
        ["cookies"] = (stream, stop) => Repeat(stream, "HTTP/1.1 200 OK\r\n", "Set-Cookie: a=b; Domain=.test\r\n", stop),
        ["redirects to a name that resolves inside"] = (stream, stop) =>
            Send(stream, "HTTP/1.1 307 Moved\r\nLocation: http://localhost:22/\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), [], stop),
        ["redirects to metadata by IPv6"] = (stream, stop) =>
            Send(stream, "HTTP/1.1 308 Moved\r\nLocation: http://[::ffff:a9fe:a9fe]/\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), [], stop),
        ["redirects to https without a certificate"] = (stream, stop) =>
            Send(stream, "HTTP/1.1 301 Moved\r\nLocation: https://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), [], stop),
        ["a list of a hundred thousand serials"] = (stream, stop) => Send(stream, Head("X: a"), ManySerials.Value, stop),
        ["asks for a password"] = (stream, stop) =>
            Send(stream, "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: NTLM\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), [], stop),
    };

    public static TheoryData<string> Kinds => [.. TriedKinds.Keys];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_hostile_responder_gets_its_time_and_no_answer(string kind)
    {
        await using AiaServer server = new();
        LabCertificate leaf = Leaf(server, kind);
        using RevocationChecker checker = new(new CertificateUrlOptions { FetchTimeout = Fetch }, limit: TimeSpan.FromSeconds(2));
        Stopwatch watch = Stopwatch.StartNew();

        RevocationResult result = await Check(checker, leaf);

        Assert.Equal(RevocationStatus.Unknown, result.Status);
        Assert.NotEmpty(result.Attempts);
        Assert.All(result.Attempts, attempt => Assert.True(attempt.Length < 2000, attempt));
        Assert.True(watch.Elapsed < Stuck, $"{kind}: {watch.Elapsed}");
    }

    // "Good", in answers and lists that nobody who may say so has signed; and what holds something that is not understood.
    private static readonly Dictionary<string, Func<LabCertificate, byte[]>> ForgedKinds = new()
    {
        ["a delegate of a delegate"] = leaf => Delegated(leaf, LabAuthority.Of(Delegate(Ca), Now).Issue(Responder), Delegate(Ca)),
        ["a delegate whose own issuer comes along"] = leaf => Delegated(leaf, Delegate(Namesake), Namesake.Certificate),
        ["a delegate of a CA below"] = leaf => Delegated(leaf, Delegate(Below), Below.Certificate),
        ["a delegate with a broken signature"] = leaf => Delegated(leaf, Ca.Issue(Responder with { BreakSignature = true })),
        ["a delegate that has expired"] = leaf =>
            Delegated(leaf, Ca.Issue(Responder with { NotBefore = Now.AddDays(-9), NotAfter = Now.AddDays(-1) })),
        ["a delegate of tomorrow"] = leaf =>
            Delegated(leaf, Ca.Issue(Responder with { NotBefore = Now.AddDays(1), NotAfter = Now.AddDays(9) })),
        ["a delegate for servers"] = leaf => Delegated(leaf, Ca.Issue(Responder with { ExtendedKeyUsages = ["1.3.6.1.5.5.7.3.1"] })),
        ["a delegate for any purpose"] = leaf => Delegated(leaf, Ca.Issue(Responder with { ExtendedKeyUsages = ["2.5.29.37.0"] })),
        ["a delegate for no purpose"] = leaf => Delegated(leaf, Ca.Issue(Responder with { ExtendedKeyUsages = null })),
        ["the certificate itself"] = leaf => Delegated(leaf, leaf),
        ["another server of the CA"] = leaf => Delegated(leaf, Ca.IssueServer("other.test")),
        ["a namesake of the CA"] = leaf => SignedAnswers.Ocsp(leaf, Ca.Certificate, Now, signer: Namesake.Certificate),
        ["a namesake that brings itself along"] = leaf => Delegated(leaf, Namesake.Certificate),
        ["nobody"] = leaf => [.. SignedAnswers.Ocsp(leaf, Ca.Certificate, Now)[..^40], .. new byte[40]],
        ["a list of a namesake"] = _ => HostileLists.Of(Namesake, 3, Now),
        ["a list of the certificate itself"] = leaf => HostileLists.Of(LabAuthority.Of(leaf, Now), 3, Now),
        ["a list of last year"] = _ => HostileLists.Of(Ca, 3, Now.AddYears(-1)),
        ["a list of next year"] = _ => HostileLists.Of(Ca, 3, Now.AddYears(1)),
        ["a list that must be understood"] = _ => HostileLists.Of(Ca, 3, Now, critical: "1.2.3.4"),
        ["a list of changes alone"] = _ => HostileLists.Of(Ca, 3, Now, critical: "2.5.29.27"),
    };

    public static TheoryData<string> Forged => [.. ForgedKinds.Keys];

    [Theory]
    [MemberData(nameof(Forged))]
    public async Task What_nobody_who_may_has_signed_is_no_answer(string kind)
    {
        await using AiaServer server = new();
        LabCertificate leaf = Ca.Issue(new CertificateSpec { Subject = "CN=leaf", DnsNames = ["leaf.test"],
            OcspUrls = [server.Url("/ocsp")], CrlUrls = [server.Url("/crl")] });
        byte[] answer = ForgedKinds[kind](leaf);
        server.Serve("/ocsp*", answer);
        server.Serve("/crl", answer);
        using RevocationChecker checker = new(new CertificateUrlOptions { FetchTimeout = Stuck }, limit: Stuck);

        RevocationResult asked = await Check(checker, leaf), stapled = await Check(checker, leaf, answer);

        Assert.Equal((RevocationStatus.Unknown, RevocationStatus.Unknown), (asked.Status, stapled.Status));
        Assert.InRange(asked.Attempts.Count, 1, 10);
        Assert.NotEmpty(server.Requests);
    }

    [Fact]
    public async Task What_the_forged_answers_copy_is_heard_where_it_is_honest()
    {
        await using AiaServer server = new();
        LabCertificate leaf = Ca.Issue(new CertificateSpec { Subject = "CN=leaf", DnsNames = ["leaf.test"],
            OcspUrls = [server.Url("/ocsp")], CrlUrls = [server.Url("/crl")] });
        server.Serve("/crl", HostileLists.Of(Ca, 3, Now));
        using RevocationChecker checker = new(new CertificateUrlOptions { FetchTimeout = Stuck }, limit: Stuck);

        Assert.Equal(RevocationStatus.Good, (await Check(checker, leaf)).Status);
        Assert.Equal(RevocationStatus.Good, (await Check(checker, leaf, Delegated(leaf, Delegate(Ca)))).Status);
    }

    private static CertificateSpec Responder => new() { Subject = "CN=responder", ExtendedKeyUsages = ["1.3.6.1.5.5.7.3.9"] };

    private static LabCertificate Delegate(LabAuthority by) => by.Issue(Responder);

    private static byte[] Delegated(LabCertificate leaf, LabCertificate signer, params LabCertificate[] along) =>
        SignedAnswers.Ocsp(leaf, Ca.Certificate, Now, signer: signer, along: [signer, .. along]);

    [Fact]
    public async Task Among_two_hundred_hostile_responders_the_honest_ones_are_heard()
    {
        await using AiaServer server = new();
        string[] kinds = [.. TriedKinds.Keys];
        using RevocationChecker checker = new(new CertificateUrlOptions { FetchTimeout = Fetch }, limit: TimeSpan.FromSeconds(3));
        Task<RevocationResult>[] hostile =
            [.. Enumerable.Range(0, 200).Select(number => Check(checker, Leaf(server, kinds[number % kinds.Length])))];
        LabCertificate[] honest = [.. Enumerable.Range(0, 20).Select(number => Honest(server, number))];

        // Each asks with a limit of its own, as it does in a scan.
        using RevocationChecker patient = new(new CertificateUrlOptions { FetchTimeout = Stuck }, limit: Stuck);
        RevocationResult[] heard = await Task.WhenAll(honest.Select(leaf => Check(patient, leaf)));

        Assert.All(heard, result => Assert.True(result.Status == RevocationStatus.Good, string.Join("; ", result.Attempts)));
        Assert.All(await Task.WhenAll(hostile), result => Assert.Equal(RevocationStatus.Unknown, result.Status));
    }

    [Fact]
    public async Task All_responders_of_a_path_together_get_no_more_than_the_path_does()
    {
        await using AiaServer server = new();
        string silent = server.Silent("/silent/*");
        string[] urls = [.. Enumerable.Range(0, 3).Select(number => $"{silent[..^1]}{number}")];
        LabCertificate leaf =
            Ca.Issue(new CertificateSpec { Subject = "CN=slow", DnsNames = ["slow.test"], OcspUrls = urls, CrlUrls = urls });
        using RevocationChecker checker = new(new CertificateUrlOptions { FetchTimeout = Stuck * 2 }, limit: TimeSpan.FromSeconds(1));
        Stopwatch watch = Stopwatch.StartNew();

        RevocationResult result = await Check(checker, leaf);

        Assert.True(watch.Elapsed < Stuck, $"{watch.Elapsed}");
        Assert.Equal(RevocationStatus.Unknown, result.Status);
        Assert.Contains(result.Attempts, attempt => attempt.EndsWith("the time for this chain was up", StringComparison.Ordinal));
    }

    private static async Task<RevocationResult> Check(RevocationChecker checker, LabCertificate leaf, byte[]? stapled = null) =>
        Assert.Single(await checker.CheckAsync(
        new()
        {
            Path = [Certificate.Parse(leaf.Der), Certificate.Parse(Ca.Certificate.Der)],
            Mode = stapled is null ? RevocationMode.Online : RevocationMode.Offline,
            StapledOcsp = stapled ?? [],
            At = Now,
            Reach = FetchReach.Loopback,
        },
        Cancellation));

    private static LabCertificate Leaf(AiaServer server, string kind)
    {
        string path = $"/{Guid.NewGuid():N}";
        string url = server.Handle(path + "*", (stream, _, stop) => TriedKinds[kind](stream, stop))[..^1];
        server.Handle("/again", (stream, _, stop) => TriedKinds[kind](stream, stop));
        return Ca.Issue(new CertificateSpec { Subject = "CN=leaf", DnsNames = ["leaf.test"], OcspUrls = [url], CrlUrls = [url] });
    }

    private static LabCertificate Honest(AiaServer server, int number)
    {
        string path = $"/honest/{number}";
        LabCertificate leaf =
            Ca.Issue(new CertificateSpec { Subject = "CN=honest", DnsNames = ["honest.test"], OcspUrls = [server.Url(path)] });
        byte[] answer = SignedAnswers.Ocsp(leaf, Ca.Certificate, Now);
        server.Serve(path + "/*", answer);
        server.Serve(path, answer);
        return leaf;
    }

    private static async Task Send(Stream stream, byte[] head, byte[] body, CancellationToken stop)
    {
        await stream.WriteAsync(head, stop);
        await stream.WriteAsync(body, stop);
    }

    private static async Task Repeat(Stream stream, string first, string then, CancellationToken stop)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes(first), stop);
        byte[] more = Encoding.ASCII.GetBytes(then);
        while (true)
        {
            await stream.WriteAsync(more, stop);
        }
    }

    private static async Task Drip(Stream stream, string first, CancellationToken stop)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes(first), stop);
        while (true)
        {
            await stream.WriteAsync("0"u8.ToArray(), stop);
            await Task.Delay(20, stop);
        }
    }

    private static byte[] Nested(int depth)
    {
        List<byte> bytes = [0x05, 0x00];
        for (int i = 0; i < depth && bytes.Count < 60000; i++)
        {
            int length = bytes.Count;
            bytes.InsertRange(0, length < 128 ? [0x30, (byte)length] : length < 256 ? [0x30, 0x81, (byte)length]
                : [0x30, 0x82, (byte)(length >> 8), (byte)length]);
            i += length > 1000 ? 100 : 0;
        }

        return [.. bytes];
    }

    // Thousands of answers about other certificates, signed by nobody.
    private static byte[] ManyAnswers()
    {
        LabCertificate other = Ca.Issue(new CertificateSpec { Subject = "CN=other", DnsNames = ["other.test"] });
        byte[] answer = SignedAnswers.Ocsp(other, Ca.Certificate, Now, copies: 300);
        return answer;
    }
}
