using System.Text.Json;
using TlsTrust.Certificates.Keys;
using TlsTrust.Certificates.Names;
using TlsTrust.Paths;

namespace TlsTrust.Clients;

/// <summary>
/// Reads the profiles by hand: the first answer of a shell needs them, and an object mapping would have the runtime compile four times the
/// code for it. A name that is not known here is an error, so that none is passed over.
/// </summary>
internal static class ClientProfileReader
{
    /// <summary>All profiles of a file.</summary>
    /// <exception cref="InvalidOperationException">The file says something that is not understood.</exception>
    public static IReadOnlyList<ClientProfile> Read(Stream stream)
    {
        using JsonDocument document = JsonDocument.Parse(stream);
        JsonElement profiles = document.RootElement.GetProperty("profiles");
        ClientProfile[] read = new ClientProfile[profiles.GetArrayLength()];
        for (int i = 0; i < read.Length; i++)
        {
            read[i] = Profile(profiles[i]);
        }

        return read;
    }

    private static ClientProfile Profile(JsonElement json)
    {
        ClientProfile profile = new()
        {
            Name = Text(json, "name"),
            Store = (ClientStore)Word(json, "store", typeof(ClientStore)),
            Builder = (PathBuilder)Word(json, "builder", typeof(PathBuilder)),
            Words = Words(json.GetProperty("words")),
        };
        foreach (JsonProperty entry in json.EnumerateObject())
        {
            JsonElement value = entry.Value;
            profile = entry.Name switch
            {
                "name" or "store" or "builder" or "words" => profile,
                "ownStore" => profile with { OwnStore = value.GetString()! },
                "partialChain" => profile with { PartialChain = Habit(value) },
                "backtracks" => profile with { Backtracks = Habit(value) },
                "fetchesAia" => profile with { FetchesAia = Habit(value) },
                "preloadsIntermediates" => profile with { PreloadsIntermediates = Habit(value) },
                "securityLevel" => profile with { SecurityLevel = Level(value) },
                "unknownConstraints" => profile with { UnknownConstraints = Kinds(value) },
                "strict" => profile with { Strict = Habit(value) },
                "commonName" => profile with { CommonName = CommonName(value) },
                "minimumProtocol" =>
                    profile with { MinimumProtocol = new() { Value = Text(value, "value"), Source = Text(value, "source") } },
                "lacksSuites" =>
                    profile with { LacksSuites = new() { Value = Texts(value.GetProperty("value")), Source = Text(value, "source") } },
                "checksHandshakeUsage" => profile with { ChecksHandshakeUsage = Usage(value) },
                "readsPkcs7" => profile with { ReadsPkcs7 = Habit(value) },
                "parsesAll" => profile with { ParsesAll = Habit(value) },
                "hearsOfRevocation" => profile with { HearsOfRevocation = Channels(value) },
                "serverRules" => profile with { ServerRules = ServerRules(value) },
                "lacksKeys" => profile with { LacksKeys = Keys(value) },
                "lacksRestrictedKeys" => profile with { LacksRestrictedKeys = Habit(value) },
                "sentLimits" => profile with { SentLimits = new()
                {
                    Certificates = value.GetProperty("certificates").GetInt32(),
                    Bytes = value.GetProperty("bytes").GetInt32(),
                    Source = Text(value, "source"),
                } },
                "knowsCurves" => profile with { KnowsCurves = SourcedTexts(value) },
                "knowsExtensions" => profile with { KnowsExtensions = SourcedTexts(value) },
                "lacksExtensions" => profile with { LacksExtensions = SourcedTexts(value) },
                "oddities" => profile with { Oddities = Oddities(value) },
                "oddityAfterPath" => profile with { OddityAfterPath = Oddities(value) },
                "comparesNames" => profile with { ComparesNames = Comparison(value) },
                "anchorNeedsConstraints" => profile with { AnchorNeedsConstraints = Habit(value) },
                "countsSelfIssued" => profile with { CountsSelfIssued = Habit(value) },
                "blocksPorts" => profile with { BlocksPorts = Ports(value) },
                "demandsStaple" => profile with { DemandsStaple = Habit(value) },
                "inheritsFeatures" => profile with { InheritsFeatures = Habit(value) },
                "leafAsAnchor" => profile with { LeafAsAnchor = Habit(value) },
                "takesAnyUsage" => profile with { TakesAnyUsage = Habit(value) },
                "takesCaAsServer" => profile with { TakesCaAsServer = Habit(value) },
                "lacksSignatures" => profile with { LacksSignatures = Signatures(value) },
                "nameLimits" => profile with { NameLimits = NameLimits(value) },
                "laxNames" => profile with { LaxNames = LaxNames(value) },
                "nameBefore" => profile with { NameBefore = Texts(value) },
                "checksNameFirst" => profile with { ChecksNameFirst = value.GetBoolean() },
                "tolerates" => profile with { Tolerates = Tolerances(value) },
                _ => throw Unknown(entry.Name),
            };
        }

        return profile;
    }

