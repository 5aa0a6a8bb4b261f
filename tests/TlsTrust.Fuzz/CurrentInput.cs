using System.IO.MemoryMappedFiles;

namespace TlsTrust.Fuzz;

/// <summary>
/// What a reader's process reads at the moment, in a file that both processes see: when it hangs or ends, its input is still there.
/// </summary>
internal sealed class CurrentInput : IDisposable
{
    private const int Head = 16; // its number, its length
    private const int MaxInput = 1 << 20;

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private long _number;

    public CurrentInput(string path)
    {
        FileStream stream = new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        stream.SetLength(Head + MaxInput);
        _file = MemoryMappedFile.CreateFromFile(stream, mapName: null, Head + MaxInput, MemoryMappedFileAccess.ReadWrite,
            HandleInheritability.None, leaveOpen: false);
        _view = _file.CreateViewAccessor();
    }

    /// <summary>How many inputs were begun.</summary>
    public long Number => _view.ReadInt64(0);

    /// <summary>The one that was begun last.</summary>
    public byte[] Bytes
    {
        get
        {
            byte[] input = new byte[_view.ReadInt32(sizeof(long))];
            _view.ReadArray(Head, input, 0, input.Length);
            return input;
        }
    }

    /// <summary>Says that this input is begun.</summary>
    public void Begin(byte[] input)
    {
        int length = Math.Min(input.Length, MaxInput);
        _view.WriteArray(Head, input, 0, length);
        _view.Write(sizeof(long), length);
        _view.Write(0, ++_number);
    }

    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }
}
