using dnlib.DotNet;

namespace TlsTrust.Fuzz;

/// <summary>
/// No reader is forgotten: every method of the engine that takes bytes, or reads text, can be called by one of the fuzzed readers, or
/// stands here with the reason why nobody outside decides what it reads.
/// </summary>
public sealed class ReachedReadersTests(ITestOutputHelper output)
{
    // By the beginning of the full name.
    private static readonly Dictionary<string, string> Others = new()
    {
        ["Bundles.Forms."] = "writes what was read",
        ["Bundles.BundleRepair."] = "the same plan from a file",
        ["CertificateFiles.Containers.JavaKey"] = "writes",
        ["CertificateFiles.Containers.Pkcs12Seal."] = "writes",
        ["CertificateFiles.PemWriter."] = "writes",
        ["Connections.Addresses."] = "opens sockets",
        ["Connections.ConnectionAttempt."] = "hands a socket on",
        ["Connections.Faults.NotTls."] = "asks again and hands what it hears to a reader",
        ["Connections.Handshakes.ClientIdentity."] = "the user's own key, which the platform reads",
        ["Connections.Handshakes.PlatformHandshake.ServersFirst"] = "puts in order what the platform has read",
        ["Connections.FollowUpConnections."] = "a certificate, read by its reader",
        ["Connections.MailExchangers.MailExchangerLookup."] = "hands what it hears to a reader",
        ["Connections.Proxies.HttpTunnel."] = "hands what it hears to a reader",
        ["Connections.Proxies.PrefixedStream."] = "hands bytes on",
        ["Connections.StartTls.TdsStream.Write"] = "writes",
        ["Connections.Wire.RecordingStream."] = "hands bytes on",
        ["Diagnosis.Observations."] = "certificates that were read",
        ["Environment."] = "files of this machine, by the readers of configurations and certificates, and our own records",
        ["ErrorTexts.TlsErrorResolver.ResolveFile"] = "the same reader from a file",
        ["Files."] = "writes",
        ["Issuers.AiaClient."] = "looks at the first bytes",
        ["Issuers.IntermediateImport.ReadFile"] = "the same reader from a file",
        ["Issuers.IssuerCache."] = "our own files",
        ["Revocation.OcspRequest."] = "our own question",
        ["Stores."] = "files of this machine, by the reader of certificates",
    };

    [Fact]
    public void Every_method_that_reads_is_reached_by_a_fuzzed_reader()
    {
        CallGraph graph = new(Instrumented.Load(), ModuleDefMD.Load(typeof(ReachedReadersTests).Assembly.Location));
        string[] missed = [.. graph.Engine.GetTypes().SelectMany(type => type.Methods)
            .Where(method => IsReader(method) && !graph.Reached.Contains(method))
            .Select(method => $"{method.DeclaringType.FullName["TlsTrust.".Length..]}.{method.Name}").Distinct().Order()];
        string[] forgotten = [.. missed.Where(name => !Others.Keys.Any(start => name.StartsWith(start, StringComparison.Ordinal)))];
        output.WriteLine(string.Join('\n', forgotten));
        Assert.NotEmpty(graph.Reached);
        Assert.Empty(forgotten);
    }

    private static bool IsReader(MethodDef method) =>
        method.HasBody && !method.IsConstructor && !method.IsSetter && !IsMade(method)
            && method.Parameters.Where(each => each.IsNormalMethodParameter)
                .Any(each => TakesBytes(each.Type) || (TakesText(each.Type) && IsCalledReader(method)));

    private static bool IsMade(IMemberDef member) => member.Name.String.Contains('<', StringComparison.Ordinal)
        || (member.DeclaringType is not null && IsMade(member.DeclaringType));

    private static bool TakesBytes(TypeSig type) =>
        type.FullName is "System.Byte[]" or "System.ReadOnlySpan`1<System.Byte>" or "System.ReadOnlyMemory`1<System.Byte>"
            or "System.IO.Stream" or "System.ReadOnlySpan`1<System.Char>" or "System.IO.TextReader";

    private static bool TakesText(TypeSig type) => type.FullName is "System.String" or "System.String[]";

    private static bool IsCalledReader(MethodDef method) =>
        new[] { "Parse", "TryParse", "Read", "TryRead", "Decode", "TryDecode", "Resolve", "Split", "Scan" }
            .Any(name => method.Name.StartsWith(name, StringComparison.Ordinal));
}
