using TlsTrust.CertificateFiles;
using TlsTrust.Environment.Catalogue;
using TlsTrust.Environment.Machines;
using TlsTrust.Stores;

namespace TlsTrust.Environment.Inspection;

/// <summary>How single settings make a store.</summary>
public sealed partial class TrustInspector
{
    /// <summary>True when the setting decides everything; false when the program falls back to its defaults.</summary>
    private bool TryReplaceAll(ProgramFacts program, SettingValue setting, EffectiveStore store)
    {
        store.Reasons.Add(setting.Origin);
        store.Effect = StoreEffect.Replaces;
        if (setting.Value.Length == 0)
        {
            return EmptyValue(setting, store);
        }

        if (setting.Facts.Holds == "text")
        {
            PemDocument inline = PemDocument.Read(System.Text.Encoding.UTF8.GetBytes(setting.Value.Replace("\\n", "\n", StringComparison.Ordinal)));
            store.Add($"certificates in {setting.Origin}", new AnchorPart([.. inline.Certificates.Select(located => located.Certificate)], inline.Certificates.Count > 0 ? TrustStatus.Ok : TrustStatus.Malformed, $"{setting.Origin} holds no certificate"), isSet: true, reportFault: true);
            return true;
        }

        (string path, AnchorPart part) = ReadSetting(program, setting);
        if (part.Anchors.Count > 0)
        {
            store.Add(path, part, isSet: true, reportFault: true);
            if (setting.Facts.Holds == "keystoreOption")
            {
                DemandPassword(setting, path, store);
            }
            else if (program.Id == "pip" && _places.Python.PipAddsSystem)
            {
                AddTruststoreDefaults(store);
            }

            return true;
        }

        return Outcome(setting, part, path, store) != Catalogue.Outcome.FallsBack;
    }

    // pip from 24.2 on asks the system's store and its own certifi besides whatever is set.
    private void AddTruststoreDefaults(EffectiveStore store)
    {
        store.Effect = StoreEffect.Adds;
        if (_places.File("opensslFile") is { } file)
        {
            store.Add(file, _reading.File(file, "openssl"), isSet: false, reportFault: false);
        }

        if (_places.File("pipCertifi") is { } certifi)
        {
            store.Add(certifi, _reading.File(certifi, "openssl"), isSet: false, reportFault: false);
        }
    }

    private static void DemandPassword(SettingValue setting, string path, EffectiveStore store)
    {
        if (JavaOptions.Property(setting.Value, JavaOptions.TrustStorePassword) is null && File.ReadAllBytes(path) is [0x30, ..])
        {
            store.Anchors.Clear();
            store.Set.Clear();
            store.Faults.Add((TrustStatus.Unreadable, $"{path} is a PKCS#12 store and {JavaOptions.TrustStorePassword} is not set; Java then reads no certificate of it"));
        }
    }

    private void UseFile(ProgramFacts program, SettingValue? setting, DefaultStore defaults, EffectiveStore store)
    {
        if (setting is not null)
        {
            store.Reasons.Add(setting.Origin);
            store.Effect = defaults.Directory is null && defaults.Bundled is null ? StoreEffect.Replaces : StoreEffect.ReplacesPart;
            if (setting.Value.Length == 0)
            {
                EmptyValue(setting, store);
                return;
            }

            (string path, AnchorPart part) = ReadSetting(program, setting);
            if (part.Anchors.Count > 0)
            {
                store.Add(path, part, isSet: true, reportFault: true);
                return;
            }

            if (Outcome(setting, part, path, store) != Catalogue.Outcome.FallsBack)
            {
                return;
            }
        }

        if (defaults.File is null or "none" or "systemStore")
        {
            return;
        }

        if (_places.File(defaults.File) is { } found)
        {
            store.Add(found, _reading.File(found, program.Reader), isSet: false, reportFault: setting is null);
            if (program.Id == "pip" && setting is null && _places.Python.PipAddsSystem && _places.File("opensslFile") is { } system)
            {
                store.Add(system, _reading.File(system, "openssl"), isSet: false, reportFault: false);
            }
        }
        else if (defaults.File is "certifi" or "pipCertifi" or "javaCacerts" or "gitForWindows")
        {
            store.IsKnown = false;
        }
    }

    private void UseDirectory(ProgramFacts program, SettingValue? setting, DefaultStore defaults, EffectiveStore store)
    {
        bool everyFile = program.Reader is "go" or "gnutls";
        if (setting is not null)
        {
            store.Reasons.Add(setting.Origin);
            store.Effect = StoreEffect.ReplacesPart;
            if (setting.Value.Length == 0)
            {
                EmptyValue(setting, store);
                return;
            }

            List<AnchorPart> parts = [];
            foreach (string folder in Folders(setting))
            {
                AnchorPart part = _reading.Folder(Located(folder), program.Reader, hashed: !everyFile);
                parts.Add(part);
                store.Add(folder, part, isSet: true, reportFault: part.Anchors.Count > 0);
            }

            if (parts.All(part => part.Anchors.Count == 0) && parts.Count > 0)
            {
                AnchorPart worst = parts.MaxBy(part => part.Status)!;
                if (Outcome(setting, worst, setting.Value, store) == Catalogue.Outcome.FallsBack)
                {
                    UseDirectory(program, null, defaults, store);
                }
            }

            return;
        }

        (IReadOnlyList<string> paths, bool hashed) = _places.Directories(defaults.Directory);
        foreach (string path in paths)
        {
            AnchorPart part = _reading.Folder(path, program.Reader, hashed && !everyFile);
            // A default directory that is not hashed is no mistake of the user's: Fedora keeps everything in the file.
            if (part.Anchors.Count > 0)
            {
                store.Add(path, part, isSet: false, reportFault: part.Status == TrustStatus.StaleLinks);
            }
        }
    }

