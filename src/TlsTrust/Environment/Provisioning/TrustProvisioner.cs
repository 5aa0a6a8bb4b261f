using TlsTrust.Environment.Catalogue;
using TlsTrust.Environment.Machines;
using TlsTrust.Environment.Provisioning.Planning;
using TlsTrust.Environment.Provisioning.Requests;
using TlsTrust.Stores;

namespace TlsTrust.Environment.Provisioning;

/// <summary>Plans and applies what makes programs trust further CAs, with the public roots kept and verification on.</summary>
public sealed class TrustProvisioner
{
    private readonly IMachine _machine;
    private readonly ProvisionPlanner _planner;

    /// <summary>A provisioner for one machine.</summary>
    /// <param name="machine">Which machine.</param>
    /// <param name="publicRoots">The roots that stand in where the system has none; the built-in list when null.</param>
    public TrustProvisioner(IMachine machine, PublicRootSet? publicRoots = null)
    {
        _machine = machine;
        _planner = new ProvisionPlanner(machine, publicRoots ?? PublicRootSet.BuiltIn);
    }

    /// <summary>What would be done, whole: every file and variable with what it will hold. Nothing is touched.</summary>
    /// <exception cref="ProvisioningException">It is refused.</exception>
    public ProvisionPlan Plan(ProvisionRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _planner.Plan(request);
    }

    /// <summary>The programs a request is about.</summary>
    /// <exception cref="ProvisioningException">An id is not in the catalogue.</exception>
    public IReadOnlyList<ProgramFacts> Programs(ProvisionRequest request) => _planner.Programs(request);

    /// <summary>Carries a plan out. Files are replaced in one step each; the record is written before anything that names it, so
    /// that a crash at any moment leaves what <see cref="TrustRemoval"/> can take back.</summary>
    /// <returns>The changes, read back.</returns>
    /// <exception cref="ProvisioningException">A file can't be written.</exception>
    public IReadOnlyList<TrustEnvironmentChange> Apply(ProvisionPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return new ProvisionApplier(_machine, _planner).Apply(plan);
    }
}
