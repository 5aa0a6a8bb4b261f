using System.CommandLine;
using TlsTrust.Cli;

RootCommand root = new("Says why a TLS client does not trust an endpoint, a certificate file or a machine, and repairs it with verification on.")
{
    TestCommand.Create(),
    ChainCommand.Create(),
    EnvCommand.Create(),
    ExplainCommand.Create(),
    LabCommand.Create(),
    LintCommand.Create(),
    MissingCommand.Create(),
    RepairCommand.Create(),
};

ParseResult parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    foreach (var error in parsed.Errors)
    {
        Console.Error.WriteLine($"tlstrust: {error.Message}");
    }

    Console.Error.WriteLine("tlstrust: `tlstrust --help` lists what it takes");
    return ExitCode.Usage;
}

try
{
    return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (OperationCanceledException)
{
    return 130; // 128 + SIGINT, as a shell expects it
}
#pragma warning disable CA1031 // the one place where an unexpected fault becomes an exit code
catch (Exception fault)
#pragma warning restore CA1031
{
    Console.Error.WriteLine($"tlstrust: internal error: {fault}");
    return ExitCode.Software;
}
