using System.Text.Json.Serialization;
using System.Text.Json;
using TlsTrust.CertificateFiles;
using TlsTrust.Certificates;
using TlsTrust.Environment.Machines;
using TlsTrust.Environment.Provisioning.Requests;
using TlsTrust.Environment.Provisioning.Writing;
using TlsTrust.Files;

namespace TlsTrust.Environment.Provisioning.Records;

/// <summary>What was provisioned for a scope, kept beside the bundle, so that it can be renewed and taken back.</summary>
internal sealed record ProvisionRecord
{
    /// <summary>Version of this form.</summary>
    public int Schema { get; init; } = 1;

    /// <summary>The scope it is for.</summary>
    public required TrustScope Scope { get; init; }

    /// <summary>The bundle with the public roots.</summary>
    public required string Bundle { get; init; }

    /// <summary>The bundle without them; null when none was wanted.</summary>
    public string? CaOnlyBundle { get; init; }

    /// <summary>The hashed directory; null when none was wanted.</summary>
    public string? Directory { get; init; }

    /// <summary>The PKCS#12 store for Java; null when none was wanted.</summary>
    public string? KeyStore { get; init; }

    /// <summary>True when the public roots were left out on purpose.</summary>
    public bool WithoutPublicRoots { get; init; }

    /// <summary>True when files of services, cron and sudo were written too.</summary>
    public bool Services { get; init; }

    /// <summary>CAs that were put into system stores, by store; null where none were.</summary>
    public IReadOnlyList<RecordedSystemAnchor>? SystemAnchors { get; init; }

    /// <summary>Which public roots were asked for; null for the system's.</summary>
    public string? PublicRoots { get; init; }

    /// <summary>The file that the bundle is a link to; null where it is a file of its own.</summary>
    public string? Link { get; init; }

    /// <summary>The CAs that were added, PEM.</summary>
    public required IReadOnlyList<string> Added { get; init; }

    /// <summary>Anchors of stores that gave way; null in records of 0.1.0, which took none along.</summary>
    public IReadOnlyList<RecordedAnchor>? Kept { get; init; }

    /// <summary>Files that were written and belong to us alone.</summary>
    public required IReadOnlyList<string> OwnFiles { get; init; }

    /// <summary>Variables that were set.</summary>
    public required IReadOnlyList<RecordedVariable> Variables { get; init; }

    /// <summary>True when the registry's key for variables was not there before.</summary>
    public bool MadeKey { get; init; }

    /// <summary>Files of others that have our block or our lines.</summary>
    public required IReadOnlyList<RecordedFile> Files { get; init; }

    /// <summary>
    /// What the files of the scope set, by name: the next provisioning writes them anew with its own. Null where variables are not in
    /// files.
    /// </summary>
    public IReadOnlyDictionary<string, string>? Assigned { get; init; }

    /// <summary>
    /// What each setting was before the first time: a run that was cut can be run again and still tells. Null in records of 0.2.0.
    /// </summary>
    public IReadOnlyList<RecordedSetting>? Settings { get; init; }

    /// <summary>Folders that had to be made for <see cref="Files"/> and <see cref="OwnFiles"/>.</summary>
    public IReadOnlyList<string>? Folders { get; init; }

    [JsonIgnore]
    internal IReadOnlyList<Certificate> AddedCertificates => [.. Added.SelectMany(Certificates).Distinct()];

    [JsonIgnore]
    internal IReadOnlyList<KeptAnchor> KeptAnchors =>
        [.. (Kept ?? []).SelectMany(kept => Certificates(kept.Pem).Select(certificate => new KeptAnchor(certificate, kept.Origin)))];

    private static IEnumerable<Certificate> Certificates(string pem) =>
        PemDocument.Read(System.Text.Encoding.ASCII.GetBytes(pem)).Certificates.Select(located => located.Certificate);

    /// <summary>Where the record of a scope lies.</summary>
    public static string PathFor(IMachine machine, TrustScope scope) => Path.Combine(FolderFor(machine, scope), FolderNames.Record);

    /// <summary>Where what belongs to a scope lies by default.</summary>
    public static string FolderFor(IMachine machine, TrustScope scope) => ProvisionFolders.For(machine, scope);

