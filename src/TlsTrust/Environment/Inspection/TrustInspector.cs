using System.Text.RegularExpressions;
using TlsTrust.Certificates;
using TlsTrust.Clients;
using TlsTrust.Environment.Catalogue;
using TlsTrust.Environment.Insecure;
using TlsTrust.Environment.Machines;
using TlsTrust.Stores;

namespace TlsTrust.Environment.Inspection;

/// <summary>Says what each program of a machine trusts, and why.</summary>
public sealed partial class TrustInspector
{
    private static readonly TimeSpan ChildLimit = TimeSpan.FromSeconds(10);

    private static readonly string[] OpenSslVariables = ["SSL_CERT_FILE", "SSL_CERT_DIR"];

    private readonly IMachine _machine;
    private readonly AnchorReading _reading = new();
    private readonly StorePlaces _places;
    private readonly PublicRootSet _publicRoots;
    private readonly Dictionary<TrustScope, SettingLookup> _lookups = [];
    private readonly Lazy<HashSet<Certificate>> _knownPublic;

    /// <summary>An inspection of one machine; what it has read it keeps, so that a second look needs a second inspector.</summary>
    /// <param name="machine">Which machine.</param>
    /// <param name="publicRoots">The roots that count as public, and that stand for those inside a program; the built-in list when null.</param>
    public TrustInspector(IMachine machine, PublicRootSet? publicRoots = null)
    {
        _machine = machine;
        _places = new StorePlaces(machine);
        _publicRoots = publicRoots ?? PublicRootSet.BuiltIn;
        // A root that the system's own bundle brings is no loss when it goes, unless it is public; one lab root counts where it is all there is.
        _knownPublic = new(() => [.. _publicRoots.Roots]);
    }

    /// <summary>What the programs trust.</summary>
    /// <param name="programs">Which programs; all when null.</param>
    /// <param name="scope">Process: what starts from here sees. User and Machine: what the next login will see.</param>
    /// <param name="installedOnly">Only programs that are on the PATH.</param>
    public IEnumerable<ProgramTrust> Inspect(IReadOnlyCollection<ProgramFacts>? programs = null, TrustScope scope = TrustScope.Process, bool installedOnly = false)
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
        program.Executables.Select(_machine.FindExecutable).FirstOrDefault(found => found is not null) is { } executable
            && (program.Module is null || _places.Python.Modules.Contains(program.Module)) ? executable : null;

    /// <summary>The client profile that decides as the program does; null where none is known to.</summary>
    internal string? ClientOf(ProgramFacts program, string? executable) => program.Client switch
    {
        "Python" => _places.Python.IsStrict switch { true => "Python 3.13", false => "Python before 3.13", null => null },
        ".NET" => _machine.Platform switch { StorePlatform.Windows => "Windows", StorePlatform.MacOS => "macOS", _ => ".NET on Linux" },
        "GnuTLS" when _places.Build(program.Id, executable) != "gnutls" => "curl", // on OpenSSL both take any anchor, as curl does
        _ => program.Client,
    };

    // As its client does; the catalogue says it only of programs of which no client is known.
    private bool TakesAnyAnchor(ProgramFacts program, string? executable) =>
        ClientOf(program, executable) is { } client ? ClientProfiles.Find(client).PartialChain?.Value == Habit.Yes : program.PartialChain;

    internal EffectiveStore Effective(ProgramFacts program, TrustScope scope, string? executable)
    {
        if (!_lookups.TryGetValue(scope, out SettingLookup? lookup))
        {
            _lookups[scope] = lookup = new SettingLookup(_machine, scope);
        }

        string build = _places.Build(program.Id, executable);
        program = build == "openssl" ? program with { Reader = "openssl" } : program;
        List<SettingValue> set = Active(program, build, lookup);
        EffectiveStore store = new();
        DefaultStore defaults = Defaults(program, build, set, lookup);
        SettingValue? all = First(set, SettingEffect.ReplacesAll, store);
        if (all is not null && TryReplaceAll(program, all, store))
        {
            return Finished(store);
        }

        SettingValue? file = First(set, SettingEffect.ReplacesFile, store);
        SettingValue? directory = First(set, SettingEffect.ReplacesDirectory, store);
        UseFile(program, file, defaults, store);
        UseDirectory(program, directory, defaults, store);
        if (defaults.Bundled is not null)
        {
            store.Parts.Add(defaults.Bundled);
            store.Anchors.UnionWith(_publicRoots.Roots);
            store.IsApproximate = true;
        }

        if (defaults.File == "systemStore")
        {
            TrustStore system = TrustStores.Default(new StoreView(_machine));
            store.Parts.Add(system.Name);
            store.Anchors.UnionWith(system.Anchors.Select(stored => stored.Certificate));
            store.IsKnown &= _machine.Platform != StorePlatform.Linux;
        }

        foreach (SettingValue extra in set.Where(value => value.Facts.Effect == SettingEffect.Adds))
        {
            UseExtra(program, extra, store);
        }

        if (file is null && directory is null && all is null && store.Reasons.Count == 0)
        {
            store.Reasons.Add("default");
            NoteIgnored(program, build, lookup, store);
        }

        return Finished(store);
    }

