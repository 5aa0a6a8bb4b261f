using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TlsTrust.Certificates;
using TlsTrust.Environment.Machines;
using TlsTrust.Environment.Provisioning.Records;
using TlsTrust.Stores;

namespace TlsTrust.Tests.Environment;

/// <summary>
/// A folder that plays a machine: root, home, project, a system bundle with one "public" root. Nothing of the real user or machine is read
/// or written through it, but the roots of Windows, which are in its registry, are read. It is of the kind that the tests run on.
/// </summary>
internal sealed class MadeMachine : IDisposable
{
    private static readonly Dictionary<string, string?> WindowsPlaces = new()
    {
        ["root/etc/gitconfig"] = "root/Program Files/Git/etc/gitconfig",
        ["root/etc/docker/daemon.json"] = "root/ProgramData/docker/config/daemon.json",
        ["home/.config/pip/pip.conf"] = "home/AppData/Roaming/pip/pip.ini",
        ["home/.config/Code/User/settings.json"] = "home/AppData/Roaming/Code/User/settings.json",
        ["home/.nuget/NuGet/NuGet.Config"] = "home/AppData/Roaming/NuGet/NuGet.Config",
        ["home/.config/gcloud/properties"] = "home/AppData/Roaming/gcloud/properties",
        ["home/.config/powershell/profile.ps1"] = "home/Documents/PowerShell/profile.ps1",
        ["home/.profile"] = null,
        ["home/.bash_profile"] = null,
        ["root/etc/environment"] = null,
        ["home/.config/environment.d/10-x.conf"] = null,
        ["home/.config/fish/config.fish"] = null,
    };

    private readonly MadeRegistry _registry = new();

    public MadeMachine(string name = "machine")
    {
        Folder = Directory.CreateTempSubdirectory("tlstrust-tests-").FullName;
        Folder = Path.Combine(Folder, name);
        Root = Make("root");
        Home = Make("home");
        Project = Make("project");
        if (OperatingSystem.IsWindows())
        {
            // As the installer of Git for Windows asks, with OpenSSL chosen.
            Write("root/Program Files/Git/etc/gitconfig", "[http]\n\tsslBackend = openssl\n");
        }
        else
        {
            Write("root/etc/ssl/certs/ca-certificates.crt", Pem(PublicRoot));
            Directory.CreateDirectory(Path.Combine(Root, "usr/lib/ssl"));
            File.CreateSymbolicLink(Path.Combine(Root, "usr/lib/ssl/cert.pem"), Path.Combine(Root, "etc/ssl/certs/ca-certificates.crt"));
            File.CreateSymbolicLink(Path.Combine(Root, "usr/lib/ssl/certs"), Path.Combine(Root, "etc/ssl/certs"));
        }

        Machine = WithVariables([]);
    }

    public static X509Certificate2 PublicRoot { get; } = MadeRoot("Made Public Root");

    public static X509Certificate2 PrivateRoot { get; } = MadeRoot("Made Private Root");

    public static X509Certificate2 OtherRoot { get; } = MadeRoot("Another Private Root");

    /// <summary>How many roots its system has: what is made here, or what Windows has in its stores.</summary>
    public int SystemRootCount =>
        TrustStores.Default(new StoreView(Machine)).Anchors.Select(stored => stored.Certificate).Distinct().Count();

    public string Folder { get; }

    public string Root { get; }

    public string Home { get; }

    public string Project { get; }

    public IMachine Machine { get; private set; }

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

