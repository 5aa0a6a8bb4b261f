using System.Diagnostics.CodeAnalysis;
using System.IO.Compression;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using TlsTrust.Certificates;
using TlsTrust.Paths.Search;
using TlsTrust.Results;

namespace TlsTrust.Diagnosis;

/// <summary>
/// A result in few bytes, for files, jobs and other sessions: every value that was found out, none that follows from others, and each
/// certificate as its DER encoding. What comes out is what went in.
/// </summary>
public static class KeptResult
{
    /// <summary>16 MiB unpacked: a report of 100 certificates of 16 KiB, each in its chain and its path, takes a quarter of it.</summary>
    public const int MaxLength = 16 * 1024 * 1024;

    /// <summary>100,000 objects and lists: a report has some hundreds. Sixteen megabytes of empty ones would take a gigabyte.</summary>
    public const int MaxParts = 100_000;

    // 5 of 11: the last level that is worth its time for some kilobytes.
    private const int Quality = 5;

    // 2^18 bytes: a certificate that stands in the chain and in the path is written once.
    private const int Window = 18;

    private static readonly JsonSerializerOptions Json = Options();

    /// <summary>The result as text of letters and digits.</summary>
    public static string Pack(IResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        byte[] plain = Write(result);
        byte[] packed = new byte[BrotliEncoder.GetMaxCompressedLength(plain.Length)];
        return BrotliEncoder.TryCompress(plain, packed, out int length, Quality, Window)
            ? Convert.ToBase64String(packed, 0, length)
            : throw new InvalidOperationException("The buffer is as long as the longest outcome.");
    }

    /// <summary>What <see cref="Pack"/> was given; false where the text is none of its own.</summary>
    /// <param name="text">What it made.</param>
    /// <param name="type">The type of the result.</param>
    /// <param name="result">The result.</param>
    public static bool TryUnpack(string text, Type type, [NotNullWhen(true)] out IResult? result)
    {
        ArgumentNullException.ThrowIfNull(text);
        result = null;
        try
        {
            using MemoryStream packed = new(Convert.FromBase64String(text));
            using BrotliStream unpacked = new(packed, CompressionMode.Decompress);
            using MemoryStream plain = new();
            byte[] buffer = new byte[16 * 1024];
            for (int read; (read = unpacked.Read(buffer)) > 0;)
            {
                if (plain.Length + read > MaxLength)
                {
                    return false;
                }

                plain.Write(buffer, 0, read);
            }

            result = Read(plain.GetBuffer().AsSpan(0, (int)plain.Length), type);
        }
        catch (Exception fault) when (fault is FormatException or InvalidOperationException or InvalidDataException)
        {
            return false; // another version's, or a file that was changed by hand
        }

        return result is not null;
    }

    /// <summary>The result as it is before it is compressed.</summary>
    internal static byte[] Write(IResult result) => JsonSerializer.SerializeToUtf8Bytes(result, result.GetType(), Json);

    /// <summary>What <see cref="Write"/> was given; null where the text is none of its own.</summary>
    internal static IResult? Read(ReadOnlySpan<byte> plain, Type type)
    {
        try
        {
            return HasTooManyParts(plain) ? null : JsonSerializer.Deserialize(plain, type, Json) as IResult;
        }
        catch (Exception fault) when (fault is FormatException or InvalidOperationException or JsonException or NotSupportedException
            or ArgumentException)
        {
            return null;
        }
    }

    private static bool HasTooManyParts(ReadOnlySpan<byte> plain)
    {
        Utf8JsonReader reader = new(plain);
        int parts = 0;
        while (parts <= MaxParts && reader.Read())
        {
            parts += reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray ? 1 : 0;
        }

        return parts > MaxParts;
    }

    private static JsonSerializerOptions Options()
    {
        DefaultJsonTypeInfoResolver resolver = new();

        // What another version did not write keeps its default, and so does what somebody made null.
        resolver.Modifiers.Add(static type =>
        {
            foreach (JsonPropertyInfo property in type.Properties)
            {
                property.IsRequired = false;
                if (property.Set is { } set)
                {
                    property.Set = (item, value) =>
                    {
                        if (value is not null)
                        {
                            set(item, value);
                        }
                    };
                }
            }

            if (type.Kind == JsonTypeInfoKind.Object)
            {
                type.OnDeserialized = static item =>
                {
                    if (!MissingValues.TryFill(item))
                    {
                        throw new JsonException();
                    }
                };
            }
        });
        return new()
        {
            TypeInfoResolver = resolver,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            IgnoreReadOnlyProperties = true,

            // It stands in no page: it is compressed.
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            Converters = { new JsonStringEnumConverter(), new ListConverters(), new TagConverter(), new CertificateConverter() },
        };
    }

