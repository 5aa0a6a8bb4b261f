using System.ComponentModel;
using System.Net;
using System.Net.Security;
using System.Text;

namespace TlsTrust.Connections.Proxies;

/// <summary>The answer to a proxy's 407: Negotiate where it is offered and works here, else Basic.</summary>
internal sealed class ProxyAuthentication : IDisposable
{
    private readonly NetworkCredential _credential;
    private readonly NegotiateAuthentication? _negotiation;
    private string? _first;

    private ProxyAuthentication(string scheme, NetworkCredential credential, NegotiateAuthentication? negotiation)
    {
        Scheme = scheme;
        _credential = credential;
        _negotiation = negotiation;
    }

    /// <summary><c>Negotiate</c> or <c>Basic</c>.</summary>
    public string Scheme { get; }

    /// <summary>Picks the strongest scheme that the proxy offers and this machine can do.</summary>
    /// <param name="offered">Values of Proxy-Authenticate.</param>
    /// <param name="credential">User name and password.</param>
    /// <param name="proxy">Host of the proxy, for its Kerberos service name.</param>
    /// <returns>Null where nothing fits.</returns>
    public static ProxyAuthentication? Choose(IReadOnlyList<string> offered, NetworkCredential credential, string proxy)
    {
        if (Offers(offered, "Negotiate") && Negotiation(credential, proxy) is { } negotiation)
        {
            ProxyAuthentication candidate = new("Negotiate", credential, negotiation);
            if (candidate.CanStart())
            {
                return candidate;
            }

            candidate.Dispose();
        }

        return Offers(offered, "Basic") ? new ProxyAuthentication("Basic", credential, null) : null;
    }

    /// <summary>The value of Proxy-Authorization, or null when there is nothing left to say.</summary>
    /// <param name="challenges">Values of Proxy-Authenticate of the last reply; empty at first.</param>
    public string? Answer(IReadOnlyList<string> challenges)
    {
        if (_negotiation is null)
        {
            return challenges.Count > 0 ? null
                : "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{_credential.UserName}:{_credential.Password}"));
        }

        if (challenges.Count == 0)
        {
            return _first;
        }

        string? challenge = challenges.FirstOrDefault(each => each.StartsWith("Negotiate ", StringComparison.OrdinalIgnoreCase));
        if (challenge is null)
        {
            return null;
        }

        try
        {
            byte[]? token =
                _negotiation.GetOutgoingBlob(Convert.FromBase64String(challenge[10..].Trim()),
                    out NegotiateAuthenticationStatusCode status);
            return token is not null
                && status is NegotiateAuthenticationStatusCode.Completed or NegotiateAuthenticationStatusCode.ContinueNeeded
                ? "Negotiate " + Convert.ToBase64String(token)
                : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    public void Dispose() => _negotiation?.Dispose();

    private static bool Offers(IReadOnlyList<string> offered, string scheme) =>
        offered.Any(value => value.Split(',').Any(part => part.Trim().Split(' ')[0].Equals(scheme, StringComparison.OrdinalIgnoreCase)));

    // Null where Windows can't begin, which says so at once.
    private static NegotiateAuthentication? Negotiation(NetworkCredential credential, string proxy)
    {
        try
        {
            return new NegotiateAuthentication(new NegotiateAuthenticationClientOptions
            {
                Package = "Negotiate",
                Credential = credential,
                TargetName = $"HTTP/{proxy}",
            });
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    private bool CanStart()
    {
        try
        {
            byte[]? token = _negotiation!.GetOutgoingBlob(ReadOnlySpan<byte>.Empty, out NegotiateAuthenticationStatusCode status);
            _first = token is not null
                && status is NegotiateAuthenticationStatusCode.Completed or NegotiateAuthenticationStatusCode.ContinueNeeded
                ? "Negotiate " + Convert.ToBase64String(token)
                : null;
            return _first is not null;
        }
        catch (Exception error)
            when (error is PlatformNotSupportedException or TypeInitializationException or DllNotFoundException
                or Win32Exception)
        {
            // No GSSAPI on this machine.
            return false;
        }
    }
}
