using TlsTrust.Certificates.Der;

namespace TlsTrust.Tests.Certificates;

public class DerReaderTests
{
    [Theory]
    [InlineData("", DerError.Truncated)]
    [InlineData("30", DerError.Truncated)]
    [InlineData("3001", DerError.Truncated)]
    [InlineData("3082", DerError.Truncated)]
    [InlineData("308201", DerError.Truncated)]
    [InlineData("3084FFFFFFFF", DerError.Truncated)]
    [InlineData("3080", DerError.IndefiniteLength)]
    [InlineData("30810100", DerError.LongLength)]
    [InlineData("3082008000", DerError.LongLength)]
    [InlineData("3F8100", DerError.HighTagNumber)]
    public void Refuses_what_is_not_DER_and_says_why(string hex, DerError expected)
    {
        DerReader reader = new(Convert.FromHexString(hex));

        Assert.False(reader.TryRead(out _));
        Assert.Equal(expected, reader.Error);
        Assert.Equal(0, reader.Position);
    }

    [Fact]
    public void Reads_every_length_form_that_DER_has()
    {
        foreach (int length in new[] { 0, 1, 127, 128, 255, 256, 65535, 65536 })
        {
            byte[] document = [0x04, .. Length(length), .. new byte[length]];
            DerReader reader = new(document);

            Assert.True(reader.TryRead(0x04, out DerElement element));
            Assert.Equal(length, element.Length);
            Assert.True(reader.AtEnd);
        }
    }

    [Fact]
    public void Keeps_offsets_of_the_document_in_nested_elements()
    {
        byte[] document = [0x30, 0x05, 0x30, 0x03, 0x02, 0x01, 0x2A];
        DerReader outer = new(document);
        Assert.True(outer.TryRead(0x30, out DerElement first));
        DerReader middle = outer.Enter(first);
        Assert.True(middle.TryRead(0x30, out DerElement second));
        DerReader inner = middle.Enter(second);

        Assert.True(inner.TryRead(0x02, out DerElement number));
        Assert.Equal(4, number.Offset);
        Assert.Equal(0x2A, number.Content(document)[0]);
    }

    [Fact]
    public void Does_not_read_past_the_element_it_entered()
    {
        byte[] document = [0x30, 0x02, 0x02, 0x01, 0x2A];
        DerReader outer = new(document);
        Assert.True(outer.TryRead(0x30, out DerElement element));
        DerReader inner = outer.Enter(element);

        Assert.False(inner.TryRead(out _));
        Assert.Equal(DerError.Truncated, inner.Error);
    }

    [Theory]
    [InlineData("2A864886F70D01010B", "1.2.840.113549.1.1.11")]
    [InlineData("551D11", "2.5.29.17")]
    [InlineData("8837", "2.999")]
    [InlineData("27", "0.39")]
    [InlineData("4F", "1.39")]
    [InlineData("6983F09DA7EBCFDEE0C7A1A7B2C0948CC8F9D776", "2.25.329800735698586629295641978511506172918")]
    [InlineData("8180808080808080808050", "2.1180591620717411303424")]
    [InlineData("2B06FFFFFFFFFFFFFFFF7F", "1.3.6.9223372036854775807")]
    public void Writes_object_identifiers_in_dotted_form(string hex, string expected)
    {
        Assert.True(DerValue.TryObjectIdentifier(Convert.FromHexString(hex), out string oid));
        Assert.Equal(expected, oid);
    }

    [Theory]
    [InlineData("")]
    [InlineData("80")]
    [InlineData("2A80")]
    [InlineData("2A8001")]
    public void Refuses_object_identifiers_that_are_cut_or_padded(string hex) =>
        Assert.False(DerValue.TryObjectIdentifier(Convert.FromHexString(hex), out _));

    [Theory]
    [InlineData(0x17, "260301120000Z", "2026-03-01T12:00:00", null)]
    [InlineData(0x17, "500101000000Z", "1950-01-01T00:00:00", null)]
    [InlineData(0x18, "20500101000000Z", "2050-01-01T00:00:00", null)]
    [InlineData(0x18, "99991231235959Z", "9999-12-31T23:59:59", null)]
    [InlineData(0x18, "00000101000000Z", "0001-01-01T00:00:00", null)]
    [InlineData(0x18, "20260301120000Z", "2026-03-01T12:00:00", "2050")]
    [InlineData(0x17, "2603011200Z", "2026-03-01T12:00:00", "seconds")]
    [InlineData(0x17, "260301120000+0130", "2026-03-01T10:30:00", "zone")]
    [InlineData(0x18, "20500101000000.5Z", "2050-01-01T00:00:00", "ractions")]
    public void Reads_times_and_names_their_departures(byte tag, string text, string expected, string? departure)
    {
        Assert.True(CertificateTime.TryRead(tag, System.Text.Encoding.ASCII.GetBytes(text), out DateTime value, out string? found));
        Assert.Equal(expected, value.ToString("s", System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(departure is null, found is null);
        Assert.Contains(departure ?? "", found ?? "", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0x17, "")]
    [InlineData(0x17, "261301120000Z")]
    [InlineData(0x17, "260230120000Z")]
    [InlineData(0x17, "260301250000Z")]
    [InlineData(0x17, "2603011200x0Z")]
    [InlineData(0x02, "260301120000Z")]
    public void Refuses_times_that_do_not_exist(byte tag, string text) =>
        Assert.False(CertificateTime.TryRead(tag, System.Text.Encoding.ASCII.GetBytes(text), out _, out _));

    private static byte[] Length(int length) => length switch
    {
        < 0x80 => [(byte)length],
        <= 0xFF => [0x81, (byte)length],
        <= 0xFFFF => [0x82, (byte)(length >> 8), (byte)length],
        _ => [0x83, (byte)(length >> 16), (byte)(length >> 8), (byte)length],
    };
}
