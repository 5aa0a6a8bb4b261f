using TlsTrust.Lab.Servers;
using static TlsTrust.Lab.Scenarios.ScenarioPlan;

namespace TlsTrust.Lab.Scenarios;

/// <summary>What goes wrong before TLS.</summary>
internal static class ConnectionScenarios
{
    public static IReadOnlyList<ScenarioPlan> All { get; } =
    [
        Unreachable("refused", "Nothing listens on the port.", ServerKind.None, Cause.ConnectionRefused,
            site => site.At($"localhost:{site.RefuseConnections()}")),

        Unreachable("plain-http", "The server speaks HTTP without TLS.", ServerKind.Tcp, Cause.NotTls, site =>
            site.AtLocalhost(MisbehavingServers.PlainHttp)),
    ];
}
