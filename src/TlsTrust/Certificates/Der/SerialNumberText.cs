using System.Numerics;

namespace TlsTrust.Certificates.Der;

/// <summary>Serial numbers as OpenSSL writes them: hexadecimal, a minus before a negative one.</summary>
internal static class SerialNumberText
{
    /// <summary>The text of an INTEGER's content octets.</summary>
    public static string Of(ReadOnlySpan<byte> content)
    {
        if (content.Length > 0 && content[0] >= 0x80)
        {
            return "-" + Convert.ToHexString(
                (-new BigInteger(content, isUnsigned: false, isBigEndian: true)).ToByteArray(isUnsigned: true, isBigEndian: true));
        }

        return Convert.ToHexString(content.Length > 1 && content[0] == 0 ? content[1..] : content);
    }
}
