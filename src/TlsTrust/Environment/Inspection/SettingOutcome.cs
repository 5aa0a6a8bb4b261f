using TlsTrust.CertificateFiles;
using TlsTrust.Environment.Catalogue;

namespace TlsTrust.Environment.Inspection;

/// <summary>What a program makes of a setting that gives it nothing.</summary>
internal static class SettingOutcome
{
    /// <summary>Of a place without anchors.</summary>
    public static Outcome Of(SettingValue setting, AnchorPart part, string path, EffectiveStore store)
    {
        Outcome outcome = part.Status switch
        {
            TrustStatus.Missing or TrustStatus.Unreadable => setting.Facts.Missing,
            TrustStatus.Empty => setting.Facts.EmptyFile,
            TrustStatus.NotHashed => Outcome.SlotEmpty,
            _ => setting.Facts.Malformed,
        };
        store.Faults.Add((part.Status, part.Detail));
        if (outcome != Outcome.FallsBack)
        {
            store.Parts.Add(path);
        }

        if (outcome == Outcome.Fails)
        {
            store.FailsWith = part.Detail;
        }
        else if (outcome == Outcome.TrustsNothing)
        {
            store.FailsWith = $"{part.Detail}; every server is refused";
        }

        return outcome;
    }

    /// <summary>Of a variable that is set to nothing.</summary>
    /// <returns>True when that decides everything.</returns>
    public static bool OfEmptyValue(SettingValue setting, EffectiveStore store)
    {
        string effect = setting.Facts.EmptyValue switch
        {
            "fails" => "the program stops with an error",
            "verificationOff" => "verification is switched off",
            _ => "its part of the store is off",
        };
        string text = $"{setting.Origin} is set and empty: {effect}";
        store.Faults.Add((TrustStatus.Empty, text));
        if (setting.Facts.EmptyValue == "fails")
        {
            store.FailsWith = text;
        }

        return setting.Facts.EmptyValue is "fails" or "verificationOff";
    }

    /// <summary>Without a password Java reads no certificate of a PKCS#12 store that has one.</summary>
    public static void RequirePassword(string path, string? password, EffectiveStore store)
    {
        if (password is null && File.Exists(path) && CertificateFile.Read(path) is { Form: CertificateFileForm.Pkcs12, Password: not null })
        {
            store.Clear();
            store.Faults.Add(
                (TrustStatus.Unreadable,
                    $"{path} is a PKCS#12 store and {JavaOptions.TrustStorePassword} is not set; Java then reads no certificate of it"));
        }
    }
}
