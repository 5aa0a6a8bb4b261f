using TlsTrust.CertificateFiles;
using TlsTrust.Certificates;
using TlsTrust.Environment.Catalogue;
using TlsTrust.Environment.Machines;
using TlsTrust.Stores;

namespace TlsTrust.Environment.Inspection;

/// <summary>Makes the store that a program has out of its defaults and of the settings that are set.</summary>
internal sealed class EffectiveStores
{
    private static readonly string[] OpenSslVariables = ["SSL_CERT_FILE", "SSL_CERT_DIR"];

    private readonly IMachine _machine;
    private readonly AnchorReading _reading;
    private readonly StorePlaces _places;
    private readonly ActiveSettings _settings;
    private readonly PublicRootSet _publicRoots;
    private readonly bool _withProject;
    private readonly Dictionary<(TrustScope, string?), SettingLookup> _lookups = [];

    /// <summary>The stores of one machine; what was read is kept.</summary>
    /// <param name="machine">Which machine.</param>
    /// <param name="places">Its default places.</param>
    /// <param name="publicRoots">The roots that stand for those inside a program.</param>
    /// <param name="withProject">False leaves files of the project aside where a user is asked about.</param>
    public EffectiveStores(IMachine machine, StorePlaces places, PublicRootSet publicRoots, bool withProject = true)
    {
        _machine = machine;
        _reading = new AnchorReading(machine);
        _places = places;
        _settings = new ActiveSettings(Platform);
        _publicRoots = publicRoots;
        _withProject = withProject;
    }

    private string Platform => _machine.Platform.ToString().ToLowerInvariant();

    /// <summary>The settings of a scope.</summary>
    public SettingLookup Lookup(TrustScope scope, Uri? url = null)
    {
        (TrustScope, string?) key = (scope, url?.AbsoluteUri);
        if (!_lookups.TryGetValue(key, out SettingLookup? lookup))
        {
            _lookups[key] = lookup = new SettingLookup(_machine, scope, _withProject, url);
        }

        return lookup;
    }

    /// <summary>What a program has in the end.</summary>
    public EffectiveStore Of(ProgramFacts program, TrustScope scope, string? executable, Uri? url = null)
    {
        SettingLookup lookup = Lookup(scope, url);
        string build = _places.Build(program, executable);
        program = build == "openssl" ? program with { Reader = "openssl" } : program;
        List<SettingValue> set = _settings.Of(program, build, lookup);
        EffectiveStore store = new();
        DefaultStore defaults = Defaults(program, build, set, lookup);
        bool lastRead = program.Precedence == "lastRead";
        SettingValue? all = ActiveSettings.First(set, SettingEffect.ReplacesAll, store, lastRead);
        for (SettingValue? tried = all; tried is not null; tried = lastRead ? ActiveSettings.Before(set, tried) : null)
        {
            if (TryReplaceAll(program, build, tried, defaults, store, lookup))
            {
                return Finished(store);
            }
        }

        SettingValue? file = ActiveSettings.First(set, SettingEffect.ReplacesFile, store);
        SettingValue? directory = ActiveSettings.First(set, SettingEffect.ReplacesDirectory, store);
        UseFile(program, file, defaults, store);
        UseDirectory(program, directory, defaults, store);
        if (defaults.Bundled is not null)
        {
            store.Parts.Add(defaults.Bundled);
            store.Places.Add(
                new LookedAtPlace { Source = "built in", Place = defaults.Bundled, Exists = true, AnchorCount = null,
                    Detail = string.Empty });
            store.Take(_publicRoots.Roots, new AnchorOrigin(defaults.Bundled, null));
            store.IsApproximate = true;
        }

        if (defaults.File == "systemStore")
        {
            TrustStore system = _places.SystemStore;
            store.Parts.Add(system.Name);
            store.Places.Add(
                new LookedAtPlace { Source = "the system's store", Place = system.Name, Exists = system.IsUsable,
                    AnchorCount = system.Anchors.Count, Detail = system.Faults.Count > 0 ? system.Faults[0].ToString() : string.Empty });
            store.Take(system.Anchors.Select(stored => stored.Certificate), new AnchorOrigin(system.Name, null));
            store.IsKnown &= _machine.Platform != StorePlatform.Linux;
        }

        foreach (SettingValue extra in set.Where(value => value.Facts.Effect == SettingEffect.Adds))
        {
            UseExtra(program, extra, store);
        }

        if (build == ProgramBuild.Unknown)
        {
            store.IsKnown = false;
            store.Faults.Add((TrustStatus.Unknown, "it did not say whether it uses Windows' TLS, which reads none of these settings"));
        }

        if (file is null && directory is null && all is null && store.Reasons.Count == 0)
        {
            store.Reasons.Add("default");
            _settings.NoteIgnored(program, build, lookup, store);
        }

        return Finished(store);
    }

