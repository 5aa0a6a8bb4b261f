using TlsTrust.Results;

namespace TlsTrust;

/// <summary>What a certificate is in its chain.</summary>
public enum ChainRole
{
    /// <summary>The server's (or the file's) own certificate.</summary>
    Leaf,

    /// <summary>A CA certificate between leaf and root.</summary>
    Intermediate,

    /// <summary>A CA certificate whose subject and key are also those of a root, issued by another CA.</summary>
    CrossSign,

    /// <summary>A self-signed CA certificate.</summary>
    Root,

    /// <summary>Sent or stored beside the chain, and no part of it.</summary>
    Unrelated,
}

/// <summary>A certificate as results show it: plain values that survive serialisation; <see cref="Pem"/> holds the whole of it.</summary>
public sealed record ChainCertificate
{
    /// <summary>Position: 0 is the leaf; in a list "as presented", the position on the wire or in the file.</summary>
    public required int Depth { get; init; }

    /// <summary>What it is in this chain.</summary>
    public required ChainRole Role { get; init; }

    /// <summary>Subject, RFC 4514 order as in OpenSSL's oneline form: <c>CN=…, O=…</c>.</summary>
    public required string Subject { get; init => field = ShownText.Of(value); }

    /// <summary>Issuer, in the same form.</summary>
    public required string Issuer { get; init => field = ShownText.Of(value); }

    /// <summary>Serial number in upper-case hexadecimal.</summary>
    public required string SerialNumber { get; init => field = ShownText.Of(value); }

    /// <summary>Start of validity, UTC.</summary>
    public required DateTime NotBefore { get; init; }

    /// <summary>End of validity, UTC.</summary>
    public required DateTime NotAfter { get; init; }

    /// <summary>Whole days from the time of judgement to <see cref="NotAfter"/>; negative when past.</summary>
    public int DaysLeft { get; init; }

    /// <summary>DNS names and IP addresses of the subject alternative name.</summary>
    public ResultList<string> Names { get; init; } = [];

    /// <summary>Key kind and size, for example <c>RSA 2048</c> or <c>EC P-256</c>.</summary>
    public required string PublicKey { get; init => field = ShownText.Of(value); }

    /// <summary>Signature algorithm, for example <c>ecdsa-with-SHA256</c>.</summary>
    public required string SignatureAlgorithm { get; init => field = ShownText.Of(value); }

    /// <summary>True when basic constraints say CA.</summary>
    public bool IsCA { get; init; }

    /// <summary>True when it is signed by its own key.</summary>
    public bool IsSelfSigned { get; init; }

    /// <summary>
    /// Where it came from: <c>sent at position 1</c>, <c>server.pem, line 23</c>, <c>store /etc/ssl/certs</c>, an AIA URL.
    /// </summary>
    /// <remarks>
    /// The words for <see cref="CertificateOrigin"/>. A result that was kept by an earlier version has only these: they are shown again,
    /// and nothing is decided by them.
    /// </remarks>
    public string Origin
    {
        get => CertificateOrigin?.ToString() ?? "";
        init => CertificateOrigin = CertificateOrigin is { Kind: not CertificateOriginKind.Unknown } known ? known
            : new CertificateOrigin { Location = value };
    }

    /// <summary>Where it came from, as data.</summary>
    public CertificateOrigin CertificateOrigin { get; init; } = new();

    /// <summary>What is wrong with it, in words; empty when nothing is.</summary>
    public ResultList<string> Problems { get; init; } = [];

    /// <summary>SHA-256 over the DER encoding, upper-case hexadecimal.</summary>
    public required string Sha256 { get; init => field = ShownText.Of(value); }

    /// <summary>SHA-1 over the DER encoding, upper-case hexadecimal: the name Windows and many user interfaces know it by.</summary>
    public required string Thumbprint { get; init => field = ShownText.Of(value); }

    /// <summary>The certificate in PEM form, 64 columns, LF.</summary>
    public required string Pem { get; init => field = ShownText.OfLines(value); }

    /// <inheritdoc/>
    public override string ToString() => Subject.Length > 0 ? Subject : $"serial {SerialNumber}";
}
