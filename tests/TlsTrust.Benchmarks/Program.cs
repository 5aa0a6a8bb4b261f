using System.Runtime.CompilerServices;
using BenchmarkDotNet.Running;
using TlsTrust.Benchmarks;

// The scan and the PEM bundle need a whole process's memory to themselves, so they are plain programs; the rest is BenchmarkDotNet's.
return args switch
{
    ["scan", .. string[] rest] => await ScanBenchmark.RunAsync(rest),
    ["pem", .. string[] bundle] => PemBenchmark.Run(bundle),
    ["first", .. string[] rest] => await FirstBenchmark.RunAsync(rest),
    _ => Others(args),
};

// Apart, so that BenchmarkDotNet is loaded only where it is used.
[MethodImpl(MethodImplOptions.NoInlining)]
static int Others(string[] args)
{
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
    return 0;
}
