namespace TlsTrust.Connections.Wire;

/// <summary>The Certificate message, in the form of TLS 1.2 (RFC 5246 §7.4.2) and of TLS 1.3 (RFC 8446 §4.4.2).</summary>
internal static class CertificateMessage
{
    /// <summary>Certificates in one chain; real ones have up to ten.</summary>
    public const int MaxCertificates = 100;

    private const int StatusRequestExtension = 5;
    private const int OcspStatus = 1;

    /// <summary>Reads the body of the TLS 1.2 message.</summary>
    /// <param name="body">Without the handshake header.</param>
    /// <param name="certificates">The DER bytes, in wire order; also what was read before a fault.</param>
    /// <returns>Null, or what is wrong with the message.</returns>
    public static string? Read12(ReadOnlySpan<byte> body, List<ReadOnlyMemory<byte>> certificates)
    {
        WireReader message = new(body);
        if (!message.TryVector(3, out ReadOnlySpan<byte> list) || !message.IsEmpty)
        {
            return "the lengths in the Certificate message do not add up";
        }

        WireReader entries = new(list);
        while (!entries.IsEmpty)
        {
            if (!entries.TryVector(3, out ReadOnlySpan<byte> der))
            {
                return "a certificate in the Certificate message is cut off";
            }

            if (certificates.Count == MaxCertificates)
            {
                return $"the server sent more than {MaxCertificates} certificates";
            }

            certificates.Add(der.ToArray());
        }

        return null;
    }

    /// <summary>Reads the body of the TLS 1.3 message, with the OCSP response stapled to its first certificate.</summary>
    /// <param name="body">Without the handshake header.</param>
    /// <param name="certificates">The DER bytes, in wire order; also what was read before a fault.</param>
    /// <param name="stapledOcsp">The OCSP response for the first certificate.</param>
    /// <returns>Null, or what is wrong with the message.</returns>
    public static string? Read13(ReadOnlySpan<byte> body, List<ReadOnlyMemory<byte>> certificates, out ReadOnlyMemory<byte>? stapledOcsp)
    {
        stapledOcsp = null;
        WireReader message = new(body);
        if (!message.TryVector(1, out _) || !message.TryVector(3, out ReadOnlySpan<byte> list) || !message.IsEmpty)
        {
            return "the lengths in the Certificate message do not add up";
        }

        WireReader entries = new(list);
        while (!entries.IsEmpty)
        {
            if (!entries.TryVector(3, out ReadOnlySpan<byte> der) || !entries.TryVector(2, out ReadOnlySpan<byte> extensions))
            {
                return "a certificate in the Certificate message is cut off";
            }

            if (certificates.Count == MaxCertificates)
            {
                return $"the server sent more than {MaxCertificates} certificates";
            }

            if (certificates.Count == 0)
            {
                WireReader reader = new(extensions);
                while (reader.TryNumber(2, out int type) && reader.TryVector(2, out ReadOnlySpan<byte> data))
                {
                    if (type == StatusRequestExtension)
                    {
                        stapledOcsp = ReadStatus(data);
                    }
                }
            }

            certificates.Add(der.ToArray());
        }

        return null;
    }

    /// <summary>Reads a CertificateStatus (RFC 6066 §8): the OCSP response, or null when it holds none.</summary>
    public static ReadOnlyMemory<byte>? ReadStatus(ReadOnlySpan<byte> body)
    {
        WireReader reader = new(body);
        return reader.TryNumber(1, out int type) && type == OcspStatus && reader.TryVector(3, out ReadOnlySpan<byte> response)
            && !response.IsEmpty
            ? response.ToArray()
            : null;
    }
}
