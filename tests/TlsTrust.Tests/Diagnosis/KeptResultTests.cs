using System.Collections;
using System.Globalization;
using System.IO.Compression;
using System.Reflection;
using TlsTrust.Diagnosis;
using TlsTrust.Tests.Diagnosis.Laws;

namespace TlsTrust.Tests.Diagnosis;

/// <summary>What is kept of a result is the whole of it.</summary>
public sealed class KeptResultTests(ITestOutputHelper output)
{
    private const int Seed = 20261201;

    [Fact]
    public async Task What_was_packed_comes_out_as_it_was()
    {
        int count = 0;
        long bytes = 0;
        foreach (GeneratedChain chain in ChainGenerator.Make(Seed, ChainGenerator.Kinds.Count))
        {
            EndpointReport report = await ReportLawsTests.TestAsync(chain) with
            {
                Tag = new([new("Owner", "Ops"), new("Kind", chain.Kind.ToString())]),
                Timings = [new PhaseTiming("Resolve", 1.5)],
                AnchorParts = ["a", "b"],
            };
            IResult[] results = [await ReportLawsTests.InspectAsync(chain), report];
            foreach (IResult result in results)
            {
                string text = KeptResult.Pack(result);
                Assert.True(KeptResult.TryUnpack(text, result.GetType(), out IResult? again));
                Assert.Equal(Everything(result), Everything(again));
                bytes += text.Length;
                count++;
            }
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count} results, {bytes / count} characters each"));
    }

    [Fact]
    public void A_certificate_that_is_described_otherwise_is_kept_as_it_is_described()
    {
        ChainCertificate shown = new()
        {
            Depth = 1, Role = ChainRole.Root, Subject = "CN=made", Issuer = "CN=made", SerialNumber = "01", NotBefore = DateTime.UnixEpoch,
            NotAfter = DateTime.UnixEpoch.AddDays(1), PublicKey = "EC", SignatureAlgorithm = "none", Sha256 = "00", Thumbprint = "00",
            Pem = "no certificate", Names = ["a", "b"], Problems = ["one"], DaysLeft = 7, CertificateOrigin = CertificateOrigin.Sent(3),
        };
        IssuerMatch match = new()
        {
            Origin = "made", Status = IssuerStatus.Found, IssuerOf = "x", Depth = 0, IssuerName = "y", Summary = "z", Certificate = shown,
            Attempts = [new IssuerAttempt(IssuerSourceKind.Download, "http://x", "nothing") { Found = 2, IsPrivate = true }],
        };
        Assert.True(KeptResult.TryUnpack(KeptResult.Pack(match), typeof(IssuerMatch), out IResult? again));
        Assert.Equal(Everything(match), Everything(again));
    }

    [Fact]
    public void Text_that_is_damaged_or_made_gives_a_result_or_none_and_never_more()
    {
        IssuerMatch match =
            new() { Origin = "o", Status = IssuerStatus.NotFound, IssuerOf = "x", Depth = 1, IssuerName = "y", Summary = "z" };
        char[] text = KeptResult.Pack(match).ToCharArray();
        Random random = new(Seed);
        for (int i = 0; i < 2000; i++)
        {
            char[] damaged = [.. text];
            damaged[random.Next(damaged.Length)] = (char)random.Next(32, 127);
            KeptResult.TryUnpack(new string(damaged)[..random.Next(damaged.Length + 1)], typeof(IssuerMatch), out _);
        }

        string nulls = """{"Origin":null,"Certificate":null,"Candidates":[null],"Attempts":[null,{"Location":null}],"Summary":null}""";
        using MemoryStream made = new();
        using (BrotliStream packing = new(made, CompressionLevel.Fastest, leaveOpen: true))
        {
            packing.Write(System.Text.Encoding.UTF8.GetBytes(nulls));
        }

        KeptResult.TryUnpack(Convert.ToBase64String(made.ToArray()), typeof(IssuerMatch), out _);

        using MemoryStream bomb = new();
        using (BrotliStream packing = new(bomb, CompressionLevel.Fastest, leaveOpen: true))
        {
            packing.Write(new byte[KeptResult.MaxLength + 1]);
        }

        Assert.False(KeptResult.TryUnpack(Convert.ToBase64String(bomb.ToArray()), typeof(IssuerMatch), out _));
    }

    // Every public value, those of the parts too: a list's equality is that of its identity.
    private static string Everything(object? value) => value switch
    {
        null => "-",
        string text => text,
        DateTime time => time.ToString("O", CultureInfo.InvariantCulture),
        TagSet tags => tags.ToString(),
        IEnumerable items => $"[{string.Join(", ", items.Cast<object?>().Select(Everything))}]",
        _ when value.GetType().Assembly == typeof(IResult).Assembly && !value.GetType().IsEnum =>
            $"{{{string.Join("; ", value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Select(property => $"{property.Name}={Everything(property.GetValue(value))}"))}}}",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };
}
