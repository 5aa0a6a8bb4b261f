using System.Text;
using dnlib.DotNet;
using SharpFuzz;

namespace TlsTrust.Fuzz;

/// <summary>The engine beside this program, rewritten so that it counts the edges it takes.</summary>
internal static class Instrumented
{
    private const int ShortestWord = 2;
    private const int LongestWord = 40;

    /// <summary>Where it is.</summary>
    public static string Path { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, "TlsTrust.dll");

    // The length of the instrumented engine, then a word a line: what the engine's own code has as text, its readers may wait for.
    private static string WordsPath => Path + ".words";

    /// <summary>Instruments it, unless it is; before it is loaded. Processes that start at once take turns.</summary>
    public static void Engine()
    {
        using FileStream turn = Turn();
        if (File.Exists(WordsPath) && File.ReadLines(WordsPath).First() == $"{new FileInfo(Path).Length}")
        {
            return;
        }

        // To another file first: a process that is killed half-way leaves nothing that looks whole.
        string made = Path + ".made";
        File.Copy(Path, made, overwrite: true);
        byte[][] words;
        using (ModuleDefMD module = Load())
        {
            words = WordsOf(module);
        }

        _ = Fuzzer.Instrument(made, type => !type.StartsWith('<'), Options.Value);
        File.WriteAllLines(WordsPath, [$"{new FileInfo(made).Length}", .. words.Select(Convert.ToBase64String)]);
        File.Move(made, Path, overwrite: true);
    }

    /// <summary>The texts that the engine's own code has: what its readers may wait for.</summary>
    public static byte[][] Words() => [.. File.ReadLines(WordsPath).Skip(1).Select(Convert.FromBase64String)];

    private static byte[][] WordsOf(ModuleDefMD module) =>
        [.. module.GetTypes().SelectMany(type => type.Methods).Where(method => method.HasBody)
            .SelectMany(method => method.Body.Instructions)
            .Select(instruction => instruction.Operand as string)
            .Where(text => text is { Length: >= ShortestWord and <= LongestWord })
            .Distinct()
            .Select(text => Encoding.UTF8.GetBytes(text!))];

    /// <summary>It as a file that can be looked into; from memory, so that it can be replaced meanwhile.</summary>
    public static ModuleDefMD Load() => ModuleDefMD.Load(File.ReadAllBytes(Path));

    private static FileStream Turn()
    {
        while (true)
        {
            try
            {
                return new FileStream(Path + ".turn", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                Thread.Sleep(100);
            }
        }
    }
}
