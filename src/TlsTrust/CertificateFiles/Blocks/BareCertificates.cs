using System.Buffers;
using System.Buffers.Text;
using TlsTrust.CertificateFiles.Containers;
using TlsTrust.CertificateFiles.Defects;
using TlsTrust.CertificateFiles.Text;
using TlsTrust.Certificates;

namespace TlsTrust.CertificateFiles.Blocks;

/// <summary>Finds certificates in text without markers: base64 that starts like one, and turns out to be one to the last byte.</summary>
internal sealed class BareCertificates
{
    // Base64 of 30 82, the start of every DER sequence of 256 bytes to 64 KB.
    private static ReadOnlySpan<byte> Start => "MII"u8;

    private static readonly SearchValues<byte> Base64AndSpace =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/= \t\r\n"u8);

    // The same sequence without a length, and the object identifier of signed data.
    private static ReadOnlySpan<byte> IndefinitePkcs7 => "MIAGCSqGSIb3DQEHA"u8;

    // A start that comes to nothing costs what was read for it; text made up of such starts must not cost the square of its length.
    private const int WastePerByte = 4;
    private const int WasteAllowed = 64 * 1024;

    private readonly DefectNotes _own = new();
    private readonly Base64Gatherer _gatherer;

    public BareCertificates() => _gatherer = new Base64Gatherer(_own);

    /// <summary>Adds what it finds between two positions.</summary>
    /// <param name="text">The whole text.</param>
    /// <param name="start">From here on.</param>
    /// <param name="end">Up to here.</param>
    /// <param name="found">Receives certificates with their positions.</param>
    /// <param name="extents">Receives start and end of each, or null.</param>
    /// <returns>True when there was any.</returns>
    public bool FindIn(ReadOnlySpan<byte> text, int start, int end, List<PemContent> found, List<(int Start, int End)>? extents)
    {
        int before = found.Count;
        long waste = WasteAllowed + ((long)WastePerByte * (end - start));
        int position = start;
        while (position < end && waste > 0)
        {
            int at = text[position..end].IndexOf(Start);
            if (at < 0)
            {
                break;
            }

            at += position;
            position = at + 1;
            if (at > start && Base64Values.Characters.Contains(text[at - 1]))
            {
                continue;
            }

            bool whole = _gatherer.GatherBare(text, at, end);
            _own.Drain();
            waste -= whole ? 0 : _gatherer.End - at;
            if (!whole)
            {
                continue;
            }

            byte[] header = new byte[9];
            Base64Values.Decode(_gatherer.Found.Values, DroppedLines.None, header);
            byte[] der = new byte[DerShape.TotalLength(header)];
            if (Base64Values.Decode(_gatherer.Found.Values, DroppedLines.None, der) == der.Length && DerShape.IsCertificate(der)
                && Certificate.TryParse(der, out Certificate? certificate, out _))
            {
                found.Add(
                    new PemContent(
                        der, PemBlockKind.Certificate, certificate) { Position = at,
                            EndIsOpen = EndIsOpen(text[at..end], _gatherer.End - at) && !RepairedCertificate.IsConsistent(certificate) });
                extents?.Add((at, _gatherer.End));
                position = _gatherer.End;
            }
            else if (DerShape.Classify(der) == PemBlockKind.Pkcs7 && Pkcs7Certificates.IsBag(der))
            {
                found.Add(new PemContent(der, PemBlockKind.Pkcs7, null) { Position = at });
                extents?.Add((at, _gatherer.End));
                position = _gatherer.End;
            }
            else
            {
                waste -= _gatherer.End - at;
            }
        }

        FindIndefinite(text, start, end, found, extents, before);
        return found.Count > before;
    }

    // PKCS#7 of indefinite length (BER), as Java and BouncyCastle write it: only its end octets tell where it ends.
    private static void FindIndefinite(
        ReadOnlySpan<byte> text, int start, int end, List<PemContent> found, List<(int Start, int End)>? extents, int before)
    {
        int at = found.Count == before ? text[start..end].IndexOf(IndefinitePkcs7) : -1;
        if (at < 0)
        {
            return;
        }

        at += start;
        int length = text[at..end].IndexOfAnyExcept(Base64AndSpace);
        ReadOnlySpan<byte> run = length < 0 ? text[at..end] : text.Slice(at, length);
        byte[] der = new byte[run.Length];
        if (Base64.DecodeFromUtf8(run, der, out _, out int written) == OperationStatus.Done
            && Pkcs7Certificates.IsBag(der.AsMemory(0, written)))
        {
            found.Add(new PemContent(der.AsMemory(0, written), PemBlockKind.Pkcs7, null) { Position = at });
            extents?.Add((at, at + run.Length));
        }
    }

