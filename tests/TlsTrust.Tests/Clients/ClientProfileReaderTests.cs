using System.Text.Json;
using System.Text.Json.Serialization;
using TlsTrust.Clients;

namespace TlsTrust.Tests.Clients;

public sealed class ClientProfileReaderTests
{
    private static readonly JsonSerializerOptions Mapping =
        new() { PropertyNameCaseInsensitive = true, Converters = { new JsonStringEnumConverter() } };

    private static Stream File => typeof(ClientProfiles).Assembly.GetManifestResourceStream("TlsTrust.Clients.client-profiles.json")!;

    [Fact]
    public void What_is_read_by_hand_is_what_an_object_mapping_reads()
    {
        using Stream stream = File;
        IReadOnlyList<ClientProfile> mapped = JsonSerializer.Deserialize<ProfileFile>(stream, Mapping)!.Profiles;
        Assert.Equal(JsonSerializer.Serialize(mapped, Mapping), JsonSerializer.Serialize(ClientProfiles.All, Mapping));
    }

    [Theory]
    [InlineData("\"builder\":", "\"chequesNameFirst\": true, \"builder\":")]
    [InlineData("\"builder\": \"openSsl\"", "\"builder\": \"openSssl\"")]
    public void A_name_that_is_not_known_is_an_error(string what, string instead)
    {
        using StreamReader reader = new(File);
        string changed = reader.ReadToEnd().Replace(what, instead, StringComparison.Ordinal);
        using MemoryStream stream = new(System.Text.Encoding.UTF8.GetBytes(changed));
        Assert.ThrowsAny<Exception>(() => ClientProfileReader.Read(stream));
    }

    private sealed record ProfileFile(IReadOnlyList<ClientProfile> Profiles);
}
