using System.Security.Cryptography;
using System.Text;
using TlsTrust.Lab.Pki;

namespace TlsTrust.Lab.Servers.RawTls;

/// <summary>The server's side of a TLS 1.3 handshake (RFC 8446 §2), without tickets.</summary>
internal sealed class Tls13Handshake(RecordLayer records, RawTlsOptions options)
{
    // RFC 8446 §4.1.3: SHA-256 of "HelloRetryRequest".
    private static readonly byte[] RetryRandom = SHA256.HashData("HelloRetryRequest"u8);

    // RFC 8446 §4.4.3: 64 spaces, the context, a zero byte.
    private static readonly byte[] SignedPrefix =
        [.. Encoding.ASCII.GetBytes(new string(' ', 64) + "TLS 1.3, server CertificateVerify"), 0];

    public async Task RunAsync(ClientHello hello, CancellationToken cancellationToken)
    {
        int scheme = options.SignatureScheme(hello, tls13: true);
        if (!hello.OffersTls13)
        {
            await records.AlertAsync(AlertDescription.ProtocolVersion, cancellationToken);
            throw new TlsAbortedException("the client does not offer TLS 1.3");
        }

        if (!options.Takes(hello, tls13: true) || !hello.Groups.Contains(TlsNumbers.Secp256r1))
        {
            await records.AlertAsync(AlertDescription.HandshakeFailure, cancellationToken);
            throw new TlsAbortedException("nothing in common with the client");
        }

        if (hello.Secp256r1Share is null)
        {
            hello = await RetryAsync(hello, cancellationToken);
        }

        using KeyAgreement agreement = new();
        byte[] handshakeSecret = Tls13Keys.HandshakeSecret(agreement.Agree(hello.Secp256r1Share));
        await records.WriteHandshakeAsync(ServerHello(hello, RandomNumberGenerator.GetBytes(32), agreement.Point), cancellationToken);
        await ChangeCipherSpecAsync(hello, cancellationToken);

        byte[] clientSecret = Tls13Keys.Derive(handshakeSecret, "c hs traffic", records.Transcript);
        byte[] serverSecret = Tls13Keys.Derive(handshakeSecret, "s hs traffic", records.Transcript);
        records.WriteProtection = new Tls13Protection(serverSecret);
        records.ReadProtection = new Tls13Protection(clientSecret);
        await WriteProtectedFlightAsync(hello, scheme, serverSecret, cancellationToken);

        byte[] masterSecret = Tls13Keys.MasterSecret(handshakeSecret);
        byte[] clientApplication = Tls13Keys.Derive(masterSecret, "c ap traffic", records.Transcript);
        records.WriteProtection = new Tls13Protection(Tls13Keys.Derive(masterSecret, "s ap traffic", records.Transcript));

        if (options.ClientCertificate != ClientCertificateDemand.None)
        {
            await ReadClientCertificateAsync(cancellationToken);
        }

        byte[] expected = Tls13Keys.Finished(clientSecret, records.Transcript);
        byte[] finished = await records.ReadHandshakeAsync(cancellationToken);
        if (!finished.AsSpan(4).SequenceEqual(expected))
        {
            throw new TlsAbortedException("the client's Finished is wrong");
        }

        records.ReadProtection = new Tls13Protection(clientApplication);
    }

    // The client's first share is for another group (X25519, mostly): ask for P-256.
    private async Task<ClientHello> RetryAsync(ClientHello first, CancellationToken cancellationToken)
    {
        records.ReplaceTranscript(TlsWriter.Handshake(HandshakeType.MessageHash, SHA256.HashData(records.Transcript)));
        await records.WriteHandshakeAsync(ServerHello(first, RetryRandom, point: null), cancellationToken);
        await ChangeCipherSpecAsync(first, cancellationToken);
        ClientHello second = ClientHello.Parse(await records.ReadHandshakeAsync(cancellationToken));
        return second.Secp256r1Share is not null ? second : throw new TlsAbortedException("no P-256 share after HelloRetryRequest");
    }

