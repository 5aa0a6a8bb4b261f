using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TlsTrust.Tests;

/// <summary>
/// Which source file of the engine uses which type, as the compiler sees it. Text would miss a result type in namespace TlsTrust, and the
/// built assembly holds neither folders nor the members of enums.
/// </summary>
internal static class EngineSymbols
{
    private static readonly Lazy<IReadOnlyList<Use>> All = new(Read);

    /// <summary>Folder of the engine's sources.</summary>
    public static string Root => Path.Combine(Repository.Root, "src", "TlsTrust");

    /// <summary>Every use of a type that another folder declares.</summary>
    public static IReadOnlyList<Use> Uses => All.Value;

    /// <summary>Source files of a folder and those below it.</summary>
    public static string[] Sources(string folder) =>
        [.. Directory.GetFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories).Where(file => !IsBuilt(file))];

    /// <summary>Folder and, where there is one, room: <c>Connections/StartTls</c>.</summary>
    public static string RoomOf(string file) => Path.GetRelativePath(Root, Path.GetDirectoryName(file)!).Replace('\\', '/');

    private static bool IsBuilt(string file) =>
        Path.GetRelativePath(Root, file) is var relative
            && (relative.StartsWith("bin", StringComparison.Ordinal) || relative.StartsWith("obj", StringComparison.Ordinal));

    private static List<Use> Read()
    {
        CSharpParseOptions options = new(LanguageVersion.Preview, DocumentationMode.Parse);
        List<SyntaxTree> trees = [.. Sources("").Select(file => CSharpSyntaxTree.ParseText(File.ReadAllText(file), options, file))];
        SyntaxTree globalUsings = CSharpSyntaxTree.ParseText(
            string.Concat(
                "System System.IO System.Linq System.Collections.Generic System.Net.Http System.Threading System.Threading.Tasks".Split(' ')
                    .Select(name => $"global using {name};")), options);
        IEnumerable<MetadataReference> platform = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(path => !Path.GetFileName(path).StartsWith("TlsTrust", StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path));
        CSharpCompilation compilation =
            CSharpCompilation.Create("engine", [.. trees, globalUsings], platform,
                new(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));
        HashSet<Use> uses = [];
        foreach (SyntaxTree tree in trees)
        {
            SemanticModel model = compilation.GetSemanticModel(tree);
            foreach (SyntaxNode node in tree.GetRoot().DescendantNodes(descendIntoTrivia: true)
                .Where(node => node is SimpleNameSyntax or BaseObjectCreationExpressionSyntax))
            {
                if (DeclaringFile(model.GetSymbolInfo(node).Symbol, out string? type) is { Length: > 0 } file
                    && RoomOf(file) != RoomOf(tree.FilePath))
                {
                    uses.Add(new(tree.FilePath, file, type!));
                }
            }
        }

        return [.. uses];
    }

    private static string? DeclaringFile(ISymbol? symbol, out string? name)
    {
        symbol = symbol is IMethodSymbol { ReducedFrom: { } extension } ? extension : symbol;
        INamedTypeSymbol? type = symbol as INamedTypeSymbol ?? symbol?.ContainingType;
        while (type?.ContainingType is not null)
        {
            type = type.ContainingType;
        }

        name = type?.Name;
        return type?.OriginalDefinition.DeclaringSyntaxReferences.FirstOrDefault()?.SyntaxTree.FilePath;
    }

    /// <summary>One file uses a type of another.</summary>
    /// <param name="From">The file that uses it.</param>
    /// <param name="To">The file that declares it.</param>
    /// <param name="Type">Its name.</param>
    internal sealed record Use(string From, string To, string Type)
    {
        public override string ToString() => $"{RoomOf(From)}/{Path.GetFileName(From)} uses {Type} of {RoomOf(To)}";
    }
}
