using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TlsTrust.CertificateFiles.Defects;

namespace TlsTrust.Tests.CertificateFiles.Clients;

/// <summary>
/// Asks real clients which of the made roots they trust when given a bundle file. One process for all files wherever the client
/// allows it, so that sixty damages cost seconds.
/// </summary>
internal sealed class ClientLoaders : IDisposable
{
    // SSL_CTX_load_verify_locations, which curl, git and all of OpenSSL's users call; Python tells what came of it.
    private const string PythonLoader = """
        import hashlib, ssl, sys
        for path in sys.argv[1:]:
            found = ""
            try:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
                context.load_verify_locations(path)
                found = " ".join(hashlib.sha256(c).hexdigest().upper() for c in context.get_ca_certs(True))
            except Exception:
                pass
            print(path + "|" + found)
        """;

    private const string GoLoader = """
        package main

        import (
        	"bytes"
        	"crypto/sha256"
        	"crypto/x509"
        	"encoding/pem"
        	"fmt"
        	"os"
        )

        // x509.CertPool.AppendCertsFromPEM, step by step, so that it can be asked what it took.
        func main() {
        	for _, path := range os.Args[1:] {
        		rest, _ := os.ReadFile(path)
        		var found bytes.Buffer
        		for len(rest) > 0 {
        			var block *pem.Block
        			block, rest = pem.Decode(rest)
        			if block == nil {
        				break
        			}
        			if block.Type != "CERTIFICATE" || len(block.Headers) != 0 {
        				continue
        			}
        			if c, err := x509.ParseCertificate(block.Bytes); err == nil {
        				fmt.Fprintf(&found, "%X ", sha256.Sum256(c.Raw))
        			}
        		}
        		fmt.Printf("%s|%s\n", path, found.String())
        	}
        }
        """;

    private const string JavaLoader = """
        import java.io.*;
        import java.nio.file.*;
        import java.security.*;
        import java.security.cert.*;
        import java.util.*;

        public class Loader {
            public static void main(String[] paths) throws Exception {
                for (String path : paths) {
                    StringBuilder found = new StringBuilder();
                    try (InputStream in = new BufferedInputStream(Files.newInputStream(Path.of(path)))) {
                        for (java.security.cert.Certificate c : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                            byte[] hash = MessageDigest.getInstance("SHA-256").digest(c.getEncoded());
                            found.append(HexFormat.of().withUpperCase().formatHex(hash)).append(' ');
                        }
                    } catch (CertificateException e) {
                        found.setLength(0);
                    }
                    System.out.println(path + "|" + found);
                }
            }
        }
        """;

    private readonly string _directory = Directory.CreateTempSubdirectory("tlstrust-clients-").FullName;

    /// <summary>The fingerprints that a client takes from each file; null where the client is not on this machine.</summary>
    public Dictionary<string, string[]>? Load(PemClient client, IReadOnlyList<string> paths) => client switch
    {
        PemClient.OpenSsl => Script("python3", "loader.py", PythonLoader, paths),
        PemClient.GnuTls => GnuTls(paths),
        PemClient.Go => Go(paths),
        PemClient.DotNet => paths.ToDictionary(p => p, DotNet),
        PemClient.Java => Script("java", "Loader.java", JavaLoader, paths),
        _ => throw new ArgumentOutOfRangeException(nameof(client)),
    };

    /// <summary>Writes a file into this run's directory.</summary>
    public string Write(string name, byte[] content)
    {
        string path = Path.Combine(_directory, name);
        File.WriteAllBytes(path, content);
        return path;
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    /// <summary>Runs a program; null where it is not there. The preset trust variables of this machine are taken away.</summary>
    internal static string? Run(string program, IEnumerable<string> arguments, string? input = null,
        Dictionary<string, string>? environment = null)
    {
        ProcessStartInfo how =
            new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (string name in (string[])["SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "JAVA_TOOL_OPTIONS"])
        {
            how.Environment.Remove(name);
        }

        foreach ((string name, string value) in environment ?? [])
        {
            how.Environment[name] = value;
        }

        try
        {
            using Process process = Process.Start(how)!;
            Task<string> errors = process.StandardError.ReadToEndAsync();
            process.StandardInput.Write(input);
            process.StandardInput.Close();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? output : output + errors.Result;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private static string[] DotNet(string path)
    {
        X509Certificate2Collection found = [];
        try
        {
            found.ImportFromPemFile(path);
        }
        catch (CryptographicException)
        {
            return [];
        }

        return [.. found.Select(c => c.GetCertHashString(HashAlgorithmName.SHA256))];
    }

    private static Dictionary<string, string[]> Parse(string output) =>
        output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => l.Contains('|', StringComparison.Ordinal))
            .Select(l => l.Split('|')).ToDictionary(p => p[0], p => p[1].Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private Dictionary<string, string[]>? Script(string program, string name, string source, IReadOnlyList<string> paths)
    {
        string script = Path.Combine(_directory, name);
        File.WriteAllText(script, source);
        string? output = Run(program, [script, .. paths]);
        return output is null ? null : Parse(output);
    }

    private Dictionary<string, string[]>? Go(IReadOnlyList<string> paths)
    {
        string source = Path.Combine(_directory, "loader.go");
        string program = Path.Combine(_directory, "loader");
        File.WriteAllText(source, GoLoader);
        if (Run("go", ["build", "-o", program, source], environment: new() { ["GO111MODULE"] = "off", ["CGO_ENABLED"] = "0" }) is null
            || !File.Exists(program))
        {
            return null;
        }

        return Parse(Run(program, paths)!);
    }

    // gnutls_x509_trust_list_add_trust_file, as wget calls it, one verification for each root.
    private Dictionary<string, string[]>? GnuTls(IReadOnlyList<string> paths)
    {
        if (Run("certtool", ["--version"]) is null)
        {
            return null;
        }

        Dictionary<string, string[]> found = [];
        foreach (string path in paths)
        {
            List<string> trusted = [];
            foreach (X509Certificate2 root in MadeCertificates.Instance.Roots)
            {
                string answer = Run("certtool", ["--verify", "--load-ca-certificate", path], MadeCertificates.Pem(root))!;
                if (answer.Contains("Verified.", StringComparison.Ordinal))
                {
                    trusted.Add(root.GetCertHashString(HashAlgorithmName.SHA256));
                }
            }

            found[path] = [.. trusted];
        }

        return found;
    }
}
