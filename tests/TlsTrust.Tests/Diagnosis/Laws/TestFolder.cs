using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace TlsTrust.Tests.Diagnosis.Laws;

/// <summary>A folder in which generated chains lie as files for openssl; it goes with the test.</summary>
internal sealed partial class TestFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tlstrust-laws-");

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>The first error of <c>openssl verify</c>, 0 for none; null where it could not read the server's certificate.</summary>
    internal int? Verify(GeneratedChain chain)
    {
        // A CA that nobody asks by a name is judged as a CA.
        bool isServer = chain.HostName is not null || !GeneratedChain.Read([chain.Sent[0]]).Any(certificate => certificate.IsCA);
        List<string> arguments =
        [
            "verify", "-auth_level", "2", "-no-CApath", "-no-CAstore", "-purpose", isServer ? "sslserver" : "any",
            "-attime", new DateTimeOffset(chain.At, TimeSpan.Zero).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
        ];
        arguments.AddRange(chain.Store.Length > 0 ? ["-CAfile", Write("store.pem", chain.Store)] : ["-no-CAfile"]);
        arguments.AddRange(["-untrusted", Write("sent.pem", chain.Sent)]);
        if (chain.HostName is { } host)
        {
            arguments.AddRange([char.IsAsciiDigit(host[0]) ? "-verify_ip" : "-verify_hostname", host]);
        }

        OpenSslTool.TryRun(out string said, [.. arguments, Write("leaf.pem", [chain.Sent[0]])]);
        return FirstError().Match(said) is { Success: true } error ? int.Parse(error.Groups[1].Value, CultureInfo.InvariantCulture)
            : said.TrimEnd().EndsWith("OK", StringComparison.Ordinal) ? 0
            : null;
    }

    private string Write(string name, byte[][] certificates)
    {
        string path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, string.Concat(certificates.Select(der => PemEncoding.WriteString("CERTIFICATE", der) + "\n")));
        return path;
    }

    [GeneratedRegex(@"error (\d+) at \d+ depth lookup")]
    private static partial Regex FirstError();
}
