using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using TlsTrust.Connections.Faults;
using TlsTrust.Connections.Wire;

namespace TlsTrust.Connections.Proxies;

/// <summary>A way through an HTTP proxy: CONNECT, RFC 9110 §9.3.6.</summary>
internal sealed class HttpTunnel
{
    /// <summary>Requests on one connection: Negotiate with NTLM takes two, Kerberos one.</summary>
    private const int MaxRequests = 4;

    private readonly ProxyServer _proxy;
    private readonly string _target;

    /// <param name="proxy">The proxy.</param>
    /// <param name="host">Name or IP literal to be connected to.</param>
    /// <param name="port">Its port.</param>
    public HttpTunnel(ProxyServer proxy, string host, int port)
    {
        _proxy = proxy;
        _target = string.Create(CultureInfo.InvariantCulture,
            $"{(host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host)}:{port}");
    }

    /// <summary>The proxy's clock, where it told it.</summary>
    public DateTime? ProxyTime { get; private set; }

    /// <summary>Opens the tunnel.</summary>
    /// <param name="dialAsync">Connects to the proxy; asked a second time where the proxy wants authentication.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <returns>A stream to the target.</returns>
    /// <exception cref="ConnectionFault">The proxy refused, or did not speak HTTP.</exception>
    public async Task<Stream> OpenAsync(Func<CancellationToken, Task<Stream>> dialAsync, CancellationToken cancellationToken)
    {
        Stream stream = await DialAsync(dialAsync, cancellationToken);
        try
        {
            ProxyReply reply = await AskAsync(stream, authorization: null, cancellationToken);
            if (reply.Status != 407)
            {
                return Accept(stream, reply);
            }

            List<string> offered = [.. reply.Values("Proxy-Authenticate")];
            if (_proxy.Credential is not { } credential)
            {
                throw WantsAuthentication(offered, "and no user name was given for it");
            }

            await stream.DisposeAsync();
            using ProxyAuthentication? authentication = ProxyAuthentication.Choose(offered, credential, _proxy.HostName);
            if (authentication is null)
            {
                throw WantsAuthentication(offered, "and none of that can be done here");
            }

            // A connection of its own: the first one may be about to close, and Negotiate is bound to one connection.
            stream = await DialAsync(dialAsync, cancellationToken);
            IReadOnlyList<string> challenges = [];
            for (int i = 0; i < MaxRequests && authentication.Answer(challenges) is { } answer; i++)
            {
                reply = await AskAsync(stream, answer, cancellationToken);
                if (reply.Status != 407)
                {
                    return Accept(stream, reply);
                }

                challenges = [.. reply.Values("Proxy-Authenticate")];
                if (!await reply.SkipBodyAsync(stream, cancellationToken))
                {
                    break;
                }
            }

            throw WantsAuthentication(offered, $"and did not accept user {credential.UserName} by {authentication.Scheme}");
        }
        catch (Exception error)
            when ((error is IOException or SocketException or ObjectDisposedException) && !cancellationToken.IsCancellationRequested)
        {
            await stream.DisposeAsync();
            throw new ConnectionFault(Cause.ProxyRefused, $"The proxy {_proxy} broke off the connection in answer to CONNECT {_target}.");
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    private async Task<Stream> DialAsync(Func<CancellationToken, Task<Stream>> dialAsync, CancellationToken cancellationToken)
    {
        Stream stream = await dialAsync(cancellationToken);
        if (_proxy.Scheme != "https")
        {
            return stream;
        }

        // Here somebody must be trusted: a password may follow. It is the platform's own check, with the platform's own anchors.
        SslStream ssl = new(stream, leaveInnerStreamOpen: false);
        try
        {
            await ssl.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = _proxy.HostName,
                    CertificateChainPolicy =
                        new X509ChainPolicy { DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck },
                },
                cancellationToken);
            return ssl;
        }
        catch (Exception error)
        {
            await ssl.DisposeAsync();
            if (error is AuthenticationException or IOException && !cancellationToken.IsCancellationRequested)
            {
                throw new ConnectionFault(Cause.ProxyRefused,
                    $"There is no trusted TLS connection to the proxy {_proxy} itself: {PlatformWords.Of(error)}");
            }

            throw;
        }
    }

    private async Task<ProxyReply> AskAsync(Stream stream, string? authorization, CancellationToken cancellationToken)
    {
        StringBuilder request = new();
        request.Append(CultureInfo.InvariantCulture,
            $"CONNECT {_target} HTTP/1.1\r\nHost: {_target}\r\nUser-Agent: TlsTrust\r\nProxy-Connection: Keep-Alive\r\n");
        if (authorization is not null)
        {
            request.Append(CultureInfo.InvariantCulture, $"Proxy-Authorization: {authorization}\r\n");
        }

        request.Append("\r\n");
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request.ToString()), cancellationToken);
        await stream.FlushAsync(cancellationToken);
        ProxyReply reply = await ProxyReply.ReadAsync(stream, cancellationToken)
            ?? throw new ConnectionFault(Cause.ProxyRefused, $"The proxy {_proxy} closed the connection in answer to CONNECT {_target}.");
        ProxyTime = PlaintextProtocol.TimeIn(reply.Head) ?? ProxyTime;
        return reply;
    }

    private Stream Accept(Stream stream, ProxyReply reply) => reply.Status switch
    {
        >= 200 and < 300 => reply.Rest.Length > 0 ? new PrefixedStream(reply.Rest, stream) : stream,
        0 => throw new ConnectionFault(Cause.ProxyRefused,
            $"{_proxy} is no HTTP proxy: to CONNECT it said {PlaintextProtocol.Describe(reply.Head)}.") { Spoke =
                PlaintextProtocol.Describe(reply.Head) },
        _ => throw new ConnectionFault(Cause.ProxyRefused,
            $"The proxy {_proxy} answered CONNECT {_target} with \"{reply.StatusLine}\".") { ServerTime = ProxyTime },
    };

    private ConnectionFault WantsAuthentication(IReadOnlyList<string> offered, string why)
    {
        string schemes =
            string.Join(", ",
                offered.Select(value => PlaintextProtocol.FirstLine(Encoding.Latin1.GetBytes(value.Split(' ')[0]))).Distinct().Take(8));
        return new ConnectionFault(Cause.ProxyAuthenticationRequired,
            $"The proxy {_proxy} wants authentication ({(schemes.Length > 0 ? schemes : "no scheme named")}), {why}.") { ServerTime =
                ProxyTime };
    }
}
