using System.Reflection;
using System.Runtime.Loader;

namespace TlsTrust.Providers;

/// <summary>
/// Holds a provider and the packages it needs apart from the rest of the process: other modules bring other versions of the same
/// packages, and without this the first one that was loaded would serve all.
/// </summary>
internal sealed class ProviderLoadContext(string folder) : AssemblyLoadContext("TlsTrust.Providers")
{
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        // The engine must be the one that asks: its interface would be another type otherwise.
        Assembly engine = typeof(ISignatureProvider).Assembly;
        if (assemblyName.Name == engine.GetName().Name)
        {
            return engine;
        }

        string file = Path.Combine(folder, assemblyName.Name + ".dll");
        return File.Exists(file) ? LoadFromAssemblyPath(file) : null;
    }
}
