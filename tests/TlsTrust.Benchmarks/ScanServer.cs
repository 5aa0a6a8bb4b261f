using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace TlsTrust.Benchmarks;

/// <summary>nginx on loopback with a chain made for this run: root, intermediate, server certificate, all ECDSA P-256.</summary>
internal sealed class ScanServer : IDisposable
{
    /// <summary>Closed connections keep their port for a minute: 16 addresses give room for 20,000 of them many times over.</summary>
    public const int Addresses = 16;

    private readonly string _directory;
    private readonly Process _nginx;

    private ScanServer(string directory, Process nginx, int port)
    {
        _directory = directory;
        _nginx = nginx;
        Port = port;
    }

    public int Port { get; }

    public string RootFile => Path.Combine(_directory, "root.pem");

    public static ScanServer? Start()
    {
        string? program = new[] { "/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/sbin/nginx" }.FirstOrDefault(File.Exists);
        if (program is null)
        {
            return null;
        }

        string directory = Directory.CreateTempSubdirectory("tlstrust-scan-").FullName;
        WriteChain(directory);
        int port = FreePort();
        string listen =
            string.Join('\n',
                Enumerable.Range(1, Addresses)
                    .Select(i => string.Create(CultureInfo.InvariantCulture, $"listen 127.0.0.{i}:{port} ssl backlog=4096;")));
        File.WriteAllText(Path.Combine(directory, "nginx.conf"), $$"""
            daemon off; master_process off; worker_processes 1; pid {{directory}}/pid; error_log {{directory}}/error.log crit;
            events { worker_connections 4096; }
            http {
              access_log off; client_body_temp_path {{directory}}; proxy_temp_path {{directory}}; fastcgi_temp_path {{directory}}; uwsgi_temp_path {{directory}}; scgi_temp_path {{directory}};
              server {
                {{listen}}
                server_name localhost;
                ssl_certificate {{directory}}/chain.pem; ssl_certificate_key {{directory}}/server.key;
                ssl_protocols TLSv1.2 TLSv1.3; ssl_session_cache off; ssl_session_tickets off;
              }
            }
            """);
        Process nginx = Process.Start(new ProcessStartInfo(program, ["-p", directory, "-c", Path.Combine(directory, "nginx.conf")]))!;
        ScanServer server = new(directory, nginx, port);
        for (int i = 0; i < 100 && !Listens(port); i++)
        {
            Thread.Sleep(50);
        }

        return server;
    }

    public IPEndPoint AddressOf(int index) => new(new IPAddress([127, 0, 0, (byte)(1 + (index % Addresses))]), Port);

    public void Dispose()
    {
        if (!_nginx.HasExited)
        {
            _nginx.Kill();
        }

        _nginx.WaitForExit();
        _nginx.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private static void WriteChain(string directory)
    {
        DateTimeOffset start = DateTimeOffset.UtcNow.AddDays(-1);
        DateTimeOffset end = DateTimeOffset.UtcNow.AddDays(60);
        using ECDsa rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using ECDsa middleKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using ECDsa leafKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 root = Ca("CN=Scan Root", rootKey).CreateSelfSigned(start, end);
        using X509Certificate2 middle = Ca("CN=Scan Intermediate", middleKey).Create(root, start, end, [2]).CopyWithPrivateKey(middleKey);
        CertificateRequest request = new("CN=localhost", leafKey, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(middle, true, false));
        using X509Certificate2 leaf = request.Create(middle, start, end.AddDays(-1), [3]);
        File.WriteAllText(Path.Combine(directory, "root.pem"), root.ExportCertificatePem());
        File.WriteAllText(Path.Combine(directory, "chain.pem"), leaf.ExportCertificatePem() + "\n" + middle.ExportCertificatePem());
        File.WriteAllText(Path.Combine(directory, "server.key"), leafKey.ExportPkcs8PrivateKeyPem());
    }

    private static CertificateRequest Ca(string subject, ECDsa key)
    {
        CertificateRequest request = new(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request;
    }

    private static int FreePort()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private static bool Listens(int port)
    {
        try
        {
            using TcpClient client = new("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
