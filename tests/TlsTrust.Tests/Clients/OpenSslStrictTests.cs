using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using TlsTrust.Certificates;
using TlsTrust.Clients;

namespace TlsTrust.Tests.Clients;

public sealed partial class OpenSslStrictTests
{
    public static TheoryData<string, int> Cases => new()
    {
        { "sound", 0 },
        { "root without key usage", 92 },
        { "root without subject key identifier", 86 },
        { "root with basic constraints not critical", 89 },
        { "root without basic constraints", 79 },
        { "root with a critical subject key identifier", 34 },
        { "intermediate without authority key identifier", 85 },
        { "intermediate without key usage", 92 },
        { "intermediate with basic constraints not critical", 89 },
        { "intermediate with path length and no keyCertSign", 81 },
        { "leaf with a path length", 80 },
        { "leaf with keyCertSign", 82 },
        { "leaf with keyCertSign and no basic constraints", 79 },
        { "leaf without authority key identifier", 85 },
        { "leaf with a critical authority key identifier", 34 },
        { "leaf without subject, SAN not critical", 88 },
        { "leaf without subject, SAN critical", 0 },
        { "leaf without subject and SAN", 84 },
        { "leaf with an empty SAN", 87 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Finds_what_openssl_finds_first(string name, int code)
    {
        X509Certificate2[] path = Path(name);
        StrictFailure? failure = OpenSslStrict.Check([.. path.Select(Certificate.From)]);
        Assert.Equal(code, failure?.Code ?? 0);

        (int Code, int Depth, string Text) real = Verify(path);
        Assert.Equal(real, failure is null ? (0, 0, "") : (failure.Code, failure.Depth, failure.Text));
    }

    [Fact]
    public void A_certificate_alone_is_not_looked_at()
    {
        using ECDsa key = TestKeys.Ecdsa();
        Assert.Null(OpenSslStrict.Check([Certificate.From(Issue("CN=alone", key, null, key))]));
    }

    [Fact]
    public void Every_failure_is_listed_from_the_server_upwards()
    {
        using ECDsa rootKey = TestKeys.Ecdsa(), key = TestKeys.Ecdsa();
        X509Certificate2 root = Issue("CN=root", rootKey, null, rootKey, Basic(true));
        X509Certificate2 leaf = Issue("CN=leaf", key, root.SubjectName, rootKey, Identifier(key));
        Assert.Equal([(85, 0), (92, 1), (86, 1)],
            OpenSslStrict.CheckAll([Certificate.From(leaf), Certificate.From(root)]).Select(failure => (failure.Code, failure.Depth)));
    }

    private static X509Certificate2[] Path(string name)
    {
        ECDsa rootKey = TestKeys.Ecdsa(), middleKey = TestKeys.Ecdsa(),
            key = TestKeys.Ecdsa();
        X509Extension signs = Usage(X509KeyUsageFlags.KeyCertSign), server = Usage(X509KeyUsageFlags.DigitalSignature);
        List<X509Extension?> root = [Basic(true), signs, Identifier(rootKey)];
        List<X509Extension?> middle = [Basic(true), signs, Identifier(middleKey), Authority(rootKey)];
        List<X509Extension?> leaf = [Basic(false), server, Identifier(key), Authority(middleKey), Names()];
        string subject = "CN=localhost";
        switch (name)
        {
            case "root without key usage": root[1] = null; break;
            case "root without subject key identifier": root[2] = null; break;
            case "root with basic constraints not critical": root[0] = Basic(true, critical: false); break;
            case "root without basic constraints": root[0] = null; break;
            case "root with a critical subject key identifier": root[2] = Identifier(rootKey, critical: true); break;
            case "intermediate without authority key identifier": middle[3] = null; break;
            case "intermediate without key usage": middle[1] = null; break;
            case "intermediate with basic constraints not critical": middle[0] = Basic(true, critical: false); break;
            case "intermediate with path length and no keyCertSign": (middle[0], middle[1]) = (Basic(true, 0), null); break;
            case "leaf with a path length": (leaf[0], leaf[1]) = (new X509Extension("2.5.29.19", [0x30, 3, 2, 1, 0], true), null); break;
            case "leaf with keyCertSign": leaf[1] = signs; break;
            case "leaf with keyCertSign and no basic constraints": (leaf[0], leaf[1]) = (null, signs); break;
            case "leaf without authority key identifier": leaf[3] = null; break;
            case "leaf with a critical authority key identifier": leaf[3] = new X509Extension(leaf[3]!, critical: true); break;
            case "leaf without subject, SAN not critical": subject = ""; break;
            case "leaf without subject, SAN critical": (subject, leaf[4]) = ("", Names(critical: true)); break;
            case "leaf without subject and SAN": (subject, leaf[4]) = ("", null); break;
            case "leaf with an empty SAN": leaf[4] = new X509Extension("2.5.29.17", [0x30, 0], false); break;
            default: Assert.Equal("sound", name); break;
        }

        X509Certificate2 top = Issue("CN=Strict Root", rootKey, null, rootKey, [.. root]);
        X509Certificate2 between = Issue("CN=Strict Intermediate", middleKey, top.SubjectName, rootKey, [.. middle]);
        return [Issue(subject, key, between.SubjectName, middleKey, [.. leaf]), between, top];
    }

    private static X509Certificate2 Issue(string subject, ECDsa key, X500DistinguishedName? issuer, ECDsa signer,
        params X509Extension?[] extensions)
    {
        CertificateRequest request = new(new X500DistinguishedName(subject), key, HashAlgorithmName.SHA256);
        foreach (X509Extension? extension in extensions)
        {
            if (extension is not null)
            {
                request.CertificateExtensions.Add(extension);
            }
        }

        DateTimeOffset now = DateTimeOffset.UtcNow;
        return request.Create(issuer
            ?? request.SubjectName, X509SignatureGenerator.CreateForECDsa(signer), now.AddDays(-1), now.AddDays(30),
                RandomNumberGenerator.GetBytes(8));
    }

    private static X509BasicConstraintsExtension Basic(bool ca, int? length = null, bool critical = true) =>
        new(ca, length is not null, length ?? 0, critical);

    private static X509KeyUsageExtension Usage(X509KeyUsageFlags flags) => new(flags, critical: true);

    private static X509SubjectKeyIdentifierExtension Identifier(ECDsa key, bool critical = false) => new(new PublicKey(key), critical);

    private static X509AuthorityKeyIdentifierExtension Authority(ECDsa issuer) =>
        X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(Identifier(issuer));

    private static X509Extension Names(bool critical = false)
    {
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName("localhost");
        return names.Build(critical);
    }

    /// <summary>The first error that the real <c>openssl verify -x509_strict</c> reports.</summary>
    private static (int Code, int Depth, string Text) Verify(X509Certificate2[] path)
    {
        OpenSslTool.SkipWhereAbsent();
        string folder = Directory.CreateTempSubdirectory("strict").FullName;
        try
        {
            string[] files =
                [.. path.Select((certificate, depth) => System.IO.Path.Combine(folder, depth.ToString(CultureInfo.InvariantCulture)))];
            foreach ((string file, X509Certificate2 certificate) in files.Zip(path))
            {
                File.WriteAllText(file, certificate.ExportCertificatePem());
            }

            OpenSslTool.TryRun(out string output, "verify", "-x509_strict", "-no-CApath", "-no-CAstore", "-CAfile", files[2],
                "-untrusted", files[1], files[0]);
            Match first = ErrorLine().Match(output);
            Assert.True(first.Success || output.Contains(": OK", StringComparison.Ordinal), output);
            return first.Success
                ? (int.Parse(first.Groups[1].Value, CultureInfo.InvariantCulture),
                    int.Parse(first.Groups[2].Value, CultureInfo.InvariantCulture), first.Groups[3].Value.Trim()) : (0, 0, "");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [GeneratedRegex(@"error (\d+) at (\d+) depth lookup: (.*)")]
    private static partial Regex ErrorLine();
}
