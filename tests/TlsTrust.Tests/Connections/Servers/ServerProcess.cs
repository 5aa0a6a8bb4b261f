using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace TlsTrust.Tests.Connections.Servers;

/// <summary>A real server as a child process with a directory of its own; both are gone afterwards.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly List<string> _output = [];

    private ServerProcess(Process process, int port)
    {
        _process = process;
        Port = port;
    }

    public int Port { get; }

    public string Output
    {
        get
        {
            lock (_output)
            {
                return string.Join('\n', _output);
            }
        }
    }

    /// <summary>Starts a server that is told its port, and waits until it listens.</summary>
    public static async Task<ServerProcess> StartAsync(string file, int port, IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string>? environment = null)
    {
        ProcessStartInfo start =
            new(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        Process process = Process.Start(start)!;
        ServerProcess server = new(process, port);
        process.OutputDataReceived += server.Keep;
        process.ErrorDataReceived += server.Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        for (int i = 0; i < 600; i++)
        {
            if (process.HasExited)
            {
                break;
            }

            if (await ListensAsync(port))
            {
                return server;
            }

            await Task.Delay(50);
        }

        await server.DisposeAsync();
        throw new InvalidOperationException($"{file} did not start: {server.Output}");
    }

    /// <summary>nginx with these <c>server</c> blocks, in which PORT stands for its port on loopback; files lie in the directory.</summary>
    public static async Task<ServerProcess> NginxAsync(string directory, string servers)
    {
        string? nginx = Find("nginx");
        Assert.SkipWhen(nginx is null, "nginx is not installed.");
        int port = FreePort();
        string configuration = Path.Combine(directory, "nginx.conf");
        await File.WriteAllTextAsync(configuration, $$"""
            daemon off; master_process off; pid {{directory}}/pid; error_log stderr;
            events { }
            http {
              access_log off; client_body_temp_path {{directory}}; proxy_temp_path {{directory}};
              fastcgi_temp_path {{directory}}; uwsgi_temp_path {{directory}}; scgi_temp_path {{directory}};
              {{servers.Replace("PORT", $"{port}", StringComparison.Ordinal)}}
            }
            """);
        return await StartAsync(nginx!, port, ["-p", directory, "-c", configuration]);
    }

    /// <summary>openssl s_server on loopback; it sends the chain exactly as given.</summary>
    public static Task<ServerProcess> OpenSslAsync(string directory, X509Certificate2 leaf, X509Certificate2[] rest, params string[] more)
    {
        Assert.SkipWhen(Find("openssl") is null, "openssl is not installed.");
        int port = FreePort();
        (string certificate, string key) = TestPki.Write(directory, "server", leaf);
        string chain = Path.Combine(directory, "rest.pem");
        File.WriteAllText(chain, string.Concat(rest.Select(each => each.ExportCertificatePem() + "\n")));
        string[] sent = rest.Length > 0 ? ["-cert_chain", chain] : [];
        return StartAsync("openssl", port,
            ["s_server", "-accept", $"127.0.0.1:{port}", "-cert", certificate, "-key", key, "-quiet", .. sent, .. more], Clean);
    }

    /// <summary>A port nobody listens on right now.</summary>
    public static int FreePort()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    /// <summary>The full path of a program, also where ordinary users have no path to it; null where it is not installed.</summary>
    public static string? Find(string program, params string[] directories) =>
        (System.Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Concat(["/usr/sbin", "/sbin", "/usr/local/sbin", .. directories])
            .Where(directory => directory.Length > 0)
            .Select(directory => Path.Combine(directory, OperatingSystem.IsWindows() ? program + ".exe" : program))
            .FirstOrDefault(File.Exists);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static Dictionary<string, string> Clean => new() { ["SSL_CERT_FILE"] = "", ["SSL_CERT_DIR"] = "" };

    private static async Task<bool> ListensAsync(int port)
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_output)
        {
            _output.Add(line.Data ?? "");
        }
    }
}
