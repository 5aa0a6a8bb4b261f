using dnlib.DotNet;
using dnlib.DotNet.Emit;

namespace TlsTrust.Fuzz;

/// <summary>
/// No reader is forgotten: every method of the engine that takes bytes, or reads text, is called by one of the fuzzed readers, or is listed
/// here with the reason why nobody outside decides what it reads.
/// </summary>
public sealed class ReachedReadersTests(ITestOutputHelper output)
{
    [Fact]
    public void Every_method_that_reads_is_reached_by_a_fuzzed_reader()
    {
        CallGraph graph = new(Instrumented.Load(), ModuleDefMD.Load(typeof(ReachedReadersTests).Assembly.Location));
        string[] missed = [.. graph.Engine.GetTypes().SelectMany(type => type.Methods)
            .Where(method => IsReader(method) && !graph.Reached.Contains(method))
            .Select(method => $"{method.DeclaringType.FullName}.{method.Name}").Distinct().Order()];
        output.WriteLine(string.Join('\n', missed));
        Assert.NotEmpty(graph.Reached);
        Assert.Empty(missed);
    }

    private static bool IsReader(MethodDef method) =>
        method.HasBody && !method.IsConstructor && !IsMade(method) && method.Parameters.Where(each => each.IsNormalMethodParameter)
            .Any(each => TakesBytes(each.Type) || (TakesText(each.Type) && IsCalledReader(method)));

    private static bool IsMade(IMemberDef member) => member.Name.String.Contains('<', StringComparison.Ordinal)
        || (member.DeclaringType is not null && IsMade(member.DeclaringType));

    private static bool TakesBytes(TypeSig type) =>
        type.FullName is "System.Byte[]" or "System.ReadOnlySpan`1<System.Byte>" or "System.ReadOnlyMemory`1<System.Byte>"
            or "System.IO.Stream" or "System.ReadOnlySpan`1<System.Char>" or "System.IO.TextReader";

    private static bool TakesText(TypeSig type) => type.FullName is "System.String" or "System.String[]";

    private static bool IsCalledReader(MethodDef method) =>
        new[] { "Parse", "TryParse", "Read", "TryRead", "Decode", "TryDecode", "Resolve", "Split", "Scan" }
            .Any(name => method.Name.StartsWith(name, StringComparison.Ordinal));
}
