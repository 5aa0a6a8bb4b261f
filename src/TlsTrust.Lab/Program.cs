using System.Runtime.InteropServices;
using TlsTrust.Lab;

if (!LabArguments.TryRead(args, out LabArguments? wanted, out string? fault))
{
    Console.Error.WriteLine($"lab: {fault}");
    Console.Error.WriteLine(LabArguments.Usage);
    return LabArguments.UsageExitCode;
}

if (!wanted.Serve)
{
    ScenarioListing.WriteCatalogue(Console.Out, wanted.Scenarios, wanted.Json);
    return 0;
}

// Ctrl+C, being terminated, or the terminal going away would end the process before the lab has removed its files: since .NET 10
// nothing but a registration of one's own catches these.
using CancellationTokenSource stop = new();
using PosixSignalRegistration interrupted = StopOn(PosixSignal.SIGINT);
using PosixSignalRegistration terminated = StopOn(PosixSignal.SIGTERM);
using PosixSignalRegistration hungUp = StopOn(PosixSignal.SIGHUP);
try
{
    await using LabServer lab =
        await LabServer.StartAsync([.. wanted.Scenarios.Select(scenario => scenario.Name)], cancellationToken: stop.Token);
    ScenarioListing.WriteServed(Console.Out, lab, wanted.Json);
    await Task.Delay(Timeout.InfiniteTimeSpan, stop.Token);
}
catch (OperationCanceledException)
{
    // That is how it ends.
}

return 0;

PosixSignalRegistration StopOn(PosixSignal signal) => PosixSignalRegistration.Create(signal, context =>
{
    context.Cancel = true;
    stop.Cancel();
});
