using System.Security.Cryptography;
using System.Text.Json;
using TlsTrust.Diagnosis;

namespace TlsTrust.Tests.Diagnosis.Laws;

/// <summary>The laws over other people's chains; skipped, and counted, where they are not here.</summary>
public sealed class CorporaLawsTests(ITestOutputHelper output)
{
    /// <summary>Cases without a time are judged at this one, within the validity of all of them.</summary>
    private static readonly DateTime Now = new(2026, 7, 1, 0, 0, 0, DateTimeKind.Utc);

    [Fact]
    public async Task Hold_for_every_chain_of_the_suites()
    {
        using FileStream stream = File.OpenRead(Corpora.Require("chains.json"));
        using JsonDocument document = JsonDocument.Parse(stream);
        await HoldAsync(document.RootElement.GetProperty("testcases").EnumerateArray().Select(Read));
    }

    [Fact]
    public async Task Hold_for_what_was_judged_wrongly_before()
    {
        string folder = Path.GetDirectoryName(Corpora.Require(Path.Combine("paths-found", "pssroot.pem")))!;
        byte[][] File(string name) => [.. All(System.IO.File.ReadAllText(Path.Combine(folder, name)))];
        DateTime late = new(2026, 12, 1, 0, 0, 0, DateTimeKind.Utc);
        DateTime early = new(2015, 6, 1, 0, 0, 0, DateTimeKind.Utc);
        List<GeneratedChain> chains =
        [
            .. Directory.GetFiles(folder, "time-*.chain.pem")
                .Select(path =>
                    new GeneratedChain { Kind = Path.GetFileName(path), Sent = File(Path.GetFileName(path)),
                        Store = File("time-anchors.pem"), HostName = null, At = late }),
            .. new[] { "leaf-sha256.pem", "leaf-sha384-ok.pem", "leaf-sha384-salt20.pem" }.Select(name =>
                new GeneratedChain { Kind = name, Sent = File(name), Store = File("pssroot.pem"), HostName = "www.example.org",
                    At = late }),
            .. new[] { "icrl", "min0", "polq", "spki" }.SelectMany(name =>
                new[] { early, late }.Select(at =>
                    new GeneratedChain { Kind = name, Sent = File($"{name}-chain.pem"), Store = File($"{name}-root.pem"), HostName = null,
                        At = at })),
        ];
        await HoldAsync(chains);

        OpenSslTool.SkipWhereAbsent();
        using TestFolder temporary = new();
        foreach (GeneratedChain chain in chains)
        {
            Assert.Equal((chain.Kind, temporary.Verify(chain)), (chain.Kind, (await ReportLawsTests.InspectAsync(chain)).OpenSslCode));
        }

        Verdict[] verdicts =
            [.. await Task.WhenAll(chains.Where(chain => chain.Kind.StartsWith("leaf-", StringComparison.Ordinal))
                .Select(async chain => (await ReportLawsTests.InspectAsync(chain)).Verdict))];
        Assert.Equal([Verdict.Untrusted, Verdict.Trusted, Verdict.Untrusted], verdicts);
    }

    private async Task HoldAsync(IEnumerable<GeneratedChain> chains)
    {
        List<string> broken = [];
        int count = 0;
        foreach (GeneratedChain chain in chains.Where(chain => GeneratedChain.Read([chain.Sent[0]]).Any()))
        {
            CertificateChain inspected = await ReportLawsTests.InspectAsync(chain);
            IEnumerable<string> faults = ReportLaws.Broken(LawView.Of(inspected));
            if (chain.HostName is not null)
            {
                EndpointReport tested = await ReportLawsTests.TestAsync(chain);
                faults = [.. faults, .. ReportLaws.Broken(LawView.Of(tested)),
                    .. ReportLaws.BrokenFifth(LawView.Of(inspected), LawView.Of(tested))];
            }

            broken.AddRange(faults.Distinct().Select(what => $"{chain.Kind}: {what}"));
            count++;
        }

        output.WriteLine($"{count} chains");
        Assert.True(broken.Count == 0, $"{broken.Count} broken\n{string.Join('\n', broken.Take(60))}");
    }

    private static GeneratedChain Read(JsonElement testCase)
    {
        byte[][] Of(string property) => [.. testCase.GetProperty(property).EnumerateArray().SelectMany(text => All(text.GetString()!))];
        JsonElement name = testCase.GetProperty("expected_peer_name");
        return new GeneratedChain
        {
            Kind = testCase.GetProperty("id").GetString()!,
            Sent = [.. All(testCase.GetProperty("peer_certificate").GetString()!), .. Of("untrusted_intermediates")],
            Store = Of("trusted_certs"),
            HostName = name.ValueKind == JsonValueKind.Object && name.GetProperty("kind").GetString() is "DNS" or "IP"
                ? name.GetProperty("value").GetString() : null,
            At = testCase.GetProperty("validation_time") is { ValueKind: JsonValueKind.String } time ? time.GetDateTimeOffset().UtcDateTime
                : Now,
        };
    }

    private static IEnumerable<byte[]> All(string text)
    {
        for (ReadOnlyMemory<char> rest = text.AsMemory(); PemEncoding.TryFind(rest.Span, out PemFields fields); rest =
            rest[fields.Location.End..])
        {
            byte[] der = new byte[fields.DecodedDataLength];
            if (Convert.TryFromBase64Chars(rest.Span[fields.Base64Data], der, out _))
            {
                yield return der;
            }
        }
    }
}
