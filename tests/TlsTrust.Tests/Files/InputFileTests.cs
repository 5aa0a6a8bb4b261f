using System.Net.Sockets;
using TlsTrust.CertificateFiles;
using TlsTrust.Files;

namespace TlsTrust.Tests.Files;

/// <summary>What has no end is not opened.</summary>
public sealed class InputFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tlstrust-input-").FullName;

    [Fact]
    public void A_pipe_is_refused_by_its_name_and_nobody_waits_for_it()
    {
        string path = Path.Combine(_folder, "pipe");
        Assert.SkipUnless(CertificateFiles.Clients.ClientLoaders.Run("mkfifo", [path]) is not null
            && File.Exists(path), "mkfifo is not there");
        Assert.Contains("pipe",
            Assert.Throws<IOException>(() => CertificateFile.ReadBytes(path, TestContext.Current.CancellationToken)).Message,
                StringComparison.Ordinal);
        string link = Path.Combine(_folder, "link");
        File.CreateSymbolicLink(link, path);
        Assert.Contains("pipe", Assert.Throws<IOException>(() => InputFile.Open(link)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_socket_and_an_endless_device_are_refused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "devices have no paths there");
        string path = Path.Combine(_folder, "socket");
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        Assert.Contains("socket", Assert.Throws<IOException>(() => InputFile.Open(path)).Message, StringComparison.Ordinal);
        Assert.Contains("device", Assert.Throws<IOException>(() => InputFile.Open("/dev/zero")).Message, StringComparison.Ordinal);
        Assert.Empty(InputFile.ReadAllBytes("/dev/null", 1, "file", TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Reading_ends_when_somebody_gives_up()
    {
        string path = Path.Combine(_folder, "large");
        File.WriteAllBytes(path, new byte[1 << 20]);
        using CancellationTokenSource stop = new();
        stop.Cancel();
        Assert.Throws<OperationCanceledException>(() => CertificateFile.ReadBytes(path, stop.Token));
        Assert.Throws<IOException>(() => InputFile.ReadAllBytes(path, 1000, "file", CancellationToken.None));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
