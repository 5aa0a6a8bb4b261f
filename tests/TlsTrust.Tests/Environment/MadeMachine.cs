using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TlsTrust.Certificates;
using TlsTrust.Environment.Machines;

namespace TlsTrust.Tests.Environment;

/// <summary>A folder that plays a machine: root, home, project, a system bundle with one "public" root. Nothing of the real
/// user or machine is read or written through it.</summary>
internal sealed class MadeMachine : IDisposable
{
    public MadeMachine(string name = "machine")
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the made machine is a Unix machine: a root of its own, links, modes, /bin/sh");
        Folder = Directory.CreateTempSubdirectory("tlstrust-tests-").FullName;
        Folder = Path.Combine(Folder, name);
        Root = Make("root");
        Home = Make("home");
        Project = Make("project");
        Write("root/etc/ssl/certs/ca-certificates.crt", Pem(PublicRoot));
        Directory.CreateDirectory(Path.Combine(Root, "usr/lib/ssl"));
        File.CreateSymbolicLink(Path.Combine(Root, "usr/lib/ssl/cert.pem"), Path.Combine(Root, "etc/ssl/certs/ca-certificates.crt"));
        File.CreateSymbolicLink(Path.Combine(Root, "usr/lib/ssl/certs"), Path.Combine(Root, "etc/ssl/certs"));
        Machine = WithVariables([]);
    }

    public static X509Certificate2 PublicRoot { get; } = MadeRoot("Made Public Root");

    public static X509Certificate2 PrivateRoot { get; } = MadeRoot("Made Private Root");

    public static X509Certificate2 OtherRoot { get; } = MadeRoot("Another Private Root");

    public string Folder { get; }

    public string Root { get; }

    public string Home { get; }

    public string Project { get; }

    public LocalMachine Machine { get; private set; }

    public static X509Certificate2 MadeRoot(string name)
    {
        ECDsa key = TestKeys.Ecdsa();
        CertificateRequest request = new($"CN={name}, O=TlsTrust Tests", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request.SelfSigned(key, DateTimeOffset.UtcNow.AddDays(-3), DateTimeOffset.UtcNow.AddYears(5));
    }

    public static X509Certificate2 Issued(string name, X509Certificate2 issuer, bool isAuthority, string? dnsName = "localhost",
        string purpose = "1.3.6.1.5.5.7.3.1", int days = 90)
    {
        using ECDsa key = TestKeys.Ecdsa();
        CertificateRequest request = new($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, true));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(issuer, true, false));
        if (isAuthority)
        {
            request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        }
        else if (dnsName is not null)
        {
            SubjectAlternativeNameBuilder names = new();
            names.AddDnsName(dnsName);
            names.AddIpAddress(System.Net.IPAddress.Loopback);
            request.CertificateExtensions.Add(names.Build());
        }

        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], false));
        X509Certificate2 made =
            request.IssuedBy(issuer, DateTimeOffset.UtcNow.AddDays(-2), DateTimeOffset.UtcNow.AddDays(days),
                RandomNumberGenerator.GetBytes(8));
        return made.WithKey(key);
    }

    public static string Pem(X509Certificate2 certificate) => certificate.ExportCertificatePem() + "\n";

    public static Certificate Read(X509Certificate2 certificate) => Certificate.From(certificate);

    /// <summary>The machine with these variables besides PATH and HOME, and no configuration of the real user's.</summary>
    public LocalMachine WithVariables(Dictionary<string, string> variables)
    {
        Dictionary<string, string> all = new(variables) { ["HOME"] = Home };
        all.TryAdd("PATH", Path.Combine(Root, "bin"));
        return Machine = new LocalMachine(all) { Root = Root, WorkingDirectory = Project };
    }

    /// <summary>Puts an executable that does nothing on the PATH.</summary>
    public void Install(params string[] names)
    {
        foreach (string name in names)
        {
            InstallScript(name, "exit 1");
        }
    }

    public void InstallScript(string name, string script)
    {
        string path = Write($"root/bin/{name}", $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }
    }

    public string Write(string path, string content)
    {
        string full = Path.Combine(Folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, content);
        return full;
    }

    /// <summary>
    /// Every file with its content and every folder, to compare before and after; but not where data of users lies, which is made once.
    /// </summary>
    public SortedDictionary<string, string> Snapshot() => new(
        Directory.EnumerateFileSystemEntries(Folder, "*", SearchOption.AllDirectories)
            .Where(path => Path.GetFileName(path) != ".alive") // open, and so closed to everybody, as long as the process lives
            .Where(path =>
                !Directory.Exists(path)
                    || !(path.Contains("/.local", StringComparison.Ordinal) || path.EndsWith("/var", StringComparison.Ordinal)
                        || path.EndsWith("/var/lib", StringComparison.Ordinal)))
            .ToDictionary(path => Path.GetRelativePath(Folder, path), path =>
                Directory.Exists(path) ? "folder" : new FileInfo(path).LinkTarget ?? Convert.ToBase64String(File.ReadAllBytes(path))),
        StringComparer.Ordinal);

    public void Dispose()
    {
        if (Directory.Exists(Folder))
        {
            Directory.Delete(Path.GetDirectoryName(Folder)!, recursive: true);
        }
    }

    private string Make(string name) => Directory.CreateDirectory(Path.Combine(Folder, name)).FullName;
}
