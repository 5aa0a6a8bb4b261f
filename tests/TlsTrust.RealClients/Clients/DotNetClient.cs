using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace TlsTrust.RealClients.Clients;

/// <summary>.NET's SslStream as it is by default, with the anchors in place of the machine's.</summary>
internal sealed class DotNetClient : IRealClient
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public string Name => $".NET {System.Environment.Version}";

    public string Row => ".NET on Linux";

    public bool IsBrowser => false;

    public async Task<IReadOnlyDictionary<string, RealAnswer>> AskAsync(IReadOnlyList<MeasuredServer> servers,
        CancellationToken cancellationToken)
    {
        Dictionary<string, RealAnswer> answers = [];
        foreach (MeasuredServer server in servers)
        {
            // What it downloaded for one server would serve the next.
            string kept = Path.Combine(ChildProcess.Home, ".dotnet", "corefx", "cryptography", "x509stores");
            if (Directory.Exists(kept))
            {
                Directory.Delete(kept, recursive: true);
            }

            answers[server.Name] = await AskAsync(server, cancellationToken);
        }

        return answers;
    }

    // It keeps what it downloads in the user's home, and the next answer would depend on it.
    [ModuleInitializer]
    internal static void LeaveHome() => System.Environment.SetEnvironmentVariable("HOME", ChildProcess.Home);

    private static async Task<RealAnswer> AskAsync(MeasuredServer server, CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        X509ChainPolicy policy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPemFile(server.Anchors);
        try
        {
            using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync("127.0.0.1", server.Port, limit.Token);
            await using SslStream tls = new(new NetworkStream(socket));
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions { TargetHost = server.HostName, CertificateChainPolicy = policy }, limit.Token);
            return new RealAnswer(true, "");
        }
        catch (Exception fault)
            when (fault is AuthenticationException or IOException or SocketException or OperationCanceledException
                // so far without a code: .NET passes it on as no refusal
                or CryptographicException
                && !cancellationToken.IsCancellationRequested)
        {
            return new RealAnswer(false, fault.InnerException is { } inner ? $"{fault.Message} {inner.Message}" : fault.Message);
        }
    }
}
