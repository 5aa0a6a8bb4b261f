using System.Reflection;
using System.Text;
using TlsTrust.Bundles;
using TlsTrust.CertificateFiles;
using TlsTrust.Certificates;
using TlsTrust.Certificates.Der;
using TlsTrust.Certificates.Names;
using TlsTrust.Certificates.RevocationLists;
using TlsTrust.Connections.Endpoints;
using TlsTrust.Connections.Faults;
using TlsTrust.Connections.Handshakes;
using TlsTrust.Connections.MailExchangers;
using TlsTrust.Connections.Proxies;
using TlsTrust.Connections.StartTls;
using TlsTrust.Connections.Wire;
using TlsTrust.Diagnosis;
using TlsTrust.Diagnosis.Chains;
using TlsTrust.Environment.Configuration;
using TlsTrust.ErrorTexts;
using TlsTrust.Issuers;
using TlsTrust.Revocation;
using TlsTrust.Stores;

namespace TlsTrust.Tests.Hostile.Readers;

/// <summary>One reader that takes what others wrote.</summary>
/// <param name="Name">Short, for a command line.</param>
/// <param name="Read">Reads, and looks at everything it gives; a throw is a fault.</param>
/// <param name="Seeds">Which of the seeds are near to what it reads, by the beginning of their names.</param>
internal sealed record FuzzTarget(string Name, Action<byte[]> Read, params string[] Seeds);

/// <summary>Every reader of the engine that takes bytes or text from outside. The seeded run and the guided one share them.</summary>
internal static class FuzzTargets
{
    private static readonly Lazy<TrustStore> Anchors =
        new(() => new TrustStore("anchors", [new StoredCertificate(FuzzSeeds.Path[2], CertificateOrigin.File("anchors.pem"))]));
    private static readonly Lazy<PublicRootSet> NoRoots = new(() => new PublicRootSet("none", new DateOnly(2026, 1, 1), []));

