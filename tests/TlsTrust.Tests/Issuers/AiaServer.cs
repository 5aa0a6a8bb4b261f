using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace TlsTrust.Tests.Issuers;

/// <summary>
/// A real HTTP server on loopback that gives exactly the bytes asked for, misbehaves on request, and counts every request and every
/// connection.
/// </summary>
internal sealed class AiaServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, Func<Stream, string, CancellationToken, Task>> _routes = new();
    private readonly Task _loop;
    private int _connections;

    public AiaServer()
    {
        _listener.Start();
        _loop = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public ConcurrentQueue<string> Requests { get; } = new();

    public int Connections => Volatile.Read(ref _connections);

    public string Url(string path) => $"http://127.0.0.1:{Port}{path}";

    public string Serve(string path, ReadOnlyMemory<byte> content, string contentType = "application/octet-stream")
    {
        _routes[path] = async (stream, _, cancellation) =>
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: {contentType}\r\nContent-Length: " +
                $"{content.Length}\r\nSet-Cookie: a=b\r\nConnection: close\r\n\r\n"), cancellation);
            await stream.WriteAsync(content, cancellation);
        };
        return Url(path);
    }

    public string Redirect(string path, string target)
    {
        _routes[path] = (stream, _, cancellation) =>
            stream.WriteAsync(
                Encoding.ASCII.GetBytes($"HTTP/1.1 302 Found\r\nLocation: {target}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
                    cancellation).AsTask();
        return Url(path);
    }

    /// <summary>Headers and then bytes for ever.</summary>
    public string Endless(string path)
    {
        _routes[path] = async (stream, _, cancellation) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"u8.ToArray(), cancellation);
            byte[] block = new byte[4096];
            while (true)
            {
                await stream.WriteAsync(block, cancellation);
            }
        };
        return Url(path);
    }

    /// <summary>Takes the request and says nothing.</summary>
    public string Silent(string path)
    {
        _routes[path] = (_, _, cancellation) => Task.Delay(Timeout.Infinite, cancellation);
        return Url(path);
    }

    public string Handle(string path, Func<Stream, string, CancellationToken, Task> answer)
    {
        _routes[path] = answer;
        return Url(path);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _loop;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                Interlocked.Increment(ref _connections);
                _ = AnswerAsync(client);
            }
            catch (Exception fault) when (fault is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                NetworkStream stream = client.GetStream();
                StringBuilder head = new();
                byte[] one = new byte[1];
                while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(one, _stop.Token) == 1)
                {
                    head.Append((char)one[0]);
                }

                string request = head.ToString();
                Requests.Enqueue(request);
                string path = request.Split(' ') is [_, var target, ..] ? target : "";
                string host = request.Split("\r\n").FirstOrDefault(line => line.StartsWith("Host: ", StringComparison.Ordinal))?[6..] ?? "";
                Func<Stream, string, CancellationToken, Task>? route = _routes.GetValueOrDefault($"http://{host}{path}")
                    ?? _routes.GetValueOrDefault(path)
                        ?? _routes.Where(known => known.Key.EndsWith('*') && path.StartsWith(known.Key[..^1], StringComparison.Ordinal))
                            .Select(known => known.Value).FirstOrDefault();
                if (route is null)
                {
                    await stream.WriteAsync("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(),
                        _stop.Token);
                }
                else
                {
                    await route(stream, request, _stop.Token);
                }

                client.Client.Shutdown(SocketShutdown.Send);
            }
            catch (Exception fault) when (fault is IOException or SocketException or OperationCanceledException)
            {
                return;
            }
        }
    }
}
