using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace TlsTrust.CertificateFiles.Containers;

/// <summary>
/// Reads the certificates of Sun's key stores, JKS and JCEKS. Certificates are in the clear there; the password only seals the whole.
/// </summary>
internal static class JavaKeyStore
{
    /// <summary>First bytes of a JKS.</summary>
    public const uint Magic = 0xFEEDFEED;

    private const uint Jceks = 0xCECECECE;
    private const int DigestLength = 20;

    public enum Seal
    {
        /// <summary>No password was given.</summary>
        NotChecked,

        /// <summary>The password fits.</summary>
        Intact,

        /// <summary>Wrong password, or the file was changed.</summary>
        Broken,
    }

    public static bool IsKeyStore(ReadOnlySpan<byte> data) =>
        data.Length >= 12 && BinaryPrimitives.ReadUInt32BigEndian(data) is Magic or Jceks;

    /// <summary>Reads every certificate, of trusted entries and of key entries' chains.</summary>
    /// <returns>False where the file ends early or holds entries that can't be stepped over; what came before is in the list.</returns>
    public static bool TryRead(
        ReadOnlyMemory<byte> data, List<(string Alias, ReadOnlyMemory<byte> Der)> certificates,
            List<(string Alias, ReadOnlyMemory<byte> Hidden)> keys, out bool holdsKeys)
    {
        holdsKeys = false;
        Cursor at = new(data[8..]);
        uint version = BinaryPrimitives.ReadUInt32BigEndian(data.Span[4..]);
        if (version is not (1 or 2) || !at.TryInt(out int count))
        {
            return false;
        }

        for (int entry = 0; entry < count; entry++)
        {
            if (!at.TryInt(out int tag) || !at.TryText(out string alias) || !at.TrySkip(8))
            {
                return false;
            }

            int chain = 1;
            if (tag == 1)
            {
                holdsKeys = true;
                if (!at.TryBytes(out ReadOnlyMemory<byte> hidden) || !at.TryInt(out chain))
                {
                    return false;
                }

                keys.Add((alias, hidden));
            }
            else if (tag != 2)
            {
                // A secret key is a serialised Java object whose end only Java finds.
                holdsKeys = true;
                return false;
            }

            for (int i = 0; i < chain; i++)
            {
                if ((version == 2 && !at.TryText(out _)) || !at.TryBytes(out ReadOnlyMemory<byte> der))
                {
                    return false;
                }

                certificates.Add((alias, der));
            }
        }

        return true;
    }

    /// <summary>Checks the seal: SHA-1 over the password in UTF-16, Sun's salt and the file.</summary>
    public static Seal Check(ReadOnlySpan<byte> data, string? password)
    {
        if (password is null)
        {
            return Seal.NotChecked;
        }

        if (data.Length <= DigestLength)
        {
            return Seal.Broken;
        }

        return SealOf(data[..^DigestLength], password).AsSpan().SequenceEqual(data[^DigestLength..]) ? Seal.Intact : Seal.Broken;
    }

    /// <summary>The seal of everything before it.</summary>
    public static byte[] SealOf(ReadOnlySpan<byte> content, string password)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        hash.AppendData(Encoding.BigEndianUnicode.GetBytes(password));
        hash.AppendData("Mighty Aphrodite"u8);
        hash.AppendData(content);
        return hash.GetHashAndReset();
    }

    private struct Cursor(ReadOnlyMemory<byte> rest)
    {
        private ReadOnlyMemory<byte> _rest = rest;

        public bool TryInt(out int value)
        {
            bool there = _rest.Length >= 4;
            value = there ? BinaryPrimitives.ReadInt32BigEndian(_rest.Span) : 0;
            return there && value >= 0 && TrySkip(4);
        }

        public bool TryText(out string text)
        {
            text = "";
            if (_rest.Length < 2)
            {
                return false;
            }

            int length = BinaryPrimitives.ReadUInt16BigEndian(_rest.Span);
            if (_rest.Length < 2 + length)
            {
                return false;
            }

            text = Encoding.UTF8.GetString(_rest.Span.Slice(2, length));
            return TrySkip(2 + length);
        }

        public bool TryBytes(out ReadOnlyMemory<byte> bytes)
        {
            bytes = default;
            if (!TryInt(out int length) || _rest.Length < length)
            {
                return false;
            }

            bytes = _rest[..length];
            return TrySkip(length);
        }

        public bool TrySkip(int count)
        {
            if (_rest.Length < count)
            {
                return false;
            }

            _rest = _rest[count..];
            return true;
        }
    }
}
