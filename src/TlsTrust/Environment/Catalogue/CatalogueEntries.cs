using System.Text.Json.Serialization;

namespace TlsTrust.Environment.Catalogue;

/// <summary>One program (or library that programs are made with) and how it finds its trust anchors.</summary>
public sealed record ProgramFacts
{
    /// <summary>Short name, as <c>-Program</c> takes it.</summary>
    public required string Id { get; init; }

    /// <summary>Name for people.</summary>
    public required string Name { get; init; }

    /// <summary>tool, language, library or application.</summary>
    public required string Category { get; init; }

    /// <summary>File names that show that it is installed; empty for a library without one.</summary>
    public required IReadOnlyList<string> Executables { get; init; }

    /// <summary>Which of the known ways to read a damaged PEM file it has.</summary>
    public required string Reader { get; init; }

    /// <summary>Where it looks when nothing is set: by platform, or <c>platform:build</c>.</summary>
    public required IReadOnlyDictionary<string, DefaultStore> Defaults { get; init; }

    /// <summary>How builds of one name are told apart; null where there is one.</summary>
    public BuildFacts? Build { get; init; }

    /// <summary>How builds are told apart on Windows, where the platform's TLS and OpenSSL are both usual; null for one.</summary>
    public AskedBuildFacts? WindowsBuild { get; init; }

    /// <summary>What changes that; of several for the same thing the first that is set wins.</summary>
    public required IReadOnlyList<SettingFacts> Settings { get; init; }

    /// <summary>How its verification gets switched off.</summary>
    public required IReadOnlyList<InsecureFacts> Insecure { get; init; }

    /// <summary>
    /// Which of several settings that replace all wins: the first of this list, or the one that is read last (files by layer, then
    /// variables). First when null.
    /// </summary>
    public string? Precedence { get; init; }

    /// <summary>
    /// The client profile that decides as it does, by its name without version and platform; null where none is known to.
    /// </summary>
    public string? Client { get; init; }

    /// <summary>True when an anchor need not be self-signed for it; said only where no <see cref="Client"/> says it.</summary>
    public bool PartialChain { get; init; }

    /// <summary>Why nobody can say from outside whether it verifies; null for programs where one can.</summary>
    public string? Unpredictable { get; init; }

    /// <summary>True when that is so only as long as nothing is set.</summary>
    public bool UnlessSet { get; init; }

    /// <summary>What it is started with to say its version, and does nothing else; null where that is not known.</summary>
    public IReadOnlyList<string>? Version { get; init; }

    /// <summary>The Python module that has to be there besides the executable; null for programs.</summary>
    public string? Module { get; init; }

    /// <summary>Versions that were tried.</summary>
    public string? Tested { get; init; }

    /// <summary>What else to know.</summary>
    public string? Note { get; init; }

    /// <summary>run, sourced or hint.</summary>
    public required Evidence Evidence { get; init; }
}

/// <summary>Default places, as names that StorePlaces resolves.</summary>
/// <param name="File">The bundle file.</param>
/// <param name="Directory">The directory that is searched besides.</param>
/// <param name="Bundled">Roots inside the program, in words.</param>
/// <param name="Also">Further places that are read besides, whatever is set.</param>
public sealed record DefaultStore(string? File = null, string? Directory = null, string? Bundled = null,
    IReadOnlyList<string>? Also = null);

/// <summary>How builds of one name are told apart, without running anything.</summary>
/// <param name="Of">The files that tell, the first that is there: paths, or <c>@executable</c>, <c>@node</c>, <c>@pip</c>.</param>
/// <param name="Mentions">The library whose name stands in such a file of the build <see cref="Is"/>; null where what is named answers
/// itself.</param>
/// <param name="Is">The build it is then.</param>
/// <param name="Otherwise">The build it is else.</param>
public sealed record BuildFacts(IReadOnlyList<string> Of, string? Mentions, string Is, string Otherwise);

/// <summary>How builds of one name are told apart by what they say, or by what their configuration says.</summary>
public sealed record AskedBuildFacts
{
    /// <summary>What the program is started with; its words tell.</summary>
    public IReadOnlyList<string> Ask { get => field ?? []; init; }

    /// <summary>The key of the configuration that tells; null where the program is asked.</summary>
    public string? Setting { get; init; }

    /// <summary>Id of the file with that key.</summary>
    public string? File { get; init; }

