using System.Text.Json;
using TlsTrust.Environment.Catalogue;
using TlsTrust.Environment.Inspection;
using TlsTrust.Environment.Machines;
using TlsTrust.Environment.Probes;
using TlsTrust.Environment.Provisioning;
using TlsTrust.Environment.Provisioning.Requests;

namespace TlsTrust.Tests.Environment;

/// <summary>What a child says of a program's store.</summary>
internal sealed record SeenTrust(int? AnchorCount, string Detail, LookedAtPlace[] Places, string[] Alternatives, string Recommendation);

/// <summary>What a child does in other surroundings (a mount namespace), on the machine as it finds it there.</summary>
internal static class TrustTasks
{
    public static string Run(string[] task)
    {
        LocalMachine machine = new();
        switch (task)
        {
            case ["is-there", string program]:
                return new TrustInspector(machine).Executable(ProgramCatalogue.Find(program)!) is null ? "no" : "yes";
            case ["inspect", string program, string scope]:
                ProgramTrust trust = new TrustInspector(machine).Inspect([ProgramCatalogue.Find(program)!], Scope(scope)).Single();
                return JsonSerializer.Serialize(new SeenTrust(trust.AnchorCount, trust.Detail, [.. trust.Places], [.. trust.Alternatives],
                    trust.Recommendation));
            case ["ask", string program, string endpoint, string scope]:
                ProbeAnswer answer = ProgramProbe.Ask(ProgramProbe.Asked(machine, Scope(scope))!, program, Endpoint.Parse(endpoint));
                return $"{answer.Check} {answer.Detail}";
            case ["public-roots", string scope, string roots, string programs]:
                Apply(machine, new ProvisionRequest { Anchors = [], PublicRoots = roots, Scope = Scope(scope),
                    Programs = programs.Split(',') });
                return "done";
            case ["provision-machine", string ca]:
                Apply(machine, new ProvisionRequest { Anchors = [.. AnchorInput.FromPath(ca)], Scope = TrustScope.Machine,
                    Programs = ["openssl"], IncludeSystemStore = true });
                return "done";
            case ["update", string scope]:
                return string.Join('\n', new TrustRenewal(machine).Update(Scope(scope), apply: true).Select(change => change.Effect));
            case ["remove", string scope]:
                return string.Join('\n', new TrustRemoval(machine).Remove(Scope(scope), apply: true).Select(change => change.Effect));
            default:
                throw new ArgumentException(string.Join(' ', task));
        }
    }

    private static void Apply(LocalMachine machine, ProvisionRequest request)
    {
        TrustProvisioner provisioner = new(machine);
        TrustEnvironmentChange? failed = provisioner.Apply(provisioner.Plan(request))
            .FirstOrDefault(change => change.Verified != ChangeCheck.ReadBack);
        if (failed is not null)
        {
            throw new IOException($"{failed}: {failed.Verified} {failed.VerifiedDetail}");
        }
    }

    private static TrustScope Scope(string name) => Enum.Parse<TrustScope>(name);
}
