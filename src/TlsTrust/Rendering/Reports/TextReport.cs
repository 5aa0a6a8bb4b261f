using System.Text;

namespace TlsTrust.Rendering.Reports;

/// <summary>A report that is written as lines of text in UTF-8 without a mark, lines ending as the format wants.</summary>
public abstract class TextReport : ReportWriter
{
    private readonly string _newLine;

    private protected TextReport(Stream stream, ReportOptions options, string newLine = "\n")
        : base(options)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Target = stream;
        _newLine = newLine;
    }

    /// <summary>Where it goes.</summary>
    protected Stream Target { get; }

    /// <summary>Writes a line.</summary>
    protected void Line(string text = "") => Target.Write(Encoding.UTF8.GetBytes(text + _newLine));
}
