using System.Diagnostics;
using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using TlsTrust.CertificateFiles;
using TlsTrust.Certificates;
using TlsTrust.Diagnosis.Chains;
using TlsTrust.Lab.Pki;
using TlsTrust.Stores;
using TlsTrust.Tests.Diagnosis;

namespace TlsTrust.Tests.Hostile;

/// <summary>
/// What an attack found to burn time, made from its description: each ends within its limit, and by the processor's clock in a second.
/// </summary>
[Collection(MeasuredAlone.Name)]
public sealed class AttackListTests(ITestOutputHelper output)
{
    // The machine is slower than the one the second was promised for, and compiles what runs for the first time.
    private const int Generous = 4;

    private static readonly TimeSpan Processor = TimeSpan.FromSeconds(1);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void A_key_store_from_the_network_is_not_opened_and_a_local_one_has_a_limit()
    {
        byte[] store = KeyStoreOf(int.MaxValue);
        Measure("download", () =>
        {
            CertificateFile file = CertificateFile.ReadDownload(store);
            Assert.Empty(file.Certificates);
        });
        Measure("local", () =>
        {
            CertificateFile file = CertificateFile.Read(store, "secret");
            Assert.Empty(file.Certificates);
            Assert.NotEmpty(file.Defects);
        });
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
        const int many = 1500;
        LabAuthority root = LabAuthority.CreateRoot("CN=Constrained Root", Judged.Now);
        LabAuthority issuing = root.IssueAuthority(new CertificateSpec
        {
            Subject = "CN=Constrained",
            PermittedDns = [.. Enumerable.Range(0, many).Select(i => $"p{i}.dev"), "shop.dev"],
            ExcludedDns = [.. Enumerable.Range(0, many).Select(i => $"x{i}.dev")],
        });
        LabCertificate leaf = issuing.Issue(new CertificateSpec
        {
            Subject = "CN=www.shop.dev",
            DnsNames = ["www.shop.dev", .. Enumerable.Range(0, many).Select(i => $"n{i}.shop.dev")],
        });
        await JudgeAsync("names and constraints", [leaf.Der.ToArray(), issuing.Certificate.Der.ToArray()], root);
    }

    // Ends by itself within its budget; and when it is told to, within a tenth of a second, here with a generous factor.
    private async Task JudgeAsync(string name, byte[][] sent, LabAuthority root)
    {
        using ChainInspector inspector = new(new ChainInspectionOptions
        {
            Store = Judged.Store(root.Certificate),
            PublicRoots = Judged.Public(),
            HostName = "www.shop.dev",
            At = Judged.Now.UtcDateTime,
            NoDownload = true,
        });
        PresentedCertificates presented = new()
        {
            Origin = "sent",
            Certificates =
                [.. sent.Select((der, position) => new StoredCertificate(Certificate.Parse(der), CertificateOrigin.Sent(position)))],
        };
        TimeSpan before = ProcessorTime();
        CertificateChain chain = await inspector.InspectOneAsync(presented, Stop);
        TimeSpan whole = ProcessorTime() - before;

        using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        Task<CertificateChain> running = Task.Run(() => inspector.InspectOneAsync(presented, ended.Token), Stop);
        await Task.Delay(20, Stop);
        Stopwatch watch = Stopwatch.StartNew();
        await ended.CancelAsync();
        await Task.WhenAny(running, Task.Delay(TimeSpan.FromSeconds(30), Stop));
        TimeSpan late = watch.Elapsed;

        output.WriteLine(
            $"{name}: {whole.TotalMilliseconds:0} ms of processor time, {chain.Cause}; ended {late.TotalMilliseconds:0} ms after it was " +
            $"told to");
        Assert.True(whole < Processor * Generous, $"{name}: {whole}");
        Assert.True(late < TimeSpan.FromMilliseconds(100) * 10, $"{name}: {late}");
        Assert.True(running.IsCompleted, name);
    }

    private void Measure(string name, Action action)
    {
        TimeSpan before = ProcessorTime();
        action();
        TimeSpan taken = ProcessorTime() - before;
        output.WriteLine($"{name}: {taken.TotalMilliseconds:0} ms of processor time");
        Assert.True(taken < Processor * Generous, $"{name}: {taken}");
    }

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
