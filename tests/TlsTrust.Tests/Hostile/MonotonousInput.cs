using System.Text;
using TlsTrust.Tests.Hostile.Readers;

namespace TlsTrust.Tests.Hostile;

/// <summary>The same over and over: what makes a reader hold much for little.</summary>
internal static class MonotonousInput
{
    private static readonly string[] Patterns =
        ["A", "-", "-----BEGIN CERTIFICATE-----\n", "\n", "\0", "\\", "&#", "%2", "[", "{\"a\":", "(", "a: ", "=", "\"", "0\u0080",
            "MII", "-----BEGIN A-----\n-----END A-----\n", "https://a.test ", "SSL error ",
        "set -x ", "-x ", "$env:A = b ", "export ", "a=b ", " ", "<a b=\"c\" ", "${", "= \"\"\""];

    private static readonly string[] Settings =
        ["a=b\n", "a: b\n", "<a b=\"c\">", "<a b=\"c\"/>", "{\"a\":1,\"b\":", "1,", "[a]\n",
            "a_rather_long_name_of_a_setting = and a rather long value\n"];

    // What stands above a setting is part of its key.
    private static readonly (string Open, string Close, string Each)[] Sections =
        [("[", "]\n", "a=b\n"), ("[a \"", "\"]\n", "a=b\n"), ("", ":\n", "  a: b\n"), ("{\"", "\":{\"a\":1", ",\"a\":1"),
            ("<a><", ">", "<a b=\"c\"/>")];

    /// <summary>So many bytes of each kind, and of the reader's own seeds one after another.</summary>
    public static IEnumerable<(string Shape, byte[] Input)> Of(FuzzTarget target, int size)
    {
        bool isConfiguration = target.Seeds.Contains("configuration");
        foreach (string pattern in isConfiguration ? Patterns.Concat(Settings) : Patterns)
        {
            yield return ($"'{pattern}'", Repeated(Encoding.Latin1.GetBytes(pattern), size));
        }

        foreach ((string open, string close, string each) in isConfiguration ? Sections : [])
        {
            byte[] head = Encoding.ASCII.GetBytes(open + new string('A', size / 2) + close);
            yield return ($"'{each}' under a long name", [.. head, .. Repeated(Encoding.ASCII.GetBytes(each), size - head.Length)]);
        }

        foreach ((string seedName, byte[] seed) in FuzzSeeds.All.Where(seed =>
            target.Seeds.Any(start => seed.Key.StartsWith(start, StringComparison.Ordinal))))
        {
            yield return (seedName, Repeated(seed, size));
            foreach ((string shape, byte[] grown) in GrownInput.Of(seedName, seed, size))
            {
                yield return (shape, grown);
            }
        }
    }

    private static byte[] Repeated(byte[] part, int size)
    {
        byte[] whole = new byte[size];
        for (int at = 0; at < size; at += part.Length)
        {
            part.AsSpan(0, Math.Min(part.Length, size - at)).CopyTo(whole.AsSpan(at));
        }

        return whole;
    }
}