    private void UseExtra(ProgramFacts program, SettingValue setting, EffectiveStore store)
    {
        if (setting.Value.Length == 0)
        {
            EmptyValue(setting, store);
            return;
        }

        store.Reasons.Add(setting.Origin);
        store.Effect = store.Effect == StoreEffect.Default ? StoreEffect.Adds : store.Effect;
        (string path, AnchorPart part) = ReadSetting(program, setting);
        if (part.Anchors.Count > 0)
        {
            store.Add(path, part, isSet: true, reportFault: true);
        }
        else
        {
            Outcome(setting, part, path, store);
        }
    }

    private (string Path, AnchorPart Part) ReadSetting(ProgramFacts program, SettingValue setting)
    {
        string value = setting.Facts.Holds == "keystoreOption" ? JavaOptions.Property(setting.Value, JavaOptions.TrustStore)! : setting.Value;
        string path = Located(value);

        // Node.js itself reads this one, for npm and its kin too; their own settings they read themselves.
        string reader = setting.Facts.Name == "NODE_EXTRA_CA_CERTS" && program.Reader == "npm" ? "node" : program.Reader;
        bool folder = setting.Facts.Holds == "directory" || (setting.Facts.Holds == "fileOrDirectory" && Directory.Exists(path));
        return (value, folder ? _reading.Folder(path, program.Reader, hashed: program.Reader is not ("go" or "gnutls")) : _reading.File(path, reader));
    }

    // Says what the program makes of a place that gives it nothing.
    private static Outcome Outcome(SettingValue setting, AnchorPart part, string path, EffectiveStore store)
    {
        Outcome outcome = part.Status switch
        {
            TrustStatus.Missing or TrustStatus.Unreadable => setting.Facts.Missing,
            TrustStatus.Empty => setting.Facts.EmptyFile,
            TrustStatus.NotHashed => Catalogue.Outcome.SlotEmpty,
            _ => setting.Facts.Malformed,
        };
        store.Faults.Add((part.Status, part.Detail));
        if (outcome != Catalogue.Outcome.FallsBack)
        {
            store.Parts.Add(path);
        }

        if (outcome == Catalogue.Outcome.Fails)
        {
            store.FailsWith = part.Detail;
        }
        else if (outcome == Catalogue.Outcome.TrustsNothing)
        {
            store.FailsWith = $"{part.Detail}; every server is refused";
        }

        return outcome;
    }

    private static bool EmptyValue(SettingValue setting, EffectiveStore store)
    {
        string text = $"{setting.Origin} is set and empty: {setting.Facts.EmptyValue switch { "fails" => "the program stops with an error", "verificationOff" => "verification is switched off", _ => "its part of the store is off" }}";
        store.Faults.Add((TrustStatus.Empty, text));
        if (setting.Facts.EmptyValue == "fails")
        {
            store.FailsWith = text;
        }

        return setting.Facts.EmptyValue is "fails" or "verificationOff";
    }

    private string[] Folders(SettingValue setting) =>
        setting.Facts.Name == "SSL_CERT_DIR" ? setting.Value.Split(_machine.Platform == StorePlatform.Windows ? ';' : ':', StringSplitOptions.RemoveEmptyEntries) : [setting.Value];

    private string Located(string path) => Machines.MachinePaths.Locate(_machine, path);

    private void NoteIgnored(ProgramFacts program, string build, SettingLookup lookup, EffectiveStore store)
    {
        string platform = _machine.Platform.ToString().ToLowerInvariant();
        string[] ignored = [.. program.Settings
            .Where(facts => facts.IsVariable && (facts.Effect == SettingEffect.Ignored ? Counts(facts, platform, build) : !Counts(facts, platform, build)))
            .Where(facts => !program.Settings.Any(other => other.Name == facts.Name && other.Effect != SettingEffect.Ignored && Counts(other, platform, build)))
            .Where(facts => lookup.Variables.ContainsKey(facts.Name)).Select(facts => facts.Name).Distinct()];
        if (ignored.Length > 0)
        {
            store.Faults.Add((TrustStatus.Ignored, $"{string.Join(", ", ignored)} {(ignored.Length == 1 ? "is" : "are")} set, but this program does not read {(ignored.Length == 1 ? "it" : "them")}"));
        }
    }
}
