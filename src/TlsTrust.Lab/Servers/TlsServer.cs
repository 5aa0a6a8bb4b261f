using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using TlsTrust.Lab.Pki;
using TlsTrust.Lab.Servers.RawTls;

namespace TlsTrust.Lab.Servers;

/// <summary>
/// A server on <see cref="SslStream"/>: what the platform's TLS does with an ordinary chain, TLS 1.3 included. Where that can't serve with
/// the lab's keys it is the lab's own, and TLS 1.2.
/// </summary>
internal static class TlsServer
{
    /// <summary>Completes the handshake, then answers one HTTP request, if one comes.</summary>
    public static ConnectionHandler Serve(ServedChain chain)
    {
        if (!LabKeys.ArePlatforms())
        {
            return RawTlsServer.Tls12(chain);
        }

        // Made once and kept for the lab's life: the context must outlive every connection.
        Lazy<SslServerAuthenticationOptions> options = new(() => Options(chain));
        return async (connection, cancellationToken) =>
        {
            await using SslStream tls = new(connection, leaveInnerStreamOpen: true);
            await tls.AuthenticateAsServerAsync(options.Value, cancellationToken);
            await HttpPage.AnswerAsync(tls, cancellationToken);
        };
    }

    /// <summary>Two hosts on one port: one chain for clients that name a host (SNI), another for those that name none.</summary>
    public static ConnectionHandler ServeByName(ServedChain named, ServedChain nameless)
    {
        if (!LabKeys.ArePlatforms())
        {
            return RawTlsServer.Tls12(hello => new RawTlsOptions(hello.ServerName is null ? nameless : named));
        }

        Lazy<SslServerAuthenticationOptions> withName = new(() => Options(named)), without = new(() => Options(nameless));
        return async (connection, cancellationToken) =>
        {
            await using SslStream tls = new(connection, leaveInnerStreamOpen: true);
            await tls.AuthenticateAsServerAsync(
                (_, hello, _, _) => ValueTask.FromResult(hello.ServerName.Length > 0 ? withName.Value : without.Value), null,
                    cancellationToken);
            await HttpPage.AnswerAsync(tls, cancellationToken);
        };
    }

    private static SslServerAuthenticationOptions Options(ServedChain chain)
    {
        X509Certificate2Collection others = [];
        foreach (Pki.LabCertificate certificate in chain.Certificates.Skip(1))
        {
            others.Add(certificate.ToX509Certificate2());
        }

        return new SslServerAuthenticationOptions
        {
            // offline, or the platform completes the chain from its stores and from AIA.
            ServerCertificateContext = SslStreamCertificateContext.Create(chain.Leaf.WithPrivateKey(), others, offline: true),
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            AllowRenegotiation = false,
        };
    }
}
