using System.Diagnostics;

namespace TlsTrust.Tests.Rendering.Readers;

/// <summary>A program that reads a format; a test that asks one that is not installed is skipped, counted.</summary>
internal sealed class ForeignReader
{
    private readonly string _program;

    private ForeignReader(string program) => _program = program;

    /// <summary>By its name on the PATH, or its place below TLSTRUST_CLIENTS.</summary>
    public static ForeignReader Of(string name)
    {
        string? clients = System.Environment.GetEnvironmentVariable("TLSTRUST_CLIENTS");
        string[] folders = name.Contains('/', StringComparison.Ordinal)
            ? clients is null ? [] : [clients]
            : (System.Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        string? program = folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
        Assert.SkipWhen(program is null, $"{Path.GetFileName(name)} is not installed");
        return new ForeignReader(program!);
    }

    /// <summary>Its exit code, and all it said.</summary>
    public (int Code, string Said) Run(string input, params string[] arguments)
    {
        ProcessStartInfo start =
            new(_program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        process.WaitForExit();
        return (process.ExitCode, output.GetAwaiter().GetResult() + errors.GetAwaiter().GetResult());
    }
}
