using TlsTrust.CertificateFiles.Containers;

namespace TlsTrust.CertificateFiles.Blocks;

/// <summary>A damaged body where it stands.</summary>
internal readonly ref struct BodyInText(ReadOnlySpan<byte> text, int start, int end, string label)
{
    /// <summary>The whole text.</summary>
    public ReadOnlySpan<byte> Text { get; } = text;

    /// <summary>Behind the BEGIN marker and its headers.</summary>
    public int Start { get; } = start;

    /// <summary>At the END marker, the next BEGIN or the end of the text.</summary>
    public int End { get; } = end;

    /// <summary>As it should be.</summary>
    public string Label { get; } = label;

    /// <summary>
    /// True where a private key is in it: then no certificate is taken out of what stands around it, for the key would be lost.
    /// </summary>
    public bool HoldsKey { get; } = PemLabel.IsPrivate(label) || BareCertificates.HoldKey(text, start, end);
}
