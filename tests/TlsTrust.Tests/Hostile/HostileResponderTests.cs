using System.Diagnostics;
using System.Text;
using TlsTrust.Certificates;
using TlsTrust.Connections.Downloads;
using TlsTrust.Lab.Pki;
using TlsTrust.Revocation;
using TlsTrust.Tests.Issuers;

namespace TlsTrust.Tests.Hostile;

/// <summary>
/// OCSP responders and CRL servers that want to hang, fill or deceive: none gets more than its time, and none makes an answer better.
/// </summary>
public sealed class HostileResponderTests
{
    private static readonly DateTime Now = new(2026, 6, 1, 12, 0, 0, DateTimeKind.Utc);
    private static readonly LabAuthority Ca = LabAuthority.CreateRoot("CN=Hostile CA", Now);
    private static readonly TimeSpan Fetch = TimeSpan.FromMilliseconds(700);

    // Longer than any limit here takes on a machine that is busy; what waits for ever is beyond it.
    private static readonly TimeSpan Stuck = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static byte[] Head(string more) => Encoding.Latin1.GetBytes($"HTTP/1.1 200 OK\r\n{more}\r\n\r\n");

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

    private static async Task<RevocationResult> Check(RevocationChecker checker, LabCertificate leaf) =>
        Assert.Single(await checker.CheckAsync(
        new()
        {
            Path = [Certificate.Parse(leaf.Der), Certificate.Parse(Ca.Certificate.Der)],
            Mode = RevocationMode.Online,
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