    /// <summary>The first whose pattern is found decides; none is "can't tell".</summary>
    public required IReadOnlyList<BuildAnswer> Answers { get; init; }
}

/// <summary>What an answer means.</summary>
/// <param name="Matches">A pattern, case ignored.</param>
/// <param name="Is">The build it is then.</param>
public sealed record BuildAnswer(string Matches, string Is);

/// <summary>What a setting does to the store.</summary>
public enum SettingEffect
{
    /// <summary>The default file gives way; a default directory stays.</summary>
    ReplacesFile,

    /// <summary>The default directory gives way; a default file stays.</summary>
    ReplacesDirectory,

    /// <summary>Nothing but this is trusted.</summary>
    ReplacesAll,

    /// <summary>Added to what is trusted anyway.</summary>
    Adds,

    /// <summary>Chooses among stores.</summary>
    Selects,

    /// <summary>This program does not read it.</summary>
    Ignored,
}

/// <summary>What happens when what a setting names can't be used. The first is what a silent catalogue means.</summary>
public enum Outcome
{
    /// <summary>Its part of the store is empty; no message.</summary>
    SlotEmpty,

    /// <summary>The program fails with a message.</summary>
    Fails,

    /// <summary>The default stays in force.</summary>
    FallsBack,

    /// <summary>Every server is refused.</summary>
    TrustsNothing,
}

/// <summary>One variable, or one entry of a configuration file.</summary>
public sealed record SettingFacts
{
    /// <summary>Name of the variable, or key in the file.</summary>
    public required string Name { get; init; }

    /// <summary>variable or file.</summary>
    public required string Place { get; init; }

    /// <summary>Id of the file, when <see cref="Place"/> is file.</summary>
    public string? File { get; init; }

    /// <summary>file, directory, fileOrDirectory, keystore, keystoreOption, options, flag or text.</summary>
    public required string Holds { get; init; }

    /// <summary>What it does.</summary>
    public required SettingEffect Effect { get; init; }

    /// <summary>When the path does not exist.</summary>
    public Outcome Missing { get; init; }

    /// <summary>When the file holds nothing.</summary>
    public Outcome EmptyFile { get; init; }

    /// <summary>When the file can't be parsed.</summary>
    public Outcome Malformed { get; init; }

    /// <summary>When it is set to an empty text: unset, slotOff, fails or verificationOff.</summary>
    public string EmptyValue { get => field ?? "unset"; init; }

    /// <summary>
    /// What <c>Set-TrustBundleEnvironment</c> puts there: merged, extra, directory, keystore or startFile; null when nothing.
    /// </summary>
    public string? Provision { get; init; }

    /// <summary>Where it counts; everywhere when null.</summary>
    public IReadOnlyList<string>? Platforms { get; init; }

    /// <summary>Builds of the program it counts for; all when null.</summary>
    public IReadOnlyList<string>? Builds { get; init; }

    /// <summary>Builds in which the default stays besides, although the setting replaces it elsewhere.</summary>
    public IReadOnlyList<string> Keeps { get => field ?? []; init; }

    /// <summary>True when it holds for the URL in its key only.</summary>
    public bool PerUrl { get; init; }

    /// <summary>A pattern its value must match to count.</summary>
    public string? OnlyWhen { get; init; }

    /// <summary>Settings that keep this one from being read.</summary>
    public IReadOnlyList<string> Unless { get => field ?? []; init; }

    /// <summary>What else to know.</summary>
    public string? Note { get; init; }

    /// <summary>How it is known.</summary>
    public required Evidence Evidence { get; init; }

    /// <summary>Where it is known from.</summary>
    public required string Source { get; init; }

    internal bool IsVariable => Place == "variable";

    /// <summary>Whether it is read on this platform, by this build.</summary>
    internal bool Counts(string platform, string build) =>
        (Platforms is null || Platforms.Contains(platform)) && (Builds is null || Builds.Contains(build));
}

/// <summary>A way to switch verification off.</summary>
public sealed record InsecureFacts
{
    /// <summary>Name of the variable, or key in the file with <c>*</c> for any text.</summary>
    public required string Name { get; init; }

    /// <summary>variable or file.</summary>
    public required string Place { get; init; }

    /// <summary>Id of the file, when <see cref="Place"/> is file.</summary>
    public string? File { get; init; }

    /// <summary>present, set, nonEmpty, empty, equals, equalsIgnoreCase, matches, notMatches or gitPairs.</summary>
    public required string Match { get; init; }