    private DefaultStore Defaults(ProgramFacts program, string build, List<SettingValue> set, SettingLookup lookup)
    {
        DefaultStore defaults = program.Defaults.TryGetValue($"{Platform}:{build}", out DefaultStore? special) ? special
            : program.Defaults[Platform];
        bool openSslChosen = set.Any(value => value.Facts.Name == "NODE_OPTIONS");
        bool systemAdded = set.Any(value => value.Facts.Name == "NODE_USE_SYSTEM_CA") && _places.NodeKnowsSystemStore;
        if (!openSslChosen && !systemAdded)
        {
            return defaults;
        }

        // With these SSL_CERT_FILE counts for Node.js as well.
        foreach (string name in OpenSslVariables.Where(name =>
            lookup.Variables.ContainsKey(name) && !set.Any(value => value.Facts.Name == name)))
        {
            SettingFacts facts = ProgramCatalogue.Find("openssl")!.Settings.First(setting => setting.Name == name);
            set.Add(lookup.Find(facts)!);
        }

        return _machine.Platform != StorePlatform.Linux
            ? defaults with { File = "systemStore", Bundled = openSslChosen ? null : defaults.Bundled }
            : new DefaultStore("opensslFile", "opensslDirectory", openSslChosen ? null : defaults.Bundled);
    }

    private static EffectiveStore Finished(EffectiveStore store)
    {
        if (store.FailsWith is not null)
        {
            store.Clear();
        }

        return store;
    }

    /// <summary>True when the setting decides everything; false when the program falls back to its defaults.</summary>
    private bool TryReplaceAll(ProgramFacts program, string build, SettingValue setting, DefaultStore defaults, EffectiveStore store,
        SettingLookup lookup)
    {
        store.Reasons.Add(setting.Origin);
        store.Effect = StoreEffect.Replaces;
        if (setting.Value.Length == 0)
        {
            return SettingOutcome.OfEmptyValue(setting, store);
        }

        if (setting.Facts.Holds == "text")
        {
            PemDocument inline =
                PemDocument.Read(System.Text.Encoding.UTF8.GetBytes(setting.Value.Replace("\\n", "\n", StringComparison.Ordinal)));
            AnchorPart given = new(
                [.. inline.Certificates.Select(located => located.Certificate)],
                inline.Certificates.Count > 0 ? TrustStatus.Ok : TrustStatus.Malformed,
                $"{setting.Origin} holds no certificate");
            store.Add($"certificates in {setting.Origin}", given, setting.Origin, reportFault: true);
            return true;
        }

        string? password = setting.Facts.Holds == "keystoreOption" ? _settings.Option(program, lookup, JavaOptions.TrustStorePassword)
            : null;
        (string path, AnchorPart part) = ReadSetting(program, setting, password);
        store.Look(setting.Origin, path, part);
        if (part.Anchors.Count == 0)
        {
            return SettingOutcome.Of(setting, part, path, store) != Outcome.FallsBack;
        }

        store.Add(path, part, setting.Origin, reportFault: true);
        if (setting.Facts.Holds == "keystoreOption")
        {
            SettingOutcome.RequirePassword(Located(path), password, store);
        }

        if (setting.Facts.Keeps.Contains(build))
        {
            store.Effect = StoreEffect.Adds;
            UseAlso(defaults, [defaults.File, .. defaults.Also ?? []], store);
        }

        return true;
    }

    private void UseAlso(DefaultStore defaults, IEnumerable<string?> places, EffectiveStore store)
    {
        foreach (string found in places.Select(_places.File).OfType<string>())
        {
            store.Add(found, _reading.File(found, "openssl"), setBy: null, reportFault: false);
        }
    }

    private void UseFile(ProgramFacts program, SettingValue? setting, DefaultStore defaults, EffectiveStore store)
    {
        if (setting is not null)
        {
            store.Reasons.Add(setting.Origin);
            store.Effect = defaults.Directory is null && defaults.Bundled is null && defaults.File != "systemStore" ? StoreEffect.Replaces
                : StoreEffect.ReplacesPart;
            if (setting.Value.Length == 0)
            {
                SettingOutcome.OfEmptyValue(setting, store);
                return;
            }

            (string path, AnchorPart part) = ReadSetting(program, setting);
            store.Look(setting.Origin, path, part);
            if (part.Anchors.Count > 0)
            {
                store.Add(path, part, setting.Origin, reportFault: true);
                return;
            }

            if (SettingOutcome.Of(setting, part, path, store) != Outcome.FallsBack)
            {
                return;
            }
        }

        if (defaults.File is null or "none" or "systemStore")
        {
            return;
        }

        foreach (string missing in _places.Files(defaults.File).TakeWhile(path => !File.Exists(path)))
        {
            store.Look(DefaultSource(defaults.File), missing, AnchorPart.Faulty(TrustStatus.Missing, $"{missing} does not exist"));
        }

        if (_places.File(defaults.File) is { } found)
        {
            store.Look(DefaultSource(defaults.File), found, _reading.File(found, program.Reader));
            store.Add(found, _reading.File(found, program.Reader), setBy: null, reportFault: setting is null);
            if (setting is null)
            {
                UseAlso(defaults, defaults.Also ?? [], store);
            }
        }
        else if (defaults.File is "certifi" or "pipCertifi" or "javaCacerts" or "javaHomeCacerts" or "gitForWindows" or "curlForWindows"
            or "condaBundle" or "rubyForWindows" || !_places.Files(defaults.File).Any())
        {
            store.IsKnown = false;
        }
    }

