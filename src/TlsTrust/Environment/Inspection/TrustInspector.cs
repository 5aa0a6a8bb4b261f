using TlsTrust.Certificates;
using TlsTrust.Clients;
using TlsTrust.Environment.Catalogue;
using TlsTrust.Environment.Insecure;
using TlsTrust.Environment.Machines;
using TlsTrust.Results;
using TlsTrust.Stores;

namespace TlsTrust.Environment.Inspection;

/// <summary>Says what each program of a machine trusts, and why.</summary>
public sealed class TrustInspector
{
    private readonly IMachine _machine;
    private readonly StorePlaces _places;
    private readonly EffectiveStores _stores;
    private readonly Lazy<HashSet<Certificate>> _knownPublic;
    private readonly Lazy<string[]> _alternatives;

    /// <summary>An inspection of one machine; what it has read it keeps, so that a second look needs a second inspector.</summary>
    /// <param name="machine">Which machine.</param>
    /// <param name="publicRoots">The roots that count as public, and that stand for those inside a program; the built-in list when
    /// null.</param>
    public TrustInspector(IMachine machine, PublicRootSet? publicRoots = null)
        : this(machine, publicRoots ?? PublicRootSet.BuiltIn, new StorePlaces(machine), withProject: true)
    {
    }

    internal TrustInspector(IMachine machine, PublicRootSet publicRoots, StorePlaces places, bool withProject)
    {
        _machine = machine;
        _places = places;
        _stores = new EffectiveStores(machine, places, publicRoots, withProject);
        _alternatives = new(() => [.. new RootSources(machine, places, publicRoots).All().Select(source => source.ToString())]);
        _knownPublic = new(() => [.. publicRoots.Roots]);
    }

    /// <summary>What the programs trust.</summary>
    /// <param name="programs">Which programs; all when null.</param>
    /// <param name="scope">Process: what starts from here sees. User and Machine: what the next login will see.</param>
    /// <param name="installedOnly">Only programs that are on the PATH.</param>
    public IEnumerable<ProgramTrust> Inspect(IReadOnlyCollection<ProgramFacts>? programs = null, TrustScope scope = TrustScope.Process,
        bool installedOnly = false)
    {
        ILookup<string, InsecureSetting> insecure = InsecureScan.Find(_machine, programs).ToLookup(setting => setting.Program);
        foreach (ProgramFacts program in programs ?? ProgramCatalogue.Programs)
        {
            string? executable = Executable(program);
            if (executable is null && installedOnly)
            {
                continue;
            }

            yield return Describe(program, scope, executable, Effective(program, scope, executable), insecure[program.Id]);
        }
    }

    /// <summary>The file that shows that a program is there; null when it is not.</summary>
    public string? Executable(ProgramFacts program) =>
        program.Executables.Select(_places.Executable).FirstOrDefault(found => found is not null) is { } executable
            && (program.Module is null || _places.Python.Modules.Contains(program.Module)) ? executable : null;

    /// <summary>The settings of a scope.</summary>
    internal SettingLookup Lookup(TrustScope scope) => _stores.Lookup(scope);

    /// <summary>How it is built, where that tells; empty else.</summary>
    internal string Build(ProgramFacts program, string? executable) => _places.Build(program, executable);

    /// <summary>The client profile that decides as the program does; null where none is known to.</summary>
    internal string? ClientOf(ProgramFacts program, string? executable) => program.Client switch
    {
        "Python" => _places.Python.IsStrict switch { true => "Python 3.13", false => "Python before 3.13", null => null },
        _ when Build(program, executable) == "schannel" => "Windows",
        ".NET" => _machine.Platform switch { StorePlatform.Windows => "Windows", StorePlatform.MacOS => "macOS", _ => ".NET on Linux" },
        "GnuTLS" when _places.Build(program, executable) != "gnutls" => "curl", // on OpenSSL both take any anchor, as curl does
        _ => program.Client,
    };

    /// <summary>What a program trusts; for one URL where its settings can name it.</summary>
    internal EffectiveStore Effective(ProgramFacts program, TrustScope scope, string? executable, Uri? url = null) =>
        _stores.Of(program, scope, executable, url);

