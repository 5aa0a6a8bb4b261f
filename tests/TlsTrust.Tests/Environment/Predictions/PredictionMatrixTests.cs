using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using TlsTrust.Environment.Catalogue;
using TlsTrust.Environment.Inspection;
using TlsTrust.Environment.Machines;
using TlsTrust.Environment.Probes;
using TlsTrust.Tests.Environment.Programs;

namespace TlsTrust.Tests.Environment.Predictions;

/// <summary>
/// Programs of this machine with generated configurations, odd precedence included: each says the same as the prediction.
/// </summary>
public sealed class PredictionMatrixTests(ITestOutputHelper output)
{
    private static readonly bool Long = System.Environment.GetEnvironmentVariable("TLSTRUST_LONG") == "1";

    // The slow ones take part in the long run.
    private static readonly (string Program, int Cases)[] Programs = Long
        ? [("curl", 80), ("wget", 45), ("git", 60), ("python", 40), ("openssl", 30), ("requests", 40), ("pip", 40), ("node", 40),
            ("npm", 40), ("newman", 20), ("deno", 25), ("bun", 25), ("pnpm", 25), ("java", 30), ("ruby", 25),
            ("php", 25), ("php-curl", 15), ("go", 20), ("perl-lwp", 20), ("cargo", 20), ("dotnet", 15)]
        : [("curl", 12), ("wget", 8), ("git", 10), ("python", 4), ("openssl", 6), ("node", 4)];

    // One program at a time on a machine that has other work: "curl,git".
    private static readonly string? Only = System.Environment.GetEnvironmentVariable("TLSTRUST_TEST_PROGRAMS");

    [Fact]
    public void What_a_program_does_with_a_configuration_is_predicted()
    {
        using MadeMachine made = RealProgramTests.RealPrograms();
        using HttpsServer ours = new(MadeMachine.Issued("localhost", MadeMachine.PrivateRoot, isAuthority: false));
        using HttpsServer theirs = new(MadeMachine.Issued("localhost", MadeMachine.OtherRoot, isAuthority: false));
        X509Certificate2 own = MadeMachine.Issued("localhost", MadeMachine.PrivateRoot, isAuthority: false);
        using HttpsServer leaf = new(own);
        NamedStores stores = new(made, own);
        ConcurrentBag<string> wrong = [], silent = [];
        int run = 0;
        foreach ((string id, int cases) in Programs.Where(program => Only is null || Only.Split(',').Contains(program.Program)))
        {
            ProgramFacts facts = ProgramCatalogue.Find(id)!;
            if (new TrustInspector(made.Machine).Executable(facts) is null)
            {
                output.WriteLine($"{id} is not on this machine");
                continue;
            }

            int before = run, wrongBefore = wrong.Count;
            Parallel.For(0, cases, new ParallelOptions { MaxDegreeOfParallelism = 3 }, i =>
            {
                Random random = new((id.Length * 1000) + id[0] + (i * 7919));
                string home = Directory.CreateDirectory(Path.Combine(made.Root, "homes", $"{id}-{i}")).FullName;
                GeneratedCase configured = new(home, random, stores);
                HttpsServer server = random.Next(4) switch { 0 => theirs, 1 => leaf, _ => ours };
                configured.Url = $"https://localhost:{server.Endpoint.Port}/";
                GeneratedConfigurations.Configure(id, configured);
                Dictionary<string, string> variables = new(made.Machine.Variables) { ["HOME"] = home };
                foreach ((string name, string value) in configured.Variables)
                {
                    variables[name] = value;
                }

                LocalMachine machine = new(variables) { Root = made.Root, WorkingDirectory = made.Project };
                ProbeAnswer answer = ProgramProbe.Ask(machine, id, server.Endpoint);
                ProgramTrust predicted = new EndpointAcceptance(machine, new TrustInspector(machine))
                    .PredictAsync(server.Endpoint, [facts], TrustScope.Process, false, CancellationToken.None).ToBlockingEnumerable()
                        .Single();
                bool? real = answer.Check switch { ChangeCheck.Accepted => true, ChangeCheck.Refused => false, _ => null };
                string what = $"{id} {i} [{string.Join("; ", configured.Moves)}] for " +
                    $"{(server == ours ? "ours" : server == theirs ? "another's" : "the leaf")}: predicted {predicted.Accepts} " +
                    $"({predicted.Reason}; {predicted.Detail}; {predicted.AcceptsDetail}), really {answer.Check} ({answer.Detail})";
                if (real is null)
                {
                    silent.Add(what);
                    return;
                }

                Interlocked.Increment(ref run);
                if (predicted.Accepts != real)
                {
                    wrong.Add(what);
                }
            });
            output.WriteLine($"{id,-9} {run - before} cases, {wrong.Count - wrongBefore} wrong");
        }

        output.WriteLine($"{run} cases, {wrong.Count} wrong, {silent.Count} without an answer");
        foreach (string line in wrong.Order().Concat(silent.Order().Take(10)))
        {
            output.WriteLine(line);
        }

        Assert.SkipWhen(run == 0, "none of the programs is on this machine");
        Assert.True(wrong.Count <= run / 100, $"{wrong.Count} of {run} are wrong:\n{string.Join('\n', wrong.Order())}");
        Assert.True(silent.Count <= run / 10, $"{silent.Count} programs said nothing:\n{string.Join('\n', silent.Order().Take(5))}");
    }
}
