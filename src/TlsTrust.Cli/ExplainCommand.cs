using System.CommandLine;
using TlsTrust.Clients;

namespace TlsTrust.Cli;

/// <summary><c>tlstrust explain</c>: what an error message of any TLS client can mean.</summary>
internal static class ExplainCommand
{
    private static readonly Argument<string[]> _files = new("file") { Description = "Log files; - or none reads standard input", Arity = ArgumentArity.ZeroOrMore };
    private static readonly Option<string?> _text = new("--text") { Description = "The message itself" };
    private static readonly Option<bool> _json = new("--json") { Description = "One JSON array" };

    public static Command Create()
    {
        Command command = new("explain", "Finds known messages of TLS clients in a text or log: which client, which host, what it can mean, what to ask next. Exit code: 0 something found, 1 nothing known found.")
        {
            _files, _text, _json,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        List<TlsErrorExplanation> found = [];
        if (parsed.GetValue(_text) is { } text)
        {
            found.AddRange(TlsErrorResolver.Resolve(text));
        }

        string[] files = parsed.GetValue(_files) is { Length: > 0 } given ? given : parsed.GetValue(_text) is null ? ["-"] : [];
        foreach (string file in files)
        {
            try
            {
                found.AddRange(file == "-" ? TlsErrorResolver.Resolve(Console.In.ReadToEnd()) : TlsErrorResolver.ResolveFile(file));
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                Console.Error.WriteLine($"tlstrust: {file}: {fault.Message}");
                return ExitCode.Usage;
            }
        }

        if (parsed.GetValue(_json))
        {
            Console.Out.WriteLine(Json.Text(found));
        }
        else
        {
            found.ForEach(Write);
        }

        if (found.Count == 0)
        {
            Console.Error.WriteLine("tlstrust: no known message of a TLS client");
        }

        return found.Count > 0 ? ExitCode.Ok : ExitCode.Untrusted;
    }

    private static void Write(TlsErrorExplanation explanation)
    {
        string times = explanation.Count > 1 ? $", {explanation.Count} times" : "";
        Console.Out.WriteLine($"{(explanation.Client.Length > 0 ? explanation.Client + ": " : "")}{explanation.Message}");
        Console.Out.WriteLine($"  found    {(explanation.LogFile is { } file ? file + ", " : "")}line {explanation.Line}{times}");
        if (explanation.Endpoint is not null)
        {
            Console.Out.WriteLine($"  endpoint {explanation.Endpoint}");
        }

        Console.Out.WriteLine($"  says     {explanation.Meaning}");
        Console.Out.WriteLine($"  causes   {explanation.CauseNames}");
        Console.Out.WriteLine($"  next     tlstrust test {explanation.Endpoint ?? "HOST"}{(explanation.StoreFile is { } store ? $" --trust-store '{store.Replace("'", @"'\''", StringComparison.Ordinal)}'" : "")}");
    }
}