    private static SourcedHabit Habit(JsonElement json) =>
        new() { Value = (Habit)Word(json, "value", typeof(Habit)), Source = Text(json, "source") };

    private static SourcedTexts SourcedTexts(JsonElement json) =>
        new() { Value = Texts(json.GetProperty("value")), Source = Text(json, "source") };

    private static SourcedComparison Comparison(JsonElement json) =>
        new() { Value = (NameComparison)Word(json, "value", typeof(NameComparison)), Source = Text(json, "source") };

    private static SourcedOddities Oddities(JsonElement json)
    {
        string[] texts = Texts(json.GetProperty("value"));
        CertificateOddity[] read = new CertificateOddity[texts.Length];
        for (int i = 0; i < read.Length; i++)
        {
            read[i] = Enum.Parse<CertificateOddity>(texts[i], ignoreCase: true);
        }

        return new() { Value = read, Source = Text(json, "source") };
    }

    private static SourcedUsage Usage(JsonElement json) => new()
    {
        Value = (Habit)Word(json, "value", typeof(Habit)),
        CurvesBeforeTls13Only = Flag(json, "curvesBeforeTls13Only"),
        Source = Text(json, "source"),
    };

    private static SourcedPorts Ports(JsonElement json)
    {
        JsonElement except = json.GetProperty("except");
        int[] read = new int[except.GetArrayLength()];
        for (int i = 0; i < read.Length; i++)
        {
            read[i] = except[i].GetInt32();
        }

        return new() { Except = read, Source = Text(json, "source") };
    }

    private static SourcedNames LaxNames(JsonElement json) => new()
    {
        TrailingDot = Flag(json, "trailingDot"),
        BareWildcard = Flag(json, "bareWildcard"),
        TopWildcard = Flag(json, "topWildcard"),
        PartWildcard = Flag(json, "partWildcard"),
        AtEndsOnly = Flag(json, "atEndsOnly"),
        AnyWildcard = Flag(json, "anyWildcard"),
        Source = Text(json, "source"),
    };

    private static SourcedNameLimits NameLimits(JsonElement json) => new()
    {
        UnderscoreInWildcard = Flag(json, "underscoreInWildcard"),
        Underscore = Flag(json, "underscore"),
        BesideEmpty = Flag(json, "besideEmpty"),
        Source = Text(json, "source"),
    };

    private static SourcedSignatures Signatures(JsonElement json) => new()
    {
        Value = [.. Texts(json.GetProperty("value")).Select(static text => Enum.Parse<SignatureOddity>(text, ignoreCase: true))],
        Source = Text(json, "source"),
    };

    private static SourcedServerRules ServerRules(JsonElement json) => new()
    {
        MaximumDays = json.GetProperty("maximumDays").GetInt32(),
        MaximumDaysPublic = json.GetProperty("maximumDaysPublic").GetInt32(),
        Source = Text(json, "source"),
    };

    private static SourcedKeys Keys(JsonElement json)
    {
        JsonElement kinds = json.GetProperty("value");
        PublicKeyKind[] read = new PublicKeyKind[kinds.GetArrayLength()];
        for (int i = 0; i < read.Length; i++)
        {
            read[i] = (PublicKeyKind)Enum.Parse(typeof(PublicKeyKind), kinds[i].GetString()!, ignoreCase: true);
        }

        return new() { Value = read, Source = Text(json, "source") };
    }

