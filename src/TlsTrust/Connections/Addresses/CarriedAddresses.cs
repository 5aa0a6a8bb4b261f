using System.Net;
using System.Net.Sockets;

namespace TlsTrust.Connections.Addresses;

/// <summary>
/// IPv6 addresses that carry an IPv4 address: a packet to them ends at what they carry, if a translator or tunnel is there.
/// </summary>
internal static class CarriedAddresses
{
    private const int Ipv4Length = 4;

    private static ReadOnlySpan<byte> WellKnownNat64 => [0x00, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0];

    private static ReadOnlySpan<byte> LocalNat64 => [0x00, 0x64, 0xFF, 0x9B, 0, 1];

    private static ReadOnlySpan<byte> Mapped => [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF];

    private static ReadOnlySpan<byte> Translated => [0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0, 0];

    private static ReadOnlySpan<byte> Compatible => [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    private static ReadOnlySpan<byte> Teredo => [0x20, 0x01, 0, 0];

    private static ReadOnlySpan<byte> SixToFour => [0x20, 0x02];

    /// <summary>What an address stands for: itself, or the addresses in it. Where several readings are possible, all.</summary>
    public static IReadOnlyList<IPAddress> Of(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return [address];
        }

        byte[] bytes = address.GetAddressBytes();
        ReadOnlySpan<byte> whole = bytes;

        // Without the scope id, which would keep fe80::1%eth0 out of every network.
        IPAddress plain = new(bytes);
        if (whole.StartsWith(Mapped) || whole.StartsWith(WellKnownNat64) || whole.StartsWith(Translated))
        {
            return [At(whole, 12)]; // RFC 4291 §2.5.5.2, RFC 6052 §2.1, RFC 2765 §2.1
        }

        if (whole.StartsWith(Compatible))
        {
            // RFC 4291 §2.5.5.1; of these, :: and ::1 are themselves.
            return whole[12..].IndexOfAnyExcept((byte)0) < 3 && whole[12..].IndexOfAnyExcept((byte)0) >= 0 ? [At(whole, 12)] : [plain];
        }

        if (whole.StartsWith(LocalNat64))
        {
            return LocalTranslations(whole);
        }

        if (whole.StartsWith(SixToFour))
        {
            return [At(whole, 2)]; // RFC 3056 §2
        }

        if (whole.StartsWith(Teredo))
        {
            // RFC 4380 §4: the server, and the client with its bits turned over.
            return [At(whole, 4), new([(byte)~whole[12], (byte)~whole[13], (byte)~whole[14], (byte)~whole[15]])];
        }

        // RFC 5214 §6.1: any prefix, then 0000:5efe or 0200:5efe.
        return (whole[8] & 0xFD) == 0 && whole[9] == 0 && whole[10] == 0x5E && whole[11] == 0xFE ? [plain, At(whole, 12)] : [plain];
    }

    // RFC 8215: 64:ff9b:1::/48 is cut up by each network as it likes, so the address may stand in any of the places of RFC 6052 §2.2.
    private static List<IPAddress> LocalTranslations(ReadOnlySpan<byte> whole)
    {
        List<IPAddress> found = [];
        (int[] Places, int End)[] forms = [([6, 7, 9, 10], 11), ([7, 9, 10, 11], 12), ([9, 10, 11, 12], 13)];
        foreach ((int[] places, int end) in forms)
        {
            bool fits = whole[8] == 0 && whole[end..].IndexOfAnyExcept((byte)0) < 0 && whole[6..end].IndexOfAnyExcept((byte)0) >= 0;
            if (fits)
            {
                found.Add(new([whole[places[0]], whole[places[1]], whole[places[2]], whole[places[3]]]));
            }
        }

        if (found.Count == 0 || whole[12..].IndexOfAnyExcept((byte)0) >= 0)
        {
            found.Add(At(whole, 12));
        }

        return found;
    }

    private static IPAddress At(ReadOnlySpan<byte> whole, int start) => new(whole.Slice(start, Ipv4Length));
}