    /// <summary>Looks for a line's worth of base64 that starts as DER does: what is left of a certificate, or a key.</summary>
    public static bool TryFindRemains(ReadOnlySpan<byte> text, int from, int to, out int start)
    {
        const int least = 60; // a line of base64, or nearly
        start = from;
        while (start < to)
        {
            int at = text[start..to].IndexOf((byte)'M');
            if (at < 0)
            {
                break;
            }

            start += at;
            if (!StartsAsDer(text[start..to]))
            {
                start++;
                continue;
            }

            int length = text[start..to].IndexOfAnyExcept(Base64Values.Characters);
            length = length < 0 ? to - start : length;
            if (length >= least && (start == from || !Base64Values.Characters.Contains(text[start - 1])))
            {
                return true;
            }

            start += length;
        }

        return false;
    }

    /// <summary>Whether base64 starts as private keys do, with their version. The body of one under a password does not.</summary>
    public static bool IsKey(ReadOnlySpan<byte> base64)
    {
        Span<byte> values = stackalloc byte[8];
        for (int i = 0; i < values.Length; i++)
        {
            Base64Values.TryOf(base64[i], out values[i]);
        }

        Span<byte> head = stackalloc byte[6];
        Base64Values.Decode(values, DroppedLines.None, head);
        return head[(head[1] < 0x80 ? 2 : head[1] == 0x81 ? 3 : 4)..] is [0x02, 0x01, ..]; // a public key of RSA begins with its modulus
    }

    /// <summary>Whether a line between two positions starts as private keys do.</summary>
    public static bool HoldKey(ReadOnlySpan<byte> text, int from, int to)
    {
        while (TryFindRemains(text, from, to, out int start))
        {
            if (IsKey(text[start..to]))
            {
                return true;
            }

            from = start + 1;
        }

        return false;
    }

    /// <summary>Whether text starts with a line that is all base64, and not the first of something.</summary>
    public static bool GoesOn(ReadOnlySpan<byte> text)
    {
        const int least = 16; // shorter ones may be words
        int length = text.IndexOfAnyExcept(Base64Values.Characters);
        ReadOnlySpan<byte> rest = length < 0 ? default : text[length..].TrimStart((byte)'=');
        return (length < 0 ? text.Length : length) >= least && !StartsAsDer(text) && !EncodedStarts.BeginsWith(text)
            && (rest.IsEmpty || rest[0] is (byte)'\n' or (byte)'\r');
    }

    // A sequence: of 256 bytes or more, of 128 or more, or a short one with a version: the key of an elliptic curve is no longer.
    private static bool StartsAsDer(ReadOnlySpan<byte> base64) =>
        base64.StartsWith(Start) || base64.StartsWith("MIG"u8) || base64.StartsWith("MIH"u8)
            || (base64.Length > 5 && base64[0] == 'M' && base64[3..].StartsWith("CAQ"u8));

    // A line put in somewhere pushes the true end out, and the length that the DER names then ends with a line all the same. Padding, a
    // last line that is shorter than the others and a blank line do mark an end.
    private static bool EndIsOpen(ReadOnlySpan<byte> text, int length)
    {
        ReadOnlySpan<byte> certificate = text[..length];
        int firstLine = certificate.IndexOfAny((byte)'\n', (byte)'\r');
        int lastLine = length - 1 - certificate.LastIndexOfAny((byte)'\n', (byte)'\r');
        ReadOnlySpan<byte> rest = text[length..];
        int newline = rest.StartsWith("\r\n"u8) ? 2 : rest.Length > 0 && rest[0] is (byte)'\n' or (byte)'\r' ? 1 : 0;
        if (newline == 0 || certificate[^1] == '=' || lastLine < firstLine)
        {
            return newline == 0 && !rest.IsEmpty && Base64Values.Characters.Contains(rest[0]) && certificate[^1] != '=';
        }

        rest = rest[newline..];
        int next = rest.IndexOfAny((byte)'\n', (byte)'\r');
        ReadOnlySpan<byte> line = (next < 0 ? rest : rest[..next]).TrimEnd((byte)'=');
        return !line.IsEmpty && line.Length % 4 != 1 && line.IndexOfAnyExcept(Base64Values.Characters) < 0 && !StartsAsDer(line)
            && !EncodedStarts.BeginsWith(line);
    }
}