    private static SourcedChannels Channels(JsonElement json)
    {
        JsonElement channels = json.GetProperty("value");
        RevocationChannel[] read = new RevocationChannel[channels.GetArrayLength()];
        for (int i = 0; i < read.Length; i++)
        {
            read[i] = (RevocationChannel)Enum.Parse(typeof(RevocationChannel), channels[i].GetString()!, ignoreCase: true);
        }

        return new() { Value = read, Source = Text(json, "source") };
    }

    private static CommonNameHabit CommonName(JsonElement json) => new()
    {
        Dns = json.GetProperty("dns").GetBoolean(),
        Ip = (CommonNameForAddress)Word(json, "ip", typeof(CommonNameForAddress)),
        NotBesideAddresses = Flag(json, "notBesideAddresses"),
        Source = Text(json, "source"),
    };

    private static SourcedLevel Level(JsonElement json) => new()
    {
        Value = json.GetProperty("value").GetInt32(),
        OrLower = json.TryGetProperty("orLower", out JsonElement lower) ? lower.GetInt32() : null,
        Source = Text(json, "source"),
    };

    private static SourcedKinds Kinds(JsonElement json)
    {
        JsonElement kinds = json.GetProperty("kinds");
        GeneralNameKind[] read = new GeneralNameKind[kinds.GetArrayLength()];
        for (int i = 0; i < read.Length; i++)
        {
            read[i] = (GeneralNameKind)Enum.Parse(typeof(GeneralNameKind), kinds[i].GetString()!, ignoreCase: true);
        }

        return new() { Kinds = read, Always = Flag(json, "always"), Source = Text(json, "source") };
    }

    private static Tolerance[] Tolerances(JsonElement json)
    {
        Tolerance[] read = new Tolerance[json.GetArrayLength()];
        for (int i = 0; i < read.Length; i++)
        {
            read[i] = Tolerance(json[i]);
        }

        return read;
    }

    private static Tolerance Tolerance(JsonElement json)
    {
        Tolerance tolerance = new()
        {
            Rule = (PathRule)Word(json, "rule", typeof(PathRule)),
            Value = (Habit)Word(json, "value", typeof(Habit)),
            Source = Text(json, "source"),
        };
        foreach (JsonProperty entry in json.EnumerateObject())
        {
            tolerance = entry.Name switch
            {
                "rule" or "value" or "source" => tolerance,
                "position" => tolerance with { Position = (TolerancePosition)Word(json, "position", typeof(TolerancePosition)) },
                "minimumRsaBits" => tolerance with { MinimumRsaBits = entry.Value.GetInt32() },
                "fault" => tolerance with { Fault = entry.Value.GetString() },
                "outside" => tolerance with { Outside = (GeneralNameKind)Word(json, "outside", typeof(GeneralNameKind)) },
                "withoutConstraints" => tolerance with { WithoutConstraints = entry.Value.GetBoolean() },
                "clause" => tolerance with { Clause = entry.Value.GetString() },
                "privateAnchorOnly" => tolerance with { PrivateAnchorOnly = entry.Value.GetBoolean() },
                _ => throw Unknown(entry.Name),
            };
        }

        return tolerance;
    }

    private static Dictionary<string, string> Words(JsonElement json)
    {
        Dictionary<string, string> words = new(StringComparer.Ordinal);
        foreach (JsonProperty entry in json.EnumerateObject())
        {
            words[entry.Name] = entry.Value.GetString()!;
        }

        return words;
    }

    private static string[] Texts(JsonElement json)
    {
        string[] texts = new string[json.GetArrayLength()];
        for (int i = 0; i < texts.Length; i++)
        {
            texts[i] = json[i].GetString()!;
        }

        return texts;
    }

    private static bool Flag(JsonElement json, string name) => json.TryGetProperty(name, out JsonElement value) && value.GetBoolean();

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;

    // Boxed: the generic form is compiled anew for each of our enums.
    private static object Word(JsonElement json, string name, Type type) => Enum.Parse(type, Text(json, name), ignoreCase: true);

    private static InvalidOperationException Unknown(string name) => new($"client profiles: '{name}' is not known");
}
