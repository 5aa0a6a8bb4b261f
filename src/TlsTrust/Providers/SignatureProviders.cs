using System.Reflection;

namespace TlsTrust.Providers;

/// <summary>
/// Finds the provider that ships beside the engine. Nothing of it is read before the first signature that the platform can't check,
/// and where it was not installed such signatures stay unchecked.
/// </summary>
internal static class SignatureProviders
{
    /// <summary>Folder beside the engine: outside of where the runtime, and other modules, look for assemblies.</summary>
    internal const string FolderName = "dependencies";

    private const string AssemblyName = "TlsTrust.BouncyCastle";
    private const string TypeName = "TlsTrust.BouncyCastle.BouncyCastleSignatures";

    private static readonly Lazy<ISignatureProvider?> LoadedOnce = new(() => Load(Path.Combine(Home, FolderName)));

    /// <summary>The one that ships; null where its files are not there.</summary>
    internal static ISignatureProvider? Installed => LoadedOnce.Value;

    // An engine that was loaded from memory, or is part of a single file, has no location.
    private static string Home =>
        Path.GetDirectoryName(typeof(SignatureProviders).Assembly.Location) is { Length: > 0 } folder ? folder : AppContext.BaseDirectory;

    /// <summary>The provider of a folder; null where its file is not there.</summary>
    internal static ISignatureProvider? Load(string folder)
    {
        if (!File.Exists(Path.Combine(folder, AssemblyName + ".dll")))
        {
            return null;
        }

        Assembly assembly = new ProviderLoadContext(folder).LoadFromAssemblyName(new AssemblyName(AssemblyName));
        return (ISignatureProvider?)Activator.CreateInstance(assembly.GetType(TypeName, throwOnError: true)!);
    }
}