    /// <summary>All of them.</summary>
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("file", data => Look(CertificateFile.Read(data, "secret")), "pem", "der", "p7", "p12", "jks"),
        new("download", data => Look(CertificateFile.ReadDownload(data)), "pem", "der", "p7", "p12", "jks"),
        new("certificate", data => Look(data), "der"),
        new("crl", data =>
            _ = CertificateRevocationList.TryParse(data, out CertificateRevocationList? list, out _)
                ? $"{list.Issuer}{list.Extensions.Count}{list.ThisUpdate}{list.NextUpdate}{list.Find("01")}" : "", "crl"),
        new("ocsp", data => _ = OcspResponse.TryRead(data)?.Answers.Count, "ocsp"),
        new("ocsp-answer", data =>
            _ = OcspVerifier.Verify(data, FuzzSeeds.Path[0], FuzzSeeds.Path[1], FuzzSeeds.Now).Reason.Length, "ocsp"),
        new("aia", data => _ = AiaAnswerReader.Read(data, out _).Count, "pem", "der", "p7"),
        new("import", data => _ = IntermediateImport.Read(data).Count, "pem", "der", "p7", "csv"),
        new("repair", data => _ = BundlePlanner.Plan("a.pem", data, new() { At = FuzzSeeds.Now }).Report.ToString(), "pem", "der", "p7"),
        new("chain", Judge, "der"),
        new("handshake", data => _ = ReadingHandshake.RunAsync(new CannedStream(data), new ClientHello { ServerName = "fuzz.test" },
            CancellationToken.None).GetAwaiter().GetResult().Fault, "flight"),
        new("name", data => _ = new DistinguishedName(data).ToString() + new DistinguishedName(data).GetHashCode(), "name", "der"),
        new("general-name", data =>
            Array.ForEach(Enum.GetValues<GeneralNameKind>(), kind => _ = new GeneralName(kind, data).Text.Length), "name", "text"),
        new("flight", Feed, "flight"),
        new("certificate-message", data =>
            _ = CertificateMessage.Read12(data, []) + CertificateMessage.Read13(data, [], out _)
                + CertificateMessage.ReadStatus(data)?.Length, "flight", "der"),
        new("server-hello", data => _ = ServerHello.Read(data)?.ToString(), "flight"),
        new("client-hello", data => _ = ClientHello.OffersTls13(data), "hello", "flight"),
        new("plain-speech", data =>
            _ = PlaintextProtocol.ProtocolOf(data) + PlaintextProtocol.Describe(data) + PlaintextProtocol.FirstLine(data)
                + PlaintextProtocol.TimeIn(data), "text"),
        new("ccadb", data => _ = IntermediateImport.ReadDownload(data).Count, "csv", "pem"),
        new("error-text", data => _ = TlsErrorResolver.Resolve(Encoding.UTF8.GetString(data)).ToString(), "text"),
        new("endpoint", data => _ = Endpoint.Parse(Encoding.UTF8.GetString(data)).ToString(), "endpoint", "text"),
        new("exchangers", data => _ = MailExchangerMessage.Read(data, FuzzSeeds.MailQuestion)?.Exchangers.Count, "dns"),
        new("error-pieces", data => Pieces(Encoding.UTF8.GetString(data)), "text"),
        new("kept-result", Unpack, "kept"),
        new("proxy-reply", Ask, "http"),
        .. Enum.GetValues<StartTlsProtocol>().Where(protocol => protocol != StartTlsProtocol.None).Select(protocol =>
            new FuzzTarget($"starttls-{protocol}", data => Speak(protocol, data), "dialogue", "text")),
        new("endpoint-line", data => _ = EndpointLine.Read(Encoding.UTF8.GetString(data)).Count, "endpoint", "text"),
        new("proxy", data =>
            _ = ProxyServer.TryParse(Encoding.UTF8.GetString(data), out ProxyServer? proxy, out string? fault) ? proxy!.ToString()
                : fault!, "endpoint"),
        .. Enum.GetValues<ConfigurationFormat>().Select(format =>
            new FuzzTarget($"configuration-{format}", data => Configure(format, data), "configuration", "text")),
        new("visible-text", data => Visible(Encoding.UTF8.GetString(data) + Encoding.BigEndianUnicode.GetString(data)), "text", "name"),
    ];

    private static void Look(CertificateFile file)
    {
        foreach (LocatedCertificate located in file.Certificates)
        {
            _ = located.Certificate.Subject.ToString();
        }

        _ = string.Join('\n', file.Defects) + file.Form + file.HoldsPrivateKey;
    }

    private static void Look(byte[] data)
    {
        if (!Certificate.TryParse(data, out Certificate? certificate, out DerFault? fault))
        {
            _ = fault.ToString();
            return;
        }

        _ = $"{certificate.Subject}{certificate.Issuer}{certificate.SubjectAlternativeName}{certificate.NameConstraints}" +
            $"{certificate.AuthorityKeyIdentifier}{certificate.SubjectKeyIdentifier}";
        _ = certificate.CaIssuersUrls.Count + certificate.OcspUrls.Count + certificate.CrlUrls.Count
            + (certificate.ExtendedKeyUsages?.Count ?? 0);
        _ = $"{certificate.PublicKey.Kind}{certificate.IsSelfSigned}{certificate.IsCA}{certificate.KeyUsage}";
    }

    // What a server sent, judged by every rule; the engine's limit of time is not what ends it.
    private static void Judge(byte[] data)
    {
        if (!Certificate.TryParse(data, out Certificate? certificate, out _))
        {
            return;
        }

        using ChainInspector inspector = new(new ChainInspectionOptions
        {
            Store = Anchors.Value, PublicRoots = NoRoots.Value, HostName = "fuzz.test", At = FuzzSeeds.Now, NoDownload = true,
        });
        CertificateChain chain = inspector.InspectOneAsync(new()
        {
            Origin = "sent",
            Certificates = [.. new[] { certificate, FuzzSeeds.Path[1], certificate }.Select((each, position) =>
                new StoredCertificate(each, CertificateOrigin.Sent(position)))],
        }, CancellationToken.None).GetAwaiter().GetResult();
        _ = chain.ToString();
    }

    private static void Feed(byte[] data)
    {
        ServerFlightReader reader = new();
        for (int at = 0; at < data.Length; at += 100)
        {
            reader.Feed(data.AsSpan(at, Math.Min(100, data.Length - at)));
        }

        _ = $"{reader.Fault}{reader.Certificates.Count}{reader.Hello}{reader.Alert}";
    }

    // What one read leaves in a text may depend on where the next piece begins.
    private static void Pieces(string text)
    {
        TlsErrorReader reader = new();
        for (int at = 0; at < text.Length; at += 7)
        {
            _ = string.Concat(reader.Add(text.AsSpan(at, Math.Min(7, text.Length - at))));
        }

        _ = string.Concat(reader.Complete());
    }

    // The first byte says which result it is to be; whatever comes out, its properties can be looked at.
    private static void Unpack(byte[] data)
    {
        if (data.Length == 0 || KeptResult.Read(data.AsSpan(1), FuzzSeeds.Results[data[0] % FuzzSeeds.Results.Count]) is not { } result)
        {
            return;
        }

        _ = result.ToString();
        foreach (PropertyInfo property in result.GetType().GetProperties().Where(each => each.GetIndexParameters().Length == 0))
        {
            _ = property.GetValue(result)?.ToString();
        }
    }

    private static void Speak(StartTlsProtocol protocol, byte[] data)
    {
        try
        {
            (Stream stream, _) =
                StartTlsDialogue.RunAsync(protocol, new CannedStream(data), "host.test", CancellationToken.None).GetAwaiter().GetResult();
            byte[] heard = new byte[100];
            while (stream.ReadAsync(heard, CancellationToken.None).AsTask().GetAwaiter().GetResult() > 0)
            {
            }
        }
        catch (Exception fault) when (fault is ConnectionFault or IOException)
        {
            // It says no, or what is none of the protocol.
        }
    }

    private static void Ask(byte[] data)
    {
        try
        {
            using CannedStream stream = new(data);
            if (ProxyReply.ReadAsync(stream, CancellationToken.None).GetAwaiter().GetResult() is { } reply)
            {
                _ = reply.StatusLine + reply.SkipBodyAsync(stream, CancellationToken.None).GetAwaiter().GetResult();
            }
        }
        catch (Exception fault) when (fault is ConnectionFault or IOException)
        {
            // It closed in the middle, or sent too much.
        }
    }

    private static void Configure(ConfigurationFormat format, byte[] data)
    {
        try
        {
            _ = ConfigurationFile.Parse("/x", format, data).Entries.Count;
        }
        catch (IOException)
        {
            // More settings than a file is read with, and said so.
        }
    }

    private static void Visible(string text)
    {
        if (VisibleText.HasHidden(VisibleText.Of(text)))
        {
            throw new InvalidOperationException("what was shown hides something");
        }
    }
}