    /// <summary>What switches a program's verification off for a URL; null when it is on.</summary>
    internal string? SwitchedOffBy(ProgramFacts program, TrustScope scope, Uri url) =>
        VerificationSwitch.OffBy(program, _stores.Lookup(scope, url), url);

    /// <summary>Why a program connects to nobody, whatever it trusts; null where it does.</summary>
    internal string? RefusedSettings(ProgramFacts program, TrustScope scope, Uri url) =>
        VerificationSwitch.Refused(program, _stores.Lookup(scope, url));

    private static string NothingAt(EffectiveStore store) => store.Places.Count == 0
        ? "nothing is trusted at all"
        : $"nothing is trusted at all; it looked at " +
            $"{string.Join(", ", store.Places.Select(place => place.Place + (place.Exists ? " (empty)" : " (not there)")))}";

    // As its client does; the catalogue says it only of programs of which no client is known.
    private bool TakesAnyAnchor(ProgramFacts program, string? executable) =>
        ClientOf(program, executable) is { } client ? ClientProfiles.Find(client).PartialChain?.Value == Habit.Yes : program.PartialChain;

    private ProgramTrust Describe(ProgramFacts program, TrustScope scope, string? executable, EffectiveStore store,
        IEnumerable<InsecureSetting> insecure)
    {
        List<(TrustStatus Status, string Detail)> faults = store.Faults;
        bool isSet = store.Effect != StoreEffect.Default;
        if (isSet && store.Set.Count > 0 && store.Set.All(anchor => !anchor.LooksSelfSigned) && !TakesAnyAnchor(program, executable))
        {
            faults.Add((TrustStatus.OnlyIntermediate,
                "what is set holds no self-signed certificate, and this program builds chains up to one"));
        }

        if (isSet && store.FailsWith is null && store.Anchors.Count > 0 && !store.Anchors.Overlaps(_knownPublic.Value) && store.IsKnown)
        {
            string which = store.Anchors.Count == 1 ? "its one anchor is no public root"
                : $"none of the {store.Anchors.Count} anchors is a public root";
            faults.Add((TrustStatus.PublicRootsLost, $"{which}; servers of the internet are refused"));
        }

        if (store.Anchors.Count == 0 && faults.Count == 0 && program.Reader != "none")
        {
            faults.Add(store.IsKnown ? (TrustStatus.Empty, NothingAt(store)) : (TrustStatus.Unknown, "its default store was not found"));
        }

        bool findsNothing = store.Anchors.Count == 0 && program.Reader != "none" && (store.IsKnown || store.FailsWith is not null);
        string[] alternatives = findsNothing ? [.. _alternatives.Value] : [];
        (TrustStatus status, string detail) = faults.Count == 0 ? (store.IsKnown ? TrustStatus.Ok : TrustStatus.Unknown, string.Empty)
            : faults.MaxBy(fault => fault.Status);
        return new ProgramTrust
        {
            Program = program.Id,
            ProgramName = program.Name,
            Scope = scope,
            Executable = executable,
            Store = store.Parts.Count == 0 ? "nothing" : string.Join(" + ", store.Parts),
            Reason = string.Join("; ", store.Reasons.Distinct()),
            Effect = store.Effect,
            AnchorCount = store.IsApproximate || !store.IsKnown ? null : store.Anchors.Count,
            Status = status,
            Detail = store.FailsWith is null ? detail : $"{detail}; the program stops with an error",
            Places = [.. store.Places],
            Alternatives = [.. alternatives.Select(ShownText.OfSetting)],
            Recommendation = !findsNothing ? string.Empty
                : program.Settings.Any(setting => setting.Provision is not null)
                    ? $"Set-TrustBundleEnvironment -PublicRoots Auto -Program " +
                        $"{program.Id}{(scope == TrustScope.Process ? string.Empty : $" -Scope {scope}")}"
                : $"Get-TrustBundleEnvironment {program.Id} | Select-Object -ExpandProperty Places",
            Insecure = [.. insecure],
            Evidence = program.Evidence,
        };
    }
}
