namespace TlsTrust.Lab.Pki;

/// <summary>DER by hand, for what no encoder would write.</summary>
internal static class DerBytes
{
    /// <summary>Puts a tag and a definite length before a content.</summary>
    public static byte[] Wrap(byte tag, ReadOnlySpan<byte> content)
    {
        byte[] length = content.Length switch
        {
            < 0x80 => [(byte)content.Length],
            < 0x100 => [0x81, (byte)content.Length],
            _ => [0x82, (byte)(content.Length >> 8), (byte)content.Length],
        };
        return [tag, .. length, .. content];
    }

    /// <summary>Replaces the one place where <paramref name="old"/> stands by bytes of the same length.</summary>
    public static byte[] Replace(ReadOnlySpan<byte> der, ReadOnlySpan<byte> old, ReadOnlySpan<byte> replacement)
    {
        if (old.Length != replacement.Length)
        {
            throw new ArgumentException("the lengths around it would no longer be true", nameof(replacement));
        }

        int at = der.IndexOf(old);
        if (at < 0)
        {
            throw new ArgumentException("the bytes to replace are not there", nameof(old));
        }

        byte[] result = der.ToArray();
        replacement.CopyTo(result.AsSpan(at));
        return result;
    }
}
