using System.Net.Sockets;
using System.Security.Cryptography;
using TlsTrust.Lab.Pki;

namespace TlsTrust.Lab.Servers.RawTls;

/// <summary>Whether the server asks for a certificate of the client.</summary>
internal enum ClientCertificateDemand
{
    None,
    Requested,
    Required,

    /// <summary>Asks for one, and refuses the one that it gets.</summary>
    Refused,
}

/// <summary>How a raw TLS server behaves.</summary>
internal sealed record RawTlsOptions(ServedChain Chain)
{
    public ClientCertificateDemand ClientCertificate { get; init; }

    /// <summary>A DER OCSP response to staple, where the client asks for one.</summary>
    public ReadOnlyMemory<byte>? StapledOcsp { get; init; }

    /// <summary>A chain for the other kind of key, for clients that can't take, or don't want, the first.</summary>
    public ServedChain? OtherChain { get; init; }

    /// <summary>The same options with the chain that this client can take; with the first chain where it can take neither.</summary>
    public RawTlsOptions For(ClientHello hello, bool tls13) =>
        OtherChain is not null && !Takes(hello, tls13) && (this with { Chain = OtherChain }).Takes(hello, tls13)
            ? this with { Chain = OtherChain } : this;

    /// <summary>True when the client offers what the server's key needs.</summary>
    public bool Takes(ClientHello hello, bool tls13) =>
        SignatureScheme(hello, tls13) != 0 && hello.CipherSuites.Contains(CipherSuite(tls13));

    /// <summary>The one suite that the server speaks with its key.</summary>
    public int CipherSuite(bool tls13) => tls13 ? TlsNumbers.Aes128GcmSha256
        : Chain.Key.IsRsa ? TlsNumbers.EcdheRsaAes128GcmSha256
        : TlsNumbers.EcdheEcdsaAes128GcmSha256;

    /// <summary>The scheme that fits the server's key, or 0 where the client offers none that does.</summary>
    public int SignatureScheme(ClientHello hello, bool tls13)
    {
        int[] wanted = Chain.Key.Kind switch
        {
            LabKeyKind.EcP256 => [TlsNumbers.EcdsaSecp256r1Sha256],
            LabKeyKind.EcP384 => [TlsNumbers.EcdsaSecp384r1Sha384],
            _ => tls13 ? [TlsNumbers.RsaPssRsaeSha256] : [TlsNumbers.RsaPkcs1Sha256, TlsNumbers.RsaPssRsaeSha256],
        };
        return wanted.FirstOrDefault(scheme => hello.SignatureSchemes.Contains(scheme));
    }

    public byte[] Sign(byte[] data, int scheme) => scheme switch
    {
        TlsNumbers.RsaPssRsaeSha256 => Chain.Key.SignPss(data, HashAlgorithmName.SHA256),
        TlsNumbers.EcdsaSecp384r1Sha384 => Chain.Key.Sign(data, HashAlgorithmName.SHA384),
        _ => Chain.Key.Sign(data, HashAlgorithmName.SHA256),
    };
}

/// <summary>The lab's own TLS server: it sends the certificates it is given byte for byte, in their order, whatever they are.</summary>
internal static class RawTlsServer
{
    /// <summary>Serves TLS 1.2 with ECDHE on P-256 and AES-128-GCM.</summary>
    public static ConnectionHandler Tls12(RawTlsOptions options) => Tls12(_ => options);

    /// <summary>The same, with what the client's hello decides.</summary>
    public static ConnectionHandler Tls12(Func<ClientHello, RawTlsOptions> choose) => (connection, cancellationToken) =>
        ServeAsync(connection, (records, hello) =>
            new Tls12Handshake(records, choose(hello).For(hello, tls13: false), hello).RunAsync(cancellationToken), cancellationToken);

    public static ConnectionHandler Tls12(ServedChain chain) => Tls12(new RawTlsOptions(chain));

