using TlsTrust.CertificateFiles.Containers;

namespace TlsTrust.CertificateFiles.Blocks;

/// <summary>One block of a PEM file, however damaged, with its place in the file. Lines and columns count from 1.</summary>
public sealed class PemBlock
{
    internal PemBlock()
    {
    }

    /// <summary>The label as it should be: upper case, single spaces; empty for base64 or DER without markers.</summary>
    public required string Label { get; init; }

    /// <summary>What it holds.</summary>
    public required PemBlockKind Kind { get; init; }

    /// <summary>Line of its first byte.</summary>
    public required int Line { get; init; }

    /// <summary>Column of its first byte.</summary>
    public int Column { get; init; } = 1;

    /// <summary>Line of its last byte.</summary>
    public int EndLine { get; init; }

    /// <summary>The bytes it holds; empty where they can't be had, see <see cref="Reason"/>.</summary>
    public ReadOnlyMemory<byte> Der { get; init; }

    /// <summary>Why <see cref="Der"/> is empty, or null.</summary>
    public string? Reason => Extra?.Reason;

    /// <summary>RFC 1421 headers as they stand, one a line, or null.</summary>
    public string? Headers => Extra?.Headers;

    /// <summary>
    /// True when the bytes were there in one lawful form or another; false when something had to be repaired to get at them.
    /// </summary>
    public bool IsIntact { get; init; } = true;

    /// <summary>The text of a block that could not be read, so that it can be kept.</summary>
    internal ReadOnlyMemory<byte> Raw => Extra?.Raw ?? default;

    /// <summary>Text before the block that belongs to no block; only where the reader was asked to keep it.</summary>
    internal string? Preamble => Extra?.Preamble;

    /// <summary>What a sound block of a bundle has not: thousands of them do without the space for it.</summary>
    internal PemBlockExtra? Extra { get; set; }

    /// <summary>Never the content: it may be a private key.</summary>
    public override string ToString() => $"{(Label.Length > 0 ? Label : Kind.ToString())}, line {Line}";
}

/// <summary>What few blocks have.</summary>
internal sealed record PemBlockExtra
{
    public string? Reason { get; init; }

    public string? Headers { get; init; }

    public ReadOnlyMemory<byte> Raw { get; init; }

    public string? Preamble { get; init; }
}