    private void UseDirectory(ProgramFacts program, SettingValue? setting, DefaultStore defaults, EffectiveStore store)
    {
        bool everyFile = program.Reader is "go" or "gnutls" or "dotnet";
        if (setting is not null)
        {
            store.Reasons.Add(setting.Origin);
            store.Effect = StoreEffect.ReplacesPart;
            if (setting.Value.Length == 0)
            {
                SettingOutcome.OfEmptyValue(setting, store);
                return;
            }

            List<AnchorPart> parts = [];
            foreach (string folder in Folders(setting))
            {
                AnchorPart part = _reading.Folder(Located(folder), program.Reader, hashed: !everyFile);
                store.Look(setting.Origin, folder, part);
                parts.Add(part);
                store.Add(folder, part, setting.Origin, reportFault: part.Anchors.Count > 0);
            }

            if (parts.All(part => part.Anchors.Count == 0) && parts.Count > 0)
            {
                AnchorPart worst = parts.MaxBy(part => part.Status)!;
                if (SettingOutcome.Of(setting, worst, setting.Value, store) == Outcome.FallsBack)
                {
                    UseDirectory(program, null, defaults, store);
                }
            }

            return;
        }

        (IReadOnlyList<string> paths, bool hashed) = _places.Directories(defaults.Directory);
        foreach (string missing in _places.Folders(defaults.Directory).Except(paths))
        {
            store.Look(DefaultSource(defaults.Directory), missing, AnchorPart.Faulty(TrustStatus.Missing, $"{missing} does not exist"));
        }

        foreach (string path in paths)
        {
            AnchorPart part = _reading.Folder(path, program.Reader, hashed && !everyFile);
            store.Look(DefaultSource(defaults.Directory), path, part);
            // A default directory that is not hashed is no mistake of the user's: Fedora keeps everything in the file.
            if (part.Anchors.Count > 0)
            {
                store.Add(path, part, setBy: null, reportFault: part.Status == TrustStatus.StaleLinks);
            }
        }
    }

    private void UseExtra(ProgramFacts program, SettingValue setting, EffectiveStore store)
    {
        if (setting.Value.Length == 0)
        {
            SettingOutcome.OfEmptyValue(setting, store);
            return;
        }

        store.Reasons.Add(setting.Origin);
        store.Effect = store.Effect == StoreEffect.Default ? StoreEffect.Adds : store.Effect;
        (string path, AnchorPart part) = ReadSetting(program, setting);
        store.Look(setting.Origin, path, part);
        if (part.Anchors.Count > 0)
        {
            store.Add(path, part, setting.Origin, reportFault: true);
        }
        else
        {
            SettingOutcome.Of(setting, part, path, store);
        }
    }

    private (string Path, AnchorPart Part) ReadSetting(ProgramFacts program, SettingValue setting, string? password = null)
    {
        string value = setting.Facts.Holds == "keystoreOption" ? JavaOptions.Property(setting.Value, JavaOptions.TrustStore)!
            : setting.Value;
        string path = Located(value);

        // Node.js itself reads this one, for npm and its kin too; their own settings they read themselves.
        string reader = setting.Facts.Name == "NODE_EXTRA_CA_CERTS" && program.Reader == "npm" ? "node" : program.Reader;
        bool folder = setting.Facts.Holds == "directory" || (setting.Facts.Holds == "fileOrDirectory" && Directory.Exists(path));
        return (value, folder ? _reading.Folder(path, program.Reader, hashed: program.Reader is not ("go" or "gnutls" or "dotnet"))
            : setting.Facts.Holds == "keystoreOption" ? _reading.KeyStore(path, password) : _reading.File(path, reader));
    }

    // A list that is searched, or one place that is fixed when the program or its library is built.
    private static string DefaultSource(string? token) =>
        token is "curlFile" or "debianBundle" or "goFile" or "goDirectories" or "gitForWindows" or "curlForWindows" or "condaBundle"
            ? "its own list" : "compiled in";

    private string[] Folders(SettingValue setting) =>
        setting.Facts.Name == "SSL_CERT_DIR"
            ? setting.Value.Split(_machine.Platform == StorePlatform.Windows ? ';' : ':', StringSplitOptions.RemoveEmptyEntries)
                : [setting.Value];

    private string Located(string path) => MachinePaths.Locate(_machine, path);
}
