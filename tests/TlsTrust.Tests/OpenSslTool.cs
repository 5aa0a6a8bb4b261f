using System.Diagnostics;

namespace TlsTrust.Tests;

/// <summary>The openssl command as a second opinion; tests that ask it skip, counted, where it is not installed.</summary>
internal static class OpenSslTool
{
    private static readonly Lazy<bool> IsThere = new(() => TryRun(out _, "version") == 0);

    public static void SkipWhereAbsent() => Assert.SkipUnless(IsThere.Value, "openssl is not installed");

    /// <summary>Runs it; the exit code, and all it said.</summary>
    public static int TryRun(out string output, params string[] arguments)
    {
        ProcessStartInfo start =
            new("openssl", arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.Environment.Remove("SSL_CERT_FILE");
        start.Environment.Remove("SSL_CERT_DIR");
        try
        {
            using Process process = Process.Start(start)!;
            process.StandardInput.Close();
            Task<string> errors = process.StandardError.ReadToEndAsync();
            output = process.StandardOutput.ReadToEnd() + errors.GetAwaiter().GetResult();
            process.WaitForExit();
            return process.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception fault)
        {
            output = fault.Message;
            return -1;
        }
    }
}
