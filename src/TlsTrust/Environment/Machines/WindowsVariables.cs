using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32;

namespace TlsTrust.Environment.Machines;

/// <summary>
/// Variables in the registry, as they are written there: .NET's own call expands them when it reads and loses their kind when it writes.
/// </summary>
[SupportedOSPlatform("windows")]
internal static class WindowsVariables
{
    private const string MachineKey = @"System\CurrentControlSet\Control\Session Manager\Environment";
    private const string UserKey = "Environment";

    private const nint Everybody = 0xFFFF; // HWND_BROADCAST
    private const uint SettingChanged = 0x001A; // WM_SETTINGCHANGE
    private const uint SkipHung = 0x0002; // SMTO_ABORTIFHUNG
    private const uint WindowLimit = 1000; // milliseconds a window, as .NET and Explorer wait

    public static Dictionary<string, StoredVariable> Read(bool machine)
    {
        Dictionary<string, StoredVariable> variables = new(StringComparer.OrdinalIgnoreCase);
        using RegistryKey? key = Open(machine, writable: false);
        foreach (string name in key?.GetValueNames() ?? [])
        {
            if (name.Length > 0 && key!.GetValue(name, null, RegistryValueOptions.DoNotExpandEnvironmentNames) is string text)
            {
                variables[name] = new StoredVariable(text, key.GetValueKind(name) == RegistryValueKind.ExpandString);
            }
        }

        return variables;
    }

    public static void Write(bool machine, string name, StoredVariable? value)
    {
        using RegistryKey key = Open(machine, writable: true)!;
        if (value is null)
        {
            key.DeleteValue(name, throwOnMissingValue: false);
        }
        else if (value.Foreign is { } foreign)
        {
            WindowsValue.Write(key, name, foreign);
        }
        else
        {
            key.SetValue(name, value.Text, value.Expands ? RegistryValueKind.ExpandString : RegistryValueKind.String);
        }
    }

    public static string? ReadForeign(bool machine, string name)
    {
        using RegistryKey? key = Open(machine, writable: false);
        return key is null ? null : WindowsValue.Read(key, name);
    }

    public static bool HasKey(bool machine)
    {
        using RegistryKey? key = Open(machine, writable: false);
        return key is not null;
    }

    public static void DeleteEmptyKey(bool machine)
    {
        using (RegistryKey? key = Open(machine, writable: false))
        {
            if (key is null || key.ValueCount + key.SubKeyCount > 0)
            {
                return;
            }
        }

        (machine ? Registry.LocalMachine : Registry.CurrentUser).DeleteSubKey(machine ? MachineKey : UserKey, throwOnMissingSubKey: false);
    }

    public static void Broadcast() => _ = SendMessageTimeout(Everybody, SettingChanged, 0, "Environment", SkipHung, WindowLimit, out _);

    private static RegistryKey? Open(bool machine, bool writable)
    {
        RegistryKey root = machine ? Registry.LocalMachine : Registry.CurrentUser;
        string path = machine ? MachineKey : UserKey;
        return writable ? root.CreateSubKey(path) : root.OpenSubKey(path);
    }

    [DllImport("user32.dll", EntryPoint = "SendMessageTimeoutW", CharSet = CharSet.Unicode, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern nint SendMessageTimeout(nint window, uint message, nint first, string second, uint flags, uint limit,
        out nint result);
}
