using System.Text;
using TlsTrust.ErrorTexts;
using TlsTrust.ErrorTexts.Catalogue;

namespace TlsTrust.Tests.ErrorTexts;

/// <summary>Logs of any size: read piece by piece with the same result, in time that is linear and memory that does not grow.</summary>
public sealed class TlsErrorReaderTests
{
    private const int Mutations = 3_000;

    // What the issue asks for; some minutes.
    private const int LongMutations = 2_000_000;

    private static bool IsLong => System.Environment.GetEnvironmentVariable("TLSTRUST_LONG") == "1";

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(4096)]
    [InlineData(100_000)]
    public void The_pieces_in_which_a_text_arrives_do_not_matter(int length)
    {
        string text = MadeLog.Of(seed: 5, lines: 3_000);
        TlsErrorReader reader = new();
        List<TlsErrorExplanation> found = [];
        for (int i = 0; i < text.Length; i += length)
        {
            found.AddRange(reader.Add(text.AsSpan(i, Math.Min(length, text.Length - i))));
        }

        found.AddRange(reader.Complete());
        Assert.NotEmpty(found);
        Assert.Equal(TlsErrorResolver.Resolve(text).Select(Shown), found.Select(Shown));

        static string Shown(TlsErrorExplanation one) => $"{one.Line} {one.Count} {one.MessageId} {one} {one.NextCommand}";
    }

    [Fact]
    public void A_failure_stands_in_the_line_that_it_stands_in_however_long_the_log_before_it_is()
    {
        string text = string.Concat(Enumerable.Repeat("2026-05-01 10:00:00 INFO all is well, nothing to see here\r\n", 40_000))
            + "https://a.python.org: certificate has expired\n";
        TlsErrorExplanation found = Assert.Single(TlsErrorResolver.Resolve(text));
        Assert.Equal((40_001, "a.python.org:443"), (found.Line, found.Endpoint));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("x ")]
    [InlineData("certificate ")]
    [InlineData("\\n")]
    [InlineData("\e[31m")]
    [InlineData("https://a.b/")]
    [InlineData(":1")]
    public void One_line_of_a_megabyte_hides_nothing(string filler)
    {
        string text = string.Concat(Enumerable.Repeat(filler, (1 << 20) / filler.Length))
            + " https://a.python.org: certificate has expired";
        TlsErrorExplanation found = TlsErrorResolver.Resolve(text)[^1];
        Assert.Equal(("openssl-10", 1), (found.MessageId, found.Line));
    }

    [Fact]
    public void No_text_is_a_fault_however_it_is_broken()
    {
        Random random = new(20261130);
        string[] texts = [.. TlsErrorCatalogue.BuiltIn.Messages.SelectMany(message => message.Text)];
        string[] frames =
            ["https://a.python.org:8443/x?y=\"1\" ", "\e[31m", "\\u001b[0m", "C:\\new\\root.pem", "'", "\"", "CAfile: ", "\r", "\n", "\t| ",
                "[2001:db8::1]:443 ", "|192.0.2.1|:443", "{'h.x', 443}",
            "host=\"a.b\"", "upstream: \"https://1.2.3.4:1/\", host: \"a.b\", server: x,", "\\", "&quot;", "#012", "\ud800", "証明書",
                "$ curl ", "10:00:00 ", "npm error code ", "curl: (60) "];
        int count = IsLong ? LongMutations : Mutations;
        for (int i = 0; i < count; i++)
        {
            string text = Broken(random, texts, frames);
            try
            {
                foreach (TlsErrorExplanation found in TlsErrorResolver.Resolve(text))
                {
                    Assert.NotEmpty(found.NextCommand);
                    Assert.NotEmpty(found.CauseNames);
                    Assert.InRange(found.Line, 1, text.Count(c => c == '\n') + 1);
                }
            }
            catch (Exception fault) when (fault is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"{fault.GetType().Name} at text {i}: {Convert.ToHexString(Encoding.Unicode.GetBytes(text))}");
            }
        }
    }

    private static string Broken(Random random, string[] texts, string[] frames)
    {
        StringBuilder text = new();
        for (int part = random.Next(1, 6); part > 0; part--)
        {
            text.Append(frames[random.Next(frames.Length)]).Append(texts[random.Next(texts.Length)])
                .Append(random.Next(3) == 0 ? '\n' : ' ');
        }

        for (int change = random.Next(0, 5); change > 0 && text.Length > 1; change--)
        {
            int at = random.Next(text.Length);
            switch (random.Next(4))
            {
                case 0:
                    text.Remove(at, Math.Min(random.Next(1, 20), text.Length - at));
                    break;
                case 1:
                    text.Insert(at, frames[random.Next(frames.Length)]);
                    break;
                case 2:
                    text[at] = (char)random.Next(0x250);
                    break;
                default:
                    text.Length = at;
                    break;
            }
        }

        return text.ToString();
    }
}
