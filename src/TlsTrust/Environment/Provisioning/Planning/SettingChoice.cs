using TlsTrust.Environment.Catalogue;
using TlsTrust.Environment.Inspection;
using TlsTrust.Environment.Machines;
using TlsTrust.Environment.Provisioning.Requests;

namespace TlsTrust.Environment.Provisioning.Planning;

/// <summary>Chooses the settings that a request is about.</summary>
internal sealed class SettingChoice(IMachine machine, TrustInspector inspector)
{
    private string Platform => machine.Platform.ToString().ToLowerInvariant();

    /// <summary>The programs a request is about.</summary>
    /// <exception cref="ProvisioningException">An id is not in the catalogue.</exception>
    public IReadOnlyList<ProgramFacts> Programs(ProvisionRequest request) => request.Programs is { Count: > 0 } ids
        ? [.. ids.Select(id => ProgramCatalogue.Find(id) ?? throw new ProvisioningException(
            Refusal.NotSupported,
            $"'{id}' is no program of the catalogue.",
            $"Known are: {string.Join(", ", ProgramCatalogue.Programs.Select(program => program.Id))}."))]
        : [.. ProgramCatalogue.Programs.Where(program => request.Target is not null || inspector.Executable(program) is not null)];

    /// <summary>The settings, with a note for each program that has none.</summary>
    public IEnumerable<(ProgramFacts Program, SettingFacts Setting)> Settings(PlanDraft draft) =>
        draft.Request.Variables is { Count: > 0 } variables
        ? variables.Select(Reader)
        : Programs(draft.Request).SelectMany(program => OfProgram(program, draft));

    private static (ProgramFacts Program, SettingFacts Setting) Reader(string name)
    {
        foreach (ProgramFacts program in ProgramCatalogue.Programs)
        {
            if (program.Settings.FirstOrDefault(setting =>
                setting.IsVariable && setting.Provision is not (null or "startFile")
                    && setting.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } found)
            {
                return (program, found);
            }
        }

        throw new ProvisioningException(Refusal.NotSupported, $"{name} is no variable that is provisioned.",
            $"Known are: {string.Join(", ", ProgramCatalogue.ProvisionedVariables)}.");
    }

    private IEnumerable<(ProgramFacts, SettingFacts)> OfProgram(ProgramFacts program, PlanDraft draft)
    {
        ProvisionRequest request = draft.Request;
        string build = inspector.Build(program, inspector.Executable(program));
        SettingFacts[] usable = [.. program.Settings.Where(setting => setting.Provision is not null && setting.Counts(Platform, build))];
        bool any = false;
        foreach (SettingFacts setting in Overriding(program, usable, build, draft)
            .Concat(usable.Where(setting => IsWanted(setting, request))))
        {
            any = true;
            yield return (program, setting);
        }

        if (!any)
        {
            draft.Notes.Add(usable.Length > 0
                ? $"{program.Id}: has no variable; -IncludeConfiguration writes its configuration"
                : $"{program.Id}: has no setting that could be provisioned{(program.Note is null ? string.Empty : $" ({program.Note})")}");
        }
    }

    private static bool IsWanted(SettingFacts setting, ProvisionRequest request) => setting.Provision switch
    {
        "directory" => request.HashedDirectory && setting.IsVariable,
        "startFile" => request.IncludeConfiguration && request.Target is null,
        "keystore" => request.IncludeConfiguration,
        _ => setting.IsVariable || (request.IncludeConfiguration && request.Target is null),
    };

    // What is already set and comes before ours would keep ours from being read: a variable of that rank gets our bundle too.
    private IEnumerable<SettingFacts> Overriding(ProgramFacts program, SettingFacts[] usable, string build, PlanDraft draft)
    {
        if (draft.Request.Target is not null
            || usable.FirstOrDefault(setting => setting.IsVariable && setting.Provision != "startFile") is not { } ours)
        {
            yield break;
        }

        SettingLookup lookup = inspector.Lookup(draft.Request.Scope);
        SettingFacts[] active = [.. program.Settings.Where(setting => setting.Counts(Platform, build)
            && (setting.Effect is SettingEffect.ReplacesAll
                || (setting.Effect is SettingEffect.ReplacesFile && setting.Holds is "file" or "fileOrDirectory")))];
        if (ours.Effect == SettingEffect.Adds)
        {
            if (active.Any(setting => IsInTheWay(setting, lookup, draft))
                && active.FirstOrDefault(setting => setting.IsVariable) is { } replacing)
            {
                yield return replacing;
            }

            yield break;
        }

        foreach (SettingFacts setting in active.TakeWhile(setting => setting != ours)
            .Where(setting => setting.IsVariable && IsInTheWay(setting, lookup, draft)))
        {
            yield return setting;
        }
    }

    // What names our bundle already is in nobody's way.
    private static bool IsInTheWay(SettingFacts setting, SettingLookup lookup, PlanDraft draft) =>
        lookup.Find(setting) is { } found && found.Value != draft.Bundle && found.Value != draft.CaOnlyBundle;
}
