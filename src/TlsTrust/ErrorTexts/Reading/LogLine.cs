namespace TlsTrust.ErrorTexts.Reading;

/// <summary>A line of the window: also a piece of a line that is very long, or that holds line breaks in escaped form.</summary>
/// <param name="Start">Index of its first character.</param>
/// <param name="Number">The line of the text, from 1.</param>
internal readonly record struct LogLine(int Start, long Number);
