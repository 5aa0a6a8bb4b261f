using System.ComponentModel;
using System.Diagnostics;

namespace TlsTrust.Tests.Hostile;

/// <summary>
/// A real server in a private range, and real ones everywhere that its certificate points to, in a network of the test's own.
/// </summary>
public sealed class PrivateNetworkTests
{
    [Fact]
    public async Task A_certificate_opens_the_inside_in_which_its_server_stands_and_no_other()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "network namespaces are Linux's");
        string addresses = string.Concat(PrivateNetwork.Addresses.Select(address => $"ip addr add {address}/32 dev lo && "));
        string child = string.Join(' ', ChildProcess.CommandOf("private-network").Select(word => $"'{word}'"));
        ProcessStartInfo start = new("unshare", ["--net", "sh", "-c", $"ip link set lo up && {addresses} exec {child}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Process? process = null;
        try
        {
            process = Process.Start(start);
        }
        catch (Win32Exception)
        {
            Assert.Skip("unshare is not installed");
        }

        using (process)
        {
            CancellationToken stop = TestContext.Current.CancellationToken;
            Task<string> said = process!.StandardOutput.ReadToEndAsync(stop), errors = process.StandardError.ReadToEndAsync(stop);
            await process.WaitForExitAsync(stop);
            string fault = await errors;
            Assert.SkipWhen(fault.Contains("unshare failed", StringComparison.Ordinal)
                || fault.Contains("ip: not found", StringComparison.Ordinal)
                || fault.Contains("Operation not permitted", StringComparison.Ordinal), $"no network namespace can be made here: {fault}");

            Assert.True(process.ExitCode == 0, fault);
            Assert.Equal(["10.77.0.1: 10.77.0.2 192.168.77.1", "127.0.0.1: 127.0.0.1"],
                (await said).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        }
    }
}
