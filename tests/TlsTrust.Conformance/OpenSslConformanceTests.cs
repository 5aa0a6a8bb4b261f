using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using TlsTrust.Paths;
using TlsTrust.Paths.OpenSsl;
using TlsTrust.Paths.Search;

namespace TlsTrust.Conformance;

/// <summary>Code, depth and text of OpenSSL's first error, as we say it and as the real <c>openssl verify -auth_level 2</c> does.</summary>
public sealed partial class OpenSslConformanceTests(ITestOutputHelper output) : IDisposable
{
    /// <summary>Process starts cost some 10 ms each; every third case of the large suite is enough.</summary>
    private const int LargeSuite = 100;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tlstrust-openssl-");

    [Theory]
    [InlineData("openssl")]
    [InlineData("go")]
    [InlineData("limbo")]
    [InlineData("bettertls-now")]
    [InlineData("pkits")]
    [InlineData("bettertls-nameconstraints")]
    public void Says_what_openssl_says(string suite)
    {
        string version = Run("version", []) ?? "";
        Assert.SkipUnless(version.StartsWith("OpenSSL 3.", StringComparison.Ordinal), "openssl 3 is not on this machine");
        ChainCase[] cases = ChainSuites.Of(suite);
        List<string> different = [];
        int compared = 0;
        for (int i = 0; i < cases.Length; i += cases.Length > LargeSuite ? 3 : 1)
        {
            if (cases[i].Crls.Length > 0 || cases[i].MaxChainDepth is not null
                || cases[i].ToQuery(PathPolicy.Default, ChainSuites.Now, out _) is not { } query)
            {
                continue;
            }

            string theirs = RunVerify(cases[i], query);
            OpenSslResult result = PathSearch.Search(query).OpenSsl;
            string ours = result.Code == 0 ? "OK" : result.ToString();
            compared++;
            if (ours != theirs)
            {
                different.Add($"{cases[i].Id}: we say '{ours}', openssl says '{theirs}'");
            }
        }

        output.WriteLine($"{suite}: {compared - different.Count} of {compared} the same as openssl\n{string.Join('\n', different)}");
        // We speak as 3.0 does; others differ in a few words.
        Assert.True(different.Count <= (version.StartsWith("OpenSSL 3.0.", StringComparison.Ordinal) ? 0 : compared / 20),
            string.Join('\n', different));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private string RunVerify(ChainCase chainCase, PathQuery query)
    {
        List<string> arguments =
        [
            "-auth_level", "2", "-partial_chain", "-no-CApath", "-no-CAstore",
            "-attime", new DateTimeOffset(query.At, TimeSpan.Zero).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
            "-CAfile", Write("roots.pem", chainCase.TrustedCerts),
        ];
        if (chainCase.UntrustedIntermediates.Length > 0)
        {
            arguments.AddRange(["-untrusted", Write("sent.pem", chainCase.UntrustedIntermediates)]);
        }

        if (query.Purpose != Purpose.Any)
        {
            arguments.AddRange(["-purpose", query.Purpose == Purpose.ServerAuthentication ? "sslserver" : "sslclient"]);
        }

        if (query.HostName is { } host)
        {
            arguments.AddRange([chainCase.ExpectedPeerName!.Kind == "IP" ? "-verify_ip" : "-verify_hostname", host]);
        }

        arguments.Add(Write("leaf.pem", [chainCase.PeerCertificate]));
        string text = Run("verify", arguments) ?? "";
        Match error = FirstError().Match(text);
        return error.Success ? error.Value : text.TrimEnd().EndsWith("OK", StringComparison.Ordinal) ? "OK" : text;
    }

    private string Write(string name, IEnumerable<string> certificates)
    {
        string path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, string.Join('\n', certificates));
        return path;
    }

    private static string? Run(string command, IEnumerable<string> arguments)
    {
        try
        {
            using Process process =
                Process.Start(
                    new ProcessStartInfo("openssl", [command, .. arguments]) { RedirectStandardOutput = true,
                        RedirectStandardError = true })!;
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string text = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return errors.GetAwaiter().GetResult() + text;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    [GeneratedRegex(@"error \d+ at \d+ depth lookup: [^\r\n]+")]
    private static partial Regex FirstError();
}
