using TlsTrust.Lab.Pki;
using TlsTrust.Lab.Servers;
using static TlsTrust.Lab.Scenarios.ScenarioPlan;

namespace TlsTrust.Lab.Scenarios;

/// <summary>Complete chains that break a rule of RFC 5280 or RFC 9525.</summary>
internal static class RuleScenarios
{
    public static IReadOnlyList<ScenarioPlan> All { get; } =
    [
        Untrusted("expired-leaf", "The server's certificate expired five days ago.", ServerKind.SslStream, Cause.Expired, site =>
            site.AtLocalhost(site.Chain(spec => spec with { NotBefore = site.Now.AddDays(-95), NotAfter = site.Now.AddDays(-5) }))),

        Untrusted("wrong-host", "The certificate is for other names.", ServerKind.SslStream, Cause.NameMismatch, site =>
            site.AtLocalhost(site.Chain(spec => spec with { Subject = "CN=shop.lab.test", DnsNames = ["shop.lab.test", "www.lab.test"] }))),
    ];
}
