namespace TlsTrust.Connections.Wire;

/// <summary>TLS alerts by name (IANA registry "TLS Alerts"), and the cause each stands for.</summary>
internal static class TlsAlert
{
    public const byte CloseNotify = 0;
    public const byte HandshakeFailure = 40;
    public const byte ProtocolVersion = 70;
    public const byte UnrecognizedName = 112;
    public const byte CertificateRequired = 116;

    /// <summary>Alert level "fatal" (RFC 5246 §7.2).</summary>
    public const byte Fatal = 2;

    /// <summary>IANA name, or <c>alert N</c> for a number nobody registered.</summary>
    public static string NameOf(byte description) => description switch
    {
        CloseNotify => "close_notify",
        10 => "unexpected_message",
        20 => "bad_record_mac",
        21 => "decryption_failed",
        22 => "record_overflow",
        30 => "decompression_failure",
        HandshakeFailure => "handshake_failure",
        41 => "no_certificate",
        42 => "bad_certificate",
        43 => "unsupported_certificate",
        44 => "certificate_revoked",
        45 => "certificate_expired",
        46 => "certificate_unknown",
        47 => "illegal_parameter",
        48 => "unknown_ca",
        49 => "access_denied",
        50 => "decode_error",
        51 => "decrypt_error",
        52 => "too_many_cids_requested",
        60 => "export_restriction",
        ProtocolVersion => "protocol_version",
        71 => "insufficient_security",
        80 => "internal_error",
        86 => "inappropriate_fallback",
        90 => "user_canceled",
        100 => "no_renegotiation",
        109 => "missing_extension",
        110 => "unsupported_extension",
        111 => "certificate_unobtainable",
        UnrecognizedName => "unrecognized_name",
        113 => "bad_certificate_status_response",
        114 => "bad_certificate_hash_value",
        115 => "unknown_psk_identity",
        CertificateRequired => "certificate_required",
        120 => "no_application_protocol",
        121 => "ech_required",
        _ => $"alert {description}",
    };

    /// <summary>The cause that a fatal alert proves.</summary>
    /// <param name="description">The alert.</param>
    /// <param name="certificateRequested">True when the server had asked for a client certificate before it.</param>
    public static Cause CauseOf(byte description, bool certificateRequested) => description switch
    {
        ProtocolVersion => Cause.ProtocolVersion,
        UnrecognizedName => Cause.UnrecognizedName,
        CertificateRequired => Cause.ClientCertificateRequired,

        // What servers of TLS 1.2 and below answer to an empty Certificate message (RFC 5246 §7.4.6), or to one they do not like.
        HandshakeFailure or 41 or 42 or 43 or 44 or 45 or 46 or 48 or 49 when certificateRequested => Cause.ClientCertificateRequired,
        _ => Cause.HandshakeRefused,
    };
}
