using System.Collections.Concurrent;
using System.Security.Authentication;
using TlsTrust.Environment.Catalogue;
using TlsTrust.Environment.Inspection;
using TlsTrust.Environment.Machines;
using TlsTrust.Environment.Probes;
using TlsTrust.Tests.Environment.Programs;

namespace TlsTrust.Tests.Environment.Predictions;

/// <summary>
/// psql, the client of MariaDB, ldapsearch, FreeTDS and kubectl themselves, told to verify, against servers that speak their protocols up
/// to TLS: each accepts exactly when that is predicted, or, where nobody can say whether it verifies, when its store has the CA.
/// </summary>
public sealed class StatedPredictionTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("psql", "postgres")]
    [InlineData("mysql", "mysql")]
    [InlineData("ldap", "ldaps")]
    [InlineData("freetds", "mssql")]
    [InlineData("kubectl", "https")]
    public void It_accepts_exactly_when_that_is_predicted(string program, string scheme)
    {
        using MadeMachine made = RealProgramTests.RealPrograms();
        ProgramFacts facts = ProgramCatalogue.Find(program)!;
        Assert.SkipUnless(new TrustInspector(made.Machine).Executable(facts) is not null
            && (program != "mysql" || made.Machine.FindExecutable("mariadb") is not null), $"{program} is not on this machine");
        using HttpsServer server = new(MadeMachine.Issued("localhost", MadeMachine.PrivateRoot, isAuthority: false))
        {
            Prelude = program switch
            {
                "psql" => Beginnings.PostgreSql,
                "mysql" => Beginnings.MySql,
                "freetds" => Beginnings.Tds,
                _ => null,
            },
            Answer = program switch
            {
                "mysql" => Beginnings.MySqlDenied,
                "freetds" => Beginnings.TdsDenied,
                _ => "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(),
            },

            // The first records of TLS 1.3 behind the handshake would come in packets of TDS, where nobody expects them.
            Protocols = program == "freetds" ? SslProtocols.Tls12 : SslProtocols.None,
        };
        Endpoint endpoint = Endpoint.Parse($"{scheme}://localhost:{server.Endpoint.Port}");
        ConcurrentBag<string> wrong = [];
        (string Name, Action<StatedCase> Make)[] cases = [.. StatedConfigurations.Of(program)];
        Parallel.For(0, cases.Length, new ParallelOptions { MaxDegreeOfParallelism = 3 }, i =>
        {
            StatedCase configured = new(made, i, server.Endpoint.Port);
            cases[i].Make(configured);
            Dictionary<string, string> variables = new(made.Machine.Variables);
            foreach ((string name, string value) in configured.Variables.Append(new("HOME", configured.Home)))
            {
                variables[name] = value;
            }

            LocalMachine machine = new(variables) { Root = made.Root, WorkingDirectory = configured.Home };
            TrustInspector inspector = new(machine);
            ProgramTrust trust = new EndpointAcceptance(machine, inspector).PredictAsync(endpoint, [facts], TrustScope.Process, false,
                CancellationToken.None).ToBlockingEnumerable().Single();
            EffectiveStore store = inspector.Effective(facts, TrustScope.Process, inspector.Executable(facts));
            bool predicted = trust.Accepts
                ?? (store.FailsWith is null && store.Anchors.Contains(MadeMachine.Read(MadeMachine.PrivateRoot)));
            ProbeAnswer answer = ProgramProbe.Ask(machine, program, server.Endpoint);
            output.WriteLine($"{cases[i].Name,-40} {answer.Check,-10} {answer.Detail}");
            if (answer.Check != (predicted ? ChangeCheck.Accepted : ChangeCheck.Refused))
            {
                wrong.Add($"{cases[i].Name}: predicted {predicted} ({trust.AcceptsDetail}), really {answer.Check} ({answer.Detail})");
            }
        });
        Assert.Empty(wrong);
    }
}
