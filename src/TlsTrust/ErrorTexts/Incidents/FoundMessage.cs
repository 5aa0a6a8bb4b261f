using TlsTrust.ErrorTexts.Catalogue;

namespace TlsTrust.ErrorTexts.Incidents;

/// <summary>A message in a text.</summary>
/// <param name="Message">Which.</param>
/// <param name="Quote">The words as they stand there.</param>
/// <param name="Line">In which line.</param>
internal sealed record FoundMessage(TlsErrorMessage Message, string Quote, long Line)
{
    /// <summary>What it stands for, in the hands of the side that wrote it.</summary>
    internal TlsErrorKind Kind(bool atServer) => atServer ? Message.KindAtServer ?? Message.Kind : Message.Kind;
}