    /// <summary>The bytes of a scope's record, or null.</summary>
    public static byte[]? ReadBytes(IMachine machine, TrustScope scope)
    {
        string path = PathFor(machine, scope);
        try
        {
            return File.Exists(path) ? InputFile.ReadAllBytes(path) : null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, fault);
        }
    }

    /// <summary>The record of a scope, or null.</summary>
    /// <exception cref="ProvisioningException">It is there and can't be read.</exception>
    public static ProvisionRecord? Read(IMachine machine, TrustScope scope)
    {
        if (ReadBytes(machine, scope) is not { } bytes)
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(bytes, RecordJson.Default.ProvisionRecord);
        }
        catch (JsonException fault)
        {
            throw Unreadable(PathFor(machine, scope), fault);
        }
    }

    private static ProvisioningException Unreadable(string path, Exception fault) => new(
        Refusal.FileNotWritable,
        $"The record of what was provisioned can't be read: {path}: {fault.Message}",
        "Run it as the owner of that file. If it is damaged, delete it: Remove-TrustBundleEnvironment then still finds the marked " +
        "lines in start-up files.",
        fault);

    /// <summary>A change with what was there before the first time, where that is known.</summary>
    public TrustEnvironmentChange Tell(TrustEnvironmentChange change) =>
        Settings?.FirstOrDefault(known => known.IsOf(change)) is { } first
            ? change with { Original = first.Before, Since = first.At } : change;

    /// <summary>As it is written.</summary>
    public byte[] Bytes() => JsonSerializer.SerializeToUtf8Bytes(this, RecordJson.Default.ProvisionRecord);

    /// <summary>Writes it; it may hold values of variables, so that only its owner reads it.</summary>
    public void Write(IMachine machine)
    {
        string path = PathFor(machine, Scope);
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        GuardedFile.Write(path, Bytes(), UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}

/// <summary>A variable that was set.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Before">What it was, as it was written; null when it was not set.</param>
/// <param name="After">What it was set to.</param>
/// <param name="Expands">True when what it was had names of variables in it that expand (REG_EXPAND_SZ).</param>
/// <param name="Foreign">What the registry had there that is no text; null for text, and for nothing.</param>
internal sealed record RecordedVariable(string Name, string? Before, string After, bool Expands = false, string? Foreign = null)
{
    /// <summary>What is put back; null where nothing was.</summary>
    [JsonIgnore]
    public StoredVariable? Stored =>
        Before is null && Foreign is null ? null : new StoredVariable(Before ?? string.Empty, Expands, Foreign);
}

/// <summary>A setting as it was before the first time.</summary>
/// <param name="Program">Id of the program.</param>
/// <param name="Setting">Its variable, key, or certificate.</param>
/// <param name="File">The file or store that has it; null for a variable.</param>
/// <param name="Before">What it was; null when it was not set.</param>
/// <param name="At">When that was, UTC.</param>
internal sealed record RecordedSetting(string Program, string Setting, string? File, string? Before, DateTime At)
{
    /// <summary>True for the setting that a change is about.</summary>
    public bool IsOf(TrustEnvironmentChange change) =>
        Program == change.Program && Setting == change.Setting && File == change.File;
}

/// <summary>A CA that was put into a system store.</summary>
/// <param name="Store">Id of the store.</param>
/// <param name="Pem">The certificate.</param>
/// <param name="Before">The store's bytes before us, where they can be put back; null else.</param>
internal sealed record RecordedSystemAnchor(string Store, string Pem, byte[]? Before = null)
{
    /// <summary>The certificate itself.</summary>
    public IEnumerable<Certificate> Certificates() =>
        PemDocument.Read(System.Text.Encoding.ASCII.GetBytes(Pem)).Certificates.Select(located => located.Certificate);
}

/// <summary>An anchor of a store that gave way.</summary>
/// <param name="Pem">The certificate.</param>
/// <param name="Origin">Where it was trusted.</param>
internal sealed record RecordedAnchor(string Pem, string Origin);

/// <summary>A file of somebody else's that was changed.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Before">Its bytes; null when it was not there.</param>
/// <param name="After">What we made of it.</param>
/// <param name="IsBlock">True when all of ours is one marked block.</param>
/// <param name="Kind">The configuration file's id in the catalogue; null for any other file.</param>
internal sealed record RecordedFile(string Path, byte[]? Before, byte[] After, bool IsBlock, string? Kind = null)
{
    /// <summary>
    /// What is to be in the file in place of what is in it now: what was there before, or now, when somebody has edited it, the edit
    /// without ours.
    /// </summary>
    public byte[]? WithoutOurs(byte[]? now)
    {
        if (now is null || now.AsSpan().SequenceEqual(After))
        {
            return now is null ? null : Before;
        }

        if (Kind is null)
        {
            return IsBlock ? MarkedBlock.TakeOut(now) : now;
        }

        // npm and pip write their files anew and drop comments, our marks among them.
        byte[]? rest = ConfigurationProvision.TakeOut(Kind, now);
        return rest is null ? null : ConfigurationProvision.PutBack(Kind, Path, rest, Before, After);
    }
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ProvisionRecord))]
internal sealed partial class RecordJson : JsonSerializerContext;
