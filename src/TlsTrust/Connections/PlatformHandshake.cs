using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace TlsTrust.Connections;

/// <summary>The handshake by the platform's own TLS, with every certificate accepted: judging comes later, with our own rules.</summary>
internal static class PlatformHandshake
{
    public static async Task<ConnectionEvidence> RunAsync(Stream stream, ConnectionEvidence evidence, ConnectionOptions options, CancellationToken cancellationToken)
    {
        List<ReadOnlyMemory<byte>> sent = [];
        SslClientAuthenticationOptions tls = new()
        {
            TargetHost = IPAddress.TryParse(evidence.ServerName, out _) ? "" : evidence.ServerName,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            AllowRenegotiation = false,
            CertificateChainPolicy = new X509ChainPolicy
            {
                DisableCertificateDownloads = true,
                RevocationMode = X509RevocationMode.NoCheck,
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                VerificationFlags = X509VerificationFlags.AllFlags,
            },
            RemoteCertificateValidationCallback = (_, certificate, chain, _) =>
            {
                if (chain is not null)
                {
                    sent.AddRange(chain.ChainPolicy.ExtraStore.Select(each => (ReadOnlyMemory<byte>)each.RawData));
                }

                return true;
            },
        };
        if (options.ApplicationProtocols.Count > 0)
        {
            tls.ApplicationProtocols = [.. options.ApplicationProtocols];
        }

        await using SslStream ssl = new(stream, leaveInnerStreamOpen: true);
        try
        {
            await ssl.AuthenticateAsClientAsync(tls, cancellationToken);
        }
        catch (Exception error) when (error is AuthenticationException or IOException && !cancellationToken.IsCancellationRequested)
        {
            throw new ConnectionFault(Cause.HandshakeRefused, error.Message);
        }

        string alpn = ssl.NegotiatedApplicationProtocol.ToString();
        return evidence with
        {
            Presented = sent,
            PresentedFrom = "as the platform's TLS reports it",
            Protocol = ssl.SslProtocol,
            CipherSuite = ssl.NegotiatedCipherSuite,
            Alpn = alpn.Length > 0 ? alpn : null,
        };
    }
}
