using System.Diagnostics;
using TlsTrust.ErrorTexts;

namespace TlsTrust.Tests.ErrorTexts;

/// <summary>Time and memory of long logs; alone, since both are those of the whole process.</summary>
[CollectionDefinition(nameof(ErrorLogSizeTests), DisableParallelization = true)]
[Collection(nameof(ErrorLogSizeTests))]
public sealed class ErrorLogSizeTests(ITestOutputHelper output)
{
    private static bool IsLong => System.Environment.GetEnvironmentVariable("TLSTRUST_LONG") == "1";

    [Fact]
    public void Memory_does_not_grow_with_the_log()
    {
        _ = TlsErrorResolver.Resolve("certificate has expired"); // the catalogue is read once
        string piece = MadeLog.Of(seed: 6, lines: 2_000);
        TlsErrorReader reader = new();
        long small = Held(reader, piece, times: 4);
        long large = Held(reader, piece, times: IsLong ? 400 : 40);
        output.WriteLine($"{small >> 10} KiB after some, {large >> 10} KiB after ten times as much");
        Assert.True(large - small < 1 << 20, $"{large - small} bytes more");

        static long Held(TlsErrorReader reader, string piece, int times)
        {
            for (int i = 0; i < times; i++)
            {
                _ = reader.Add(piece);
            }

            return GC.GetTotalMemory(forceFullCollection: true);
        }
    }

    [Fact]
    public void Time_is_linear_in_the_text()
    {
        string block = "https://a.python.org:443 " + new string('a', 500) + ":1 self-signed certificate in certificat \e[ [[[[::::"
            + new string(' ', 200) + "https://" + new string('x', 400) + "\n";
        string small = string.Concat(Enumerable.Repeat(block, 200));
        string large = string.Concat(Enumerable.Repeat(block, 2000));
        _ = TlsErrorResolver.Resolve(small + "certificate has expired");
        TimeSpan few = Time(small);
        TimeSpan many = Time(large);
        Assert.True(many < 40 * few + TimeSpan.FromMilliseconds(200),
            $"ten times the text took {many.TotalMilliseconds} ms after {few.TotalMilliseconds} ms");

        static TimeSpan Time(string text)
        {
            // The process's own time: others use the machine too, and no test runs beside this one.
            using Process process = Process.GetCurrentProcess();
            TimeSpan before = process.TotalProcessorTime;
            Assert.NotEmpty(TlsErrorResolver.Resolve(text + "certificate has expired"));
            process.Refresh();
            return process.TotalProcessorTime - before;
        }
    }
}
