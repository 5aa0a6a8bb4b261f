using BenchmarkDotNet.Running;
using TlsTrust.Benchmarks;

// The scan needs a server and a whole process's memory to itself, so it is a plain program; the rest is BenchmarkDotNet's.
if (args is ["scan", .. string[] rest])
{
    return await ScanBenchmark.RunAsync(rest);
}

if (args is ["pem", .. string[] bundle])
{
    return PemBenchmark.Run(bundle);
}

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;