    private List<SettingValue> Active(ProgramFacts program, string build, SettingLookup lookup)
    {
        string platform = _machine.Platform.ToString().ToLowerInvariant();
        List<SettingValue> set = [];
        foreach (SettingFacts facts in program.Settings.Where(facts => facts.Effect is not SettingEffect.Ignored && Counts(facts, platform, build)))
        {
            if (lookup.Find(facts) is { } value
                && (facts.OnlyWhen is null || Regex.IsMatch(value.Value, facts.OnlyWhen, RegexOptions.None, TimeSpan.FromSeconds(1)))
                && (facts.Holds != "keystoreOption" || JavaOptions.Property(value.Value, JavaOptions.TrustStore) is not null)
                && !facts.Unless.Any(name => set.Any(earlier => earlier.Facts.Name == name))
                && !(value.Value.Length == 0 && facts.EmptyValue == "unset"))
            {
                set.Add(value);
            }
        }

        return set;
    }

    private static bool Counts(SettingFacts facts, string platform, string build) =>
        (facts.Platforms is null || facts.Platforms.Contains(platform)) && (facts.Builds is null || facts.Builds.Contains(build));

    private DefaultStore Defaults(ProgramFacts program, string build, List<SettingValue> set, SettingLookup lookup)
    {
        string platform = _machine.Platform.ToString().ToLowerInvariant();
        DefaultStore defaults = program.Defaults.TryGetValue($"{platform}:{build}", out DefaultStore? special) ? special : program.Defaults[platform];
        bool openSslChosen = set.Any(value => value.Facts.Name == "NODE_OPTIONS");
        bool systemAdded = set.Any(value => value.Facts.Name == "NODE_USE_SYSTEM_CA") && NodeKnowsSystemStore();
        if (!openSslChosen && !systemAdded)
        {
            return defaults;
        }

        // With these SSL_CERT_FILE counts for Node.js as well.
        foreach (string name in OpenSslVariables.Where(name => lookup.Variables.ContainsKey(name) && !set.Any(value => value.Facts.Name == name)))
        {
            SettingFacts facts = ProgramCatalogue.Find("openssl")!.Settings.First(setting => setting.Name == name);
            set.Add(lookup.Find(facts)!);
        }

        return _machine.Platform != StorePlatform.Linux
            ? defaults with { File = "systemStore", Bundled = openSslChosen ? null : defaults.Bundled }
            : new DefaultStore("opensslFile", "opensslDirectory", openSslChosen ? null : defaults.Bundled);
    }

    private bool NodeKnowsSystemStore() =>
        _machine.FindExecutable("node") is { } node && _machine.Run(node, ["--version"], ChildLimit) is { ExitCode: 0 } answer
        && Version.TryParse(answer.Output.Trim().TrimStart('v'), out Version? version)
        && (version >= new Version(24, 6) || (version.Major == 22 && version >= new Version(22, 19)));

    private static SettingValue? First(List<SettingValue> set, SettingEffect effect, EffectiveStore store)
    {
        SettingValue[] same = [.. set.Where(value => value.Facts.Effect == effect)];
        foreach (SettingValue loser in same.Skip(1).Where(value => value.Value != same[0].Value))
        {
            store.Faults.Add((TrustStatus.Conflict, $"{loser.Origin} says {loser.Value}; {same[0].Origin} wins"));
        }

        return same.FirstOrDefault();
    }

    private static EffectiveStore Finished(EffectiveStore store)
    {
        if (store.FailsWith is not null)
        {
            store.Anchors.Clear();
        }

        return store;
    }

    private ProgramTrust Describe(ProgramFacts program, TrustScope scope, string? executable, EffectiveStore store, IEnumerable<InsecureSetting> insecure)
    {
        List<(TrustStatus Status, string Detail)> faults = store.Faults;
        bool isSet = store.Effect != StoreEffect.Default;
        if (isSet && store.Set.Count > 0 && store.Set.All(anchor => !anchor.IsSelfSigned) && !TakesAnyAnchor(program, executable))
        {
            faults.Add((TrustStatus.OnlyIntermediate, "what is set holds no self-signed certificate, and this program builds chains up to one"));
        }

        if (isSet && store.FailsWith is null && store.Anchors.Count > 0 && !store.Anchors.Overlaps(_knownPublic.Value) && store.IsKnown)
        {
            faults.Add((TrustStatus.PublicRootsLost, $"{(store.Anchors.Count == 1 ? "its one anchor is no public root" : $"none of the {store.Anchors.Count} anchors is a public root")}; servers of the internet are refused"));
        }

        if (store.Anchors.Count == 0 && faults.Count == 0 && program.Reader != "none")
        {
            faults.Add(store.IsKnown ? (TrustStatus.Empty, "nothing is trusted at all") : (TrustStatus.Unknown, "its default store was not found"));
        }

        (TrustStatus status, string detail) = faults.Count == 0 ? (store.IsKnown ? TrustStatus.Ok : TrustStatus.Unknown, string.Empty) : faults.MaxBy(fault => fault.Status);
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
            Insecure = [.. insecure],
            Evidence = program.Evidence,
        };
    }
}
