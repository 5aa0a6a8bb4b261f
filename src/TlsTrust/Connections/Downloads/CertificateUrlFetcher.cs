using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using TlsTrust.Certificates.Names;
using TlsTrust.Connections.Addresses;
using TlsTrust.Connections.Endpoints;
using TlsTrust.Connections.Proxies;

namespace TlsTrust.Connections.Downloads;

/// <summary>
/// Fetches URLs that are written in certificates (caIssuers, OCSP, CRL). The URL is chosen by an attacker, so: http and https only, no
/// cookies, no credentials, no referrer, few redirects, a cap on bytes and time; every address is checked after the name was
/// resolved, on each redirect again, and the connection goes to the very address that was checked.
/// </summary>
public sealed class CertificateUrlFetcher : IDisposable
{
    /// <summary>3: a CA's URL that moved takes one; a chain of more is a trap or a mistake.</summary>
    public const int MaxRedirects = 3;

    // Enough of a redirect's target to know it by.
    private const int MaxShown = 200;

    private readonly CertificateUrlOptions _options;
    private readonly HttpClient _direct;
    private int _requests;

    /// <summary>A fetcher for one run.</summary>
    public CertificateUrlFetcher(CertificateUrlOptions options)
    {
        _options = options;
        _direct = Client(proxy: null);
    }

    /// <summary>HTTP requests sent so far.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>
    /// Fetches a URL. Never throws for what the network does, only <see cref="OperationCanceledException"/> when cancelled.
    /// </summary>
    public async Task<FetchedContent> FetchAsync(FetchRequest request, CancellationToken cancellation)
    {
        long started = Stopwatch.GetTimestamp();
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_options.FetchTimeout);
        Progress progress = new() { Reach = _options.AllowPrivateAddress ? FetchReach.Anywhere : request.Reach };
        FetchedContent result;
        try
        {
            result = await FollowAsync(request, progress, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            result = Failed(request, FetchOutcome.TimedOut, $"no complete answer within {_options.FetchTimeout.TotalSeconds:0.##} s");
        }
        catch (RefusedAddressException refused)
        {
            result = Failed(request, refused.Outcome, refused.Message);
        }
        catch (HttpRequestException fault)
        {
            cancellation.ThrowIfCancellationRequested();
            result = Describe(request, fault, limit.IsCancellationRequested);
        }
        catch (Exception fault) when (fault is IOException or SocketException or UriFormatException)
        {
            result = Failed(request, FetchOutcome.Unreachable, fault.Message);
        }

        return result with { Requests = progress.Requests, Milliseconds = Stopwatch.GetElapsedTime(started).TotalMilliseconds };
    }

    /// <inheritdoc/>
    public void Dispose() => _direct.Dispose();

    private static FetchedContent Failed(FetchRequest request, FetchOutcome outcome, string detail) =>
        new() { Url = request.Url, Outcome = outcome, Detail = detail };

    private static FetchedContent Describe(FetchRequest request, HttpRequestException fault, bool timedOut)
    {
        for (Exception? inner = fault; inner is not null; inner = inner.InnerException)
        {
            switch (inner)
            {
                case RefusedAddressException refused:
                    return Failed(request, refused.Outcome, refused.Message);
                case AuthenticationException tls:
                    return Failed(request, FetchOutcome.TlsFailed, $"the server's own certificate was not accepted: {tls.Message}");
                case SocketException socket:
                    return Failed(request, FetchOutcome.Unreachable, socket.Message);
            }
        }

        return timedOut
            ? Failed(request, FetchOutcome.TimedOut, "no complete answer in time")
            : Failed(request, FetchOutcome.Unreachable, fault.Message);
    }

