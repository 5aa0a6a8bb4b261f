using System.Diagnostics;
using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using TlsTrust.CertificateFiles;
using TlsTrust.Certificates;
using TlsTrust.Certificates.Der;
using TlsTrust.Certificates.Names;
using TlsTrust.Connections;
using TlsTrust.Connections.Downloads;
using TlsTrust.Connections.Handshakes;
using TlsTrust.Diagnosis.Chains;
using TlsTrust.Files;
using TlsTrust.Lab.Pki;
using TlsTrust.Lab.Servers;
using TlsTrust.Lab.Servers.RawTls;
using TlsTrust.Stores;
using TlsTrust.Tests.Diagnosis;
using TlsTrust.Tests.Issuers;

namespace TlsTrust.Tests.Hostile;

/// <summary>
/// What an attack found to burn time, made from its description: each ends within its limit and, by the processor's clock, in a second; and
/// within a tenth of one when it is told to.
/// </summary>
[Collection(MeasuredAlone.Name)]
public sealed class AttackListTests(ITestOutputHelper output)
{
    private const int Many = 1500; // names, and as many constraints on either side

    // The best of some: what is compiled in the first does not count, nor what a busy machine adds.
    private const int Tries = 4;

    private static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(100);

    // Where BouncyCastle signs and checks, it does so for the server in this process too.
    private static TimeSpan Processor => TimeSpan.FromSeconds(TestKeys.ArePlatforms ? 1 : 3);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_key_store_from_the_network_is_not_opened_and_a_local_one_has_a_limit()
    {
        TestKeys.SkipWithoutPlatforms();
        byte[] store = KeyStoreOf(int.MaxValue);
        await MeasureAsync("as a download", () =>
        {
            Assert.Empty(CertificateFile.ReadDownload(store).Certificates);
            return Task.CompletedTask;
        });
        await MeasureAsync("as a file", () =>
        {
            CertificateFile file = CertificateFile.Read(store, "secret");
            Assert.Empty(file.Certificates);
            Assert.NotEmpty(file.Defects);
            return Task.CompletedTask;
        });

        await using AiaServer server = new();
        LabAuthority root = LabAuthority.CreateRoot("CN=Root", Judged.Now);
        LabAuthority issuing = root.IssueAuthority("CN=Issuing");
        LabCertificate leaf =
            issuing.Issue(Spec("CN=www.shop.dev") with { CaIssuersUrls = [server.Serve("/ca.p7c", store, "application/x-pkcs12")] });
        await MeasureAsync("from an AIA server", async () =>
        {
            using ChainInspector inspector = new(Options(root) with { NoDownload = false });
            CertificateChain chain = await inspector.InspectOneAsync(Sent([leaf.Der.ToArray()], FetchReach.Loopback), Stop);
            Assert.Equal(Verdict.Untrusted, chain.Verdict);
        });
        Assert.InRange(server.Requests.Count, Tries, int.MaxValue);
    }

