using System.CommandLine;
using System.Globalization;
using TlsTrust.Environment.Catalogue;
using TlsTrust.Environment.Insecure;
using TlsTrust.Environment.Inspection;
using TlsTrust.Environment.Machines;
using TlsTrust.Environment.Provisioning;

namespace TlsTrust.Cli;

/// <summary>`tlstrust env`: what the programs of this machine trust, and setting it right.</summary>
internal static class EnvCommand
{
    public static Command Create() => new("env", "Shows what every program on this machine trusts and why, and provisions it.")
    {
        Show(), Set(), Remove(),
    };

    private static Command Show()
    {
        Argument<string[]> programs = new("program") { Description = "Ids of programs; all when none is given.", Arity = ArgumentArity.ZeroOrMore };
        Option<string[]> endpoint = new("--endpoint") { Description = "Would each program accept this endpoint?", HelpName = "host[:port]" };
        Option<bool> insecure = new("--insecure") { Description = "Only switched-off verification; the exit code is 1 when there is any." };
        Option<bool> installed = new("--installed") { Description = "Only programs that are on the PATH." };
        Option<bool> json = JsonOption();
        Option<TrustScope> scope = ScopeOption(TrustScope.Process);
        Command command = new("show", "Shows the store in effect for each program, why, and what is wrong with it.") { programs, endpoint, insecure, installed, scope, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (!TryFind(parsed.GetValue(programs) ?? [], out IReadOnlyList<ProgramFacts>? chosen))
            {
                return ExitCode.Usage;
            }

            LocalMachine machine = new();
            if (parsed.GetValue(insecure))
            {
                return Print(InsecureScan.Find(machine, chosen), parsed.GetValue(json));
            }

            TrustInspector inspector = new(machine);
            List<ProgramTrust> rows = [];
            if (parsed.GetValue(endpoint) is not { Length: > 0 } endpoints)
            {
                rows.AddRange(inspector.Inspect(chosen, parsed.GetValue(scope), parsed.GetValue(installed)));
                return Print(rows, parsed.GetValue(json));
            }

            EndpointAcceptance acceptance = new(machine, inspector);
            foreach (string text in endpoints)
            {
                Endpoint where = Endpoint.Parse(text);
                if (where.Error is not null)
                {
                    Console.Error.WriteLine($"tlstrust: {where.Error}");
                    return ExitCode.Usage;
                }

                await foreach (ProgramTrust row in acceptance.PredictAsync(where, chosen, parsed.GetValue(scope), parsed.GetValue(installed), cancellationToken))
                {
                    rows.Add(row);
                }
            }

            return Print(rows, parsed.GetValue(json));
        });
        return command;
    }

    private static Command Set()
    {
        Argument<string[]> paths = new("path") { Description = "Files or directories with the CA's certificates.", Arity = ArgumentArity.OneOrMore };
        Option<TrustScope> scope = ScopeOption(TrustScope.User);
        Option<ProvisionTarget?> target = new("--target") { Description = "Write text for somewhere else in place of setting anything here." };
        Option<string[]> program = new("--program") { Description = "Only for these programs; for all that are installed when not given." };
        Option<string[]> variable = new("--variable") { Description = "Only these variables." };
        Option<string?> destination = new("--destination") { Description = "The bundle's path; the scope's own place when not given." };
        Option<bool> caOnly = new("--ca-only") { Description = "Programs that add get only the given CAs." };
        Option<bool> hashed = new("--hashed-directory") { Description = "Also make a hashed directory and set SSL_CERT_DIR." };
        Option<bool> configuration = new("--include-configuration") { Description = "Also write configuration files, for programs without a variable." };
        Option<bool> intermediate = new("--allow-intermediate") { Description = "Take intermediates as anchors." };
        Option<bool> force = new("--force") { Description = "Replace a file at the destination that is not ours." };
        Option<bool> whatIf = new("--what-if") { Description = "Only say what would be done." };
        Option<bool> json = JsonOption();
        Command command = new("set", "Makes programs trust a private CA; the public roots are kept, verification stays on.") { paths, scope, target, program, variable, destination, caOnly, hashed, configuration, intermediate, force, whatIf, json };
        command.SetAction(parsed => Guarded(() =>
        {
            if (parsed.GetValue(target) is null && parsed.GetValue(scope) == TrustScope.Process)
            {
                Console.Error.WriteLine("tlstrust: a program can't set variables of the shell that started it; use `eval \"$(tlstrust env set ca.pem --target Bash)\"`");
                return ExitCode.Usage;
            }

            TrustProvisioner provisioner = new(new LocalMachine());
            ProvisionPlan plan = provisioner.Plan(new ProvisionRequest
            {
                Anchors = [.. (parsed.GetValue(paths) ?? []).SelectMany(path => AnchorInput.FromPath(Path.GetFullPath(path)))],
                Scope = parsed.GetValue(scope),
                Target = parsed.GetValue(target),
                Programs = parsed.GetValue(program),
                Variables = parsed.GetValue(variable),
                Destination = parsed.GetValue(destination) is { } to ? Path.GetFullPath(to) : null,
                CaOnly = parsed.GetValue(caOnly),
                HashedDirectory = parsed.GetValue(hashed),
                IncludeConfiguration = parsed.GetValue(configuration),
                AllowIntermediate = parsed.GetValue(intermediate),
                Force = parsed.GetValue(force),
            });
            foreach (string warning in plan.Warnings)
            {
                Console.Error.WriteLine($"tlstrust: {warning}");
            }

            IReadOnlyList<TrustEnvironmentChange> changes = parsed.GetValue(whatIf) ? plan.Changes : provisioner.Apply(plan);
            if (plan.Request.Target is not null and not ProvisionTarget.GitHubActions)
            {
                foreach (string line in plan.Lines)
                {
                    Console.WriteLine(line);
                }

                return ExitCode.Ok;
            }

            return Print(changes, parsed.GetValue(json));
        }));
        return command;
    }

    private static Command Remove()
    {
        Option<TrustScope> scope = ScopeOption(TrustScope.User);
        Option<bool> whatIf = new("--what-if") { Description = "Only say what would be done." };
        Option<bool> json = JsonOption();
        Command command = new("remove", "Takes back what `set` did, byte for byte.") { scope, whatIf, json };
        command.SetAction(parsed => Guarded(() => Print(new TrustRemoval(new LocalMachine()).Remove(parsed.GetValue(scope), apply: !parsed.GetValue(whatIf)), parsed.GetValue(json))));
        return command;
    }

    private static Option<bool> JsonOption() => new("--json") { Description = "Print one JSON array instead of a table." };

    private static Option<TrustScope> ScopeOption(TrustScope otherwise) => new("--scope") { Description = "Process, User or Machine.", DefaultValueFactory = _ => otherwise };

    private static bool TryFind(string[] ids, out IReadOnlyList<ProgramFacts>? programs)
    {
        programs = ids.Length == 0 ? null : [.. ids.Select(ProgramCatalogue.Find).OfType<ProgramFacts>()];
        string[] unknown = [.. ids.Where(id => ProgramCatalogue.Find(id) is null)];
        if (unknown.Length > 0)
        {
            Console.Error.WriteLine($"tlstrust: no program of the catalogue: {string.Join(", ", unknown)}; known are {string.Join(", ", ProgramCatalogue.Programs.Select(program => program.Id))}");
        }

        return unknown.Length == 0;
    }

    private static int Guarded(Func<int> action)
    {
        try
        {
            return action();
        }
        catch (ProvisioningException fault)
        {
            Console.Error.WriteLine($"tlstrust: {fault.Message}");
            Console.Error.WriteLine($"tlstrust: {fault.Recommendation}");
            return ExitCode.Usage;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"tlstrust: {fault.Message}");
            return ExitCode.Usage;
        }
    }

    private static int Print(List<ProgramTrust> rows, bool json)
    {
        if (json)
        {
            Console.WriteLine(Json.Text(rows));
        }
        else
        {
            bool asked = rows.Any(row => row.Endpoint is not null);
            Console.WriteLine($"{"Program",-15} {"Status",-16} {(asked ? "Accepts " : string.Empty)}{"Anchors",7}  Store and why");
            foreach (ProgramTrust row in rows)
            {
                string accepts = asked ? $"{(row.Accepts is null ? "?" : row.Accepts.Value ? "yes" : "no"),-8}" : string.Empty;
                Console.WriteLine($"{row.Program,-15} {row.Status,-16} {accepts}{row.AnchorCount?.ToString(CultureInfo.InvariantCulture) ?? "?",7}  {row.Store} ({row.Reason})");
                foreach (string detail in new[] { row.Detail, row.AcceptsDetail ?? string.Empty }.Where(text => text.Length > 0).Distinct())
                {
                    Console.WriteLine($"{string.Empty,-16}{detail}");
                }
            }
        }

        return rows.Any(row => row.Accepts == false || row.Status >= TrustStatus.PublicRootsLost) ? ExitCode.Untrusted : ExitCode.Ok;
    }

    private static int Print(IReadOnlyList<InsecureSetting> settings, bool json)
    {
        if (json)
        {
            Console.WriteLine(Json.Text(settings));
        }
        else
        {
            foreach (InsecureSetting setting in settings)
            {
                Console.WriteLine($"{setting.Program,-12} {(setting.File is null ? $"{setting.Scope} variable" : $"{setting.File}:{setting.Line}")}  {setting.Setting}={setting.Value}  ({setting.TurnsOff} off; {setting.Evidence})");
                Console.WriteLine($"{string.Empty,-13}{setting.Undo}");
            }
        }

        return settings.Count > 0 ? ExitCode.Untrusted : ExitCode.Ok;
    }

    private static int Print(IReadOnlyList<TrustEnvironmentChange> changes, bool json)
    {
        if (json)
        {
            Console.WriteLine(Json.Text(changes));
        }
        else
        {
            foreach (TrustEnvironmentChange change in changes)
            {
                Console.WriteLine($"{change.Program,-15} {change.Setting,-22} {change.After ?? "(deleted)"}{(change.File is null ? string.Empty : $"  in {change.File}")}  {change.Effect}");
            }
        }

        return changes.Any(change => change.Verified == ChangeCheck.Failed) ? ExitCode.Untrusted : ExitCode.Ok;
    }
}