    private sealed class ListConverters : JsonConverterFactory
    {
        public override bool CanConvert(Type typeToConvert) =>
            typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(ResultList<>);

        public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
            (JsonConverter)Activator.CreateInstance(typeof(ListConverter<>).MakeGenericType(typeToConvert.GetGenericArguments()))!;
    }

    private sealed class ListConverter<T> : JsonConverter<ResultList<T>>
    {
        public override ResultList<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            new((JsonSerializer.Deserialize<T[]>(ref reader, options) ?? []).Where(item => item is not null));

        public override void Write(Utf8JsonWriter writer, ResultList<T> value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, value.ToArray(), options);
    }

    private sealed class TagConverter : JsonConverter<TagSet>
    {
        public override TagSet Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            new((JsonSerializer.Deserialize<string[][]>(ref reader, options) ?? [])
                .Where(pair => pair is [not null, not null]).Select(pair => KeyValuePair.Create(pair[0], pair[1])));

        // Pairs and no object: the order of the columns is kept, and a column may have any name.
        public override void Write(Utf8JsonWriter writer, TagSet value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, value.Select(pair => new[] { pair.Key, pair.Value }), options);
    }

    /// <summary>
    /// A certificate as its DER encoding and what its chain says of it; whole where that would say something else of it than is shown.
    /// </summary>
    private sealed class CertificateConverter : JsonConverter<ChainCertificate>
    {
        public override ChainCertificate Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            Kept kept = JsonSerializer.Deserialize<Kept>(ref reader, options) ?? throw new JsonException();
            return kept.Of() ?? throw new JsonException("Neither a certificate nor a description of one.");
        }

        public override void Write(Utf8JsonWriter writer, ChainCertificate value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, Kept.From(value), options);
    }

    private sealed record Kept
    {
        public int Depth { get; init; }

        public ChainRole Role { get; init; }

        public int DaysLeft { get; init; }

        public CertificateOrigin? CertificateOrigin { get; init; }

        public ResultList<string>? Problems { get; init; }

        public byte[]? Der { get; init; }

        public Shown? Whole { get; init; }

        public static Kept From(ChainCertificate shown)
        {
            Kept kept = new()
            {
                Depth = shown.Depth, Role = shown.Role, DaysLeft = shown.DaysLeft, CertificateOrigin = shown.CertificateOrigin,
                Problems = shown.Problems.Count == 0 ? null : shown.Problems, Der = PemBytes.Of(shown.Pem),
            };
            Shown whole = Shown.From(shown);
            return kept.Of() is { } again && Shown.From(again).Says(whole) ? kept : kept with { Der = null, Whole = whole };
        }

        public ChainCertificate? Of()
        {
            CertificateOrigin origin = CertificateOrigin ?? new();
            if (Der is null)
            {
                return Whole?.Of(this, origin);
            }

            return !Certificate.TryParse(Der, out Certificate? certificate, out _) ? null
                : ChainCertificates.Describe(certificate, Depth, Role, origin, certificate.NotAfter, Problems) with { DaysLeft = DaysLeft };
        }
    }

    /// <summary>What is shown of a certificate and follows from its encoding.</summary>
    private sealed record Shown(string Subject, string Issuer, string SerialNumber, DateTime NotBefore, DateTime NotAfter,
        string[] Names, string PublicKey, string SignatureAlgorithm, bool IsCA, bool IsSelfSigned, string Sha256, string Thumbprint,
        string Pem)
    {
        public static Shown From(ChainCertificate shown) => new(shown.Subject, shown.Issuer, shown.SerialNumber, shown.NotBefore,
            shown.NotAfter, [.. shown.Names], shown.PublicKey, shown.SignatureAlgorithm, shown.IsCA, shown.IsSelfSigned, shown.Sha256,
            shown.Thumbprint, shown.Pem);

        public bool Says(Shown other) => Names.SequenceEqual(other.Names) && this == (other with { Names = Names });

        public ChainCertificate Of(Kept kept, CertificateOrigin origin) => new()
        {
            Depth = kept.Depth,
            Role = kept.Role,
            DaysLeft = kept.DaysLeft,
            CertificateOrigin = origin,
            Problems = kept.Problems ?? [],
            Subject = Subject,
            Issuer = Issuer,
            SerialNumber = SerialNumber,
            NotBefore = NotBefore,
            NotAfter = NotAfter,
            Names = [.. Names.Where(name => name is not null)],
            PublicKey = PublicKey,
            SignatureAlgorithm = SignatureAlgorithm,
            IsCA = IsCA,
            IsSelfSigned = IsSelfSigned,
            Sha256 = Sha256,
            Thumbprint = Thumbprint,
            Pem = Pem,
        };
    }
}
