using dnlib.DotNet;

namespace TlsTrust.Fuzz;

/// <summary>Which methods of the engine the fuzzed readers can call, by the code as it is compiled.</summary>
internal sealed class CallGraph
{
    private readonly Queue<MethodDef> _open = new();
    private readonly HashSet<TypeDef> _touched = [];
    private readonly HashSet<(string, int)> _overridden = [];
    private readonly ILookup<string, MethodDef> _byName;

    public CallGraph(ModuleDefMD engine, ModuleDefMD readers)
    {
        Engine = engine;
        _byName = engine.GetTypes().SelectMany(type => type.Methods).ToLookup(method => method.Name.String);
        foreach (TypeDef type in readers.GetTypes().Where(type => (type.DeclaringType ?? type).Name == "FuzzTargets"))
        {
            Enter(type.Methods);
        }

        while (_open.TryDequeue(out MethodDef? method))
        {
            foreach (object operand in method.Body.Instructions.Select(instruction => instruction.Operand))
            {
                Follow(operand as IMethod);
                Touch((operand as IField)?.DeclaringType ?? operand as ITypeDefOrRef);
            }
        }
    }

    /// <summary>The engine as a file.</summary>
    public ModuleDefMD Engine { get; }

    /// <summary>What can be called.</summary>
    public HashSet<MethodDef> Reached { get; } = [];

    private void Follow(IMethod? called)
    {
        // A reference to a field is of the same kind there, and has no signature of a method.
        if (called is MethodDef { Module: var module } known && module == Engine && !known.IsVirtual)
        {
            Enter([known]);
            Touch(known.DeclaringType);
            Make(known);
            return;
        }

        if (called?.MethodSig is null || called.DeclaringType?.ScopeType is not { } scope || Find(scope) is not { } type)
        {
            return;
        }

        // An override is called by its first declaration: each of that name and as many arguments counts.
        int arguments = called.MethodSig.Params.Count;
        MethodDef[] own = [.. type.Methods.Where(each => each.Name == called.Name && each.MethodSig.Params.Count == arguments)];
        Enter(own);
        if (own.Any(each => each.IsVirtual) && _overridden.Add((called.Name, arguments)))
        {
            Enter(_byName[called.Name].Where(each => each.IsVirtual && each.MethodSig.Params.Count == arguments));
        }

        Touch(type);
    }

    // What a class of the platform declares and this one overrides is called by the platform: a stream's Read.
    private void Make(MethodDef made)
    {
        if (made.IsInstanceConstructor && made.DeclaringType.BaseType?.FullName == "System.IO.Stream")
        {
            Enter(made.DeclaringType.Methods.Where(each => each.IsVirtual && each.IsReuseSlot));
        }
    }

    // A type that is used runs its static constructor; what the compiler made of iterators and lambdas runs whole.
    private void Touch(ITypeDefOrRef? used)
    {
        if (used?.ScopeType is { } scope && Find(scope) is { } type && _touched.Add(type))
        {
            Enter(type.Name.StartsWith("<") ? type.Methods : type.Methods.Where(each => each.IsStaticConstructor));
        }
    }

    private TypeDef? Find(ITypeDefOrRef type) =>
        type is TypeDef defined && defined.Module == Engine ? defined
        : type.DefinitionAssembly?.Name == Engine.Assembly.Name ? Engine.Find(type.FullName, isReflectionName: false)
        : null;

    private void Enter(IEnumerable<MethodDef> methods)
    {
        foreach (MethodDef method in methods.Where(each => each.HasBody && Reached.Add(each)))
        {
            _open.Enqueue(method);
        }
    }
}
