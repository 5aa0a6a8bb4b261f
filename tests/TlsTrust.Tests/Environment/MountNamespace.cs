using System.Diagnostics;

namespace TlsTrust.Tests.Environment;

/// <summary>
/// A mount namespace of its own, in which folders of this machine are empty or copies: real programs with their real, compiled-in paths,
/// and nothing that they or their tools write is there outside.
/// </summary>
internal sealed class MountNamespace : IDisposable
{
    private readonly Process _holder;
    private readonly string _copies = Directory.CreateTempSubdirectory("tlstrust-tests-").FullName;

    private MountNamespace(Process holder) => _holder = holder;

    /// <summary>A new one; the test is skipped where the right, or the platform, is missing.</summary>
    public static MountNamespace Enter()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/unshare") && File.Exists("/usr/bin/nsenter"),
            "there is no unshare");
        Process holder = Process.Start(new ProcessStartInfo("/usr/bin/unshare", ["-m", "--propagation", "private", "sleep", "600"])
        {
            RedirectStandardError = true,
        })!;
        for (int turn = 0; turn < 200 && !holder.HasExited; turn++)
        {
            if (File.ReadAllText($"/proc/{holder.Id}/comm").Trim() == "sleep")
            {
                return new MountNamespace(holder);
            }

            Thread.Sleep(25);
        }

        Assert.Skip("no mount namespace can be made here");
        throw new UnreachableException();
    }

    /// <summary>Makes folders empty in it.</summary>
    public void Empty(params string[] folders)
    {
        foreach (string folder in folders)
        {
            Demand("mount", "-t", "tmpfs", "-o", "mode=755", "none", folder);
        }
    }

    /// <summary>Puts copies in the places of folders, so that what is written stays in it.</summary>
    public void Copy(params string[] folders)
    {
        foreach (string folder in folders)
        {
            string copy = Path.Combine(_copies, Path.GetFileName(folder) + folder.Length);
            Demand("cp", "-a", folder, copy);
            Demand("mount", "--bind", copy, folder);
        }
    }

    /// <summary>How a command is started in it.</summary>
    public ProcessStartInfo Start(params string[] command) =>
        new("/usr/bin/nsenter", [$"--mount=/proc/{_holder.Id}/ns/mnt", .. command]);

    /// <summary>Runs a command in it, with these variables and no others.</summary>
    public (int ExitCode, string Said) Run(IReadOnlyDictionary<string, string>? variables, params string[] command)
    {
        ProcessStartInfo start = Start(command);
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        if (variables is not null)
        {
            start.Environment.Clear();
            foreach ((string name, string value) in variables)
            {
                start.Environment[name] = value;
            }
        }

        using Process process = Process.Start(start)!;
        Task<string> faults = process.StandardError.ReadToEndAsync();
        string said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, said + faults.Result);
    }

    /// <summary>Runs a command that must succeed.</summary>
    public string Demand(params string[] command)
    {
        (int code, string said) = Run(null, command);
        Assert.True(code == 0, $"{string.Join(' ', command)}: {said}");
        return said;
    }

    public void Dispose()
    {
        _holder.Kill();
        _holder.WaitForExit();
        _holder.Dispose();
        Directory.Delete(_copies, recursive: true);
    }
}