    /// <summary>The machine with these variables besides PATH and where its places are, and no configuration of the real user's.</summary>
    public IMachine WithVariables(Dictionary<string, string> variables)
    {
        Dictionary<string, string> all = new(variables) { [OperatingSystem.IsWindows() ? "USERPROFILE" : "HOME"] = Home };
        all.TryAdd("PATH", Path.Combine(Root, "bin"));
        if (!OperatingSystem.IsWindows())
        {
            return Machine = new LocalMachine(all) { Root = Root, WorkingDirectory = Project };
        }

        all["APPDATA"] = Path.Combine(Home, "AppData", "Roaming");
        all["LOCALAPPDATA"] = Path.Combine(Home, "AppData", "Local");
        all["ProgramData"] = Path.Combine(Root, "ProgramData");
        all["ProgramFiles"] = Path.Combine(Root, "Program Files");
        return Machine = new WindowsMachine(new LocalMachine(all) { WorkingDirectory = Project }, _registry);
    }

    /// <summary>Puts an executable on the PATH that does nothing; curl of Windows says with whose TLS it was built.</summary>
    public void Install(params string[] names)
    {
        foreach (string name in names)
        {
            InstallScript(name, "exit 1", name == "curl" ? "@echo curl 8.9.1 (Windows) libcurl/8.9.1 OpenSSL/3.3.1" : "@exit /b 1");
        }
    }

    public void InstallScript(string name, string script, string batch = "@exit /b 1")
    {
        if (OperatingSystem.IsWindows())
        {
            Write($"root/bin/{name}.cmd", batch + "\r\n");
            return;
        }

        string path = Write($"root/bin/{name}", $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    /// <summary>
    /// Where a file lies on this platform whose place on Linux, from this folder on, is given; null for what Windows does not have.
    /// </summary>
    public static string? Place(string linux) => !OperatingSystem.IsWindows() ? linux
        : WindowsPlaces.TryGetValue(linux, out string? place) ? place : linux;

    public string Write(string path, string content)
    {
        string full = Path.GetFullPath(Path.Combine(Folder, path));
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, content);
        return full;
    }

    /// <summary>
    /// Every file with its content, every folder and what is in the registry, to compare before and after; but not where data of users
    /// lies, which is made once.
    /// </summary>
    public SortedDictionary<string, string> Snapshot()
    {
        SortedDictionary<string, string> all = new(_registry.Contents, StringComparer.Ordinal);
        foreach (string path in Directory.EnumerateFileSystemEntries(Folder, "*", SearchOption.AllDirectories)
            .Where(path => Path.GetFileName(path) != ".alive") // open, and so closed to everybody, as long as the process lives
            .Where(path => !Directory.Exists(path) || !IsForData(path.Replace('\\', '/'))))
        {
            all[Path.GetRelativePath(Folder, path)] = Directory.Exists(path) ? "folder"
                : new FileInfo(path).LinkTarget ?? Convert.ToBase64String(File.ReadAllBytes(path));
        }

        return all;
    }

    public void Dispose()
    {
        if (OperatingSystem.IsWindows())
        {
            LetGo(ProvisionFolders.For(Machine, TrustScope.Process));
        }

        if (Directory.Exists(Folder))
        {
            Directory.Delete(Path.GetDirectoryName(Folder)!, recursive: true);
        }
    }

    // The sign of life of this process is open, and an open file keeps its folder there.
    private void LetGo(string folder)
    {
        foreach (string path in Directory.Exists(folder) ? Directory.GetFileSystemEntries(folder) : [])
        {
            if (Directory.Exists(path))
            {
                Directory.Delete(path, recursive: true);
            }
            else if (Path.GetFileName(path) != ".alive")
            {
                File.Delete(path);
            }
        }

        ProvisionFolders.LetGo(Machine, TrustScope.Process);
    }

    private static bool IsForData(string path) =>
        path.Contains("/.local", StringComparison.Ordinal) || path.Contains("/home/AppData", StringComparison.Ordinal)
            || path.EndsWith("/var", StringComparison.Ordinal) || path.EndsWith("/var/lib", StringComparison.Ordinal)
            || path.EndsWith("/ProgramData", StringComparison.Ordinal);

    private string Make(string name) => Directory.CreateDirectory(Path.Combine(Folder, name)).FullName;
}
