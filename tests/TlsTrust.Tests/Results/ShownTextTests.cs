using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using TlsTrust.Certificates.Names;

namespace TlsTrust.Tests.Results;

/// <summary>No result of the engine lets text from outside through as it is, whichever property it comes in by.</summary>
public sealed class ShownTextTests
{
    // ESC, BEL, NUL, CR, LF, C1, right-to-left override, isolates, line and paragraph separator, zero width, soft hyphen, BOM, TAG
    // characters, variation selectors, half a surrogate pair, a filler.
    public static TheoryData<string> Hostile =>
    [
        "\u001B[31mred", "bell\a", "nul\0", "a\r\nb", "c1\u009B31m", "\u202Egnp.exe", "\u2066x\u2069", "a\u2028b\u2029c",
            "zero\u200Bwidth\u200D", "soft\u00ADhyphen", "\uFEFFbom",
        "tag\U000E0041\U000E007F", "vs\uFE0F\U000E0100", "half\uD800", "\u3164filler", "tab\there",
    ];

    // PEM is made here of bytes, and has lines.
    private static readonly string[] OwnText = [$"{nameof(ChainCertificate)}.{nameof(ChainCertificate.Pem)}"];

    private static HashSet<Type> ResultTypes()
    {
        HashSet<Type> known = [];
        Queue<Type> open =
            new(typeof(IResult).Assembly.GetExportedTypes().Where(type => type is { IsClass: true, IsAbstract: false }
                && type.IsAssignableTo(typeof(IResult))));
        while (open.TryDequeue(out Type? type))
        {
            if (!known.Add(type))
            {
                continue;
            }

            foreach (PropertyInfo property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
            {
                Type of = property.PropertyType is { IsGenericType: true } list && list.GetGenericTypeDefinition() == typeof(ResultList<>)
                    ? list.GetGenericArguments()[0] : property.PropertyType;
                if (of.IsClass && of.Assembly == typeof(IResult).Assembly)
                {
                    open.Enqueue(of);
                }
            }
        }

        return known;
    }

    private static bool IsSafe(string text) => !VisibleText.HasHidden(text);

    [Fact]
    public void Results_have_more_than_ten_types() => Assert.True(ResultTypes().Count > 10);

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Every_text_of_every_result_is_visible(string hostile)
    {
        List<string> raw = [];
        int seen = 0;
        foreach (Type type in ResultTypes())
        {
            object made = RuntimeHelpers.GetUninitializedObject(type);
            foreach (PropertyInfo property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Where(property => property.CanWrite && !OwnText.Contains($"{type.Name}.{property.Name}")))
            {
                object? value = property.PropertyType == typeof(string) ? hostile : property.PropertyType == typeof(ResultList<string>)
                    ? new ResultList<string>([hostile]) : null;
                if (value is null)
                {
                    continue;
                }

                seen++;
                property.SetValue(made, value);
                object? got = property.GetValue(made);
                if (!(got is string text ? IsSafe(text) : ((IEnumerable)got!).Cast<string>().All(IsSafe)))
                {
                    raw.Add($"{type.Name}.{property.Name}");
                }
            }
        }

        Assert.Empty(raw);
        Assert.True(seen > 60, $"only {seen} properties");
    }

    [Theory]
    [InlineData("=cmd|' /C calc'!A0")]
    [InlineData("+cmd|' /C calc'!A0")]
    [InlineData("-cmd|' /C calc'!A0")]
    [InlineData("@SUM(A1)")]
    [InlineData("＝cmd")]
    public void No_text_that_a_certificate_can_choose_is_a_spreadsheets_formula(string formula)
    {
        Finding finding =
            new() { Id = FindingId.Expired, Severity = Severity.Error, Message = formula, Evidence = [formula], Remedy = formula };

        Assert.All([finding.Message, finding.Evidence[0], finding.Evidence.ToString(), finding.Remedy], text =>
            Assert.Equal("'" + formula, text));
    }

    [Theory]
    [InlineData("Überraschung – Größe 漢字 עברית 🔑 \\path")]
    [InlineData("CN=*.example.com, O=O'Reilly")]
    public void What_can_be_seen_stays_as_it_is(string text)
    {
        Assert.Same(text, VisibleText.Of(text));
        Assert.Equal(text, new Finding { Id = FindingId.Expired, Severity = Severity.Error, Message = text }.Message);
    }

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Showing_twice_changes_nothing_more(string hostile) =>
        Assert.Equal(VisibleText.Of(hostile), VisibleText.Of(VisibleText.Of(hostile)));

    [Fact]
    public void A_name_shows_what_it_hides_as_RFC_4514_writes_it() =>
        Assert.Equal(@"CN=a\1B[31m\E2\80\AEb\F3\A0\81\81", new DistinguishedName(Named("a\u001B[31m\u202Eb\U000E0041")).ToString());

    private static byte[] Named(string commonName)
    {
        System.Formats.Asn1.AsnWriter writer = new(System.Formats.Asn1.AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSetOf())
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier("2.5.4.3");
            writer.WriteCharacterString(System.Formats.Asn1.UniversalTagNumber.UTF8String, commonName);
        }

        return writer.Encode();
    }
}
