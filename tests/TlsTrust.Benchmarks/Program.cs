using System.Runtime.CompilerServices;
using BenchmarkDotNet.Running;
using TlsTrust.Benchmarks;

// The scan, the PEM bundle and the log need a process's memory to themselves, so they are plain programs; others are BenchmarkDotNet's.
return args switch
{
    ["scan", .. string[] rest] => await ScanBenchmark.RunAsync(rest),
    ["pem", .. string[] bundle] => PemBenchmark.Run(bundle),
    ["first", .. string[] rest] => await FirstBenchmark.RunAsync(rest),
    ["log", .. string[] sizes] => LogBenchmark.Run(sizes),
    _ => Others(args),
};

// Apart, so that BenchmarkDotNet is loaded only where it is used.
[MethodImpl(MethodImplOptions.NoInlining)]
static int Others(string[] args)
{
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
    return 0;
}
