using System.ComponentModel;

namespace TlsTrust.Connections.Faults;

/// <summary>What the platform's TLS says of its own failure.</summary>
internal static class PlatformWords
{
    /// <summary>The innermost message as one sentence; Windows says it in the user's language, so that its code stands behind it.</summary>
    public static string Of(Exception error)
    {
        Exception innermost = error.GetBaseException();
        string message = innermost.Message.ReplaceLineEndings(" ").Trim().TrimEnd('.');
        string code = innermost is Win32Exception { NativeErrorCode: < 0 } native
            ? FormattableString.Invariant($"0x{native.NativeErrorCode:x8}") : string.Empty;
        return message.Contains(code, StringComparison.OrdinalIgnoreCase) ? message + "." : $"{message} ({code}).";
    }
}
