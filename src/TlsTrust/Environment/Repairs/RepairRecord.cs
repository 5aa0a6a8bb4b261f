using System.Text.Json;
using System.Text.Json.Serialization;
using TlsTrust.Environment.Insecure;
using TlsTrust.Environment.Machines;
using TlsTrust.Environment.Provisioning.Records;
using TlsTrust.Environment.Provisioning.Requests;
using TlsTrust.Environment.Provisioning.Writing;
using TlsTrust.Files;

namespace TlsTrust.Environment.Repairs;

/// <summary>One change of a repair: of a file, or of a variable.</summary>
/// <param name="Program">The program whose verification it was about.</param>
/// <param name="Setting">The switch, or the switches, by name.</param>
/// <param name="Scope">Who sees it.</param>
/// <param name="Path">The file; null for a variable.</param>
/// <param name="FileBefore">Its bytes before.</param>
/// <param name="FileAfter">What was made of it.</param>
/// <param name="Before">The variable as it was written; null when it was not set.</param>
/// <param name="After">What it was set to; null when it was deleted.</param>
/// <param name="Expands">True when what it was had names of variables in it that expand (REG_EXPAND_SZ).</param>
internal sealed record RepairStep(string Program, string Setting, TrustScope Scope, string? Path = null, byte[]? FileBefore = null,
    byte[]? FileAfter = null, string? Before = null, string? After = null, bool Expands = false);

/// <summary>
/// What repairs took away, beside the record of what was provisioned, so that they can be undone. Written before each change: a run that is
/// killed leaves a step too many, never one too few.
/// </summary>
internal sealed class RepairRecord(IMachine machine) : IRepairRecord
{
    // It may hold tokens that stand in the same file as the switch.
    private const UnixFileMode OwnersOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public void Keep(InsecureSetting setting, StoredVariable? before, string? after) =>
        Add(new RepairStep(setting.Program, setting.Setting, setting.Scope, Before: before?.Text, After: after,
            Expands: before?.Expands == true));

    public void Keep(IReadOnlyList<InsecureSetting> settings, byte[] before, byte[] after) =>
        Add(new RepairStep(settings[0].Program, string.Join(", ", settings.Select(setting => setting.Setting).Distinct()),
            settings[0].Scope, settings[0].File, before, after));

    /// <summary>The steps of a scope, the first first.</summary>
    /// <exception cref="ProvisioningException">The record is somebody else's, or can't be read.</exception>
    public IReadOnlyList<RepairStep> Read(TrustScope scope)
    {
        RecordGuard.DemandOwn(machine, scope);
        string path = PathFor(scope);
        try
        {
            return !File.Exists(path) ? []
                : JsonSerializer.Deserialize(InputFile.ReadAllBytes(path), RepairJson.Default.RepairStepArray) ?? [];
        }
        catch (Exception fault) when (fault is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new ProvisioningException(Refusal.FileNotWritable, $"The record of repairs can't be read: {path}: {fault.Message}",
                "Run it as the owner of that file. If it is damaged, delete it: what was repaired then stays so.", fault);
        }
    }

    /// <summary>Replaces the steps of a scope; none takes the record away, and its folder where nothing else is in it.</summary>
    public void Write(TrustScope scope, IReadOnlyList<RepairStep> steps)
    {
        if (steps.Count > 0)
        {
            GuardedFile.Write(PathFor(scope), JsonSerializer.SerializeToUtf8Bytes([.. steps], RepairJson.Default.RepairStepArray),
                OwnersOnly);
            return;
        }

        File.Delete(PathFor(scope));
    }

    private void Add(RepairStep step)
    {
        // A file outlives the process for which a variable named it.
        TrustScope scope = step.Path is not null && step.Scope != TrustScope.Machine ? TrustScope.User : step.Scope;
        using ProvisionLock held = ProvisionLock.Take(machine, scope);
        ProvisionFolders.HoldProcess(machine, scope);
        Write(scope, [.. Read(scope), step]);
    }

    private string PathFor(TrustScope scope) => Path.Combine(ProvisionFolders.For(machine, scope), FolderNames.Repairs);
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RepairStep[]))]
internal sealed partial class RepairJson : JsonSerializerContext;