    private static byte[] ServerHello(ClientHello hello, byte[] random, byte[]? point)
    {
        TlsWriter share = new TlsWriter().UInt16(TlsNumbers.Secp256r1);
        if (point is not null)
        {
            share.Vector16(point);
        }

        byte[] extensions = new TlsWriter()
            .Extension(TlsNumbers.SupportedVersions, new TlsWriter().UInt16(TlsNumbers.Tls13).ToArray())
            .Extension(TlsNumbers.KeyShare, share.ToArray())
            .ToArray();
        byte[] body = new TlsWriter()
            .UInt16(TlsNumbers.Tls12)
            .Bytes(random)
            .Vector8(hello.SessionId)
            .UInt16(TlsNumbers.Aes128GcmSha256)
            .Byte(0)
            .Vector16(extensions)
            .ToArray();
        return TlsWriter.Handshake(HandshakeType.ServerHello, body);
    }

    private Task ChangeCipherSpecAsync(ClientHello hello, CancellationToken cancellationToken) => hello.SessionId.Length > 0
        ? records.WriteAsync(ContentType.ChangeCipherSpec, new byte[] { 1 }, cancellationToken)
        : Task.CompletedTask;

    private async Task WriteProtectedFlightAsync(ClientHello hello, int scheme, byte[] serverSecret, CancellationToken cancellationToken)
    {
        List<byte> flight = [];
        flight.AddRange(TlsWriter.Handshake(HandshakeType.EncryptedExtensions, [0, 0]));
        if (options.ClientCertificate != ClientCertificateDemand.None)
        {
            byte[] schemes = new TlsWriter().UInt16(TlsNumbers.EcdsaSecp256r1Sha256).UInt16(TlsNumbers.RsaPssRsaeSha256).ToArray();
            byte[] algorithms = new TlsWriter().Extension(TlsNumbers.SignatureAlgorithms, new TlsWriter().Vector16(schemes).ToArray())
                .ToArray();
            flight.AddRange(
                TlsWriter.Handshake(HandshakeType.CertificateRequest, new TlsWriter().Vector8([]).Vector16(algorithms).ToArray()));
        }

        flight.AddRange(TlsWriter.Handshake(HandshakeType.Certificate, CertificateList(hello)));
        await records.WriteHandshakeAsync([.. flight], cancellationToken);

        byte[] signature = options.Sign([.. SignedPrefix, .. SHA256.HashData(records.Transcript)], scheme);
        byte[] verify = new TlsWriter().UInt16(scheme).Vector16(signature).ToArray();
        await records.WriteHandshakeAsync(TlsWriter.Handshake(HandshakeType.CertificateVerify, verify), cancellationToken);

        byte[] finished = Tls13Keys.Finished(serverSecret, records.Transcript);
        await records.WriteHandshakeAsync(TlsWriter.Handshake(HandshakeType.Finished, finished), cancellationToken);
    }

    private byte[] CertificateList(ClientHello hello)
    {
        bool staple = options.StapledOcsp is not null && hello.Has(TlsNumbers.StatusRequest);
        TlsWriter list = new();
        for (int i = 0; i < options.Chain.Certificates.Count; i++)
        {
            TlsWriter extensions = new();
            if (i == 0 && staple)
            {
                extensions.Extension(TlsNumbers.StatusRequest, new TlsWriter().Byte(1).Vector24(options.StapledOcsp!.Value.Span).ToArray());
            }

            list.Vector24(options.Chain.Certificates[i].Der.Span).Vector16(extensions.ToArray());
        }

        return new TlsWriter().Vector8([]).Vector24(list.ToArray()).ToArray();
    }

    private async Task ReadClientCertificateAsync(CancellationToken cancellationToken)
    {
        byte[] message = await records.ReadHandshakeAsync(cancellationToken);
        if ((HandshakeType)message[0] != HandshakeType.Certificate)
        {
            throw new TlsAbortedException("no Certificate message, though one was asked for");
        }

        if (message.Length > 8) // 4 bytes of header, an empty context, 3 of an empty list's length
        {
            // CertificateVerify: whoever the client is, it is welcome, or nobody is
            _ = await records.ReadHandshakeAsync(cancellationToken);
            if (options.ClientCertificate == ClientCertificateDemand.Refused)
            {
                await records.AlertAsync(AlertDescription.UnknownCa, cancellationToken);
                throw new TlsAbortedException("the client's certificate is not taken");
            }
        }
        else if (options.ClientCertificate == ClientCertificateDemand.Required)
        {
            await records.AlertAsync(AlertDescription.CertificateRequired, cancellationToken);
            throw new TlsAbortedException("the client has no certificate");
        }
    }
}
