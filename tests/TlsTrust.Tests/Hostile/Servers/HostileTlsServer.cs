using System.Net.Sockets;

namespace TlsTrust.Tests.Hostile.Servers;

/// <summary>A server that means harm.</summary>
/// <param name="Name">What it does.</param>
/// <param name="Serve">Serves one connection.</param>
/// <param name="Causes">What may be said of it; more than one where the platform's TLS or the moment decides.</param>
internal sealed record HostileTlsServer(string Name, Func<NetworkStream, CancellationToken, Task> Serve, params Cause[] Causes)
{
    /// <summary>Scheme of the endpoint; empty for TLS from the first byte.</summary>
    public string Scheme { get; init; } = "";

    /// <summary>It is asked as a proxy for another host.</summary>
    public bool IsProxy { get; init; }
}

/// <summary>What servers do, put together from few acts.</summary>
internal static class Act
{
    /// <summary>Hears the client, speaks, and then says nothing until the client has gone.</summary>
    public static Func<NetworkStream, CancellationToken, Task> Says(Func<byte[], byte[]> words) => async (stream, stop) =>
    {
        await stream.WriteAsync(words(await Hear(stream, stop)), stop);
        await Outwait(stream, stop);
    };

    public static Func<NetworkStream, CancellationToken, Task> Says(byte[] words) => Says(_ => words);

    /// <summary>Speaks without being asked, and waits.</summary>
    public static Func<NetworkStream, CancellationToken, Task> Greets(byte[] words) => async (stream, stop) =>
    {
        await stream.WriteAsync(words, stop);
        await Outwait(stream, stop);
    };

    /// <summary>Hears, speaks, and closes.</summary>
    public static Func<NetworkStream, CancellationToken, Task> Closes(byte[] words) => async (stream, stop) =>
    {
        _ = await Hear(stream, stop);
        await stream.WriteAsync(words, stop);
        stream.Socket.Shutdown(SocketShutdown.Send);
        await Outwait(stream, stop);
    };

    public static async Task Resets(NetworkStream stream, CancellationToken stop)
    {
        await Task.Yield();
        stream.Socket.LingerState = new LingerOption(true, 0);
        stream.Socket.Dispose();
    }

    public static async Task HearsAndResets(NetworkStream stream, CancellationToken stop)
    {
        _ = await Hear(stream, stop);
        await Resets(stream, stop);
    }

    /// <summary>Speaks, and then the same for ever.</summary>
    public static Func<NetworkStream, CancellationToken, Task> Repeats(byte[] first, byte[] then) => async (stream, stop) =>
    {
        await stream.WriteAsync(first, stop);
        byte[] block = [.. Enumerable.Repeat(then, Math.Max(1, 16000 / then.Length)).SelectMany(part => part)];
        while (true)
        {
            await stream.WriteAsync(block, stop);
        }
    };

    /// <summary>One byte at a time, as slow as a client will bear.</summary>
    public static Func<NetworkStream, CancellationToken, Task> Drips(byte[] words, byte then = 0) => async (stream, stop) =>
    {
        for (int i = 0; ; i++)
        {
            await stream.WriteAsync(new[] { i < words.Length ? words[i] : then }, stop);
            await Task.Delay(30, stop);
        }
    };

    /// <summary>Answers each thing it hears with the next of these, and the last of them for ever.</summary>
    public static Func<NetworkStream, CancellationToken, Task> Answers(string? greeting, params string[] answers) => async (stream, stop) =>
    {
        if (greeting is not null)
        {
            await stream.WriteAsync(System.Text.Encoding.Latin1.GetBytes(greeting), stop);
        }

        for (int i = 0; (await Hear(stream, stop)).Length > 0; i++)
        {
            await stream.WriteAsync(System.Text.Encoding.Latin1.GetBytes(answers[Math.Min(i, answers.Length - 1)]), stop);
        }
    };

    private static async Task<byte[]> Hear(NetworkStream stream, CancellationToken stop)
    {
        byte[] heard = new byte[16384];
        int count = await stream.ReadAsync(heard, stop);
        return heard[..count];
    }

    private static async Task Outwait(NetworkStream stream, CancellationToken stop)
    {
        while ((await Hear(stream, stop)).Length > 0)
        {
        }
    }
}
