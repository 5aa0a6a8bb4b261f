using System.Runtime.Versioning;
using System.Text;
using Microsoft.Win32;

namespace TlsTrust.Environment.Machines;

/// <summary>Values of the registry that are no text, written down as <c>kind:base64</c>, so that they can be put back.</summary>
[SupportedOSPlatform("windows")]
internal static class WindowsValue
{
    /// <summary>The value of that name; null where there is none, or a text.</summary>
    /// <exception cref="IOException">It is of a kind that can't be written back.</exception>
    public static string? Read(RegistryKey key, string name)
    {
        if (key.GetValue(name, null, RegistryValueOptions.DoNotExpandEnvironmentNames) is not { } value || value is string)
        {
            return null;
        }

        RegistryValueKind kind = key.GetValueKind(name);
        byte[] bytes = value switch
        {
            int number => BitConverter.GetBytes(number),
            long number => BitConverter.GetBytes(number),
            byte[] raw when kind is RegistryValueKind.Binary or RegistryValueKind.None => raw,
            // Each with its end: so no texts and one empty text differ.
            string[] texts => Encoding.Unicode.GetBytes(string.Concat(texts.Select(text => text + '\0'))),
            _ => throw new IOException($"The registry's value '{name}' is of a kind that can't be put back; nothing was written."),
        };
        return $"{kind}:{Convert.ToBase64String(bytes)}";
    }

    /// <summary>Writes what <see cref="Read"/> gave.</summary>
    public static void Write(RegistryKey key, string name, string written)
    {
        int colon = written.IndexOf(':', StringComparison.Ordinal);
        RegistryValueKind kind = Enum.Parse<RegistryValueKind>(written[..colon]);
        byte[] bytes = Convert.FromBase64String(written[(colon + 1)..]);
        key.SetValue(name, kind switch
        {
            RegistryValueKind.DWord => BitConverter.ToInt32(bytes),
            RegistryValueKind.QWord => BitConverter.ToInt64(bytes),
            RegistryValueKind.MultiString => Encoding.Unicode.GetString(bytes).Split('\0')[..^1],
            _ => bytes,
        }, kind);
    }
}
