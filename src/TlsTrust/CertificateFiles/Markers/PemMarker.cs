namespace TlsTrust.CertificateFiles.Markers;

/// <summary>A BEGIN or END line as it stands in the text, with what is wrong with it.</summary>
/// <param name="IsEnd">END, not BEGIN.</param>
/// <param name="Start">Position of its first dash.</param>
/// <param name="End">Position after its last dash.</param>
/// <param name="Label">Upper case, single spaces.</param>
/// <param name="Flaws">What is wrong with it.</param>
internal readonly record struct PemMarker(bool IsEnd, int Start, int End, string Label, MarkerFlaws Flaws);

[Flags]
internal enum MarkerFlaws
{
    None = 0,
    DashCount = 1,
    Typographic = 2,
    Spacing = 4,
    Case = 8,

    /// <summary>The next marker starts where this one ends.</summary>
    Glued = 16,
}
