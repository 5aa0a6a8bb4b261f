using System.Security.Cryptography;
using TlsTrust.Lab.Pki;

namespace TlsTrust.Lab.Servers.RawTls;

/// <summary>The server's side of a TLS 1.2 handshake (RFC 5246 §7.3, RFC 8422).</summary>
internal sealed class Tls12Handshake(RecordLayer records, RawTlsOptions options, ClientHello hello)
{
    private readonly byte[] _serverRandom = RandomNumberGenerator.GetBytes(32);

    /// <summary>The body of a Certificate message.</summary>
    public static byte[] CertificateList(ServedChain chain)
    {
        TlsWriter list = new();
        foreach (Pki.LabCertificate certificate in chain.Certificates)
        {
            list.Vector24(certificate.Der.Span);
        }

        return new TlsWriter().Vector24(list.ToArray()).ToArray();
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        int suite = options.CipherSuite(tls13: false);
        int scheme = options.SignatureScheme(hello, tls13: false);
        if (!options.Takes(hello, tls13: false) || !hello.Groups.Contains(TlsNumbers.Secp256r1))
        {
            await records.AlertAsync(AlertDescription.HandshakeFailure, cancellationToken);
            throw new TlsAbortedException("nothing in common with the client");
        }

        using KeyAgreement agreement = new();
        await records.WriteHandshakeAsync(FirstFlight(suite, scheme, agreement), cancellationToken);

        byte[] message = await records.ReadHandshakeAsync(cancellationToken);
        bool clientHasCertificate = false;
        if (options.ClientCertificate != ClientCertificateDemand.None)
        {
            clientHasCertificate = await ReadClientCertificateAsync(message, cancellationToken);
            message = await records.ReadHandshakeAsync(cancellationToken);
        }

        byte[] preMaster = agreement.Agree(PeerPoint(message));
        byte[] master = hello.Has(TlsNumbers.ExtendedMasterSecret)
            ? Tls12Keys.Prf(preMaster, "extended master secret", SHA256.HashData(records.Transcript), 48)
            : Tls12Keys.Prf(preMaster, "master secret", [.. hello.Random, .. _serverRandom], 48);
        if (clientHasCertificate)
        {
            _ = await records.ReadHandshakeAsync(cancellationToken); // CertificateVerify: whoever the client is, it is welcome
        }

        byte[] keys = Tls12Keys.Prf(master, "key expansion", [.. _serverRandom, .. hello.Random], 40);
        await records.ReadChangeCipherSpecAsync(cancellationToken);
        records.ReadProtection = new Tls12Protection(keys[..16], keys[32..36]);

        byte[] expected = Tls12Keys.Prf(master, "client finished", SHA256.HashData(records.Transcript), 12);
        byte[] finished = await records.ReadHandshakeAsync(cancellationToken);
        if (!finished.AsSpan(4).SequenceEqual(expected))
        {
            throw new TlsAbortedException("the client's Finished is wrong");
        }

        await records.WriteAsync(ContentType.ChangeCipherSpec, new byte[] { 1 }, cancellationToken);
        records.WriteProtection = new Tls12Protection(keys[16..32], keys[36..40]);
        byte[] verifyData = Tls12Keys.Prf(master, "server finished", SHA256.HashData(records.Transcript), 12);
        await records.WriteHandshakeAsync(TlsWriter.Handshake(HandshakeType.Finished, verifyData), cancellationToken);
    }

    private byte[] FirstFlight(int suite, int scheme, KeyAgreement agreement)
    {
        bool staple = options.StapledOcsp is not null && hello.Has(TlsNumbers.StatusRequest);
        List<byte> flight = [];
        flight.AddRange(TlsWriter.Handshake(HandshakeType.ServerHello, ServerHello(suite, staple)));
        flight.AddRange(TlsWriter.Handshake(HandshakeType.Certificate, CertificateList(options.Chain)));
        if (staple)
        {
            byte[] status = new TlsWriter().Byte(1).Vector24(options.StapledOcsp!.Value.Span).ToArray();
            flight.AddRange(TlsWriter.Handshake(HandshakeType.CertificateStatus, status));
        }

        flight.AddRange(TlsWriter.Handshake(HandshakeType.ServerKeyExchange, ServerKeyExchange(scheme, agreement)));
        if (options.ClientCertificate != ClientCertificateDemand.None)
        {
            byte[] request = new TlsWriter()
                .Vector8([64, 1]) // ecdsa_sign, rsa_sign
                .Vector16(new TlsWriter().UInt16(TlsNumbers.EcdsaSecp256r1Sha256).UInt16(TlsNumbers.RsaPkcs1Sha256).ToArray())
                .Vector16([]) // any authority
                .ToArray();
            flight.AddRange(TlsWriter.Handshake(HandshakeType.CertificateRequest, request));
        }

        flight.AddRange(TlsWriter.Handshake(HandshakeType.ServerHelloDone, []));
        return [.. flight];
    }

    private byte[] ServerHello(int suite, bool staple)
    {
        TlsWriter extensions = new();
        extensions.Extension(TlsNumbers.RenegotiationInfo, [0]); // OpenSSL 3 refuses servers without it
        extensions.Extension(TlsNumbers.EcPointFormats, [1, 0]);
        if (hello.Has(TlsNumbers.ExtendedMasterSecret))
        {
            extensions.Extension(TlsNumbers.ExtendedMasterSecret, []);
        }

        if (staple)
        {
            extensions.Extension(TlsNumbers.StatusRequest, []);
        }

        return new TlsWriter()
            .UInt16(TlsNumbers.Tls12)
            .Bytes(_serverRandom)
            .Vector8([]) // no resumption
            .UInt16(suite)
            .Byte(0)
            .Vector16(extensions.ToArray())
            .ToArray();
    }

    private byte[] ServerKeyExchange(int scheme, KeyAgreement agreement)
    {
        byte[] parameters = new TlsWriter().Byte(3).UInt16(TlsNumbers.Secp256r1).Vector8(agreement.Point).ToArray(); // 3: named_curve
        byte[] signature = options.Sign([.. hello.Random, .. _serverRandom, .. parameters], scheme);
        return new TlsWriter().Bytes(parameters).UInt16(scheme).Vector16(signature).ToArray();
    }

    private async Task<bool> ReadClientCertificateAsync(byte[] message, CancellationToken cancellationToken)
    {
        if ((HandshakeType)message[0] != HandshakeType.Certificate)
        {
            throw new TlsAbortedException("no Certificate message, though one was asked for");
        }

        bool given = message.Length > 7; // 4 bytes of header, 3 of an empty list's length
        if (!given && options.ClientCertificate == ClientCertificateDemand.Required)
        {
            // RFC 5246 §7.4.6; certificate_required exists since TLS 1.3 only.
            await records.AlertAsync(AlertDescription.HandshakeFailure, cancellationToken);
            throw new TlsAbortedException("the client has no certificate");
        }

        return given;
    }

    private static byte[] PeerPoint(byte[] clientKeyExchange)
    {
        if ((HandshakeType)clientKeyExchange[0] != HandshakeType.ClientKeyExchange)
        {
            throw new TlsAbortedException("no ClientKeyExchange");
        }

        TlsReader reader = new(clientKeyExchange.AsSpan(4));
        return reader.Vector8().ToArray();
    }
}
