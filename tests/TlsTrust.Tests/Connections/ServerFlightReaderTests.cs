using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using TlsTrust.Connections.Wire;

namespace TlsTrust.Tests.Connections;

public class ServerFlightReaderTests
{
    private const byte ServerHelloType = 2;
    private const byte CertificateType = 11;

    private static readonly byte[] Hello = Message(ServerHelloType, [3, 3, .. new byte[32], 0, 0xC0, 0x2B, 0]);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(100000)]
    public void A_flight_is_the_same_in_pieces_of_any_size(int size)
    {
        byte[] one = [1, 2, 3];
        byte[] two = [4, 5];
        byte[] flight =
        [
            .. Record(22, [.. Hello, .. Message(CertificateType, Vector(3, [.. Vector(3, one), .. Vector(3, two)]))]),
            .. Record(22, Message(22, [1, .. Vector(3, [9, 9])])),
            .. Record(21, [1, 112]),
            .. Record(22, Message(13, [0, 0, 0]))[..7],
            .. Record(22, Message(13, [0, 0, 0]))[7..],
            .. Record(22, Message(14, [])),
        ];
        ServerFlightReader reader = new();
        for (int i = 0; i < flight.Length; i += size)
        {
            reader.Feed(flight.AsSpan(i, Math.Min(size, flight.Length - i)));
        }

        Assert.Null(reader.Fault);
        Assert.Equal([one, two], reader.Certificates.Select(der => der.ToArray()));
        Assert.Equal([9, 9], reader.StapledOcsp!.Value.ToArray());
        Assert.True(reader.CertificateRequested);
        Assert.True(reader.IsDone);
        Assert.Equal(((byte)112, false), (reader.Alert!.Value, reader.AlertIsFatal));
        Assert.Equal(flight.Length, reader.TotalBytes);
    }

    [Fact]
    public void A_message_spread_over_records_is_put_together()
    {
        byte[] message = Message(CertificateType, Vector(3, Vector(3, new byte[40000])));
        ServerFlightReader reader = new();
        reader.Feed(Record(22, Hello));
        foreach (byte[] part in message.Chunk(16384))
        {
            reader.Feed(Record(22, part));
        }

        Assert.Equal(40000, Assert.Single(reader.Certificates).Length);
    }

    [Fact]
    public void One_byte_less_is_told_and_keeps_what_was_whole()
    {
        byte[] list = [.. Vector(3, [1, 2, 3]), .. Vector(3, [4, 5])];
        ServerFlightReader cut = new();
        cut.Feed(Record(22, [.. Hello, .. Message(CertificateType, Vector(3, list[..^1]))]));
        Assert.Equal("a certificate in the Certificate message is cut off", cut.Fault);
        Assert.Equal([1, 2, 3], Assert.Single(cut.Certificates).ToArray());

        ServerFlightReader longer = new();
        longer.Feed(Record(22, [.. Hello, .. Message(CertificateType, [.. Vector(3, list), 0])]));
        Assert.Equal("the lengths in the Certificate message do not add up", longer.Fault);
    }

    [Fact]
    public void A_hundred_certificates_pass_and_one_more_does_not()
    {
        byte[] hundred = [.. Enumerable.Repeat(Vector(3, [1]), 100).SelectMany(each => each)];
        ServerFlightReader full = new();
        full.Feed(Record(22, Message(CertificateType, Vector(3, hundred))));
        Assert.Null(full.Fault);

        ServerFlightReader over = new();
        over.Feed(Record(22, Message(CertificateType, Vector(3, [.. hundred, .. Vector(3, [1])]))));
        Assert.Equal("the server sent more than 100 certificates", over.Fault);
    }

    [Fact]
    public void A_mebibyte_passes_and_one_more_byte_does_not()
    {
        byte[] half = Record(22, [.. Enumerable.Repeat(Message(0, []), 4095).SelectMany(each => each)]);
        ServerFlightReader reader = new();
        while (reader.TotalBytes + half.Length <= ServerFlightReader.MaxHandshakeBytes)
        {
            reader.Feed(half);
        }

        Assert.Null(reader.Fault);
        reader.Feed(half);
        Assert.Equal("the handshake is longer than 1 MiB", reader.Fault);
    }

    [Theory]
    [InlineData("485454502F312E31", true, null)]
    [InlineData("80", true, null)]
    [InlineData("1602000001", true, null)]
    [InlineData("16030348FF", true, null)]
    [InlineData("1603030004FFFFFFFF", false, "a handshake message announces 16777215 bytes")]
    [InlineData("160303000402000000", false, "the ServerHello cannot be read")]
    [InlineData("1703030001FF", false, "application data came before the handshake was over")]
    [InlineData("1603030000", false, "an empty record came in the handshake")]
    [InlineData("150303000202284854", false, "after the first records came bytes that are not TLS")]
    public void What_is_not_the_protocol_is_told(string bytes, bool isNotTls, string? fault)
    {
        ServerFlightReader reader = new();
        reader.Feed(Convert.FromHexString(bytes));
        Assert.Equal((isNotTls, fault), (reader.IsNotTls, reader.Fault));
    }

    [Fact]
    public void Nothing_a_server_says_makes_it_throw()
    {
        Random random = new(20260103);
        for (int i = 0; i < 5000; i++)
        {
            byte[] content = new byte[random.Next(80)];
            random.NextBytes(content);
            byte[] bytes = Record(22, [.. i % 3 == 0 ? Hello : [], .. Message((byte)random.Next(25), content)]);
            bytes[random.Next(bytes.Length)] ^= (byte)random.Next(256);
            ServerFlightReader reader = new();
            reader.Feed(bytes);
            reader.Feed(bytes);
            Assert.InRange(reader.Certificates.Count, 0, 200);
        }
    }

    private static byte[] Record(byte type, byte[] content) => [type, 3, 3, .. Vector(2, content)];

    private static byte[] Message(byte type, byte[] body) => [type, .. Vector(3, body)];

    private static byte[] Vector(int lengthSize, byte[] content) => lengthSize == 2
        ? [(byte)(content.Length >> 8), (byte)content.Length, .. content]
        : [(byte)(content.Length >> 16), (byte)(content.Length >> 8), (byte)content.Length, .. content];
}