    private async Task<FetchedContent> FollowAsync(FetchRequest request, Progress progress, CancellationToken cancellation)
    {
        Uri? uri = UrlGuard.HttpUri(request.Url);
        if (uri is null)
        {
            return Failed(request, FetchOutcome.NotHttp, "not an http or https URL");
        }

        for (int redirects = 0; ; redirects++)
        {
            UrlGuard.CheckPort(uri);
            IWebProxy? proxy = ProxyFor(uri);
            using HttpClient? proxied = proxy is null ? null : await ProxiedAsync(uri, proxy, progress, cancellation).ConfigureAwait(false);
            using HttpRequestMessage message = Message(uri, request);
            message.Options.Set(Progress.Key, progress);
            progress.Requests++;
            Interlocked.Increment(ref _requests);
            HttpResponseMessage response;
            try
            {
                response = await (proxied ?? _direct).SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellation)
                    .ConfigureAwait(false);
            }
            catch (HttpRequestException fault) when (fault.GetBaseException() is RefusedAddressException)
            {
                // Nothing was sent: the guard stopped it before any connection.
                progress.Requests--;
                Interlocked.Decrement(ref _requests);
                throw;
            }

            using (response)
            {
                int status = (int)response.StatusCode;
                if (status is 301 or 302 or 303 or 307 or 308)
                {
                    if (redirects == MaxRedirects || response.Headers.Location is not { } target)
                    {
                        return Failed(request, FetchOutcome.Redirects, redirects == MaxRedirects ? $"more than {MaxRedirects} redirects"
                            : $"status {status} without a target");
                    }

                    string next = Uri.TryCreate(uri, target, out Uri? absolute) ? absolute.AbsoluteUri : target.OriginalString;
                    uri = UrlGuard.HttpUri(next);
                    if (uri is null)
                    {
                        return Failed(request, FetchOutcome.RedirectNotHttp, $"redirected to {Shown(next)}");
                    }

                    continue;
                }

                if (status != 200)
                {
                    return Failed(request, FetchOutcome.Status, $"the server answered {status}");
                }

                byte[]? content = await ReadAsync(response, request, cancellation).ConfigureAwait(false);
                return content is null
                    ? Failed(request, FetchOutcome.TooLarge, "more bytes than allowed")
                    : new() { Url = request.Url, Outcome = FetchOutcome.Fetched, Content = content, FromPrivateAddress = progress.Private,
                        ServerTime = response.Headers.Date?.UtcDateTime };
            }
        }
    }

    // What a redirect says is shown to people.
    private static string Shown(string url) => VisibleText.Of(url.Length > MaxShown ? url[..MaxShown] : url);

    private static HttpRequestMessage Message(Uri uri, FetchRequest request)
    {
        // User information in the URL would become credentials.
        UriBuilder plain = new(uri) { UserName = "", Password = "", Fragment = "" };
        HttpRequestMessage message = new(request.Body is null ? HttpMethod.Get : HttpMethod.Post, plain.Uri);
        if (request.Body is { } body)
        {
            message.Content = new ReadOnlyMemoryContent(body);
            message.Content.Headers.ContentType = new MediaTypeHeaderValue(request.BodyType ?? "application/octet-stream");
        }

        return message;
    }

    private static async Task<byte[]?> ReadAsync(HttpResponseMessage response, FetchRequest request, CancellationToken cancellation)
    {
        int limit = request.MaxBytes;
        using MemoryStream content = new();
        byte[] buffer = new byte[16 * 1024];
        Stream body = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            while (true)
            {
                int read = await body.ReadAsync(buffer, cancellation).ConfigureAwait(false);
                if (read == 0)
                {
                    return content.ToArray();
                }

                content.Write(buffer, 0, read);
                if (content.Length > limit)
                {
                    limit = Math.Max(limit, request.Extend?.Invoke(content.GetBuffer().AsMemory(0, (int)content.Length)) ?? 0);
                    if (content.Length > limit)
                    {
                        return null;
                    }
                }
            }
        }
    }

    private WebProxy? ProxyFor(Uri uri)
    {
        ProxyServer? server = _options.Proxy.ServerFor(new Endpoint { HostName = uri.IdnHost, Port = uri.Port, Scheme = uri.Scheme });
        return server is null ? null : new WebProxy(new Uri(server.ToString())) { Credentials = server.Credential };
    }

    private HttpClient Client(IWebProxy? proxy)
    {
        SocketsHttpHandler handler = new()
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            Credentials = null,
            PreAuthenticate = false,
            UseProxy = proxy is not null,
            Proxy = proxy,
            AutomaticDecompression = DecompressionMethods.None,
            MaxConnectionsPerServer = 8, // politeness: a scan of one CA's customers asks one server

            // No connection is used twice: what one request was allowed to connect to says nothing about the next.
            PooledConnectionLifetime = TimeSpan.Zero,
            MaxResponseHeadersLength = 16, // KiB; real answers have under one
            ResponseDrainTimeout = TimeSpan.Zero,
            ActivityHeadersPropagator = null, // no tracing headers to strangers
            ConnectCallback = (context, cancellation) => ConnectAsync(context, proxy is not null, cancellation),
            SslOptions = new SslClientAuthenticationOptions
            {
                // What is fetched proves itself by its signature; the platform's check of the server stays on, but
                // must not go and download for itself (on Linux it would even keep what it gets in the user's profile).
                CertificateChainPolicy = new X509ChainPolicy
                {
                    DisableCertificateDownloads = true,
                    RevocationMode = X509RevocationMode.NoCheck,
                },
            },
        };
        return new HttpClient(handler, disposeHandler: true) { Timeout = Timeout.InfiniteTimeSpan };
    }

    // Through a proxy the target is connected to by the proxy. What can be known here is checked here: literals, and names that this
    // machine resolves.
    private async Task<HttpClient> ProxiedAsync(Uri uri, IWebProxy proxy, Progress progress, CancellationToken cancellation)
    {
        IReadOnlyList<IPAddress> addresses;
        try
        {
            addresses = await AddressesAsync(uri.IdnHost, cancellation).ConfigureAwait(false);
        }
        catch (SocketException)
        {
            UrlGuard.CheckUnresolved(uri.IdnHost, progress.Reach);
            return Client(proxy);
        }

        UrlGuard.Check(uri.IdnHost, addresses, progress.Reach);
        return Client(proxy);
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, bool toProxy, CancellationToken cancellation)
    {
        string host = context.DnsEndPoint.Host;
        IReadOnlyList<IPAddress> addresses;
        try
        {
            addresses = await AddressesAsync(host, cancellation).ConfigureAwait(false);
        }
        catch (SocketException fault)
        {
            throw new RefusedAddressException(FetchOutcome.NotResolved, $"{host}: {fault.Message}");
        }

        Progress? progress = context.InitialRequestMessage.Options.TryGetValue(Progress.Key, out Progress? known) ? known : null;
        if (!toProxy)
        {
            UrlGuard.Check(host, addresses, progress?.Reach ?? FetchReach.Public);
        }

        Exception? last = null;
        foreach (IPAddress address in addresses)
        {
            try
            {
                Stream stream = await _options.Dialer.DialAsync(new IPEndPoint(address, context.DnsEndPoint.Port), cancellation)
                    .ConfigureAwait(false);
                if (progress is not null && !toProxy && !AddressScope.IsGlobal(address))
                {
                    progress.Private = true;
                }

                return stream;
            }
            catch (Exception fault) when (fault is SocketException or IOException)
            {
                last = fault;
            }
        }

        throw last ?? new RefusedAddressException(FetchOutcome.NotResolved, $"{host} has no address");
    }

    private async Task<IReadOnlyList<IPAddress>> AddressesAsync(string host, CancellationToken cancellation) =>
        IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? literal) ? [literal]
            : await _options.Resolver.ResolveAsync(host, cancellation).ConfigureAwait(false);

    private sealed class Progress
    {
        internal static readonly HttpRequestOptionsKey<Progress> Key = new("TlsTrust.Progress");

        internal FetchReach Reach { get; set; }

        internal int Requests { get; set; }

        internal bool Private { get; set; }
    }
}