    /// <summary>Serves TLS 1.3 with ECDHE on P-256 and AES-128-GCM.</summary>
    public static ConnectionHandler Tls13(RawTlsOptions options) => (connection, cancellationToken) =>
        ServeAsync(connection, (records, hello) =>
            new Tls13Handshake(records, options.For(hello, tls13: true)).RunAsync(hello, cancellationToken), cancellationToken);

    /// <summary>Answers the ClientHello with a fatal alert.</summary>
    public static ConnectionHandler Alert(AlertDescription description) => async (connection, cancellationToken) =>
    {
        RecordLayer records = new(connection);
        _ = await records.ReadHandshakeAsync(cancellationToken);
        await records.AlertAsync(description, cancellationToken);
        await DrainAsync(connection, cancellationToken);
    };

    /// <summary>Serves TLS 1.2, and TLS 1.0 to a client that offers nothing newer.</summary>
    public static ConnectionHandler Tls12AndOlder(ServedChain chain) => (connection, cancellationToken) => ServeAsync(
        connection,
        (records, hello) => hello.LegacyVersion < TlsNumbers.Tls12
            ? AnswerInTls10Async(records, chain, cancellationToken)
            : new Tls12Handshake(records, new RawTlsOptions(chain), hello).RunAsync(cancellationToken),
        cancellationToken);

    /// <summary>Answers as a server does that never heard of anything newer than TLS 1.0: ServerHello 3.1, certificates, done.</summary>
    public static ConnectionHandler Tls10(ServedChain chain) => async (connection, cancellationToken) =>
    {
        RecordLayer records = new(connection);
        _ = await records.ReadHandshakeAsync(cancellationToken);
        await AnswerInTls10Async(records, chain, cancellationToken);
        await DrainAsync(connection, cancellationToken);
    };

    private static async Task AnswerInTls10Async(RecordLayer records, ServedChain chain, CancellationToken cancellationToken)
    {
        byte[] hello = new TlsWriter()
            .UInt16(TlsNumbers.Tls10)
            .Bytes(RandomNumberGenerator.GetBytes(32))
            .Vector8([])
            .UInt16(TlsNumbers.RsaAes128CbcSha)
            .Byte(0)
            .Vector16(new TlsWriter().Extension(TlsNumbers.RenegotiationInfo, [0]).ToArray())
            .ToArray();
        byte[] flight =
        [
            .. TlsWriter.Handshake(HandshakeType.ServerHello, hello),
            .. TlsWriter.Handshake(HandshakeType.Certificate, Tls12Handshake.CertificateList(chain)),
            .. TlsWriter.Handshake(HandshakeType.ServerHelloDone, []),
        ];
        await records.WriteAsync(ContentType.Handshake, flight, cancellationToken, TlsNumbers.Tls10);
    }

    private static async Task ServeAsync(Stream connection, Func<RecordLayer, ClientHello, Task> handshake,
        CancellationToken cancellationToken)
    {
        RecordLayer records = new(connection);
        try
        {
            await handshake(records, ClientHello.Parse(await records.ReadHandshakeAsync(cancellationToken)));
            await AnswerAsync(records, cancellationToken);
        }
        catch (TlsAbortedException)
        {
            await DrainAsync(connection, cancellationToken);
        }
    }

    // Ends our side and reads until the client ends its own: closing with bytes unread would turn the alert into a reset.
    private static async Task DrainAsync(Stream connection, CancellationToken cancellationToken)
    {
        if (connection is NetworkStream network)
        {
            network.Socket.Shutdown(SocketShutdown.Send);
        }

        byte[] buffer = new byte[4096];
        while (await connection.ReadAsync(buffer, cancellationToken) > 0)
        {
        }
    }

    private static async Task AnswerAsync(RecordLayer records, CancellationToken cancellationToken)
    {
        (ContentType type, _) = await records.ReadRecordAsync(cancellationToken);
        if (type == ContentType.ApplicationData)
        {
            await records.WriteAsync(ContentType.ApplicationData, HttpPage.Response, cancellationToken);
        }

        await records.AlertAsync(AlertDescription.CloseNotify, cancellationToken);
    }
}
