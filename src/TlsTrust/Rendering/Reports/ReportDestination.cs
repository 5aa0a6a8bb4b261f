using System.Text;

namespace TlsTrust.Rendering.Reports;

/// <summary>
/// Where a report goes: beside its file until it is whole, then in its place in one step, so that nobody reads half a report. Without
/// a file it is text.
/// </summary>
public sealed class ReportDestination : IDisposable
{
    private readonly string? _file;
    private readonly string? _temporary;
    private readonly Stream _stream;
    private readonly ReportWriter _writer;
    private bool _ended;

    private ReportDestination(string? file, string? temporary, Stream stream, ReportFormatRow format, ReportOptions options)
    {
        _file = file;
        _temporary = temporary;
        _stream = stream;
        _writer = format.Open(stream, options);
    }

    /// <summary>Begins a report.</summary>
    /// <param name="file">Its path; null for text.</param>
    /// <param name="format">Its form.</param>
    /// <param name="options">What it is told beside the results.</param>
    /// <exception cref="IOException">The folder can't be written to.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public static ReportDestination Open(string? file, ReportFormatRow format, ReportOptions options)
    {
        ArgumentNullException.ThrowIfNull(format);
        if (file is null)
        {
            return new(null, null, new MemoryStream(), format, options);
        }

        // Through a link the file behind it is replaced, not the link.
        string target = new FileInfo(file).LinkTarget is null ? file : File.ResolveLinkTarget(file, returnFinalTarget: true)?.FullName
            ?? file;
        string temporary = $"{target}.{Path.GetRandomFileName()}.tmp";
        FileStream stream = new(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        if (!OperatingSystem.IsWindows() && File.Exists(target))
        {
            File.SetUnixFileMode(stream.SafeFileHandle, File.GetUnixFileMode(target));
        }

        return new(target, temporary, stream, format, options);
    }

    /// <summary>Takes an item.</summary>
    public void Add(ReportItem item) => _writer.Add(item);

    /// <summary>Ends the report and puts it in its place.</summary>
    /// <param name="isComplete">False where the run was stopped; the report says so.</param>
    /// <returns>The text, where it goes into no file.</returns>
    public string Finish(bool isComplete)
    {
        _ended = true;
        _writer.Finish(isComplete);
        _stream.Flush();
        if (_stream is MemoryStream memory)
        {
            return Encoding.UTF8.GetString(memory.GetBuffer(), 0, (int)memory.Length);
        }

        _stream.Dispose();
        File.Move(_temporary!, _file!, overwrite: true);
        return "";
    }

    /// <summary>Ends a report that was begun and not ended, as incomplete.</summary>
    public void Dispose()
    {
        try
        {
            if (!_ended)
            {
                Finish(isComplete: false);
            }
        }
        finally
        {
            _writer.Dispose();
            _stream.Dispose();
            if (_temporary is not null)
            {
                File.Delete(_temporary);
            }
        }
    }
}
