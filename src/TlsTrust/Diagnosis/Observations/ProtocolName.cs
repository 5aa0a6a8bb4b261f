using System.Security.Authentication;

namespace TlsTrust.Diagnosis.Observations;

/// <summary>Protocol versions as people write them.</summary>
internal static class ProtocolName
{
    /// <summary>The version of that name; null where there is none.</summary>
    public static SslProtocols? Named(string? name) =>
        Enum.GetValues<SslProtocols>().Where(protocol => Of(protocol) == name).Select(protocol => (SslProtocols?)protocol).FirstOrDefault();

    /// <summary>The name of a version.</summary>
    public static string Of(SslProtocols protocol) => protocol switch
    {
        SslProtocols.Tls13 => "TLS 1.3",
        SslProtocols.Tls12 => "TLS 1.2",
#pragma warning disable SYSLIB0039, CS0618, CA5397 // named, never negotiated
        SslProtocols.Tls11 => "TLS 1.1",
        SslProtocols.Tls => "TLS 1.0",
        SslProtocols.Ssl3 => "SSL 3.0",
#pragma warning restore SYSLIB0039, CS0618, CA5397
        _ => protocol.ToString(),
    };
}