    [Fact]
    public async Task Names_full_of_escapes_are_shown_in_no_time()
    {
        Assert.SkipUnless(new X500DistinguishedName("CN=ß", X500DistinguishedNameFlags.UseUTF8Encoding).RawData.AsSpan().IndexOf("ß"u8) > 0,
            "this platform (Wine) writes no UTF8String into a name");
        byte[] name =
            Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("\u001B]0;\a\r\n\u202E\u2028\u009B\U000E0041\0=", 500)));
        LabAuthority root = LabAuthority.CreateRoot("CN=Root", Judged.Now);

        // A name as long stands in its place until the certificate is signed; the letter at its end makes a UTF8String of it.
        byte[] place = Encoding.UTF8.GetBytes(new string('x', name.Length - 2) + "ß");
        byte[][] sent = [.. Enumerable.Range(0, 20).Select(number => root.Issue(
            Spec($"CN={Encoding.UTF8.GetString(place)}, OU={number}") with
        {
            Rewrite = der =>
            {
                name.CopyTo(der, der.AsSpan().IndexOf(place));
                return der;
            },
        }).Der.ToArray())];
        await MeasureAsync("hostile names", async () =>
        {
            using ChainInspector inspector = new(Options(root));
            CertificateChain chain = await inspector.InspectOneAsync(Sent(sent, FetchReach.Public), Stop);
            Assert.All(chain.Presented, each => Assert.False(VisibleText.HasHidden(each.Subject)));
        });
    }

    [Fact]
    public async Task URLs_into_the_inside_are_not_followed()
    {
        string[] inside =
            ["169.254.169.254/latest", "127.0.0.1:6379/", "[::1]:2375/", "10.0.0.1/", "[64:ff9b:1::a9fe:a9fe]/", "192.168.0.1/"];
        string[] urls = [.. Enumerable.Range(0, 300).Select(number => $"http://{inside[number % inside.Length]}{number}")];
        LabAuthority root = LabAuthority.CreateRoot("CN=Root", Judged.Now);
        LabCertificate leaf = root.IssueAuthority("CN=Issuing").Issue(Spec("CN=www.shop.dev") with { CaIssuersUrls = urls });
        await MeasureAsync("URLs into the inside", async () =>
        {
            using ChainInspector inspector = new(Options(root) with { NoDownload = false });
            CertificateChain chain = await inspector.InspectOneAsync(Sent([leaf.Der.ToArray()], FetchReach.Public), Stop);
            Assert.Equal(Verdict.Untrusted, chain.Verdict);
        });
    }

    [Fact]
    public async Task A_pipe_in_the_place_of_a_file_is_refused_at_once()
    {
        string folder = Directory.CreateTempSubdirectory("tlstrust-pipe-").FullName;
        try
        {
            string path = Path.Combine(folder, "pipe");
            Assert.SkipUnless(CertificateFiles.Clients.ClientLoaders.Run("mkfifo", [path]) is not null && File.Exists(path),
                "mkfifo is not there");
            await MeasureAsync("a pipe", () =>
            {
                Assert.Throws<IOException>(() => CertificateFile.ReadBytes(path, Stop));
                Assert.Throws<IOException>(() => InputFile.Open(path));
                return Task.CompletedTask;
            });
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_mesh_of_cross_signs_is_judged_within_its_budget_and_given_up_at_once()
    {
        LabAuthority[] authorities = [.. Enumerable.Range(0, 10).Select(i => LabAuthority.CreateRoot($"CN=Mesh {i}", Judged.Now))];
        byte[][] mesh = [authorities[0].IssueServer("www.shop.dev").Der.ToArray(), .. authorities.SelectMany(by =>
            authorities.Where(other => other != by).Select(other => by.CrossSign(other).Der.ToArray()))];
        await JudgeAsync("mesh", mesh, LabAuthority.CreateRoot("CN=Elsewhere", Judged.Now));
    }

    [Fact]
    public async Task Names_times_constraints_are_judged_within_their_budget_and_given_up_at_once()
    {
        (LabAuthority root, LabCertificate issuing, LabCertificate leaf) = Constrained();
        await JudgeAsync("names and constraints", [leaf.Der.ToArray(), issuing.Der.ToArray()], root);
    }

    [Fact]
    public async Task The_handshake_with_names_times_constraints_is_no_fault_of_the_server()
    {
        (_, LabCertificate issuing, LabCertificate leaf) = Constrained();
        RawTlsOptions served = new(ServedChain.Of(leaf, issuing));
        ConnectionHandler[] handlers = [RawTlsServer.Tls12(served), RawTlsServer.Tls13(served)];
        foreach (ConnectionHandler handler in TestKeys.ArePlatforms ? handlers : handlers[..1]) // Wine's TLS ends at 1.2
        {
            await using LoopbackServer server = new(handler);
            await MeasureAsync("handshake", async () =>
            {
                ConnectionEvidence evidence = await TlsConnector.ConnectAsync(Endpoint.Parse($"127.0.0.1:{server.Port}"),
                    new ConnectionOptions { HandshakeTimeout = TimeSpan.FromSeconds(60), TotalTimeout = TimeSpan.FromSeconds(60) }, Stop);
                Assert.Equal(Cause.None, evidence.Outcome);
                Assert.Equal(2, evidence.Presented.Count);
            });
        }

    }

    [Fact]
    public async Task Extensions_without_number_are_not_compared_with_each_other()
    {
        const int extensions = 50_000;
        byte[] certificate = LabAuthority.CreateRoot("CN=Root", Judged.Now).Issue(Spec("CN=many") with
        {
            Extensions =
                [.. Enumerable.Range(0, extensions).Select(number => new X509Extension($"1.2.3.{number}", [5, 0], critical: false))],
        }).Der.ToArray();
        await MeasureAsync($"{certificate.Length} bytes of extensions", () =>
        {
            // It can be looked at, and is refused for what is wrong with it.
            Assert.True(Certificate.TryParse(certificate, out Certificate? read, out _));
            Assert.Contains(read.Faults, fault => fault.Kind == DerFaultKind.Encoding);
            return Task.CompletedTask;
        });
    }

    private static (LabAuthority Root, LabCertificate Issuing, LabCertificate Leaf) Constrained()
    {
        LabAuthority root = LabAuthority.CreateRoot("CN=Constrained Root", Judged.Now);
        LabAuthority issuing = root.IssueAuthority(new CertificateSpec
        {
            Subject = "CN=Constrained",
            PermittedDns = [.. Enumerable.Range(0, Many).Select(i => $"p{i}.dev"), "shop.dev"],
            ExcludedDns = [.. Enumerable.Range(0, Many).Select(i => $"x{i}.dev")],
        });
        return (root, issuing.Certificate, issuing.Issue(new CertificateSpec
        {
            Subject = "CN=www.shop.dev",
            DnsNames = ["www.shop.dev", .. Enumerable.Range(0, Many).Select(i => $"n{i}.shop.dev")],
        }));
    }

    // Ends by itself within its budget; and when it is told to, at once.
    private async Task JudgeAsync(string name, byte[][] sent, LabAuthority root)
    {
        using ChainInspector inspector = new(Options(root));
        PresentedCertificates presented = Sent(sent, FetchReach.Public);
        await MeasureAsync(name, () => inspector.InspectOneAsync(presented, Stop));

        TimeSpan least = TimeSpan.MaxValue;
        for (int i = 0; i < Tries && least > AtOnce; i++)
        {
            using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(Stop);
            Task running = Task.Run(() => inspector.InspectOneAsync(presented, ended.Token), Stop);
            await Task.Delay(20, Stop);
            TimeSpan before = ProcessorTime();
            await ended.CancelAsync();
            await Task.WhenAny(running, Task.Delay(TimeSpan.FromSeconds(60), Stop));
            Assert.True(running.IsCompleted, name);
            least = Least(least, ProcessorTime() - before);
        }

        output.WriteLine($"{name}: {least.TotalMilliseconds:0} ms of processor time after it was told to end");
        Assert.True(least <= AtOnce, $"{name}: {least} after it was told to end");
    }

    private async Task MeasureAsync(string name, Func<Task> attack)
    {
        TimeSpan least = TimeSpan.MaxValue;
        for (int i = 0; i < Tries; i++)
        {
            TimeSpan before = ProcessorTime();
            await attack();
            least = Least(least, ProcessorTime() - before);
        }

        output.WriteLine($"{name}: {least.TotalMilliseconds:0} ms of processor time");
        Assert.True(least < Processor, $"{name}: {least} of processor time");
    }

    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static ChainInspectionOptions Options(LabAuthority root) => new()
    {
        Store = Judged.Store(root.Certificate),
        PublicRoots = Judged.Public(),
        HostName = "www.shop.dev",
        At = Judged.Now.UtcDateTime,
        NoDownload = true,
    };

    private static PresentedCertificates Sent(byte[][] sent, FetchReach reach) => new()
    {
        Origin = "sent",
        Certificates =
            [.. sent.Select((der, position) => new StoredCertificate(Certificate.Parse(der), CertificateOrigin.Sent(position)))],
        Reach = reach,
    };

    private static CertificateSpec Spec(string subject) => new() { Subject = subject, DnsNames = ["www.shop.dev"] };

    // A PKCS#12 whose rounds are another number: of the password's key, and of the code over all.
    private static byte[] KeyStoreOf(int rounds)
    {
        LabCertificate certificate = LabAuthority.CreateRoot("CN=Stored", Judged.Now).Certificate;
        using X509Certificate2 stored = certificate.ToX509Certificate2();
        byte[] store = new X509Certificate2Collection(stored).Export(X509ContentType.Pkcs12, "secret")!;
        AsnReader pfx = new AsnReader(store, AsnEncodingRules.BER).ReadSequence();
        _ = pfx.ReadIntegerBytes();
        ReadOnlyMemory<byte> content = pfx.ReadEncodedValue();
        AsnReader mac = pfx.ReadSequence();
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(3);
            writer.WriteEncodedValue(content.Span);
            using (writer.PushSequence())
            {
                writer.WriteEncodedValue(mac.ReadEncodedValue().Span);
                writer.WriteOctetString(mac.ReadOctetString());
                writer.WriteInteger(rounds);
            }
        }

        return writer.Encode();
    }

    private static TimeSpan ProcessorTime()
    {
        using Process own = Process.GetCurrentProcess();
        return own.TotalProcessorTime;
    }
}