    /// <summary>The values or patterns of <see cref="Match"/>.</summary>
    public IReadOnlyList<string> Values { get => field ?? []; init; }

    /// <summary>verification, hostName, listedHosts, proxyVerification, revocation or plainHttp.</summary>
    public required string TurnsOff { get; init; }

    /// <summary>True when it holds for the URL in its key only.</summary>
    public bool PerUrl { get; init; }

    /// <summary>True when its value lists the hosts that it is for, divided by blanks.</summary>
    public bool ListsHosts { get; init; }

    /// <summary>The key in files that is not read while this variable is set.</summary>
    public string? Replaces { get; init; }

    /// <summary>Keys of the same file beside which the program takes it for a mistake, and connects to nobody.</summary>
    public IReadOnlyList<string> RefusedBeside { get => field ?? []; init; }

    /// <summary>True when whether it counts depends on a version that is not asked.</summary>
    public bool ByVersion { get; init; }

    /// <summary>How it is undone where taking the entry out is not the way: option, emptyList, true or false.</summary>
    public string? Undo { get; init; }

    /// <summary>What else to know.</summary>
    public string? Note { get; init; }

    /// <summary>How it is known.</summary>
    public required Evidence Evidence { get; init; }

    /// <summary>Where it is known from.</summary>
    public required string Source { get; init; }

    internal bool IsVariable => Place == "variable";
}

/// <summary>A configuration file and where it may lie.</summary>
public sealed record FileFacts
{
    /// <summary>Short name that settings refer to.</summary>
    public required string Id { get; init; }

    /// <summary>How it is written.</summary>
    public required string Format { get; init; }

    /// <summary>A variable that names another file in its place.</summary>
    public string? Variable { get; init; }

    /// <summary>True when the user's own file is not read while that variable is set.</summary>
    public bool VariableReplaces { get; init; }

    /// <summary>True when that variable names several, divided as in PATH.</summary>
    public bool IsList { get; init; }

    /// <summary>A variable with folders whose files count as well.</summary>
    public string? Folders { get; init; }

    /// <summary>True when only the first of its places that is there is read.</summary>
    public bool FirstOnly { get; init; }

    /// <summary>A variable with a number of pairs of variables that are read as if they stood at the end of the last file.</summary>
    public string? Pairs { get; init; }

    /// <summary>True when it names clusters and contexts, of which one is used (kubeconfig).</summary>
    public bool Contexts { get; init; }

    /// <summary>True when a file of this kind may include others.</summary>
    public bool Includes { get; init; }

    /// <summary>How a store's path is written into it; null where it is never written.</summary>
    public WriteFacts? Write { get; init; }

    /// <summary>Where it may lie.</summary>
    public required IReadOnlyList<PlaceFacts> Places { get; init; }
}

/// <summary>One place of a configuration file.</summary>
/// <param name="Scope">machine, user or project.</param>
/// <param name="Path">Path with <c>~</c>, <c>./</c> and names in braces.</param>
/// <param name="Platforms">Where it counts; everywhere when null.</param>
/// <param name="Write">True for a place that is written.</param>
/// <param name="Needs">The folder without which it is written by nobody: the program lies elsewhere and reads another file.</param>
public sealed record PlaceFacts(string Scope, string Path, IReadOnlyList<string>? Platforms = null, bool Write = false,
    string? Needs = null);

/// <summary>The setting of a file that names the store.</summary>
/// <param name="Section">Its section or table; empty for none.</param>
/// <param name="Name">Its name, as it is written.</param>
/// <param name="Variable">True when the user's file is the one that <see cref="FileFacts.Variable"/> names, where that is set.</param>
public sealed record WriteFacts(string Section, string Name, bool Variable = false)
{
    /// <summary>The key as the readers give it.</summary>
    public string Key => (Section.Length == 0 ? Name : $"{Section}.{Name}").ToLowerInvariant();
}

// The generated reader sets every init-only property, and so undoes initialisers: defaults stand in the getters.
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip)]
[JsonSerializable(typeof(CatalogueDocument))]
internal sealed partial class CatalogueJson : JsonSerializerContext;

internal sealed record CatalogueDocument
{
    public required int Schema { get; init; }

    public required IReadOnlyList<FileFacts> Files { get; init; }

    public required IReadOnlyList<ProgramFacts> Programs { get; init; }
}
