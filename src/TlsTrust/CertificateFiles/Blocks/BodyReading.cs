using TlsTrust.CertificateFiles.Text;

namespace TlsTrust.CertificateFiles.Blocks;

/// <summary>Which characters of a body count.</summary>
/// <param name="Dropped">The lines that are left out.</param>
/// <param name="Plus">True where each space stands for a plus sign.</param>
internal readonly record struct BodyReading(DroppedLines Dropped, bool Plus)
{
    /// <summary>All characters, as they stand.</summary>
    public static BodyReading Plain => new(DroppedLines.None, false);

    public bool IsPlain => Dropped == DroppedLines.None && !Plus;
}
